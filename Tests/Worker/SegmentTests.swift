import JSON
import Testing

@testable import Worker

/// Saved segments in filters.
@Suite struct SegmentTests {
  private let worker: TestWorker
  private static let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]

  init() throws { worker = try TestWorker() }

  /// Saves a segment, and returns the filter element that refers to it.
  private func segment(_ filters: [JSONValue]) throws -> JSONValue {
    let parameters: JSONValue = ["match": "any", "filters": .array(filters)]
    let saved = worker.ask(
      "reports.create",
      ["websiteId": "a", "type": "segment", "name": "S", "parameters": parameters])
    return ["segment": try #require(saved["id"])]
  }

  private func ask(_ filters: [JSONValue], _ members: JSONObject = [:]) -> JSONValue {
    var params: JSONObject = [
      "dateRange": Self.range, "goals": [["type": "every", "goal": 1]], "filters": .array(filters),
    ]
    params.merge(members)
    return worker.ask("reports.goals", .object(params))
  }

  private static let error =
    "must be one of at most 256 references of a request to segments, those in other segments included"

  @Test func `a request has a limit of references to segments`() throws {
    let leaf = try segment([["name": "url", "operator": "eq", "value": "/"]])
    // With the 63 that are in it, each is 64 references.
    let many = try segment(Array(repeating: leaf, count: 63))
    let largest = Array(repeating: many, count: 4)
    #expect(ask(largest)[at: 0]?["result"] == 1)
    // Each of the two ranges has its own.
    let compared = ask(largest, ["compare": ["mode": "previous"]])
    #expect(compared["result"]?[at: 0]?["result"] == 1)
    let refused = ask(largest + [leaf])
    #expect(refused["code"] == -32602)
    #expect(refused["data"]?["errors"]?[at: 0]?["instanceLocation"] == "/filters/4/segment")
    #expect(refused["data"]?["errors"]?[at: 0]?["error"]?.string == Self.error)
    // Those of filters and those of the report's own members count together.
    let goals: JSONValue = [["type": "every", "filters": [leaf], "goal": 1]]
    #expect(ask(largest, ["goals": goals])["code"] == -32602)
    #expect(ask(Array(largest.dropFirst()), ["goals": goals])[at: 0]?["result"] == 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `segments that repeat each other do not multiply`() throws {
    var element = try segment([["name": "url", "operator": "eq", "value": "/"]])
    for _ in 0..<7 { element = try segment(Array(repeating: element, count: 64)) }
    #expect(ask([element])["code"] == -32602)
  }
}
