import JSON
import JSONRPC
import TestSupport
import Testing

@testable import EventStore
@testable import Worker

/// Saved reports that another program has written into the store.
@Suite struct ForeignReportTests {
  private let worker: TestWorker

  init() throws { worker = try TestWorker(imported: true) }

  /// Writes a report into the store as another program does.
  private func insert(
    _ id: String, type: String = "goals", name: String = "n", website: String = "",
    parameters: String = "{}", createdAt: Int64 = 1_740_000_000_000
  ) throws {
    let connection = try Connection(path: worker.storePath, mode: .create)
    func quoted(_ text: String) -> String {
      "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }
    try connection.execute(
      """
      INSERT INTO report (report_id, user_id, website_id, type, name, description, parameters, created_at, updated_at)
      VALUES (\(quoted(id)), '', \(quoted(website)), \(quoted(type)), \(quoted(name)), '', \(quoted(parameters)),
        \(createdAt), \(createdAt))
      """)
  }

  private static let range = #""dateRange":{"startDate":"2025-03-01","endDate":"2025-03-31"}"#

  @Test(arguments: [
    "run", "delete", "create", "update", "get", "list", "currencies", "heatmap", "", "Goals",
    "goals ",
    "../goals", ":reportId", "e\u{301}",
  ])
  func `a report of an unknown type is listed and returned, but not run`(type: String) throws {
    let parameters = #"{"reportId":"x","page":1,"# + Self.range + "}"
    try insert("x", type: type, parameters: parameters)
    try insert("other", parameters: #"{"goals":[{"type":"url","value":"*","goal":1}],"# + Self.range + "}")

    let list = worker.ask("reports.list")
    #expect(list["count"] == 2)
    #expect(list["data"]?.array?.map { $0["type"] }.contains(.string(type)) == true)
    let got = worker.ask("reports.get", ["reportId": "x"])
    #expect(got["type"] == .string(type) && got["parameters"]?.description == parameters)

    let error = worker.ask("reports.run", ["reportId": "x", "parameters": ["reportId": "other"]])
    #expect(error["code"] == -32602)
    let sentence = error["message"]?.string ?? ""
    #expect(
      sentence.hasSuffix(
        "(\(Method.reportTypes.joined(separator: ", "))); the type of this one is \"\(type)\""), "\(sentence)"
    )
    #expect(worker.ask("reports.run", ["reportId": "x", "format": "csv"])["code"] == -32602)
    #expect(worker.ask("reports.get", ["reportId": "other"])["id"] == "other")
    // Its own members can be changed, also into a report that runs.
    #expect(worker.ask("reports.update", ["reportId": "x", "name": "y"])["name"] == "y")
    let goals: JSONValue = ["goals": [["type": "url", "value": "*", "goal": 1]]]
    #expect(worker.ask("reports.update", ["reportId": "x", "type": "goals"])["type"] == "goals")
    #expect(worker.ask("reports.run", ["reportId": "x", "parameters": goals])[at: 0]?["result"] == 2)
  }

  @Test func `a read-only tool deletes nothing, whatever the saved report says`() throws {
    try insert("x", type: "delete", parameters: #"{"reportId":"other"}"#)
    try insert("other")
    let reply = worker.ask(
      Request(
        id: .integer(1), method: "tools/call",
        params: [
          "name": "run_saved_report", "arguments": ["reportId": "x"],
          "_meta": [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
          ],
        ]))
    #expect(reply?["isError"] == true)
    #expect(worker.ask("reports.list")["count"] == 2)
  }

  @Test(arguments: [
    "", "nonsense", "[]", "5", "null", "{\"a\":}", "{\"a\":1e999}", String(repeating: "[", count: 100_000),
    #"{"a":"# + String(repeating: "[", count: 128) + String(repeating: "]", count: 128) + "}",
  ])
  func `invalid parameters of one report do not hide others`(parameters: String) throws {
    try insert("x", parameters: parameters)
    try insert("good")
    let list = worker.ask("reports.list")
    #expect(list["count"] == 2)
    #expect(list["data"]?.array?.contains { $0["parameters"]?.string == parameters } == true)
    for method in ["reports.get", "reports.run"] {
      let error = worker.ask(method, ["reportId": "x"])
      #expect(error["code"] == 3 && error["data"]?["reason"] == "damaged")
    }
    // What could not be replied is not changed; what puts it right is.
    #expect(worker.ask("reports.update", ["reportId": "x", "name": "y"])["code"] == 3)
    #expect(worker.ask("reports.list", ["search": "y"])["count"] == 0)
    #expect(worker.ask("reports.update", ["reportId": "x", "parameters": [:]])["parameters"] == [:])
    #expect(worker.ask("reports.get", ["reportId": "x"])["parameters"] == [:])
  }

  @Test func `of a duplicate parameter the last one counts`() throws {
    try insert(
      "x",
      parameters: #"{"goals":[],"goals":[{"type":"url","value":"*","goal":1,"goal":2}],"# + Self.range + "}")
    #expect(
      worker.ask("reports.run", ["reportId": "x"]).description
        == #"[{"type":"url","value":"*","goal":2,"result":2}]"#)
  }

  @Test func `the largest number of parameters is merged with those of a request`() throws {
    let many = (0..<20_000).map { "\"p\($0)\":\($0)" }.joined(separator: ",")
    try insert(
      "x", parameters: #"{"goals":[{"type":"url","value":"*","goal":1}],"# + Self.range + ",\(many)}")
    var params: JSONObject = ["reportId": "x"]
    for index in 0..<20_000 { params.append("q\(index)", 0) }
    #expect(worker.ask("reports.run", .object(params))[at: 0]?["result"] == 2)
    params["parameters"] = .object(JSONObject(members: params.members))
    #expect(worker.ask("reports.run", .object(params))[at: 0]?["result"] == 2)
  }

  @Test(arguments: [Int64.min, -62_167_219_200_001, 253_402_300_800_000, .max])
  func `a report with a date outside the years 0000 to 9999 is listed`(createdAt: Int64) throws {
    try insert("x", createdAt: createdAt)
    #expect(worker.ask("reports.list")["data"]?[at: 0]?["id"] == "x")
    #expect(worker.ask("reports.get", ["reportId": "x"])["id"] == "x")
    #expect(JSONValue(savedInstant: createdAt).string?.utf8.count == "0000-01-01T00:00:00.000Z".utf8.count)
  }

  @Test func `a report without a website runs if there is only one`() throws {
    try insert("x", parameters: #"{"goals":[{"type":"url","value":"*","goal":1}],"# + Self.range + "}")
    #expect(worker.ask("reports.run", ["reportId": "x"])[at: 0]?["result"] == 2)
  }
}
