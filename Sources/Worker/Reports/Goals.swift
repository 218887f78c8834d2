import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let goals = Method(
    report: "goals", endpoint: "POST /api/reports/goals", tool: "goals_report"
  ) {
    params, call throws(WorkerError) in
    let goals = params["goals"]?.array ?? []
    let numbers = try numbers(goals)
    let common = try call.commonParams(params)
    var request = GoalsRequest(scope: common.scope, goals: try call.goals(goals, common))
    let options = try call.goalOptions(params, common, &request)
    var replies = goals.indices.map { index in
      var reply = goals[index].object ?? JSONObject()
      reply["goal"] = numbers[index]
      return reply
    }
    if options == nil {
      let results = try call.reading(params) { events throws(ReportError) in
        try events.goals(request, on: call.executor)
      }
      for index in goals.indices { replies[index]["result"] = JSONValue(results[index]) }
    } else {
      let report = try call.reading(params) { events throws(ReportError) in
        try events.goalsReport(request, on: call.executor)
      }
      for index in goals.indices { report.write(goal: index, options?.buckets, to: &replies[index]) }
    }
    return .array(replies.map(JSONValue.object))
  }
}

/// What a request asks for besides the results.
private struct GoalOptions {
  /// The units of the trend; nil if none is asked for.
  var buckets: SeriesBuckets?
}

extension Call {
  /// Reads the options of params that have passed their schema; nil if there are none.
  fileprivate func goalOptions(
    _ params: JSONObject, _ common: CommonParams, _ request: inout GoalsRequest
  ) throws(WorkerError) -> GoalOptions? {
    var options = GoalOptions()
    request.countsVisitors = params["metrics"] == true
    if let unit = params["trend"]?["unit"]?.string.flatMap(CalendarUnit.init) {
      let units = SeriesUnits(unit, weekStart: weekStart(params), in: common.timeZone)
      let buckets = try buckets(units, of: common.scope.range, member: "trend/unit")
      guard request.goals.count * buckets.count <= Limits.seriesPoints else {
        throw .invalidParams([
          .member(
            "trend/unit",
            "must yield at most \(Limits.seriesPoints) points; the range has \(buckets.count) of these units, for each of \(request.goals.count) goals"
          )
        ])
      }
      (options.buckets, request.trend) = (buckets, buckets.starts)
    }
    if let by = params["by"], by != .null { request.by = try goalValues(by, request) }
    let isEmpty = !request.countsVisitors && request.trend == nil && request.by == nil
    return isEmpty ? nil : options
  }

  private func goalValues(
    _ by: JSONValue, _ request: GoalsRequest
  ) throws(WorkerError) -> GoalsRequest.By {
    let isAboutProperties = request.goals.contains { if case .eventData = $0 { true } else { false } }
    if isAboutProperties {
      throw .invalidParams([
        .member(
          "by", "must not be given together with a goal of type event-data, which has no values of visits")
      ])
    }
    guard case .visit(let value)? = Dimension(requestName: by["name"]?.string ?? "", from: .visit) else {
      throw .invalidParams([.member("by/name", "must be a column, channel or entry")])
    }
    return GoalsRequest.By(
      value, limit: Int(by["limit"]?.clampedWholeNumber ?? 20), rest: by["rest"] == true)
  }
}

extension GoalsReport {
  /// Adds the numbers of a goal to its reply.
  fileprivate func write(goal: Int, _ buckets: SeriesBuckets?, to reply: inout JSONObject) {
    reply["result"] = JSONValue(results[goal])
    if let (all, goals) = visitors {
      reply["visitors"] = JSONValue(goals[goal].visitors)
      reply["visits"] = JSONValue(goals[goal].visits)
      reply["rate"] = rate(goals[goal].visitors, all.visitors)
      reply["visitRate"] = rate(goals[goal].visits, all.visits)
    }
    if let points = trend?[goal], let buckets {
      reply["trend"] = .array(
        buckets.map { index, start, isComplete in
          [
            "t": start, "result": JSONValue(points[index].result),
            "visitors": JSONValue(points[index].visitors), "complete": .bool(isComplete),
          ]
        })
    }
    if let values = values?[goal] {
      reply["by"] = .array(
        values.map { value in
          .object(
            JSONObject(members: [
              value.value.map { ("value", .string($0)) } ?? ("rest", true),
              ("result", JSONValue(value.result)), ("visitors", JSONValue(value.visitors)),
              ("total", JSONValue(value.total)), ("rate", rate(value.visitors, value.total)),
            ]))
        })
    }
  }
}

extension Call {
  fileprivate func goals(
    _ goals: [JSONValue], _ common: CommonParams
  ) throws(WorkerError) -> [GoalsRequest.Goal] {
    var reader = ConditionReader(self, zone: common.timeZone, range: common.scope.range)
    var errors: [ValidationError] = []
    var read: [GoalsRequest.Goal] = []
    for (index, value) in goals.enumerated() {
      guard value["type"]?.string == "event-data" else {
        switch reader.step(value, at: "/goals/\(index)") {
        case .path(let pattern): read.append(.path(pattern))
        case .event(let pattern): read.append(.event(pattern))
        case .condition(let condition, _): read.append(.condition(condition))
        }
        continue
      }
      for name in ["filters", "any"] where value[name].map({ $0 != .null }) ?? false {
        errors.append(
          ValidationError(
            instanceLocation: "/goals/\(index)", keywordLocation: "",
            error: "must not have \"\(name)\", because a goal of type event-data has none"))
      }
      read.append(
        .eventData(
          event: value["value"]?.string ?? "", property: value["property"]?.string ?? "",
          value["operator"]?.string.flatMap(PropertyAggregate.init) ?? .count))
    }
    errors += reader.errors
    guard errors.isEmpty else { throw .invalidParams(errors) }
    return read
  }
}

extension JSONValue {
  fileprivate init(_ result: GoalResult) {
    switch result {
    case .count(let count): self = JSONValue(count)
    case .amount(let amount): self = JSONValue(amount)
    case .average(let mean): self = JSONValue(mean)
    }
  }
}

/// The goals as exact numbers. Throws if one has too many digits to be stored exactly.
private func numbers(_ goals: [JSONValue]) throws(WorkerError) -> [JSONValue] {
  var numbers: [JSONValue] = []
  for (index, goal) in goals.enumerated() {
    switch number(goal["goal"] ?? .null) {
    case .double?, nil:
      throw .invalidParams([
        ValidationError(
          instanceLocation: "/goals/\(index)/goal",
          keywordLocation: "/properties/goals/items/properties/goal",
          error: "must be a number of at most 38 digits")
      ])
    case let number?: numbers.append(number)
    }
  }
  return numbers
}

/// A goal as a number. It may be a string, in which the schema allows a decimal number with leading zeros.
private func number(_ goal: JSONValue) -> JSONValue? {
  guard let text = goal.string else { return goal }
  let isNegative = text.utf8.first == UInt8(ascii: "-")
  let unsigned = text.utf8.dropFirst(isNegative ? 1 : 0)
  var digits = unsigned.drop { $0 == UInt8(ascii: "0") }
  if digits.first.map({ $0 == UInt8(ascii: ".") }) ?? true {
    digits = unsigned.dropFirst(unsigned.count - digits.count - 1)
  }
  let lexeme = (isNegative ? [UInt8(ascii: "-")] : []) + Array(digits)
  return try? JSONValue(parsing: lexeme, maximumDepth: 1)
}
