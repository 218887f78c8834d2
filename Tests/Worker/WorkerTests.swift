import JSON
import JSONRPC
import Synchronization
import Testing

@testable import EventStore
@testable import Worker

@Suite struct WorkerTests {
  private static let march: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31T23:59:59.999Z"]

  private func goals(_ members: [(String, JSONValue)] = []) -> JSONValue {
    var params: JSONObject = [
      "dateRange": Self.march, "goals": [["type": "url", "value": "*", "goal": 1]],
    ]
    for (name, value) in members { params[name] = value }
    return .object(params)
  }

  @Test func `websiteId is optional only if there is one website`() throws {
    #expect(
      try TestWorker().ask("reports.goals", goals()) == [
        ["type": "url", "value": "*", "goal": 1, "result": 2]
      ])
    let two = try TestWorker(TestWorker.twoWebsites)
    #expect(two.ask("reports.goals", goals())["code"] == -32602)
    #expect(two.ask("reports.goals", goals())["message"]?.string?.contains("has 2 websites") == true)
    #expect(two.ask("reports.goals", goals([("websiteId", "b")]))[at: 0]?["result"] == 1)
    let unknown = two.ask("reports.goals", goals([("websiteId", "c")]))
    #expect(unknown["code"] == 1)
    #expect(unknown["data"] == ["websiteId": "c"])
  }

  @Test(arguments: [
    ("2025-03-01T11:00:00+01:00", "2025-03-01T10:00:09.999Z", 1),
    ("2025-03-01 10:00:00", "2025-03-01 10:00:10", 2),
    ("Sat Mar 01 2025 11:00:00 GMT+0100 (Central European Standard Time)", "2025-03-02", 2),
    ("2025-03-01T10:00:00.001Z", "2025-03-02", 1),
  ]) func `dates may have several formats`(first: String, last: String, result: Int64) throws {
    let range: JSONValue = ["startDate": .string(first), "endDate": .string(last)]
    let reply = try TestWorker().ask("reports.goals", goals([("dateRange", range)]))
    #expect(reply[at: 0]?["result"] == .integer(result))
  }

  @Test func `dates may be milliseconds, both ends included`() throws {
    let instant: Int64 = 1_740_823_200_000
    let range: JSONValue = ["startDate": .integer(instant), "endDate": .integer(instant)]
    #expect(try TestWorker().ask("reports.goals", goals([("dateRange", range)]))[at: 0]?["result"] == 1)
  }

  @Test func `a goal is returned as it was sent, with its target as a number`() throws {
    let goal: JSONValue = [
      "label": "Front", "type": "path", "value": "/", "goal": "12.50", "extra": [1, nil],
    ]
    let reply = try TestWorker().ask("reports.goals", goals([("goals", [goal])]))
    #expect(
      reply.description
        == #"[{"label":"Front","type":"path","value":"/","goal":12.5,"extra":[1,null],"result":1}]"#)
  }

  @Test func `unknown members are ignored`() throws {
    #expect(try TestWorker().ask("reports.goals", goals([("colour", "blue")]))[at: 0]?["result"] == 2)
  }

  @Test(arguments: [
    ("funnel", "steps", 64, 65), ("insights", "fields", 16, 17), ("goals", "goals", 256, 257),
    ("goals", "filters", 64, 65),
  ]) func `limits hold at their edge`(report: String, member: String, largest: Int, tooMany: Int) throws {
    let worker = try TestWorker()
    let element: JSONValue = [
      "type": "url", "value": "/", "goal": 1, "name": "url", "operator": "s",
    ]
    func code(_ count: Int) -> JSONValue? {
      let list = JSONValue.array(Array(repeating: element, count: count))
      var params: JSONObject = ["dateRange": Self.march, "window": 1, "goals": [element]]
      params[member] = list
      return worker.ask("reports.\(report)", .object(params))["code"]
    }
    #expect(code(largest) == nil)
    #expect(code(tooMany) == -32602)
  }

  @Test(arguments: ["9223372036854775807", "9223372036854775808", "1e30"])
  func `whole numbers of any size act as they say`(text: String) throws {
    let worker = try TestWorker()
    let number = try JSONValue(parsing: text)
    func result(_ did: JSONObject) -> JSONValue? {
      var did = did
      did["by"] = "visitor"
      did["filters"] = []
      return worker.ask("reports.goals", goals([("filters", [["did": .object(did)]])]))[at: 0]?["result"]
    }
    #expect(result(["atLeast": number]) == 0)
    #expect(result(["atLeast": 0, "atMost": number]) == 2)
    func count(_ method: String, _ members: JSONObject) -> Int? {
      var params: JSONObject = ["dateRange": Self.march]
      params.merge(members)
      return worker.ask(method, .object(params)).array?.count
    }
    #expect(count("reports.journey", ["steps": 3]) == 1)
    #expect(count("reports.journey", ["steps": 3, "minCount": number]) == 0)
    #expect(count("websites.metrics", ["type": "path", "offset": number]) == 0)
    #expect(count("reports.insights", ["fields": [["name": "url"]], "offset": number]) == 0)
    let graph = worker.ask(
      "reports.journey", ["dateRange": Self.march, "steps": 3, "output": "graph", "nodes": number])
    #expect(graph["nodes"]?.array?.count == 2)
  }

  @Test func `a regular expression may have a thousand characters`() throws {
    let worker = try TestWorker()
    func code(_ length: Int) -> JSONValue? {
      let filter: JSONValue = [
        "name": "url", "operator": "nre", "value": .string(String(repeating: "x", count: length)),
      ]
      return worker.ask("reports.goals", goals([("filters", [filter])]))["code"]
    }
    #expect(code(1000) == nil)
    #expect(code(1001) == -32602)
  }

  @Test func `a window may have any size`() throws {
    let worker = try TestWorker()
    func visitors(_ window: JSONValue) -> JSONValue? {
      worker.ask(
        "reports.funnel",
        [
          "dateRange": Self.march, "window": window,
          "steps": [["type": "url", "value": "/"], ["type": "url", "value": "/x"]],
        ])[at: 1]?["visitors"]
    }
    #expect(visitors(.double(1e300)) == 1)
    #expect(visitors(60) == 1)
    #expect(visitors(.double(10.0 / 60)) == 1)
    #expect(visitors(.double(9.999 / 60)) == 0)
  }

  @Test func `the error of an unknown method suggests the nearest name`() throws {
    let worker = try TestWorker()
    #expect(worker.ask("reports.funel")["data"] == ["nearest": "reports.funnel"])
    #expect(worker.ask("Reports.Goals")["data"] == ["nearest": "reports.goals"])
    #expect(worker.ask("post /api/reports/goals")["data"] == ["nearest": "POST /api/reports/goals"])
    #expect(worker.ask("tools/list")["data"] == .null)
  }

  @Test func `the query string of an endpoint has params, of the types that the schema declares`() throws {
    let worker = try TestWorker()
    for name in ["1", "2", "3"] {
      _ = worker.ask("reports.create", ["type": "utm", "name": .string(name), "parameters": [:]])
    }
    func names(_ query: String, _ params: JSONValue? = nil) -> [String]? {
      worker.ask("GET /api/reports\(query)", params)["data"]?.array?.compactMap { $0["name"]?.string }
    }
    #expect(names("") == ["3", "2", "1"] && names("?") == names("") && names("?page=") == names(""))
    #expect(names("?websiteId=a&page=2&pageSize=2") == ["1"])
    #expect(names("?page=1&page=2&pageSize=2", ["page": 3]) == ["1"])
    #expect(names("?search=%32") == ["2"] && names("?search=2+") == [])
    for page in ["x", "1.5", "[1]", "%222%22"] {
      let error = worker.ask("GET /api/reports?page=\(page)")
      #expect(error["code"] == -32602 && error["message"]?.string?.contains("/page must be") == true)
    }
    let currencies = worker.ask("GET /api/reports/revenue?startDate=2025-03-01&endDate=2025-03&format=csv")
    #expect(currencies["text"] == "currency\r\n")
    let range = "%7B%22startDate%22:%222025-03%22,%22endDate%22:%222025%22%7D"
    #expect(worker.ask("POST /api/reports/utm?dateRange=\(range)&filters=[]") == [:])
    #expect(worker.ask("GET /api/reports/report-1?reportId=x")["name"] == "1")
    #expect(worker.ask("GET /api/report?page=2")["code"] == -32601)
  }

  @Test(arguments: [
    ("GET /api/reports/funnel", #""POST /api/reports/funnel""#),
    ("GET /api/reports/funnel?page=1", #""POST /api/reports/funnel""#),
    ("DELETE /api/reports", #""GET /api/reports", "POST /api/reports""#),
    (
      "PUT /api/reports/0d1f",
      #""GET /api/reports/:reportId", "POST /api/reports/:reportId", "DELETE /api/reports/:reportId""#
    ),
  ])
  func `the error of an endpoint with a wrong verb names the right one`(name: String, right: String) throws {
    let error = try TestWorker().ask(name, [:])
    #expect(error["code"] == -32601)
    #expect(error["message"] == .string("Method not found: \"\(name)\"; it exists as \(right)"))
    #expect(error["data"]?["nearest"]?.string.map { right.hasPrefix("\"\($0)\"") } == true)
  }

  @Test func `websites are listed with what is known about them`() throws {
    #expect(
      try TestWorker(TestWorker.twoWebsites).ask("websites.list") == [
        [
          "id": "a", "name": "a.example", "domain": "a.example", "events": 2,
          "firstEvent": "2025-03-01T10:00:00Z", "lastEvent": "2025-03-01T10:00:10Z",
        ],
        [
          "id": "b", "name": "b.example", "domain": "b.example", "events": 1,
          "firstEvent": "2025-03-02T10:00:00Z", "lastEvent": "2025-03-02T10:00:00Z",
        ],
      ])
  }

  @Test func `websites are searched by name, domain and id, ignoring case`() throws {
    let worker = try TestWorker(TestWorker.twoWebsites)
    func ids(_ search: JSONValue) -> [String]? {
      worker.ask("websites.list", ["search": search]).array?.compactMap { $0["id"]?.string }
    }
    #expect(
      ids("") == ["a", "b"] && ids("EXAMPLE") == ["a", "b"] && ids("b.Ex") == ["b"] && ids("x.y") == [])
    #expect(worker.ask("websites.list", ["search": 1])["code"] == -32602)
  }

  @Test(
    arguments: [
      ("reports.goals", 0, -32800), ("reports.goals", 1, -32800), ("reports.goals", 1000, nil),
      ("reports.create", 0, -32800), ("reports.create", 1, nil),
    ] as [(String, Int, Int64?)])
  func `a cancelled report has no result, a cancelled write has one`(
    method: String, looks: Int, code: Int64?
  ) throws {
    // Cancelled at the given check: one before the method, one before every chunk of the scan, one after it.
    let looksLeft = Atomic(looks)
    let context = RequestContext(isCancelled: {
      looksLeft.subtract(1, ordering: .relaxed).newValue < 0
    })
    let params: JSONValue =
      method == "reports.goals" ? goals() : ["type": "utm", "name": "x", "parameters": [:]]
    let worker = try TestWorker()
    // Loading, which is cancelled too, is done before.
    _ = worker.ask("websites.list")
    let reply = worker.ask(Request(id: .integer(1), method: method, params: params), in: context)
    #expect(reply?["code"] == code.map(JSONValue.integer))
  }

  @Test(
    arguments: [
      ("reports.create", ["type": "utm", "name": "x", "parameters": [:]]),
      ("reports.update", ["reportId": "report-1", "name": "y"]),
      ("events.append", ["partial": true, "events": [[:]]]),
      ("reports.delete", ["reportId": "report-1"]),
    ] as [(String, JSONObject)], ["json", "csv"])
  func `a write is never reported as cancelled, in either format`(
    request: (method: String, params: JSONObject), format: JSONValue
  ) throws {
    let worker = try TestWorker(imported: true)
    _ = worker.ask("reports.create", ["type": "utm", "name": "x", "parameters": [:]])
    let looksLeft = Atomic(1)
    let context = RequestContext(isCancelled: { looksLeft.subtract(1, ordering: .relaxed).newValue < 0 })
    var params = request.params
    params["format"] = format
    let call = Request(id: .integer(1), method: request.method, params: .object(params))
    guard case .result(_, let isCancellable) = try worker.worker.handle(call, in: context) else {
      Issue.record("silence")
      return
    }
    #expect(!isCancellable)
  }

  @Test func `a read may be cancelled while its result is written`() throws {
    let call = Request(id: .integer(1), method: "websites.list", params: nil)
    let worker = try TestWorker()
    let answer = try worker.worker.handle(call, in: RequestContext())
    guard case .result(_, isCancellable: true) = answer else {
      Issue.record("\(answer)")
      return
    }
  }

  /// What has the shape of its schema, as every result does, and says nothing.
  @Test(
    arguments: [
      ("reports.utm", [:], "{}"),
      (
        "reports.revenue", ["currency": "USD"],
        #"{"chart":[],"country":[],"total":{"sum":0,"count":0,"unique_count":0},"table":[]}"#
      ),
      ("reports.journey", ["steps": 3], "[]"), ("reports.retention", [:], "[]"),
      ("reports.insights", ["fields": [["name": "url"]]], "[]"),
      (
        "reports.funnel",
        ["window": 1, "steps": [["type": "url", "value": "/"], ["type": "url", "value": "/x"]]],
        #"[{"type":"url","value":"/","visitors":0,"previous":0,"dropped":0,"dropoff":null,"remaining":null},"#
          + #"{"type":"url","value":"/x","visitors":0,"previous":0,"dropped":0,"dropoff":null,"remaining":null}]"#
      ),
      (
        "reports.attribution", ["model": "firstClick", "steps": [["type": "url", "value": "/"]]],
        #"{"referrer":[],"paidAds":[],"utm_source":[],"utm_medium":[],"utm_campaign":[],"utm_content":[],"#
          + #""utm_term":[],"total":{"pageviews":0,"visitors":0,"visits":0}}"#
      ),
      ("reports.currencies", ["startDate": "2025-01-01", "endDate": "2026-01-01"], "[]"),
      (
        "reports.goals", ["goals": [["type": "url", "value": "/", "goal": 1]]],
        #"[{"type":"url","value":"/","goal":1,"result":0}]"#
      ),
    ] as [(String, JSONObject, String)])
  func `a store without events answers every report, for any website and for none`(
    method: String, params: JSONObject, result: String
  ) throws {
    let worker = try TestWorker(TestWorker.header + "\n")
    #expect(worker.ask("websites.list") == [])
    for website in [nil, "a"] as [JSONValue?] {
      var params = params
      params["dateRange"] = ["startDate": "2025-01-01", "endDate": "2026-01-01"]
      params["websiteId"] = website
      #expect(worker.ask(method, .object(params)).description == result)
    }
  }

  @Test func `a website with only performance events is known, others are not`() throws {
    let worker = try TestWorker(TestWorker.header + "\nm,s,v,1,,/,5,,2025-03-01 10:00:00\n")
    let range: JSONObject = ["startDate": "2025-01-01", "endDate": "2026-01-01"]
    for (id, isKnown) in [(nil, true), ("m", true), ("a", false)] as [(JSONValue?, Bool)] {
      var params: JSONObject = ["dateRange": .object(range)]
      params["websiteId"] = id
      let reply = worker.ask("reports.retention", .object(params))
      #expect((reply == []) == isKnown, "\(reply)")
      #expect((reply["code"] == 1) == !isKnown, "\(reply)")
    }
  }

  @Test func `a named website without events is listed only if another has events`() throws {
    let worker = try TestWorker(TestWorker.header + "\na,s,v,1,,/,1,,2025-03-01 10:00:00\n", imported: true)
    let connection = try Connection(path: worker.storePath, mode: .create)
    try connection.execute(
      "DELETE FROM website_event; INSERT INTO website (website_id, name) VALUES ('n', 'N')")
    for id in ["n", "b"] as [JSONValue] {
      let reply = worker.ask(
        "reports.retention",
        ["websiteId": id, "dateRange": ["startDate": "2025-01-01", "endDate": "2026-01-01"]])
      #expect(reply == [], "\(reply)")
    }
  }

  @Test func `the first and the last valid day can be returned`() throws {
    let worker = try TestWorker(
      "session_id,created_at\na,0000-01-01 00:00:00\nb,9999-12-31 23:59:59.999\n")
    for zone in ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"] as [JSONValue] {
      for (day, year) in [("0000-01-01", "0000-"), ("9999-12-31", "9999-")] {
        let cells = worker.ask(
          "reports.retention",
          [
            "dateRange": [
              "startDate": .string("\(day)T00:00:00Z"), "endDate": .string("\(day)T23:59:59.999Z"),
            ],
            "timezone": zone,
          ])
        #expect(cells[at: 0]?["date"]?.string?.hasPrefix(year) == true, "\(zone): \(cells)")
      }
    }
  }

  @Test(arguments: [Int64.max, .min, -62_167_219_200_001, 253_402_300_800_000])
  func `an event outside the years 0000 to 9999 is skipped`(time: Int64) throws {
    let worker = try TestWorker(imported: true)
    let connection = try Connection(path: worker.storePath, mode: .create)
    try connection.execute("UPDATE website_event SET created_at = \(time) WHERE event_id = '2'")
    #expect(worker.ask("websites.list")[at: 0]?["events"] == 1)
  }
}

extension JSONValue {
  /// An element of an array.
  subscript(at index: Int) -> JSONValue? { array?[index] }
}
