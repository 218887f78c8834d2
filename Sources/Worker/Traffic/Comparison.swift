import Calendar
import Engine
import JSON
import JSONSchema

// `compare`: the same question for another range. Defined in `Sources/Engine/Reports/README.md`, section
// "Comparison".

extension Call {
  /// The range that a `compare` names: `prev`, `yoy`, or an object.
  func comparedRange(
    _ compare: JSONValue, of range: InstantRange, in zone: TimeZoneRules
  ) throws(WorkerError) -> InstantRange {
    let other: (start: Int64, end: Int64)
    switch compare.string {
    case "prev": other = zone.shifted(range.start...range.end, by: .previousMilliseconds)
    case "yoy": other = zone.shifted(range.start...range.end, by: .units(.year, count: 1))
    case let text?:
      throw .invalidParams([.member("compare", "must be prev, yoy or an object, is \"\(text)\"")])
    case nil: other = try comparedRange(object: compare, of: range, in: zone)
    }
    // The default of some methods: the range before a very long one is before the year 0, and has no events.
    let isPrevious = compare.string == "prev"
    guard isPrevious || (writableInstants ~= other.start && writableInstants ~= other.end) else {
      throw .invalidParams([.member("compare", "must yield a range in the years 0000 to 9999")])
    }
    guard let result = InstantRange(start: other.start, end: other.end) else {
      throw .invalidParams([
        .member(
          "compare",
          "must yield a range whose end is not before its start; it yields \(formatInstant(other.start)) to \(formatInstant(other.end))"
        )
      ])
    }
    return result
  }

  private func comparedRange(
    object compare: JSONValue, of range: InstantRange, in zone: TimeZoneRules
  ) throws(WorkerError) -> (start: Int64, end: Int64) {
    let mode = compare["mode"]?.string ?? ""
    let allowed =
      switch mode {
      case "shift": ["unit", "count"]
      case "custom": ["startDate", "endDate"]
      default: [String]()
      }
    for member in ["unit", "count", "startDate", "endDate"] where !allowed.contains(member) {
      if compare[member] ?? .null != .null {
        throw .invalidParams([.compare(member, "must not be given together with mode \(mode)")])
      }
    }
    var other: (start: Int64, end: Int64)
    switch mode {
    case "previous": other = zone.shifted(range.start...range.end, by: .previous)
    case "year": other = zone.shifted(range.start...range.end, by: .units(.year, count: 1))
    case "shift":
      guard let unit = compare["unit"]?.string.flatMap(CalendarUnit.init) else {
        throw .invalidParams([.compare("unit", "must be day, week, month or year if mode is shift")])
      }
      other = zone.shifted(
        range.start...range.end, by: .units(unit, count: compare["count"]?.clampedWholeNumber ?? 1))
    default:
      var errors: [ValidationError] = []
      let dates = dateRange(compare, in: zone, at: "/compare", &errors)
      guard let dates, errors.isEmpty else { throw .invalidParams(errors) }
      other = (dates.start, dates.end)
    }
    if compare["matchWeekday"] == true { other = zone.matchingWeekday(other, of: range.start...range.end) }
    return other
  }

  /// Runs a method for its range and for another, if `params` have a `compare` and the method has no place of its own
  /// for the result.
  func runCompared(_ method: Method, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    guard method.comparison == .beside, let compare = params["compare"], compare != .null else {
      return try checked(method, params)
    }
    let (range, zone) = try range(of: method, params)
    let other = try comparedRange(compare, of: range, in: zone)
    var params = params
    params["compare"] = nil
    let result = try checked(method, params)
    var aligned = self
    aligned.baseline = result
    let comparison = try aligned.checked(method, method.range.replacing(params, by: other))
    return ComparedResult(result: result, comparison: comparison).json(json(range), json(other))
  }

  private func json(_ range: InstantRange) -> JSONValue {
    ["startDate": JSONValue(instant: range.start), "endDate": JSONValue(instant: range.end)]
  }

