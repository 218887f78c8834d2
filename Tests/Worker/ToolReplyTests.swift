import JSON
import JSONRPC
import Testing

@testable import Worker

/// What a tool answers: how much, what it says it was asked, and why it is empty.
@Suite struct ToolReplyTests {
  private static let header =
    "website_id,session_id,visit_id,event_id,hostname,url_path,country,event_type,event_name,created_at"
  private static let few = """
    \(header)
    a,s1,v1,1,a.example,/,DE,1,,2025-03-01 10:00:00
    a,s1,v1,2,a.example,/pricing,DE,1,,2025-03-01 10:00:10
    a,s1,v1,3,a.example,/pricing,DE,2,purchase,2025-03-01 10:00:20
    a,s2,v2,4,a.example,/,US,1,,2025-03-20 23:30:00

    """
  private let worker: TestWorker

  init() throws { worker = try TestWorker(Self.few) }

  private func reply(
    _ tool: String, _ arguments: JSONValue, of worker: TestWorker? = nil
  ) -> JSONValue {
    let meta: JSONValue = [
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": [:],
    ]
    return (worker ?? self.worker).ask(
      "tools/call", ["name": .string(tool), "arguments": arguments, "_meta": meta])
  }

  private func text(_ reply: JSONValue) -> String { reply["content"]?[at: 0]?["text"]?.string ?? "\(reply)" }

