import Engine
import JSON

extension Method {
  static let goals = Method("reports.goals", "POST /api/reports/goals") {
    params, worker throws(WorkerError) in
    let goals = params["goals"]?.array ?? []
    let request = GoalsRequest(
      scope: try worker.question(params).scope, goals: goals.map(GoalsRequest.Goal.init))
    let results = try worker.reading(params) { $0.goals(request, on: worker.scanner) }
    return .array(
      zip(goals, results).map { goal, result in
        var reply = goal.object ?? JSONObject()
        reply["goal"] = number(goal["goal"] ?? .null)
        reply["result"] = JSONValue(result)
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

/// The goal as a number, also where it was sent in quotes; the schema lets through digits only.
private func number(_ goal: JSONValue) -> JSONValue {
  guard let text = goal.string else { return goal }
  return (try? JSONValue(parsing: Array(text.utf8), maximumDepth: 1)) ?? JSONValue(Double(text) ?? 0)
}
