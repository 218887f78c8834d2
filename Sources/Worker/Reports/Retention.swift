import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let retention = Method(
    report: "retention", endpoint: "POST /api/reports/retention", tool: "retention_report",
    toolArguments: [.limit, .visitorFilters]
  ) {
    params, call throws(WorkerError) in
    let common = try call.commonParams(params)
    var request = RetentionRequest(scope: common.scope, timeZone: common.timeZone)
    if !hasOptions(params) { return try call.retention(request, params) }
    try call.read(params, into: &request)
    return try call.retentionTables(request, params)
  }
}

/// Whether params ask for more than the days of the first event.
private func hasOptions(_ params: JSONObject) -> Bool {
  let defaults: [(name: String, value: JSONValue)] = [
    ("unit", "day"), ("periods", 31), ("start", ["type": "every"]), ("return", ["type": "every"]),
    ("cohort", "first"), ("criterion", "on"), ("dense", false), ("total", false), ("currency", .null),
    ("breakdown", .null),
  ]
  return defaults.contains { name, value in params[name].map { $0 != .null && $0 != value } ?? false }
}

extension Call {
  /// Days with a returning visitor, each with the cohort of a visitor's first event.
  func retention(_ request: RetentionRequest, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    // The cells of a cohort are adjacent and have the same date, which is formatted once.
    var cohort = (milliseconds: Int64.min, date: JSONValue.null)
    return .array(
      try reading(params) { events throws(ReportError) in
        try events.retention(request, on: executor)
      }.map { cell in
        if cell.dateMilliseconds != cohort.milliseconds {
          cohort = (cell.dateMilliseconds, JSONValue(instant: cell.dateMilliseconds))
        }
        return .object(
          JSONObject(members: [
            (name: "date", value: cohort.date), (name: "day", value: JSONValue(cell.day)),
            (name: "visitors", value: JSONValue(cell.visitors)),
            (name: "returnVisitors", value: JSONValue(cell.returnVisitors)),
            (name: "percentage", value: JSONValue(cell.percentage)),
          ]))
      })
  }

  /// Reads the options of params that have passed their schema.
  fileprivate func read(_ params: JSONObject, into request: inout RetentionRequest) throws(WorkerError) {
    var errors: [ValidationError] = []
    func word<Word: RawRepresentable<String>>(_ name: String, _ missing: Word) -> Word {
      params[name]?.string.flatMap(Word.init) ?? missing
    }
    request.unit = word("unit", .day)
    request.weekStart = weekStart(params)
    request.periods = params["periods"]?.clampedWholeNumber.map { Int($0) } ?? request.periods
    request.cohorts = word("cohort", .first)
    request.criterion = word("criterion", .on)
    request.currency = params["currency"]?.string
    if request.currency != nil, params["dense"] != true {
      errors.append(
        .member("currency", "must not be given without \"dense\": true, because amounts need every period"))
    }
    var reader = ConditionReader(self, zone: request.timeZone, range: request.scope.range)
    func matcher(_ name: String, _ reader: inout ConditionReader) -> EventCondition? {
      guard let value = params[name], value != .null else { return nil }
      let condition = reader.matcher(value, at: "/\(name)")
      if case .all(let conditions) = condition, conditions.isEmpty { return nil }
      return condition
    }
    request.start = matcher("start", &reader)
    request.returns = matcher("return", &reader)
    errors += reader.errors
    request.breakdown = breakdown(params["breakdown"] ?? .null, &errors)
    guard errors.isEmpty else { throw .invalidParams(errors) }
  }

  private func breakdown(
    _ breakdown: JSONValue, _ errors: inout [ValidationError]
  ) -> RetentionRequest.Breakdown? {
    if breakdown == .null { return nil }
    let name = breakdown["name"]?.string ?? ""
    let source = breakdown["at"] == "visit" ? DimensionSource.visit : .event
    guard let dimension = Dimension(requestName: name, from: source) else {
      errors.append(
        ValidationError(
          instanceLocation: "/breakdown/name",
          keywordLocation: "/properties/breakdown/properties/name",
          error: "must be a column, channel, entry or property:KEY"))
      return nil
    }
    if case .property = dimension, source == .visit {
      errors.append(
        ValidationError(
          instanceLocation: "/breakdown/at", keywordLocation: "/properties/breakdown/properties/at",
          error: "must not be visit if name is \"\(name)\", because a visit has no properties"))
    }
    return RetentionRequest.Breakdown(
      by: dimension, limit: Int(breakdown["limit"]?.clampedWholeNumber ?? 10), rest: breakdown["rest"] == true
    )
  }

  fileprivate func retentionTables(
    _ request: RetentionRequest, _ params: JSONObject
  ) throws(WorkerError) -> JSONValue {
    let isDense = params["dense"] == true
    var request = request
    request.maximumRows = Limits.retentionRows
    let report = try reading(params) { events throws(ReportError) in
      try events.retentionReport(request, on: executor)
    }
    let rowCount = report.rowCount(isDense: isDense)
    guard rowCount <= Limits.retentionRows else {
      throw .invalidParams([
        .member(
          "periods",
          "must yield at most \(Limits.retentionRows) rows; these units and periods yield at least \(rowCount)"
        )
      ])
    }
    let rows = RetentionJSON(
      period: request.unit == .day ? "day" : "period", isDense: isDense, executor: executor)
    var members: [JSONObject.Member] = [("rows", rows.json(report.table))]
    if params["total"] == true { members.append(("total", rows.total(report.table))) }
    if request.breakdown != nil {
      let groups = report.groups.map { group in
        JSONValue.object(
          JSONObject(members: [
            group.value.map { ("value", .string($0)) } ?? ("rest", true), ("rows", rows.json(group.table)),
          ]))
      }
      members.append(("breakdown", .array(groups)))
    }
    return members.count == 1 ? members[0].value : .object(JSONObject(members: members))
  }
}

/// Writes the tables of a report.
private struct RetentionJSON {
  /// The name of the member that numbers a cohort's units.
  let period: String
  let isDense: Bool
  let executor: ParallelExecutor

  func json(_ table: RetentionTable) -> JSONValue {
    var rows: [JSONValue] = []
    var cohort = (milliseconds: Int64.min, date: JSONValue.null)
    table.forEachRow(isDense: isDense, on: executor) { row in
      if row.dateMilliseconds != cohort.milliseconds {
        cohort = (row.dateMilliseconds, JSONValue(instant: row.dateMilliseconds))
      }
      var members: [JSONObject.Member] = [
        ("date", cohort.date), (period, JSONValue(row.period)), ("visitors", JSONValue(row.visitors)),
        ("returnVisitors", JSONValue(row.returnVisitors)), ("percentage", JSONValue(row.percentage)),
      ]
      if isDense { members.append(("complete", .bool(row.isComplete))) }
      if let money = row.money {
        members.append(("sum", JSONValue(money.sum)))
        members.append(("cumulative", JSONValue(money.cumulative)))
        members.append(("perVisitor", JSONValue(money.perVisitor)))
      }
      rows.append(.object(JSONObject(members: members)))
    }
    return .array(rows)
  }

  func total(_ table: RetentionTable) -> JSONValue {
    .array(
      table.total(on: executor).map { row in
        .object(
          JSONObject(members: [
            (period, JSONValue(row.period)), ("cohorts", JSONValue(row.cohorts)),
            ("visitors", JSONValue(row.visitors)), ("returnVisitors", JSONValue(row.returnVisitors)),
            ("percentage", JSONValue(row.percentage)),
          ]))
      })
  }
}
