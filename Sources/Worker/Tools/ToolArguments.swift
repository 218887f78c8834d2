import Calendar
import JSON
import JSONSchema

/// Rewrites the arguments of a tool call to params: models write what people would say, such as a month in place of two
/// dates, or `contains` in place of `c`. What is in the form of params stays as it is.
struct ToolArguments {
  let zones: TimeZoneDatabase
  /// Milliseconds since 1970.
  let now: Int64

  /// Throws if a period has no meaning.
  func params(_ arguments: JSONObject, of method: Method) throws(WorkerError) -> JSONObject {
    var params = arguments
    if let text = arguments["dateRange"]?.string { params["dateRange"] = try dateRange(text, arguments) }
    if case .query = method.range, let range = params["dateRange"]?.object {
      params["dateRange"] = nil
      params.merge(range)
    }
    switch arguments["compare"]?.string {
    case "previous"?: params["compare"] = previous(params)
    case nil where method.name == Method.stats.name && arguments["compare"] ?? .null == .null:
      params["compare"] = previous(params)
    case "year"?: params["compare"] = ["mode": "year"]
    case let unit? where ["day", "week", "month"].contains(unit):
      params["compare"] = ["mode": "shift", "unit": .string(unit)]
    case let word? where !["prev", "yoy"].contains(word):
      throw .invalidParams([
        .member(
          "compare",
          "must be previous, year, month, week, day or an object with a mode, is \"\(word)\"")
      ])
    default: break
    }
    if let filters = arguments["filters"] { params["filters"] = Self.conditions(filters) }
    if let fields = arguments["fields"]?.array {
      params["fields"] = .array(fields.map { field in field.string.map { ["name": .string($0)] } ?? field })
    }
    for name in ["steps", "goals", "exclude", "exclusions"] {
      if let list = arguments[name]?.array { params[name] = .array(list.map(Self.matcher)) }
    }
    for name in ["from", "to", "of", "start", "return"] {
      if let value = arguments[name] { params[name] = Self.matcher(value) }
    }
    return params
  }

  /// A matcher whose filters are rewritten, at any depth.
  private static func matcher(_ value: JSONValue) -> JSONValue {
    guard var object = value.object else { return value }
    if let filters = object["filters"] { object["filters"] = conditions(filters) }
    if let choices = object["any"]?.array { object["any"] = .array(choices.map(matcher)) }
    return .object(object)
  }

  /// The two dates of a period: `2026-05`, `last-month`, `2026-05-01..2026-05-17`.
  private func dateRange(_ text: String, _ arguments: JSONObject) throws(WorkerError) -> JSONValue {
    // A wrong zone is reported with the other params.
    let zone = arguments["timezone"]?.string.flatMap { try? zones.rules(named: $0) } ?? .utc
    if let period = zone.period(named: text.lowercased(), now: now) {
      return ["startDate": .integer(period.start), "endDate": .integer(period.end)]
    }
    if let dates = Self.ends(text) {
      return ["startDate": .string(dates.first), "endDate": .string(dates.last)]
    }
    if (try? CalendarDate(text)) != nil { return ["startDate": .string(text), "endDate": .string(text)] }
    throw .invalidParams([
      .member(
        "dateRange",
        "must be a day (2026-05-17), a month (2026-05), a year (2026), today, yesterday, this-week, last-week, "
          + "this-month, last-month, this-year, last-year, a time until now (24h, 7d, 4w, 6m, 1y), two dates "
          + "(2026-05-01..2026-05-17) or an object with startDate and endDate, is \"\(text)\"")
    ])
  }

  /// The comparison with the range before: with the months before, if the range consists of months.
  private func previous(_ params: JSONObject) -> JSONValue {
    let zone = params["timezone"]?.string.flatMap { try? zones.rules(named: $0) } ?? .utc
    if let start = try? CalendarDate(params["dateRange"]?["startDate"] ?? .null).start(in: zone),
      let end = try? CalendarDate(params["dateRange"]?["endDate"] ?? .null).end(in: zone), start <= end,
      let months = zone.wholeMonths(of: start...end)
    {
      return ["mode": "shift", "unit": "month", "count": .integer(months)]
    }
    return ["mode": "previous"]
  }

  private static func ends(_ text: String) -> (first: String, last: String)? {
    let bytes = Array(text.utf8)
    guard let dots = bytes.indices.dropLast().first(where: { bytes[$0] == 0x2E && bytes[$0 + 1] == 0x2E })
    else {
      return nil
    }
    let (first, last) = (bytes[..<dots], bytes[(dots + 2)...])
    if first.isEmpty || last.isEmpty { return nil }
    return (String(decoding: first, as: UTF8.self), String(decoding: last, as: UTF8.self))
  }

  /// Operators in words.
  private static let operators: [String: String] = [
    "=": "eq", "==": "eq", "is": "eq", "equals": "eq", "equal": "eq", "in": "eq", "!=": "neq",
    "not_equals": "neq",
    "notEquals": "neq", "is_not": "neq", "not_in": "neq", "contains": "c", "not_contains": "dnc",
    "not_regex": "nre",
    "notContains": "dnc", "does_not_contain": "dnc", "exists": "s", "is_set": "s", "isSet": "s", "set": "s",
    "not_exists": "ns", "is_not_set": "ns", "not_set": "ns", "matches": "re", "regex": "re",
    "not_matches": "nre",
    ">": "gt", ">=": "gte", "<": "lt", "<=": "lte",
  ]

  /// Filters with operators in words, numbers as values, and a single filter in place of a list.
  private static func conditions(_ filters: JSONValue) -> JSONValue {
    if filters.object != nil { return .array([condition(filters)]) }
    return filters.array.map { .array($0.map(condition)) } ?? filters
  }

  private static func condition(_ value: JSONValue) -> JSONValue {
    guard var object = value.object else { return value }
    for name in ["any", "all"] { object[name] = object[name].map(conditions) }
    object["not"] = object["not"].map(condition)
    if var did = object["did"]?.object {
      did["filters"] = did["filters"].map(conditions)
      object["did"] = .object(did)
    }
    if let word = object["operator"]?.string, let known = operators[word] {
      object["operator"] = .string(known)
      if ["in", "not_in"].contains(word), let list = object["value"]?.string {
        object["value"] = .array(
          list.unicodeScalars.split(separator: ",").map { .string(String($0.drop { $0 == " " })) })
      }
    }
    if object["operator"] == nil, object["name"] != nil, object["value"] != nil { object["operator"] = "eq" }
    let takesNumbers = ["gt", "gte", "lt", "lte"].contains(object["operator"]?.string ?? "")
    if !takesNumbers, let value = object["value"] {
      object["value"] = value.array.map { .array($0.map(text)) } ?? text(value)
    }
    return .object(object)
  }

  /// A number or a flag as the text that events have.
  private static func text(_ value: JSONValue) -> JSONValue {
    switch value {
    case .integer, .decimal, .double, .bool: .string(value.description)
    default: value
    }
  }
}
