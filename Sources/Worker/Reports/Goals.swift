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
    let request = GoalsRequest(scope: common.scope, goals: try call.goals(goals, common))
    let results = try call.reading(params) { columns throws(ScopeError) in
      try columns.goals(request, on: call.executor)
    }
    return .array(
      goals.indices.map { index in
        var reply = goals[index].object ?? JSONObject()
        reply["goal"] = numbers[index]
        reply["result"] = JSONValue(results[index])
        return .object(reply)
      })
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
    case .sum(let amount): self = JSONValue(amount)
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
