import EventStore
import JSON
import Testing

@testable import Worker

/// The method `store.inspect`, and what clients hear of data that cannot be read.
@Suite struct InspectStoreTests {
  private static let mostlyBad = """
    session_id,created_at,event_id
    s,2025-03-01 10:00:00,1
    ,2025-03-01 10:00:00,2
    s,soon,3

    """

  @Test func `requests that need events say why most rows are bad`() throws {
    let worker = try TestWorker(Self.mostlyBad)
    let range: JSONValue = ["dateRange": ["startDate": "2025-01-01", "endDate": "2025-12-31"]]
    for (method, params) in [("websites.list", [:]), ("reports.utm", range), ("websites.list", [:])] {
      let error = worker.ask(method, params)
      #expect(error["code"] == 3)
      #expect(error["message"]?.string?.hasPrefix("Store: 2 of 3 rows are bad; the first is ") == true)
      let data = error["data"]
      #expect((data?["reason"], data?["rows"], data?["badRows"]) == ("unreadable", 3, 2))
      let first = data?["first"]?.array?.compactMap(\.string) ?? []
      #expect(first.count == 2)
      #expect(first.first == "\(worker.storePath), line 3: session_id is empty")
      #expect(first.last?.hasPrefix("\(worker.storePath), line 4: created_at is \"soon\"") == true)
    }
    // Others are answered.
    #expect(worker.ask("reports.get", ["reportId": "none"])["code"] == 2)
  }

  @Test func `the tool says where to look`() throws {
    let worker = try TestWorker(Self.mostlyBad)
    let result = worker.ask(
      "tools/call",
      [
        "name": "list_websites", "arguments": [:],
        "_meta": [
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientCapabilities": [:],
        ],
      ])
    #expect(result["isError"] == true)
    let text = result["content"]?[at: 0]?["text"]?.string
    #expect(text?.hasSuffix("Call inspect_store to see all reasons.") == true, "\(text ?? "")")
  }

  @Test func `an inspection counts what requests cannot use`() throws {
    let worker = try TestWorker(Self.mostlyBad)
    for file in [nil, worker.storePath] {
      let result = worker.ask("store.inspect", file.map { ["file": .string($0)] })
      #expect(result["files"]?.array?.count == 1)
      let table = result["files"]?[at: 0]
      #expect((table?["rows"], table?["events"], table?["error"]) == (3, 1, .null))
      let problems = (result["problems"]?.array ?? []).map { problem in
        "\(problem["reason"] ?? 0) \(problem["column"] ?? 0) \(problem["rows"] ?? 0) \(problem["lines"] ?? 0)"
      }
      #expect(problems == [#""missing" "session_id" 1 [3]"#, #""notATime" "created_at" 1 [4]"#])
    }
    let unknown = worker.ask("store.inspect", ["file": "other"])
    #expect(unknown["code"] == -32602)
    let error = unknown["data"]?["errors"]?[at: 0]
    #expect(error?["instanceLocation"] == "/file")
    #expect(error?["error"]?.string == "must be a file of the store: \"\(worker.storePath)\"")
    #expect(worker.ask("store.inspect", ["file": 1])["code"] == -32602)
  }

  @Test func `the duplicates of a store are told, too`() throws {
    for imported in [false, true] {
      let worker = try TestWorker(imported: imported)
      let result = worker.ask("store.inspect")
      #expect(result["files"]?[at: 0]?["events"] == 2)
      #expect(result["problems"] == [])
    }
  }

  @Test func `the schema has all formats and reasons`() throws {
    let schema = SchemaCache().document("store.inspect.result.json")
    func words(_ list: String, _ member: String) -> [String?] {
      schema["properties"]?[list]?["items"]?["properties"]?[member]?["enum"]?.array?.map(\.string) ?? []
    }
    #expect(words("files", "format") == InputFormat.allCases.map(\.rawValue))
    #expect(words("files", "encoding") == TextEncoding.allCases.map(\.rawValue))
    #expect(words("problems", "reason") == RowProblem.Reason.allCases.map(\.rawValue))
  }
}
