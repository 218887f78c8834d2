import Foundation
import JSON
import TestSupport
import Testing

/// The examples, run as their page says.
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

  private func check(
    _ store: [String], requests name: String = "requests.ndjson", _ replies: [String]
  ) throws {
    let requests = try Data(contentsOf: Self.folder.appendingPathComponent(name))
    let outcome = try BuiltBinary.run(["serve"] + store, input: requests, in: Self.folder)
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines.map(steady) == replies.map(steady))
  }

  @Test func `the requests get the printed replies from the CSV files`() throws {
    try check(["website_event.csv", "event_data.csv"], lines("replies.ndjson"))
  }

  @Test func `the requests about web vitals get the printed replies, from the file and from a store`() throws
  {
    let replies = try lines("web_vitals.replies.ndjson")
    try check(["web_vitals.csv"], requests: "web_vitals.ndjson", replies)
    let folder = try TemporaryFolder()
    let store = folder.path("store.db")
    for expected in [
      "\(store): 24 events added, 0 properties added",
      "\(store): 0 events added (24 known already), 0 properties added",
    ] {
      let imported = try BuiltBinary.run(["import", store, "web_vitals.csv"], in: Self.folder)
      #expect(imported.lines == [expected])
    }
    try check([store], requests: "web_vitals.ndjson", replies)
    // Exported, and merged with what the store has already.
    _ = try BuiltBinary.run(["export", store, "exported"], in: folder.url)
    let other = folder.path("other.db")
    for files in [["exported/website_event.csv"], [store]] {
      _ = try BuiltBinary.run(["import", other] + files, in: folder.url)
      try check([other], requests: "web_vitals.ndjson", replies)
    }
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

  @Test func `there is a request for every method that CSV files answer`() throws {
    let asked = try (lines("requests.ndjson") + lines("web_vitals.ndjson")).map { line in
      try JSONValue(parsing: Array(line.utf8), maximumDepth: 32)["method"]?.string ?? ""
    }
    let methods = try schemas(of: "params").filter {
      !$0.hasPrefix("rpc.") && !["events.append", "store.inspect"].contains($0)
    }
    #expect(!methods.isEmpty)
    for method in methods { #expect(asked.contains(method)) }
  }

  @Test func `the examples in the schemas are what methods take and give`() throws {
    let methods = try schemas(of: "params").filter { !$0.hasPrefix("rpc.") && $0 != "store.inspect" }
    var requests = ""
    var results: [JSONValue] = []
    // In the order in which they make sense.
    let saved = [
      "reports.create", "reports.list", "umami.reports", "reports.get", "reports.update",
      "reports.check", "reports.run", "reports.delete", "events.append",
    ]
    for method in methods.filter({ !saved.contains($0) }) + saved {
      requests +=
        #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(try example("\(method).params"))}"# + "\n"
      results.append(try example("\(method).result"))
    }
    let folder = try TemporaryFolder()
    let store = folder.path("store.db")
    _ = try BuiltBinary.run(
      ["import", store, "website_event.csv", "event_data.csv", "web_vitals.csv"], in: Self.folder)
    let outcome = try BuiltBinary.run(["serve", store], input: Data(requests.utf8), in: Self.folder)
    let expected = results.map { result in
      #"{"jsonrpc":"2.0","id":1,"result":\#(result)}"#.replacing(/,"notice":"[^"]*"/, with: "")
    }
    #expect(outcome.lines.map(steady) == expected.map(steady))
  }

  @Test func `the example of an inspection is what the command prints`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "visits.csv",
      """
      session_id;created_at;event_id;page
      ann;2026-03-01 10:00:00;1;/a
      ann;2026-03-01 10:01:00;2;/b
      ;2026-03-01 10:02:00;3;/c
      ben;2026-03-01 10:03:00;2;/d

      """)
    let outcome = try BuiltBinary.run(["inspect", "visits.csv", "--format", "json"], in: folder.url)
    #expect(outcome.lines == ["\(try example("store.inspect.result"))"])
  }

  private func schemas(of kind: String) throws -> [String] {
    try BuiltBinary.run(["schema"]).lines.filter { $0.hasSuffix(".\(kind).json") }
      .map { String($0.dropLast(".\(kind).json".count)) }
  }

  private func example(_ schema: String) throws -> JSONValue {
    let text = try BuiltBinary.run(["schema", schema]).output
    return try #require(JSONValue(parsing: Array(text), maximumDepth: 32)["examples"]?.array?.first)
  }
}