  private func check(
    _ tool: String, _ arguments: JSONValue, says lines: [String],
    _ location: SourceLocation = #_sourceLocation
  ) {
    let text = text(reply(tool, arguments))
    for line in lines {
      #expect(
        text.split(separator: "\n").contains { $0 == line }, "\(line) is not in:\n\(text)",
        sourceLocation: location)
    }
  }

  // MARK: What was asked

  @Test func `a reply says the website, the resolved range with its zone, the comparison and the filters`() {
    let arguments: JSONValue = [
      "dateRange": "2025-03", "timezone": "Europe/Berlin", "compare": "previous", "type": "path",
      "filters": [["name": "country", "operator": "in", "value": "DE,US"]],
    ]
    check(
      "get_website_metrics", arguments,
      says: [
        "website: a.example (a)", "dateRange: 2025-03-01..2025-03-31 (Europe/Berlin)",
        "comparedWith: 2025-02-01..2025-02-28", #"filters: country eq "DE" or "US""#,
      ])
    #expect(
      reply("get_website_metrics", arguments)["structuredContent"]?["asked"] == [
        "websiteId": "a", "website": "a.example", "dateRange": "2025-03-01..2025-03-31",
        "timezone": "Europe/Berlin", "comparedWith": "2025-02-01..2025-02-28",
        "filters": [["name": "country", "operator": "eq", "value": ["DE", "US"]]],
      ])
  }

  @Test func `numbers are compared with the month before by themselves`() {
    check(
      "get_website_stats", ["dateRange": "2025-03"],
      says: [
        "dateRange: 2025-03-01..2025-03-31 (UTC)", "comparedWith: 2025-02-01..2025-02-28",
        "range,pageviews,visitors,visits,bounces,totaltime", "result,3,2,2,1,10",
      ])
  }

  @Test func `days are local dates, hours local times`() {
    check(
      "get_website_series",
      ["dateRange": "2025-03-20..2025-03-21", "timezone": "Europe/Berlin", "metrics": ["visitors"]],
      says: ["t,visitors", "2025-03-20,0", "2025-03-21,1"])
    check(
      "get_website_series",
      ["dateRange": "2025-03-21", "timezone": "Europe/Berlin", "metrics": ["visitors"], "unit": "hour"],
      says: ["2025-03-21T00:00:00+01:00,1"])
  }

  @Test func `the list of websites has the time and the visitors of now`() {
    let reply = reply("list_websites", [:])
    #expect(reply["structuredContent"]?["now"]?.string?.hasPrefix("2025-02-19T21:2") == true, "\(reply)")
    #expect(reply["structuredContent"]?["result"]?[at: 0]?["activeVisitors"] == 0)
    #expect(text(reply).contains("activeVisitors"), "\(text(reply))")
  }

  @Test func `names of events come with their properties`() {
    check(
      "list_events", [:],
      says: ["website: a.example (a)", "rows: 1", "name,total,visitors", "purchase,1,1"])
  }

  // MARK: How much

  private func manyPaths(_ count: Int, length: Int = 1) throws -> TestWorker {
    let filler = String(repeating: "x", count: length)
    let rows = (0..<count).map {
      "a,s1,v1,\($0),a.example,/\(filler)\($0 + 1000),DE,1,,2025-03-01 10:00:00\n"
    }
    return try TestWorker("\(Self.header)\n" + rows.joined())
  }

  @Test func `a list has fifty rows, or as many as asked for, and says how many there are`() throws {
    let worker = try manyPaths(51)
    var arguments: JSONObject = ["dateRange": "2025-03", "type": "path"]
    let cut = reply("get_website_metrics", .object(arguments), of: worker)["structuredContent"]
    #expect(cut?["result"]?.array?.count == 50)
    #expect(cut?["rows"] == 51 && cut?["truncated"] == true && cut?["narrow"]?.string != nil)
    #expect(
      text(reply("get_website_metrics", .object(arguments), of: worker)).contains(
        "rows: 50 of 51, truncated; "))
    arguments["limit"] = 51
    let whole = reply("get_website_metrics", .object(arguments), of: worker)["structuredContent"]
    #expect(whole?["result"]?.array?.count == 51 && whole?["rows"] == 51 && whole?["truncated"] == false)
    #expect(whole?["narrow"] == nil)
    for limit: JSONValue in [0, -1, "many"] {
      arguments["limit"] = limit
      #expect(reply("get_website_metrics", .object(arguments), of: worker)["isError"] == true)
    }
  }

  @Test func `a method without a limit is cut too`() throws {
    let worker = try manyPaths(51)
    let arguments: JSONValue = ["dateRange": "2025-03", "fields": ["path"], "limit": 2]
    let content = reply("insights_report", arguments, of: worker)["structuredContent"]
    #expect(content?["result"]?.array?.count == 2 && content?["rows"] == 51)
  }

  @Test func `a reply has at most so many bytes, whatever its values are`() throws {
    let worker = try manyPaths(60, length: 900)
    let reply = reply(
      "get_website_metrics", ["dateRange": "2025-03", "type": "path", "limit": 500], of: worker)
    #expect(reply.serialized().count <= Limits.toolReplyBytes)
    let rows = reply["structuredContent"]?["result"]?.array?.count ?? 0
    #expect(rows >= 5 && rows < 20, "\(rows)")
    #expect(reply["structuredContent"]?["rows"] == 60)
  }

  // MARK: Tables

  private func check(_ result: String, is text: String, lines: [String] = []) throws {
    let tables = ToolTables(try JSONValue(parsing: result))
    #expect(tables.text == text)
    #expect(tables.lines == lines)
  }

  @Test func `results of every shape are tables`() throws {
    try check("[]", is: "no rows\n")
    try check(#"[{"a":1,"b":null},{"a":0.1235,"c":"x,y"}]"#, is: "a,c\n1,\n0.1235,\"x,y\"\n")
    try check(#"{"a":1,"b":"x"}"#, is: "a,b\n1,x\n")
    try check(
      #"{"rows":[{"a":1}],"count":5,"total":{"a":7}}"#, is: "rows:\na\n1\n\ntotal:\na\n7\n",
      lines: ["count: 5"])
    try check(
      #"[{"items":["/",null],"count":2},{"items":["/","/x","/y"],"count":1},{"items":["/"],"count":1}]"#,
      is: "items.1,items.2,items.3,count\n/,null,,2\n/,/x,/y,1\n/,,,1\n")
  }

  @Test func `lists in rows are rows with the values of their row, or tables of their own`() throws {
    try check(
      #"[{"value":"a","series":[{"t":1,"value":"x"},{"t":2,"value":"y"}]}]"#,
      is: "value,t,series.value\na,1,x\na,2,y\n")
    try check(
      #"[{"type":"url","visitors":5,"previous":6,"dropped":1,"next":[{"item":"/","visitors":2}]}]"#,
      is: "type,visitors,previous,dropped\nurl,5,6,1\n\nnext:\ntype,item,visitors\nurl,/,2\n")
    try check(#"[{"a":1,"goals":[{"rate":0.5},{"rate":0}]}]"#, is: "a,goals.1.rate,goals.2.rate\n1,0.5,0\n")
  }

  // MARK: Why it is empty

  private func check(_ tool: String, _ arguments: JSONValue, note: String?) {
    let notes = reply(tool, arguments)["structuredContent"]?["notes"]
    #expect(notes == note.map { [.string($0)] }, "\(notes ?? nil)")
  }

  @Test func `a range without events is named with those that have some`() {
    check(
      "get_website_stats", ["dateRange": "2024-03"],
      note: "there are no events in this range; those of the website are of 2025-03-01 to 2025-03-20")
  }

  private func filtered(_ name: JSONValue, _ value: JSONValue, _ operation: JSONValue = "eq") -> JSONValue {
    [
      "dateRange": "2025-03-01..2025-03-20", "type": "path",
      "filters": [["name": name, "operator": operation, "value": value]],
    ]
  }

  @Test func `values that no event has are named with those that may be meant`() {
    let tool = "get_website_metrics"
    check(
      tool, filtered("country", "Germany"), note: #"no event has the country "Germany"; there are DE, US"#)
    check(tool, filtered("country", "de"), note: #"no event has the country "de"; did you mean "DE"?"#)
    check(
      tool, filtered("path", "pricing"), note: #"no event has the path "pricing"; did you mean "/pricing"?"#)
    check(tool, filtered("path", "blog", "contains"), note: #"no path contains "blog""#)
    check(
      tool, filtered("property:plan", "pro"), note: #"no event has a property, so none has "plan""#)
    check(tool, filtered("country", "DE"), note: nil)
    // Of a long list, the first 20 are looked up.
    let note = #"no event has the country "de"; did you mean "DE"?"#
    for (count, note) in [(19, note), (20, nil)] as [(Int, String?)] {
      let values = Array(repeating: JSONValue("DE"), count: count) + ["de"]
      check(tool, filtered("country", .array(values)), note: note)
    }
  }

  @Test func `steps and goals that no event matches are named`() {
    func funnel(_ type: JSONValue, _ value: JSONValue) -> JSONValue {
      [
        "dateRange": "2025-03-01..2025-03-20", "window": 60,
        "steps": [["type": "pageview", "value": "/"], ["type": type, "value": value]],
      ]
    }
    check(
      "funnel_report", funnel("pageview", "pricing"),
      note: #"no event has the path "pricing"; did you mean "/pricing"?"#)
    check(
      "funnel_report", funnel("custom", "Purchase"),
      note: #"no event has the name "Purchase"; did you mean "purchase"?"#)
    check(
      "funnel_report", funnel("pageview", "purchase"),
      note: #""purchase" is the name of an event, not a path: its type is custom"#)
    check("funnel_report", funnel("custom", "purchase"), note: nil)
    check("funnel_report", funnel("pageview", "/p*"), note: nil)
  }

  @Test func `an empty answer without a wrong name says how many events there are`() {
    check(
      "get_website_metrics",
      [
        "dateRange": "2025-03-01..2025-03-20", "type": "path",
        "filters": [
          ["name": "country", "operator": "eq", "value": "US"],
          ["name": "path", "operator": "eq", "value": "/pricing"],
        ],
      ], note: "the range has 4 events, but none that meets all filters and is asked for")
  }

  // MARK: Unknown members

  @Test func `unknown members of members are refused with the known ones`() {
    func check(_ arguments: JSONValue, _ says: String) {
      let reply = reply("get_website_metrics", arguments)
      #expect(reply["isError"] == true && text(reply).contains(says), "\(text(reply))")
    }
    check(
      ["dateRange": "2025-03", "type": "path", "filters": [["nam": "url", "operator": "eq", "value": "/"]]],
      #"/filters/0/nam is not known here; did you mean "name"? The members are "#)
    check(
      [
        "dateRange": "2025-03", "type": "path",
        "filters": [["not": ["any": [["name": "url", "operator": "eq", "value": "/", "cases": 1]]]]],
      ], "/filters/0/not/any/0/cases is not known here")
    let whole = reply(
      "get_website_metrics",
      [
        "dateRange": "2025-03", "type": "path",
        "filters": [["did": ["by": "visitor", "filters": [["name": "event", "operator": "s"]]]]],
      ])
    #expect(whole["isError"] == false, "\(text(whole))")
  }

  @Test func `names of other servers are known`() {
    #expect(reply("get_realtime", [:])["structuredContent"]?["visitors"] == 0)
    #expect(reply("get_event_properties", ["dateRange": "2025-03"])["isError"] == false)
  }
}
