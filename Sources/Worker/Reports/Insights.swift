import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let insights = Method(
    report: "insights", endpoint: "POST /api/reports/insights", tool: "insights_report"
  ) {
    params, call throws(WorkerError) in
    let names = (params["fields"]?.array ?? []).map { $0["name"]?.string ?? "" }
    var request = try call.insightsRequest(params, names)
    if let baseline = call.baseline {
      let rows = baseline.array ?? baseline["rows"]?.array ?? []
      request.rows = rows.map { row in names.map { InsightsValue(row[$0] ?? .null, of: $0) } }
    }
    let insights = try call.reading(params) { events throws(ReportError) in
      try events.insights(request, on: call.executor)
    }
    func json(_ numbers: InsightsNumbers) -> JSONObject {
      JSONObject(members: request.metrics.map { ($0.name, $0.json(numbers, insights.allVisitors)) })
    }
    let rows = JSONValue.array(
      insights.rows.map { row in
        .object(json(row.numbers).with(row.values, names).with(goalsOf: row.numbers))
      })
    guard request.rest || request.total else { return rows }
    var result: JSONObject = ["rows": rows, "count": JSONValue(insights.count)]
    if let rest = insights.rest {
      var row: JSONObject = ["rest": true]
      row.merge(json(rest))
      result["rest"] = .object(row.with(goalsOf: rest))
    }
    if let total = insights.total { result["total"] = .object(json(total).with(goalsOf: total)) }
    return .object(result)
  }
}

/// A row of pageviews, with the values of its fields under the names by which they were asked for.
func json(_ row: InsightsRow, _ names: [String]) -> JSONValue {
  .object(
    JSONObject(members: InsightsMetric.five.map { ($0.name, $0.json(row.numbers, 0)) }).with(
      row.values, names))
}

extension JSONObject {
  /// Adds the values of fields. A field that is requested twice becomes one member.
  fileprivate func with(_ values: [InsightsValue], _ names: [String]) -> JSONObject {
    var object = self
    for (name, value) in zip(names, values) { object[name] = value.json }
    return object
  }

  fileprivate func with(goalsOf numbers: InsightsNumbers) -> JSONObject {
    if numbers.goalVisitors.isEmpty { return self }
    var object = self
    object["goals"] = .array(
      numbers.goalVisitors.map {
        ["visitors": JSONValue($0), "rate": rate($0, numbers.visitors)]
      })
    return object
  }
}

// MARK: - Request

extension Call {
  fileprivate func insightsRequest(
    _ params: JSONObject, _ names: [String]
  ) throws(WorkerError) -> InsightsRequest {
    let common = try commonParams(params)
    var errors: [ValidationError] = []
    let isByVisit = params["scope"] == "visit"
    var fields: [InsightsField] = []
    for (index, name) in names.enumerated() {
      guard let field = InsightsField(requestName: name) else {
        // The schema has checked the name.
        errors.append(.insights("/fields/\(index)/name", "must be a field, is \"\(name)\""))
        continue
      }
      fields.append(field)
      if isByVisit, case .dimension(.property) = field {
        errors.append(
          .insights(
            "/fields/\(index)/name",
            "\(name) must not be given together with scope visit; a visit has no properties")
        )
      }
    }
    var request = InsightsRequest(scope: common.scope, fields: fields)
    request.isByVisit = isByVisit
    request.timeZone = common.timeZone
    request.weekStart = weekStart(params)
    request.bounce = params["bounce"] == "engaged" ? .engaged : .single
    var metrics: [InsightsMetric] = []
    for case let metric? in (params["metrics"]?.array ?? []).map({ $0.string.flatMap(InsightsMetric.init) })
    where !metrics.contains(metric) {
      metrics.append(metric)
    }
    request.metrics = metrics.isEmpty ? InsightsMetric.five : metrics
    var reader = ConditionReader(self, zone: common.timeZone, range: common.scope.range)
    if let events = params["of"], events != .null { request.events = reader.matcher(events, at: "/of") }
    for (index, goal) in (params["goals"]?.array ?? []).enumerated() {
      request.goals.append(reader.matcher(goal, at: "/goals/\(index)"))
    }
    errors += reader.errors
    for (index, order) in (params["orderBy"]?.array ?? []).enumerated() {
      let name = order["name"]?.string ?? ""
      let isDescending = order["descending"] != false
      if let field = names.firstIndex(where: { sameScalars($0, name) }) {
        request.order.append(InsightsRequest.Order(by: .field(field), isDescending: isDescending))
      } else if let metric = InsightsMetric(name) {
        request.order.append(InsightsRequest.Order(by: .metric(metric), isDescending: isDescending))
      } else {
        errors.append(
          .insights(
            "/orderBy/\(index)/name",
            "must be one of the fields or a metric (\(InsightsMetric.allNames)), is \"\(name)\""))
      }
    }
    request.having = (params["having"]?.array ?? []).compactMap(InsightsRequest.Condition.init)
    request.limit = number("limit", params) ?? WebsiteColumns.defaultInsightsRows
    request.offset = number("offset", params) ?? 0
    (request.rest, request.total) = (params["rest"] == true, params["total"] == true)
    guard errors.isEmpty else { throw .invalidParams(errors) }
    return request
  }

