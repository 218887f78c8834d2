import Calendar
import Engine
public import JSON

// Resolves arguments against the store: which website, and which currency.

/// The website id of events that name no website: the nil UUID.
let unnamedWebsiteID = "00000000-0000-0000-0000-000000000000"

extension ReportArguments {
  /// The flag that selects a report's website.
  public static let websiteFlag = "--website"

  /// The website of a report.
  ///
  /// - Parameters:
  ///   - name: the id, name or domain given by the user; nil if none was.
  ///   - websites: the result of `websites.list`.
  /// - Throws: if `name` matches no website or several, or if it is missing and the store has several.
  public static func website(_ name: String?, among websites: [JSONValue]) throws(FlagError) -> JSONValue {
    func list(_ websites: [JSONValue]) -> String {
      websites.map { "\(websiteName($0)) (\($0["id"]?.string ?? ""))" }.joined(separator: ", ")
    }
    guard !websites.isEmpty else { throw FlagError(flag: nil, sentence: "the store has no websites") }
    guard let name else {
      if websites.count == 1 { return websites[0] }
      throw FlagError(flag: websiteFlag, sentence: "must say which website; the store has \(list(websites))")
    }
    let matches = websites.filter { website in
      ["id", "name", "domain"].contains { website[$0]?.string == name }
    }
    if matches.count == 1 { return matches[0] }
    // If no event names its website, the flag supplies the id, as in the other commands.
    if matches.isEmpty, websites.count == 1, var website = websites[0].object,
      website["id"]?.string == unnamedWebsiteID
    {
      website["name"] = .string(name)
      return .object(website)
    }
    throw FlagError(
      flag: "\(websiteFlag):",
      sentence: matches.isEmpty
        ? "unknown website \"\(name)\"; the store has \(list(websites))"
        : "\(matches.count) websites are called \"\(name)\"; give the id: \(list(matches))")
  }

  /// The params of `reports.currencies` for the currencies in a range.
  public static func currencyParams(websiteID: String, range: Period) -> JSONObject {
    [
      "websiteId": .string(websiteID), "startDate": .string(formatInstant(range.start)),
      "endDate": .string(formatInstant(range.end)),
    ]
  }

  /// Selects the currency of the events, if they have only one.
  ///
  /// - Parameter currencies: the result of `reports.currencies` over the report's range.
  public mutating func takeOnlyCurrency(of currencies: JSONValue) throws(FlagError) {
    let names = (currencies.array ?? []).compactMap { $0["currency"]?.string }
    guard names.count == 1 else {
      throw FlagError(
        flag: "--currency",
        sentence: names.isEmpty
          ? "must be given: no event of this range names one"
          : "must be one of \(names.joined(separator: ", "))")
    }
    _ = try take("--currency", names[0])
  }

  /// Errors about params, expressed in terms of the flags from which the params were built.
  ///
  /// - Parameter errors: `data.errors` of an error reply.
  public func sentence(for errors: [JSONValue], of params: JSONObject) -> String {
    errors.map { error in
      let (place, text) = (error["instanceLocation"]?.string ?? "", error["error"]?.string ?? "")
      let flag = flag(at: place) ?? place
      guard text.hasPrefix("must ") else { return "\(flag): \(text)" }
      // A flag may have several values, so the message shows the wrong one.
      let value = JSONPointer(place).flatMap { JSONValue.object(params)[$0]?.string }
      // Without `contains`, which would link the library of regular expressions, 1.5 MB.
      let showsValue = text.indices.contains {
        text[$0...].hasPrefix(", is ") || text[$0...].hasPrefix("; is ")
      }
      return "\(flag) \(text)" + (value.map { showsValue ? "" : ", is \"\($0)\"" } ?? "")
    }.joined(separator: "; ")
  }
}