  /// The range of a method that has one, and its zone.
  func range(of method: Method, _ params: JSONObject) throws(WorkerError) -> (InstantRange, TimeZoneRules) {
    var errors: [ValidationError] = []
    let zone = timeZone(params, &errors)
    let range: InstantRange? =
      switch method.range {
      case .none: nil
      case .dateRange: dateRange(params["dateRange"] ?? .null, in: zone, at: "/dateRange", &errors)
      case .query: dateRange(.object(params), in: zone, at: "", &errors)
      case .traffic: try trafficOrWholeRange(method, params, in: zone, &errors)
      }
    guard let range, errors.isEmpty else { throw .invalidParams(errors) }
    return (range, zone)
  }

  /// `websites.values` may be asked without a range: of all events.
  private func trafficOrWholeRange(
    _ method: Method, _ params: JSONObject, in zone: TimeZoneRules, _ errors: inout [ValidationError]
  ) throws(WorkerError) -> InstantRange? {
    guard method.name == Method.columnValues.name, RangeForm.all(in: params).isEmpty else {
      return trafficRange(params, in: zone, &errors)
    }
    return try wholeRange(params)
  }

  /// The range of all events of a website.
  func wholeRange(_ params: JSONObject) throws(WorkerError) -> InstantRange {
    let extent = try reading(params) { events throws(ReportError) in
      try events.eventExtent(ReportScope(range: .always), on: executor)
    }
    return extent.flatMap { InstantRange(start: $0.lowerBound, end: $0.upperBound) } ?? InstantRange(at: 0)
  }
}

extension ValidationError {
  fileprivate static func compare(_ member: String, _ error: String) -> ValidationError {
    ValidationError(
      instanceLocation: "/compare/\(member)", keywordLocation: "/properties/compare/properties/\(member)",
      error: error)
  }
}

/// Where the params of a method state its range.
enum MethodRange: Sendable {
  case none
  /// In `dateRange`.
  case dateRange
  /// In `startDate` and `endDate`.
  case query
  /// In any ``RangeForm``.
  case traffic

  /// The params with another range.
  fileprivate func replacing(_ params: JSONObject, by range: InstantRange) -> JSONObject {
    var params = params
    let dates: [JSONObject.Member] = [
      (name: "startDate", value: .string(formatInstant(range.start))),
      (name: "endDate", value: .string(formatInstant(range.end))),
    ]
    if self == .query {
      params.merge(JSONObject(members: dates))
      return params
    }
    for member in ["startAt", "endAt", "startDate", "endDate", "period"] where self == .traffic {
      params[member] = nil
    }
    var dateRange = params["dateRange"]?.object ?? JSONObject()
    dateRange.merge(JSONObject(members: dates))
    params["dateRange"] = .object(dateRange)
    return params
  }
}

/// How a method answers `compare`.
enum CompareSupport: Sendable {
  /// It has no range.
  case none
  /// Its result has a place for the comparison.
  case own
  /// The result and the comparison become members of an object.
  case beside
}

/// The reply to a request with `compare`, if the result has no place of its own for it.
struct ComparedResult {
  let result: JSONValue
  /// The same for the other range.
  let comparison: JSONValue

  init(result: JSONValue, comparison: JSONValue) {
    self.result = result
    self.comparison = comparison
  }

  /// Fails if a result of `method` is not one.
  init?(_ value: JSONValue, of method: Method) {
    guard method.comparison == .beside, value["comparisonRange"] != nil, let result = value["result"],
      let comparison = value["comparison"]
    else { return nil }
    self.init(result: result, comparison: comparison)
  }

  fileprivate func json(_ range: JSONValue, _ comparisonRange: JSONValue) -> JSONValue {
    ["result": result, "comparison": comparison, "range": range, "comparisonRange": comparisonRange]
  }

  /// The schemas of its members, of which the first is the result.
  static func members(of result: JSONObject) -> [JSONObject.Member] {
    var result = result
    result["examples"] = nil
    result["$schema"] = nil
    result["$id"] = nil
    let date: JSONValue = ["type": "string", "format": "date-time"]
    let range: JSONValue = [
      "type": "object", "properties": ["startDate": date, "endDate": date],
      "required": ["startDate", "endDate"], "additionalProperties": false,
    ]
    return [
      ("result", .object(result)), ("comparison", .object(result)), ("range", range),
      ("comparisonRange", range),
    ]
  }

  static func schema(_ members: [JSONObject.Member]) -> JSONObject {
    [
      "type": "object", "properties": .object(JSONObject(members: members)),
      "required": .array(members.map { .string($0.name) }), "additionalProperties": false,
    ]
  }
}
