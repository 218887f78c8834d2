public import JSON

/// What the values of a list had in the range that it is compared with, if each range has first values of its own: those
/// of one range may be missing in the list of the other.
struct ComparedValues {
  private var rows: [[UInt8]: JSONValue] = [:]
  /// Whether a limit may have left out values.
  private let isCut: Bool
  private let name: String

  /// - Parameter name: The member of rows that is the value.
  init(_ context: ReportContext, name: String) {
    self.name = name
    let limits = context.limitsOfValues ?? (own: .max, largest: .max)
    let isWhole = context.comparedValues != nil
    let list = (context.comparedValues ?? context.comparison)?.array ?? []
    let skipped = isWhole ? 0 : context.params["offset"]?.double ?? 0
    let values = list.count { $0["rest"] != true }
    isCut = skipped > 0 || Int64(values) >= (isWhole ? limits.largest : limits.own)
    for row in list where row["rest"] != true { rows[key(row)] = row }
  }

  /// A number of the value of `row` in the other range: `ofNothing` if the value did not occur there, nil if that is unknown.
  func number(
    _ row: JSONValue, ofNothing: JSONValue? = 0, _ number: (JSONValue) -> JSONValue?
  ) -> JSONValue? {
    if let before = rows[key(row)] { return number(before) }
    return isCut ? nil : ofNothing
  }

  /// Bytes, because texts that look the same may be different values.
  private func key(_ row: JSONValue) -> [UInt8] {
    Array((row[name]?.string ?? "").utf8) + [0] + Array((row["country"]?.string ?? "").utf8)
  }
}

extension ReportContext {
  /// How many values a list has, and how many it may have at most; nil if the ranges do not have values of their own.
  fileprivate var limitsOfValues: (own: Int64, largest: Int64)? {
    switch arguments.method {
    case "websites.metrics.expanded": (params["limit"]?.clampedWholeNumber ?? 500, 100_000)
    case "websites.series" where params["by"] != nil:
      (params["by"]?["limit"]?.clampedWholeNumber ?? 10, 1_000)
    default: nil
    }
  }

  /// The params of the same method with which a text gets what the values of `result` had in the range of the comparison,
  /// for ``comparedValues``; nil if the result has them.
  public func paramsOfComparedValues(_ result: JSONValue) -> JSONObject? {
    guard let limits = limitsOfValues, comparedResult(of: result) != nil,
      let range = result["comparisonRange"]?.object
    else { return nil }
    var params = params
    params["compare"] = nil
    params["offset"] = nil
    var dates = params["dateRange"]?.object ?? JSONObject()
    dates.merge(range)
    params["dateRange"] = .object(dates)
    if var by = params["by"]?.object {
      by["limit"] = .integer(limits.largest)
      by["rest"] = nil
      params["by"] = .object(by)
    } else {
      params["limit"] = .integer(limits.largest)
    }
    return params
  }
}
