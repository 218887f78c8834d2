import JSON
import Testing

@testable import Worker

/// A combining mark after a sign is one character with it, but belongs to what follows.
@Suite struct CombiningMarkTests {
  private static let events: JSONValue = [
    ["session_id": "s", "created_at": "2025-03-01 10:00:00", "url_path": "/", "data": ["\u{301}x": "a"]],
    ["session_id": "t", "created_at": "2025-03-01 10:00:00", "url_path": "/", "data": ["x": "a"]],
  ]
  private static let name: JSONValue = "property:\u{301}x"
  private let worker: TestWorker

  init() throws {
    worker = try TestWorker(imported: true)
    let reply = worker.ask("events.append", ["websiteId": "a", "events": Self.events])
    try #require(reply["added"] == 2, "\(reply)")
  }

  private func ask(_ report: String, _ members: JSONObject) -> JSONValue {
    var params: JSONObject = ["dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-31"]]
    params.merge(members)
    return worker.ask("reports.\(report)", .object(params))
  }

  @Test func `a key of a property may begin with one`() {
    let filters: JSONValue = [["name": Self.name, "operator": "eq", "value": "a"]]
    let goals: JSONValue = [["type": "every", "goal": 1]]
    #expect(ask("goals", ["filters": filters, "goals": goals])[at: 0]?["result"] == 1)
    let rows = ask("insights", ["fields": [["name": Self.name]], "filters": filters]).array ?? []
    #expect(rows.map { $0[Self.name.string ?? ""] } == ["a"])
    let journeys = ask("journey", ["steps": 2, "item": Self.name, "filters": filters]).array ?? []
    #expect(journeys.map { $0["items"] } == [["a", nil]])
    let funnel = ask(
      "funnel",
      [
        "window": 60, "steps": [["type": "every"], ["type": "every"]], "breakdown": ["name": Self.name],
        "filters": filters,
      ])
    #expect(funnel["breakdown"]?.array?.map { $0["value"] } == ["a"])
  }

  @Test func `so may a segment of an endpoint`() {
    let error = worker.ask("GET /api/websites/\u{301}a/stats", ["startAt": 0, "endAt": 1])
    #expect(error["code"] == 1 && error["data"] == ["websiteId": "\u{301}a"], "\(error)")
  }
}
