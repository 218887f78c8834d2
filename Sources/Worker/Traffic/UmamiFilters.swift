import Engine
import JSON
import JSONSchema

// The filters that Umami 3 sends as members of their own: `"path": "c.blog"`, `"browser1": "neq.edge"`.

private let umamiFilterNames: Set<String> = [
  "path", "referrer", "title", "query", "os", "browser", "device", "country", "region", "city", "tag",
  "hostname",
  "distinctId", "language", "event", "utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm",
]

/// Whether a member of params is one of Umami's filters, or decides with the others which events count.
func isUmamiFilter(_ member: String) -> Bool {
  ["match", "eventType", "excludeBounce", "segment", "cohort"].contains(member)
    || umamiFilterNames.contains(withoutDigits(member))
}

/// The name of a filter without the digits at its end, which allow several on one column.
private func withoutDigits(_ member: String) -> String {
  let digits = member.utf8.reversed().prefix { 0x30...0x39 ~= $0 }.count
  return String(decoding: member.utf8.dropLast(digits), as: UTF8.self)
}

extension Call {
  /// What events must meet by the members of `params` that are Umami's filters. Digits at the end of a name are left out
  /// to find its column.
  func umamiConditions(
    _ params: JSONObject, own: Set<String>, _ errors: inout [ValidationError]
  ) -> [EventCondition] {
    var filters: [EventCondition] = []
    var conditions: [EventCondition] = []
    for (member, value) in params.members where value != .null && !own.contains(member) {
      let name = withoutDigits(member)
      guard umamiFilterNames.contains(name), let column = TextColumn(requestName: name) else { continue }
      do throws(FilterError) {
        filters.append(.column(try Filter(column, umami: value)))
      } catch {
        errors.append(.member(member, "\(error)"))
      }
      // Umami leaves out self-referrals even if any of several filters is enough.
      if column == .referrerDomain { conditions.append(.isNoSelfReferral) }
    }
    if filters.count > Limits.filters {
      errors.append(
        ValidationError(
          instanceLocation: "", keywordLocation: "/allOf/0/patternProperties",
          error: "must have at most \(Limits.filters) of Umami's filters, has \(filters.count)"))
    }
    if params["match"] == "any", !filters.isEmpty {
      conditions.append(.any(filters))
    } else {
      conditions += filters
    }
    if let type = params["eventType"], type != .null { conditions.append(condition(onType: type, &errors)) }
    if let cohort = params["cohort"], cohort != .null {
      errors.append(.member("cohort", "must be the id of a saved cohort; there is no \(cohort)"))
    }
    return conditions
  }

  private func condition(onType value: JSONValue, _ errors: inout [ValidationError]) -> EventCondition {
    guard let type = value.wholeNumber ?? value.string.flatMap({ Int64($0) }), type > 0 else {
      errors.append(.member("eventType", "must be a positive whole number, is \(value)"))
      return .every
    }
    return UInt8(exactly: type).map { .eventType($0) } ?? .any([])
  }
}

extension Filter {
  /// The condition of a text `OPERATOR.VALUE`, or of a text or list without operator, which is `eq`.
  fileprivate init(_ column: TextColumn, umami value: JSONValue) throws(FilterError) {
    if let values = value.array {
      try self.init(column, .equals, values.compactMap(\.string))
      return
    }
    // Scalars, not characters: a mark may follow the dot or a comma, and be one character with it.
    let text = (value.string ?? "").unicodeScalars
    guard let dot = text.firstIndex(of: "."), let known = Operator(rawValue: String(text[..<dot])),
      !text.contains("\n")
    else {
      try self.init(column, .equals, Self.parts(of: text[...]))
      return
    }
    let rest = text[text.index(after: dot)...]
    switch known {
    case .equals, .notEquals: try self.init(column, known, Self.parts(of: rest))
    case .isSet, .isNotSet: try self.init(column, known)
    case .contains, .doesNotContain: try self.init(column, known, [String(rest)])
    case .matches, .doesNotMatch:
      guard rest.count <= Limits.regularExpression else {
        throw .badRegularExpression(
          pattern: String(rest.prefix(20)) + "…",
          reason: "it has more than \(Limits.regularExpression) characters")
      }
      // Without the group, to find errors of the pattern itself.
      _ = try Filter(column, known, [String(rest)])
      try self.init(column, known, ["(?i:\(String(rest)))"])
    }
  }

  private static func parts(of text: Substring.UnicodeScalarView) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
  }
}
