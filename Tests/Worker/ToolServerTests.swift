import JSON
import JSONRPC
import JSONSchema
import Testing

@testable import Worker

/// The Model Context Protocol, by message and revision.
@Suite struct ToolServerTests {
  private let worker: TestWorker

  init() throws { worker = try TestWorker() }

  private static let march: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]
  static let handshakes = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

  /// A request of the stateless revision.
  private func stateless(
    _ method: String, _ params: JSONObject = JSONObject(), version: JSONValue? = "2026-07-28",
    capabilities: JSONValue? = [:]
  ) -> JSONValue {
    var meta = JSONObject()
    meta["io.modelcontextprotocol/protocolVersion"] = version
    meta["io.modelcontextprotocol/clientCapabilities"] = capabilities
    var params = params
    params["_meta"] = .object(meta)
    return worker.ask(method, .object(params))
  }

  private func initialize(_ version: JSONValue) -> JSONValue {
    worker.ask("initialize", ["protocolVersion": version, "capabilities": [:], "clientInfo": ["name": "t"]])
  }

  private func call(_ tool: String, _ arguments: JSONValue?) -> JSONObject {
    var params: JSONObject = ["name": .string(tool)]
    params["arguments"] = arguments
    return params
  }

  private let goals: JSONValue = ["dateRange": march, "goals": [["type": "url", "value": "*", "goal": 1]]]
  private let result: JSONValue = [["type": "url", "value": "*", "goal": 1, "result": 2]]

  @Test func `the server describes itself`() {
    let discovery = stateless("server/discover")
    #expect(discovery["resultType"] == "complete" && discovery["supportedVersions"] == ["2026-07-28"])
    #expect(discovery["capabilities"] == ["tools": [:]] && discovery["cacheScope"] == "public")
    #expect(discovery["ttlMs"]?.wholeNumber ?? -1 >= 0 && discovery["instructions"]?.string != nil)
    #expect(discovery["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "footfall")
  }

  @Test(arguments: handshakes + ["2026-07-28", "1999-01-01"])
  func `the handshake agrees on the requested version, or on the newest`(version: String) {
    let agreed = Self.handshakes.contains(version) ? version : "2025-11-25"
    let reply = initialize(.string(version))
    #expect(reply["protocolVersion"] == .string(agreed) && reply["capabilities"] == ["tools": [:]])
    #expect(reply["serverInfo"]?["version"] == .string(productVersion) && reply["resultType"] == nil)
    #expect(worker.ask(Request(id: nil, method: "notifications/initialized", params: nil)) == nil)
    #expect(worker.ask("ping") == [:])
  }

  @Test func `an unsupported version is rejected with a list of the supported ones`() {
    for version: JSONValue in ["1900-01-01", "2025-11-25"] {
      for method in ["server/discover", "tools/list", "tools/call", "anything"] {
        let error = stateless(method, version: version)
        #expect(error["code"] == -32022 && error["data"]?["requested"] == version)
        #expect(
          error["data"]?["supported"]
            == .array((["2026-07-28"] + Self.handshakes.reversed()).map { .string($0) }))
      }
    }
  }

  @Test func `a request that violates the protocol is an error`() {
    for method in ["server/discover", "tools/list", "tools/call"] {
      #expect(worker.ask(method)["code"] == -32602)
      #expect(stateless(method, version: nil)["code"] == -32602)
      #expect(stateless(method, version: 5)["code"] == -32602)
      #expect(stateless(method, capabilities: nil)["code"] == -32602)
      #expect(stateless(method, capabilities: 5)["code"] == -32602)
      for id: RequestID in [.null, .number("1.5")] {
        #expect(worker.ask(Request(id: id, method: method, params: nil))?["code"] == -32600)
      }
      #expect(worker.ask(Request(id: nil, method: method, params: nil)) == nil)
    }
    // Methods that the stateless revision removed, and methods of capabilities that are not offered.
    for method in ["ping", "initialize", "resources/read", "logging/setLevel", "reports.goals"] {
      #expect(stateless(method)["code"] == -32601)
    }
    #expect(stateless("tools/list", ["cursor": "x"])["code"] == -32602)
    #expect(stateless("tools/call")["code"] == -32602)
    #expect(stateless("tools/call", call("goals_report", []))["code"] == -32602)
    let unknown = stateless("tools/call", call("goal_report", [:]))
    #expect(unknown["code"] == -32602)
    #expect(unknown["message"] == "Unknown tool: goal_report; did you mean goals_report?")
    #expect(initialize(5)["code"] == -32602)
    #expect(worker.ask("ping") == [:])
  }

  @Test func `lists of what the server does not have are empty`() {
    let lists = [
      ("resources/list", "resources"), ("resources/templates/list", "resourceTemplates"),
      ("prompts/list", "prompts"),
    ]
    for (method, member) in lists {
      let reply = stateless(method)
      #expect(reply[member] == [] && reply["resultType"] == "complete" && reply["cacheScope"] == "public")
      // Before the handshake.
      #expect(worker.ask(method)["code"] == -32602)
    }
    for version in Self.handshakes {
      _ = initialize(.string(version))
      for (method, member) in lists { #expect(worker.ask(method) == .object([member: []])) }
    }
  }

  @Test func `null counts as missing, in place of arguments and of optional ones at any depth`() {
    func check(_ tool: String, _ arguments: JSONValue?, sameAs other: JSONValue?) {
      let reply = stateless("tools/call", call(tool, arguments))
      let content = reply["structuredContent"]
      // Without the time.
      #expect(
        (content?["result"] ?? content)
          == stateless("tools/call", call(tool, other))["structuredContent"].map { $0["result"] ?? $0 })
      #expect(reply["isError"] == false, "\(reply)")
    }
    check("list_websites", nil as JSONValue, sameAs: [:])
    check("list_saved_reports", ["websiteId": nil, "search": nil, "page": nil, "pageSize": nil], sameAs: nil)
    let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31", "unit": nil]
    let filters: JSONValue = [
      ["name": "url", "operator": "s", "value": nil], ["name": "url", "operator": "eq", "value": ["/"]],
    ]
    check(
      "goals_report",
      [
        "websiteId": nil, "timezone": nil, "dateRange": range, "filters": filters,
        "goals": [["type": "url", "value": "*", "goal": 1, "property": nil, "operator": nil]],
      ],
      sameAs: [
        "dateRange": Self.march,
        "filters": [["name": "url", "operator": "s"], ["name": "url", "operator": "eq", "value": ["/"]]],
        "goals": [["type": "url", "value": "*", "goal": 1]],
      ])
    _ = worker.ask("reports.create", ["type": "goals", "name": "All", "parameters": goals])
    check("run_saved_report", ["reportId": "report-1", "parameters": nil], sameAs: ["reportId": "report-1"])
    check(
      "run_saved_report",
      ["reportId": "report-1", "parameters": ["dateRange": range, "filters": nil, "steps": nil]],
      sameAs: ["reportId": "report-1"])
    // Null in place of what is required stays an error.
    let wrong = stateless("tools/call", call("goals_report", ["dateRange": nil, "goals": [nil]]))
    let text = wrong["content"]?[at: 0]?["text"]?.string ?? ""
    #expect(text.contains("/dateRange must be") && text.contains("/goals/0 must be"), "\(text)")
  }

  @Test func `a tool's result is text and structured content, as its revision requires`() {
    let modern = stateless("tools/call", call("goals_report", goals))
    #expect(modern["resultType"] == "complete" && modern["isError"] == false)
    let content: JSONValue = [
      "result": result,
      "asked": [
        "websiteId": "a", "website": "a.example", "dateRange": "2025-03-01..2025-03-31", "timezone": "UTC",
      ], "rows": 1, "truncated": false,
    ]
    let text: JSONValue = [
      [
        "type": "text",
        "text": """
        website: a.example (a)
        dateRange: 2025-03-01..2025-03-31 (UTC)
        rows: 1

        type,value,goal,result
        url,*,1,2

        """,
      ]
    ]
    #expect(modern["structuredContent"] == content)
    #expect(modern["content"] == text)
    for version in Self.handshakes {
      _ = initialize(.string(version))
      let reply = worker.ask("tools/call", .object(call("goals_report", goals)))
      let hasContent = version >= "2025-06-18"
      #expect(reply["structuredContent"] == (hasContent ? content : nil as JSONValue?))
      #expect(reply["content"] == text)
      #expect(reply["resultType"] == nil && reply["_meta"] == nil)
      let object = worker.ask("tools/call", .object(call("utm_report", ["dateRange": Self.march])))
      #expect(object["structuredContent"]?["rows"] == (hasContent ? 0 : nil as JSONValue?))
    }
    // A stateless request is answered statelessly, whatever the handshake agreed on.
    #expect(stateless("tools/call", call("goals_report", goals))["resultType"] == "complete")
  }

  @Test func `a member that tools do not declare is accepted`() {
    let arguments: JSONValue = ["type": "path", "offset": 1, "dateRange": Self.march]
    #expect(stateless("tools/call", call("get_website_metrics", arguments))["isError"] == false)
  }

  @Test(
    arguments: [
      ("goals_report", [:], #"must have the member "dateRange""#),
      (
        "goals_report", ["goal": [], "dateRange": march],
        #"/goal is not an argument of goals_report; did you mean "goals"? It accepts websiteId, "#
      ),
      (
        "utm_report", ["dateRange": march, "colour": 1],
        "/colour is not an argument of utm_report; it accepts websiteId, "
      ),
      ("goals_report", ["goal": [], "dateRange": march], #"must have the member "goals""#),
      ("utm_report", ["dateRange": ["startDate": "x", "endDate": 1]], "/dateRange/startDate"),
      ("utm_report", ["dateRange": march, "timezone": "Europe/Berlinn"], #"did you mean "Europe/Berlin"?"#),
      (
        "utm_report", ["dateRange": march, "websiteId": "b"],
        #"Unknown website: "b"; the store has "a". Call list_websites"#
      ),
      ("run_saved_report", ["reportId": "x"], "Call list_saved_reports"),
      ("utm_report", ["dateRange": march, "format": "csv"], "/format is not an argument"),
    ] as [(String, JSONValue, String)])
  func `wrong arguments are a result that says what to change`(
    tool: String, arguments: JSONValue, says: String
  ) {
    let reply = stateless("tools/call", call(tool, arguments))
    #expect(reply["isError"] == true && reply["structuredContent"] == nil)
    let text = reply["content"]?[at: 0]?["text"]?.string ?? ""
    #expect(text.contains(says), "\(text)")
  }

  @Test func `a saved report is run with its parameters replaced`() {
    _ = worker.ask(
      "reports.create", ["websiteId": "a", "type": "goals", "name": "All", "parameters": goals])
    let reply = stateless("tools/call", call("run_saved_report", ["reportId": "report-1"]))
    #expect(reply["structuredContent"]?["result"] == result)
    let other = stateless(
      "tools/call",
      call(
        "run_saved_report",
        ["reportId": "report-1", "parameters": ["goals": [["type": "url", "value": "/x", "goal": 1]]]]))
    #expect(other["structuredContent"]?["result"]?[at: 0]?["result"] == 1)
    #expect(stateless("tools/call", call("list_saved_reports", nil))["structuredContent"]?["count"] == 1)
  }

  @Test func `a cancelled tool call gets no reply, a cancelled request gets an error`() {
    let cancelled = RequestContext(isCancelled: { true })
    _ = initialize("2025-11-25")
    let request = Request(id: .integer(1), method: "tools/call", params: .object(call("goals_report", goals)))
    #expect(worker.ask(request, in: cancelled) == nil)
    #expect(
      worker.ask(Request(id: .integer(1), method: "reports.goals", params: goals), in: cancelled)?["code"]
        == -32800)
  }

  @Test func `only one revision allows batches`() throws {
    let list = Request(id: .integer(1), method: "tools/list", params: nil)
    let report = Request(id: .integer(2), method: "reports.goals", params: nil)
    #expect(throws: RPCError.self) { try worker.worker.check(batch: [report, list]) }
    try worker.worker.check(batch: [report])
    _ = initialize("2025-03-26")
    try worker.worker.check(batch: [list])
    _ = initialize("2025-06-18")
    #expect(throws: RPCError.self) { try worker.worker.check(batch: [list]) }
  }

  // MARK: The list

  @Test func `the list has a tool for every report, in a stable order`() {
    let tools = stateless("tools/list")["tools"]?.array ?? []
    // Without saved reports, their tools are left out.
    #expect(
      tools.compactMap { $0["name"]?.string }
        == Tool.all.filter { $0.isListed && !$0.needsSavedReports }.map(\.name))
    #expect(Set(Tool.all.map(\.name)).count == Tool.all.count)
    // A segment is a part of other reports, and the reports of Umami 3 are there under their other names.
    for method in Method.all
    where method.reportType != nil && method.reportType != "segment" && method.bodyEndpoint == nil {
      #expect(Tool.all.contains { $0.method.name == method.name })
    }
    for tool in tools {
      let isPlain = tool["name"]?.string?.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) }
      #expect(isPlain == true)
      #expect(tool["annotations"]?["readOnlyHint"] == true)
    }
    #expect(Tool.all.allSatisfy { $0.method.isReadOnly })
    #expect(stateless("tools/list") == stateless("tools/list"))
  }

  @Test(arguments: handshakes + ["2026-07-28"])
  func `tool schemas are self-contained and match the revision`(version: String) throws {
    if version != "2026-07-28" { _ = initialize(.string(version)) }
    let list = version == "2026-07-28" ? stateless("tools/list") : worker.ask("tools/list", [:])
    for tool in try #require(list["tools"]?.array) {
      #expect(tool["outputSchema"] == nil)
      #expect((tool["title"] != nil) == (version >= "2025-06-18"))
      #expect((tool["annotations"] != nil) == (version >= "2025-03-26"))
      #expect(tool["inputSchema"]?["type"] == "object")
      if let schema = tool["inputSchema"] {
        #expect(!schema.description.contains("common.json"))
        var compiler = SchemaCompiler()
        try compiler.add(schema, uri: "tool.json")
        _ = try compiler.schema("tool.json").validate([:])
      }
    }
  }
}
