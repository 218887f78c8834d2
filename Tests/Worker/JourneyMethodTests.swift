import JSON
import Testing

@testable import Engine
@testable import Worker

/// The params of `reports.journey`, and the forms of its result.
@Suite struct JourneyMethodTests {
  private static let store = """
    session_id,visit_id,created_at,event_type,url_path,page_title,event_name
    1,1,2025-03-01 10:00:00,1,/,Home,
    1,1,2025-03-01 10:00:01,1,/pricing,Prices,
    1,1,2025-03-01 10:00:02,2,/pricing,,signup
    2,2,2025-03-01 10:00:00,1,/,Home,
    2,2,2025-03-01 10:00:01,1,/blog/1,One,
    3,3,2025-03-01 10:00:00,1,/blog/1,One,
    3,3,2025-03-01 10:00:01,1,/pricing,Prices,

    """

  private func ask(_ members: JSONValue) throws -> JSONValue {
    var params: JSONObject = ["dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-31"], "steps": 3]
    params.merge(members.object ?? JSONObject())
    return try TestWorker(Self.store).ask("reports.journey", .object(params))
  }

  @Test func `a list has rows alone, or next to totals`() throws {
    let rows: JSONValue = [
      ["items": ["/", "/blog/1", nil], "count": 1], ["items": ["/", "/pricing", "signup"], "count": 1],
    ]
    #expect(try ask(["limit": 2]) == rows)
    #expect(try ask(["limit": 2, "total": false]) == rows)
    #expect(
      try ask(["limit": 2, "total": true])
        == ["rows": rows, "total": ["visits": 3, "shown": 2, "paths": 3]])
    #expect(try ask(["minCount": 2]) == [])
    #expect(
      try ask(["minCount": 2, "total": true]) == [
        "rows": [], "total": ["visits": 3, "shown": 0, "paths": 3],
      ])
  }

  @Test func `every member reaches the report`() throws {
    func check(_ members: JSONValue, _ rows: [([String?], Int)]) throws {
      let expected = rows.map { items, count -> JSONValue in
        ["items": .array(items.map { $0.map(JSONValue.string) ?? .null }), "count": .integer(Int64(count))]
      }
      #expect(try ask(members) == .array(expected), "\(members)")
    }
    try check(["only": "events"], [(["signup", nil], 1)])
    try check(
      ["only": "pages", "from": ["type": "pageview", "value": "/pricing"]], [(["/pricing", nil], 2)])
    try check(["to": ["type": "custom"]], [(["/", "/pricing", "signup"], 1)])
    try check(["to": ["type": "custom"], "steps": 2], [(["/pricing", "signup"], 1)])
    try check(["to": ["type": "custom"], "steps": 20], [([nil, "/", "/pricing", "signup"], 1)])
    try check(
      ["from": ["type": "every"], "to": ["type": "url", "value": "/pricing"]],
      [(["/", "/pricing"], 1), (["/blog/1", "/pricing"], 1)])
    try check(
      [
        "exclude": [["any": [["type": "event", "value": "sign*"], ["type": "path", "value": "/"]]]],
        "item": "title",
      ], [(["One", nil], 1), (["One", "Prices", nil], 1), (["Prices", nil], 1)])
    try check(
      ["groups": [["value": "/blog/*", "as": "Blog"]], "startStep": "Blog"], [(["Blog", "/pricing", nil], 1)])
    try check(["item": "property:none", "collapse": "none", "only": "pages"], [(["", "", nil], 3)])
    try check(["item": "property:none", "collapse": "before", "only": "pages"], [(["", nil], 3)])
  }

  @Test func `a graph has nodes and links, with exits or entries`() throws {
    #expect(
      try ask(["output": "graph", "nodes": 1, "steps": 2]) == [
        "nodes": [
          ["step": 1, "item": "/", "count": 2, "exits": 0, "cut": 0],
          ["step": 1, "item": nil, "count": 1, "exits": 0, "cut": 0, "rest": true],
          ["step": 2, "item": "/pricing", "count": 2, "exits": 1, "cut": 1],
          ["step": 2, "item": nil, "count": 1, "exits": 1, "cut": 0, "rest": true],
        ],
        "links": [
          ["step": 1, "from": nil, "to": "/pricing", "count": 1],
          ["step": 1, "from": "/", "to": nil, "count": 1],
          ["step": 1, "from": "/", "to": "/pricing", "count": 1],
        ],
      ])
    #expect(
      try ask(["output": "graph", "to": ["type": "event", "value": "signup"], "steps": 2]) == [
        "nodes": [
          ["step": -1, "item": "signup", "count": 1, "entries": 0, "cut": 0],
          ["step": -2, "item": "/pricing", "count": 1, "entries": 0, "cut": 1],
        ],
        "links": [["step": -2, "from": "/pricing", "to": "signup", "count": 1]],
      ])
    #expect(
      try ask(["output": "graph", "only": "events", "exclude": [["type": "every"]]]) == [
        "nodes": [], "links": [],
      ])
  }

  @Test func `a comparison has the same form for the other range`() throws {
    let compare: JSONValue = ["mode": "custom", "startDate": "2024", "endDate": "2024"]
    for members in [["total": true], ["output": "graph"], [:]] as [JSONValue] {
      var compared = members.object ?? JSONObject()
      compared["compare"] = compare
      let reply = try ask(.object(compared))
      #expect(try reply["result"] == ask(members))
      #expect(
        reply["comparison"]?.object?.members.map(\.name) == reply["result"]?.object?.members.map(\.name))
    }
  }

  @Test(
    arguments: [
      (
        ["output": "graph", "total": true], "/total", "must not be given together with \"output\": \"graph\""
      ),
      (["nodes": 3], "/nodes", "must not be given without \"output\": \"graph\""),
      (["from": ["type": "url", "value": "/", "any": [["type": "every"]]]], "/from", "\"any\" and \"type\""),
      (["to": ["type": "every", "value": "/"]], "/to", "must not have a \"value\""),
      (
        ["exclude": [["type": "every"], ["type": "every", "value": "/"]]], "/exclude/1",
        "must not have a \"value\""
      ),
      (["steps": 1], "/steps", "at least 2"), (["steps": 21], "/steps", "at most 20"),
      (["limit": 0], "/limit", "at least 1"), (["limit": 10_001], "/limit", "at most 10000"),
      (["nodes": 0, "output": "graph"], "/nodes", "at least 1"), (["minCount": 0], "/minCount", "at least 1"),
      (["only": "links"], "/only", "\"pages\""), (["collapse": "both"], "/collapse", "\"before\""),
      (["output": "tree"], "/output", "\"graph\""), (["item": "url"], "/item", "must match"),
      (["item": "property:"], "/item", "must match"),
      (["groups": [["value": "/"]]], "/groups/0", "\"as\""),
    ] as [(JSONValue, String, String)])
  func `what does not fit is an error that says so`(members: JSONValue, location: String, error: String)
    throws
  {
    let reply = try ask(members)
    #expect(reply["code"] == -32602)
    let faults = reply["data"]?["errors"]?.array ?? []
    #expect(
      faults.contains {
        $0["instanceLocation"]?.string == location && $0["error"]?.string?.contains(error) == true
      }, "\(faults)")
  }

  @Test(
    arguments: [("exclude", ["type": "every"], 64), ("groups", ["value": "a", "as": "b"], 100)]
      as [(String, JSONValue, Int)])
  func `lists have limits`(name: String, element: JSONValue, limit: Int) throws {
    #expect(try ask([name: .array(Array(repeating: element, count: limit))]).array != nil)
    #expect(try ask([name: .array(Array(repeating: element, count: limit + 1))])["code"] == -32602)
  }

  @Test func `the limits of numbers are accepted`() throws {
    for members in [
      ["steps": 2], ["steps": 20], ["limit": 10_000], ["limit": 1, "minCount": 1_000_000_000_000_000_000],
      ["output": "graph", "nodes": 1_000_000_000_000_000_000], ["collapse": "none", "steps": 20],
    ] as [JSONValue] {
      #expect(try ask(members)["code"] == nil, "\(members)")
    }
  }

  @Test func `a graph takes at least as many bytes as it is refused for`() throws {
    let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]
    let worker = try TestWorker()
    let params: JSONValue = ["dateRange": range, "steps": 2, "output": "graph"]
    let bytes = worker.ask("reports.journey", params).serialized().count
    func graph(nodes: Int, links: Int) -> JourneyGraph {
      let node = JourneyGraph.Node(step: 1, item: "", count: 1, ends: 0, cut: 0)
      let link = JourneyGraph.Link(step: 1, from: "", to: "", count: 1)
      var graph = JourneyGraph(countsFromEnd: false)
      graph.nodes = Array(repeating: node, count: nodes)
      graph.links = Array(repeating: link, count: links)
      return graph
    }
    #expect(graph(nodes: 2, links: 1).leastBytes == 134 && bytes >= 134)
    #expect(graph(nodes: 0, links: 0).leastBytes == 0)
  }
}