  /// A member that is a whole number, of any size.
  private func number(_ name: String, _ params: JSONObject) -> Int? {
    guard let value = params[name], value != .null else { return nil }
    return value.clampedWholeNumber.map { Int($0) }
  }
}

extension ValidationError {
  fileprivate static func insights(_ location: String, _ error: String) -> ValidationError {
    ValidationError(instanceLocation: location, keywordLocation: "", error: error)
  }
}

extension InsightsField {
  /// The field of a name in requests; nil for an unknown one.
  fileprivate init?(requestName name: String) {
    let prefix = "time:".utf8
    switch name {
    case "hour": self = .hour
    case "weekday": self = .weekday
    case "type": self = .dimension(.type)
    case "exit": self = .dimension(.visit(.exit))
    case _ where name.utf8.starts(with: prefix):
      let unit = CalendarUnit(rawValue: String(decoding: name.utf8.dropFirst(prefix.count), as: UTF8.self))
      guard let unit, unit != .minute else { return nil }
      self = .unit(unit)
    default:
      guard let dimension = Dimension(requestName: name) else { return nil }
      self = .dimension(dimension)
    }
  }
}

extension InsightsRequest.Condition {
  /// The condition of an element of `having`.
  fileprivate init?(_ value: JSONValue) {
    let comparisons: [String: Operator] = [
      "gt": .isGreater, "gte": .isGreaterOrEqual, "lt": .isLess, "lte": .isLessOrEqual, "eq": .isEqual,
      "neq": .isNotEqual,
    ]
    guard let metric = InsightsMetric(value["name"]?.string ?? ""),
      let comparison = comparisons[value["operator"]?.string ?? ""], let bound = value["value"]?.double
    else { return nil }
    self.init(metric, comparison, bound)
  }
}

// MARK: - Values and metrics

extension InsightsValue {
  fileprivate var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .number(let number): JSONValue(number)
    case .instant(let instant): JSONValue(instant: instant)
    }
  }

  /// The value of a field in a result.
  fileprivate init(_ value: JSONValue, of name: String) {
    if let number = value.wholeNumber {
      self = .number(Int(clamping: number))
    } else if name.utf8.starts(with: "time:".utf8), let text = value.string,
      let instant = parseInstant(text)
    {
      self = .instant(instant)
    } else {
      self = .text(value.string ?? "")
    }
  }
}

extension InsightsMetric {
  /// In the order in which a row has them if the request names none.
  static let five: [InsightsMetric] = [.views, .visitors, .visits, .bounces, .totalSeconds]

  private static let names: [(name: String, metric: InsightsMetric)] = [
    ("views", .views), ("visitors", .visitors), ("visits", .visits), ("bounces", .bounces),
    ("totaltime", .totalSeconds), ("events", .events), ("bounceRate", .bounceRate),
    ("viewsPerVisit", .viewsPerVisit), ("averageTime", .averageSeconds), ("share", .share),
  ]

  fileprivate static var allNames: String { names.map(\.name).joined(separator: ", ") }

  fileprivate init?(_ name: String) {
    guard let found = Self.names.first(where: { sameScalars($0.name, name) }) else { return nil }
    self = found.metric
  }

  fileprivate var name: String { Self.names.first { $0.metric == self }?.name ?? "" }

  fileprivate func json(_ numbers: InsightsNumbers, _ allVisitors: Int) -> JSONValue {
    switch self {
    case .views: JSONValue(numbers.views)
    case .visitors: JSONValue(numbers.visitors)
    case .visits: JSONValue(numbers.visits)
    case .bounces: JSONValue(numbers.bounces)
    case .totalSeconds: .integer(numbers.totalSeconds)
    case .events: JSONValue(numbers.events)
    case .averageSeconds: seconds(ofMilliseconds: numbers.averageMilliseconds)
    case .bounceRate, .viewsPerVisit, .share: JSONValue(numbers.value(self, allVisitors: allVisitors))
    }
  }
}
