import Foundation
import JSON
import TestSupport
import Testing

/// The golden answers: 129 requests over one event set, computed by other engines from the definitions.
@Suite struct GoldenTests {
  private struct Case {
    let id: Int64
    let request: JSONValue
    let result: JSONValue
  }

  private static let folder = BuiltBinary.checkout.appendingPathComponent("Tests/Golden/events")
  private static let tables = ["website_event.csv", "event_data.csv"].map {
    folder.appendingPathComponent($0).path
  }

  private func cases() throws -> [Case] {
    let text = try Data(contentsOf: Self.folder.appendingPathComponent("expected.ndjson"))
    return try text.split(separator: UInt8(ascii: "\n")).map { line in
      let value = try JSONValue(parsing: Array(line), maximumDepth: 32)
      let id = try #require(value["id"]?.wholeNumber)
      let (method, params) = (try #require(value["method"]), try #require(value["params"]))
      return Case(
        id: id, request: ["jsonrpc": "2.0", "id": .integer(id), "method": method, "params": params],
        result: try #require(value["result"]))
    }
  }

  /// Sends all requests down one pipe to a worker over `store` and compares every result.
  private func check(_ store: [String]) throws {
    let cases = try cases()
    #expect(cases.count == 129)
    let input = cases.map { "\($0.request)\n" }.joined()
    let outcome = try BuiltBinary.run(["serve"] + store, input: Data(input.utf8))
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors == "")
    try #require(outcome.lines.count == cases.count)
    for (wanted, line) in zip(cases, outcome.lines) {
      let reply = try JSONValue(parsing: Array(line.utf8), maximumDepth: 32)
      #expect(reply["id"]?.wholeNumber == wanted.id)
      let result = try #require(reply["result"], "request \(wanted.id) failed: \(line.prefix(300))")
      #expect(difference(wanted.result, result) == nil, "request \(wanted.id)")
    }
  }

  @Test func `every golden answer comes from the CSV files`() throws {
    try check(Self.tables)
  }

  @Test func `every golden answer comes from a store made by import`() throws {
    let folder = try TemporaryFolder()
    let store = folder.path("store.db")
    let outcome = try BuiltBinary.run(["import", store] + Self.tables)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    try check([store])
  }
}
