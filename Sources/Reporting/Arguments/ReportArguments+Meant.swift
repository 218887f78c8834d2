public import JSON

// Names that somebody may have meant, where a step, a goal or a currency counts nothing.

/// A step or goal that no event matched.
public struct MissedStep: Equatable, Sendable {
  let type: String
  let value: String

  /// The type of `websites.metrics` that lists the names of such steps.
  public var metric: String { ["event", "custom"].contains(type) ? "event" : "path" }

  /// The step with the name among `names` that was meant; nil if its own is among them, or none is like it.
  ///
  /// - Parameter suggestedName: Returns which of the given names a misspelt one probably means.
  public func nearest(among names: [String], _ suggestedName: (String, [String]) -> String?) -> String? {
    names.contains(value) ? nil : suggestedName(value, names).map { "\(type):\(displayable($0))" }
  }
}

extension ReportArguments {
  /// The steps and goals of a result, or of its params, that nothing counts for. Patterns are left out.
  public func missedSteps(of result: JSONValue, _ params: JSONObject) -> [MissedStep] {
    let result = hasComparisonBesideResult ? result["result"] ?? .null : result
    let rows: [JSONValue]
    switch kind.name {
    case "funnel":
      rows = Array(
        (result.array ?? result["steps"]?.array ?? []).filter { $0["visitors"]?.isBlank ?? false }.prefix(1))
    case "goals": rows = (result.array ?? []).filter { $0["result"]?.isBlank ?? false }
    case "attribution": rows = params["steps"]?.array ?? []
    default: rows = []
    }
    return rows.compactMap { row in
      guard let type = row["type"]?.string, let value = row["value"]?.string,
        !value.utf8.contains(UInt8(ascii: "*"))
      else { return nil }
      return MissedStep(type: type == "event-data" ? "event" : type, value: value)
    }
  }

  /// A sentence that says that no amount is in the currency that the user gave; nil if there are some.
  ///
  /// - Parameter currencies: The result of `reports.currencies` over the report's range; nil if none was asked for.
  public func currencyNotice(of currencies: JSONValue?) -> String? {
    guard let currencies, let currency = values["--currency"]?.first?.string else { return nil }
    let names = (currencies.array ?? []).compactMap { $0["currency"]?.string }
    if names.contains(currency) { return nil }
    let sentence = "no event of this range has an amount in \(displayable(currency))"
    if let same = names.first(where: { $0.lowercased() == currency.lowercased() }) {
      return "\(sentence); did you mean \(displayable(same))?"
    }
    if names.isEmpty { return "no event of this range has an amount with a currency" }
    return "\(sentence); there are amounts in \(names.map(displayable).joined(separator: ", "))"
  }
}
