import Foundation
import JSON
import TestSupport
import Testing

/// The examples, run as the README says.
@Suite struct ExampleTests {
  private static let folder = BuiltBinary.checkout.appendingPathComponent("examples")

  private func lines(_ name: String) throws -> [String] {
    try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  /// A reply with the times at which a report was saved blotted out.
  private func steady(_ line: String) -> String {
    line.replacing(/"(createdAt|updatedAt)":"[^"]*"/) { "\"\($0.output.1)\":\"\"" }
  }

  private func check(_ store: [String], _ replies: [String]) throws {
    let requests = try Data(contentsOf: Self.folder.appendingPathComponent("requests.ndjson"))
    let outcome = try BuiltBinary.run(["serve"] + store, input: requests, in: Self.folder)
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines.map(steady) == replies.map(steady))
  }

  @Test func `the requests get the printed replies from the CSV files`() throws {
    try check(["website_event.csv", "event_data.csv"], lines("replies.ndjson"))
  }

  @Test func `a store made by import gives the same replies, and says nothing of the end of the process`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = folder.path("store.db")
    let imported = try BuiltBinary.run(
      ["import", store, "website_event.csv", "event_data.csv"], in: Self.folder)
    #expect(imported.exitCode == 0)
    #expect(imported.lines == ["\(store): 2850 events added, 448 properties added"])
    let again = try BuiltBinary.run(
      ["import", store, "website_event.csv", "event_data.csv"], in: Self.folder)
    #expect(
      again.lines == [
        "\(store): 0 events added (2850 known already), 0 properties added (448 known already)"
      ])
    try check([store], lines("replies.ndjson").map { $0.replacing(/,"notice":"[^"]*"/, with: "") })
  }

  @Test func `there is a request for every method`() throws {
    let asked = try lines("requests.ndjson").map { line in
      try JSONValue(parsing: Array(line.utf8), maximumDepth: 32)["method"]?.string ?? ""
    }
    let schemas = try BuiltBinary.run(["schema"]).lines
    let methods = schemas.filter { $0.hasSuffix(".params.json") }.map {
      String($0.dropLast(".params.json".count))
    }
    #expect(methods.count == 16)
    for method in methods { #expect(asked.contains(method)) }
  }
}
