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
    let request = GoalsRequest(
      scope: try call.commonParams(params).scope, goals: goals.map(GoalsRequest.Goal.init))
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

extension GoalsRequest.Goal {
  fileprivate init(_ value: JSONValue) {
    let text = value["value"]?.string ?? ""
    switch value["type"]?.string {
    case "event": self = .event(WildcardPattern(text))
    case "event-data":
      self = .eventData(
        event: text, property: value["property"]?.string ?? "",
        value["operator"]?.string.flatMap(PropertyAggregate.init) ?? .count)
    default: self = .path(WildcardPattern(text))
    }
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
