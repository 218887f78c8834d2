import JSON
import Testing

@testable import Worker

/// The params of the traffic methods: ranges, endpoints, Umami's filters, comparisons.
@Suite struct TrafficMethodTests {
  private static let events = """
    session_id,visit_id,event_id,created_at,event_type,url_path,event_name,browser,country
    a,1,1,2025-03-01 10:00:00,1,/,,chrome,DE
    a,1,2,2025-03-01 10:00:10,1,/blog,,chrome,DE
    b,2,3,2025-03-02 10:00:00,1,/,,firefox,US
    b,2,4,2025-03-02 10:00:05,2,/,buy,firefox,US
    c,3,5,2025-03-03 10:00:00,1,/a b,,edge,US

    """
  private let worker: TestWorker

  init() throws { worker = try TestWorker(Self.events) }

  private func views(_ members: JSONObject) -> JSONValue? {
    let reply = worker.ask("websites.stats", .object(members))
    return reply["pageviews"] ?? reply["data"]?["errors"]?[at: 0]?["error"]
  }

  private func error(_ method: String, _ params: JSONValue) -> String? {
    worker.ask(method, params)["data"]?["errors"]?[at: 0]?["error"]?.string
  }

  @Test func `a range in each form`() {
    #expect(views(["startAt": 1_740_823_200_000, "endAt": 1_740_823_210_000]) == 2)
    #expect(views(["startAt": "1740823200000", "endAt": "2025-03-01T10:00:09Z"]) == 1)
    #expect(views(["startDate": "2025-03-01", "endDate": "2025-03-02"]) == 3)
    #expect(views(["dateRange": ["startDate": "2025-03", "endDate": "2025-03"]]) == 4)
    #expect(views(["period": "24h", "asOf": "2025-03-02T10:00:00Z"]) == 3)
    #expect(views(["period": "24h", "asOf": "2025-03-02T10:00:00.001Z"]) == 2)
    #expect(views(["period": "today", "asOf": "2025-03-02T10:00:00Z"]) == 1)
    #expect(views(["period": "0day", "asOf": "2025-03-02T10:00:00Z"]) == 1)
    #expect(views(["period": "2day", "asOf": "2025-03-02T10:00:00Z"]) == 3)
    #expect(views(["period": "0week", "asOf": "2025-03-02T10:00:00Z"]) == 3)
    #expect(views(["period": "0week", "asOf": "2025-03-02T10:00:00Z", "weekStart": "sunday"]) == 2)
    #expect(views(["period": "12month", "asOf": "2025-03-02T10:00:00Z"]) == 4)
    // The clock of these tests shows February.
    #expect(views(["period": "0month"]) == 0)
  }

  @Test(arguments: ["year", "month", "day", "h"])
  func `a period begins at the year 0000 at the earliest`(unit: String) {
    let asOf: JSONValue = unit == "h" ? "0000-02-01" : unit == "year" ? "2025-03-02" : "0001-03-02"
    let reply = worker.ask(
      "websites.series", ["period": .string("9999\(unit)"), "asOf": asOf, "unit": "year"])
    let starts = reply.array?.compactMap { $0["t"]?.string } ?? []
    #expect(starts.first == "0000-01-01T00:00:00Z", "\(reply)")
    #expect(
      Set(starts).count == starts.count && starts.count == (unit == "year" ? 2026 : unit == "h" ? 1 : 2))
  }

  @Test func `exactly one range`() {
    #expect(
      views([:]) == "must have a range: startAt and endAt, startDate and endDate, dateRange, or period")
    #expect(
      views(["startAt": 0, "endAt": 1, "period": "24h"])
        == "must not be given together with startAt; a request has exactly one range")
    #expect(views(["startAt": 0]) == "is required; a range has startAt and endAt")
    for text in ["", "0h", "h", "day", "7", "1minute", "12345day", "-1day", "yesterday"] {
      let error = views(["period": .string(text)])?.string ?? ""
      #expect(error.hasPrefix("must be 24h (so many hours until now)"), "\(text): \(error)")
    }
  }

  @Test func `an endpoint has the website's id and a query`() throws {
    let worker = try TestWorker(TestWorker.twoWebsites)
    let range = "startAt=1740823200000&endAt=1740823210000"
    #expect(worker.ask("GET /api/websites/a/stats?\(range)")["pageviews"] == 2)
    #expect(worker.ask("GET /api/websites/%61/stats?\(range)&path=c.X")["pageviews"] == 1)
    #expect(worker.ask("GET /api/websites/:websiteId/stats?\(range)", ["websiteId": "a"])["pageviews"] == 2)
    #expect(worker.ask("GET /api/websites/b/stats?\(range)")["pageviews"] == 0)
    #expect(worker.ask("GET /api/websites/c/stats?\(range)")["code"] == 1)
    #expect(
      worker.ask("GET /api/websites/a/metrics/expanded?\(range)&type=path&limit=1").array?.count == 1)
    #expect(
      worker.ask("GET /api/websites/a/event-data/values?\(range)&event=x&propertyName=y") == [])
    #expect(worker.ask("GET /api/websites/a/stats?\(range)&metrics=true")["events"] == 0)
    let wrongVerb = worker.ask("POST /api/websites/a/stats")["message"]?.string ?? ""
    #expect(wrongVerb.contains("\"GET /api/websites/:websiteId/stats\""))
    #expect(worker.ask("GET /api/websites/a/nothing")["code"] == -32601)
    #expect(worker.ask("GET /api/websites//stats?\(range)")["code"] == -32601)
  }

  private func filtered(_ members: JSONObject) -> JSONValue? {
    var params = members
    params["dateRange"] = ["startDate": "2025", "endDate": "2025"]
    return views(params)
  }

  @Test func `Umami's own filters`() {
    #expect(filtered(["path": "/blog"]) == 1)
    #expect(filtered(["path": "eq./blog"]) == 1)
    #expect(filtered(["path": "c.BLOG"]) == 1)
    #expect(filtered(["path": "dnc.blog"]) == 3)
    #expect(filtered(["path": "re.^/B"]) == 1)
    #expect(filtered(["path": "nre.^/b"]) == 3)
    #expect(filtered(["path": ["/blog", "/a b"]]) == 2)
    #expect(filtered(["browser": "eq.chrome,edge"]) == 3)
    #expect(filtered(["browser": "chrome,edge"]) == 3)
    #expect(filtered(["browser": "neq.chrome", "browser1": "neq.edge"]) == 1)
    #expect(filtered(["path": "gt.5"]) == 0)
    // A mark that makes one character with the dot or the comma before it.
    #expect(filtered(["path": "dnc.\u{308}"]) == 4)
    #expect(filtered(["path": "eq./blog,\u{308}"]) == 1)
    #expect(filtered(["path": "/blog", "country": "US"]) == 0)
    #expect(filtered(["path": "/blog", "country": "US", "match": "any"]) == 3)
    #expect(
      filtered(["path": "/blog", "filters": [["name": "country", "operator": "eq", "value": "US"]]]) == 0)
    #expect(filtered(["eventType": 1]) == 4)
    #expect(filtered(["eventType": "2"]) == 0)
    #expect(filtered(["eventType": 1000]) == 0)
    #expect(filtered(["excludeBounce": true]) == 2)
    #expect(filtered(["excludeBounce": "false"]) == 2)
    #expect(filtered(["excludeBounce": ""]) == 4)
    #expect(filtered(["eventType": "x"]) == "must be a positive whole number, is \"x\"")
    #expect(filtered(["cohort": "1"]) == "must be the id of a saved cohort; there is no \"1\"")
    #expect(filtered(["path": "re.("])?.string?.contains("is not a regular expression") == true)
    // A group around the pattern must not make it valid.
    #expect(filtered(["path": "re.a)|(b"])?.string?.contains("is not a regular expression") == true)
    let longest = String(repeating: "a", count: Limits.regularExpression)
    #expect(filtered(["path": .string("re.\(longest)")]) == 0)
    #expect(
      filtered(["path": .string("re.\(longest)a")])?.string?.contains("more than 1000 characters") == true)
  }

  @Test func `a comparison has the result, the other one, and both ranges`() {
    let range: JSONValue = ["startDate": "2025-03-02", "endDate": "2025-03-02"]
    let reply = worker.ask(
      "reports.insights",
      ["dateRange": range, "fields": [["name": "country"]], "compare": ["mode": "previous"]])
    #expect(reply["result"]?.array?.count == 1 && reply["result"]?[at: 0]?["country"] == "US")
    #expect(reply["comparison"]?.array?.count == 1 && reply["comparison"]?[at: 0]?["views"] == 0)
    #expect(reply["range"] == ["startDate": "2025-03-02T00:00:00Z", "endDate": "2025-03-02T23:59:59.999Z"])
    #expect(
      reply["comparisonRange"]
        == ["startDate": "2025-03-01T00:00:00Z", "endDate": "2025-03-01T23:59:59.999Z"])
    let metrics = worker.ask(
      "websites.metrics", ["dateRange": range, "type": "path", "compare": ["mode": "shift", "unit": "day"]])
    #expect(metrics["result"] == [["x": "/", "y": 1]] && metrics["comparison"] == [["x": "/", "y": 1]])
    let csv = worker.ask(
      "websites.metrics",
      ["dateRange": range, "type": "path", "format": "csv", "compare": ["mode": "shift", "unit": "day"]])
    #expect(csv["text"] == "range,x,y\r\nresult,/,1\r\ncomparison,/,1\r\n")
    #expect(
      worker.ask("websites.stats", ["dateRange": range])["comparison"]
        == ["pageviews": 2, "visitors": 1, "visits": 1, "bounces": 0, "totaltime": 10])
  }

  @Test(
    arguments: [
      (["mode": "shift"], "must be day, week, month or year if mode is shift"),
      (["mode": "year", "count": 1], "must not be given together with mode year"),
      (["mode": "previous", "startDate": "2025"], "must not be given together with mode previous"),
      (["mode": "custom", "startDate": "2025"], "is required; a range has startDate and endDate"),
      (["mode": "shift", "unit": "year", "count": 3000], "must yield a range in the years 0000 to 9999"),
      ("last", "must be prev, yoy or an object, is \"last\""),
    ] as [(JSONValue, String)])
  func `a comparison that is none`(compare: JSONValue, expected: String) {
    let params: JSONValue = ["startDate": "2025", "endDate": "2025", "compare": compare]
    #expect(error("websites.stats", params) == expected)
  }

  @Test(
    arguments: [
      ("eq", "b", 1), ("neq", "b", 2), ("eq", ["a", "c"], 2), ("neq", ["a", "c"], 1), ("s", nil, 3),
      ("ns", nil, 0),
    ] as [(String, JSONValue, Int)])
  func `ids of visitors and visits are compared as a whole`(
    operation: String, value: JSONValue, visitors: Int
  ) {
    for name in ["visitor", "visit"] {
      var filter: JSONObject = ["name": .string(name), "operator": .string(operation)]
      let ids: [String: JSONValue] = ["a": "1", "b": "2", "c": "3"]
      func id(_ value: JSONValue) -> JSONValue { name == "visit" ? ids[value.string ?? ""] ?? .null : value }
      if value != .null { filter["value"] = value.array.map { .array($0.map(id)) } ?? id(value) }
      let params: JSONValue = ["startDate": "2025", "endDate": "2025", "filters": [.object(filter)]]
      #expect(worker.ask("websites.stats", params)["visitors"] == JSONValue(visitors), "\(filter)")
    }
  }

  @Test(arguments: ["exit", "type", "visitor", "colour", "property:", ""])
  func `a series by another name is refused`(name: String) {
    let reply = worker.ask(
      "websites.series", ["startDate": "2025", "endDate": "2025", "by": ["name": .string(name)]])
    let fault = reply["data"]?["errors"]?[at: 0]
    #expect(fault?["instanceLocation"] == "/by/name")
    if !name.isEmpty { #expect(fault?["error"] == "must be a column, channel, entry or property:KEY") }
  }

  @Test(
    arguments: [
      ("1e400", 0, 2), ("-1e400", 2, 0), ("1e-400", 1, 1), ("-1e-400", 1, 1), ("+0.25E1", 1, 1),
      ("-0.00005", 1, 1), ("1e99999999999999999999", 0, 2), ("0e99999999999999999999", 1, 1),
      ("5e-1", 1, 1), ("00.0005e4", 0, 1), ("500e-2", 0, 1), ("500.00001e-2", 0, 2), ("4.99999", 1, 1),
      ("-2.5", 1, 0), ("-2.50001", 2, 0), ("92233720368547758070000", 0, 2),
    ] as [(String, Int, Int)])
  func `a decimal in a string is compared exactly, however large or small`(
    bound: String, above: Int, below: Int
  ) throws {
    let worker = try TestWorker(imported: true)
    let events: JSONValue = [
      ["session_id": "p", "created_at": "2025-03-01 10:00:00", "url_path": "/", "data": ["price": 5]],
      [
        "session_id": "q", "created_at": "2025-03-01 10:00:00", "url_path": "/",
        "data": ["price": .decimal(JSONDecimal(significand: -25, scale: 1))],
      ],
    ]
    try #require(worker.ask("events.append", ["websiteId": "a", "events": events])["added"] == 2)
    for (comparison, visitors) in [("gt", above), ("lt", below)] {
      let filter: JSONValue = [
        "name": "property:price", "operator": .string(comparison), "value": .string(bound),
      ]
      let reply = worker.ask("websites.stats", ["startDate": "2025", "endDate": "2025", "filters": [filter]])
      #expect(reply["visitors"] == JSONValue(visitors), "\(comparison) \(bound): \(reply)")
    }
  }

  @Test(arguments: ["", "+", "1.e", "e1", "1e", ".", "1 ", "1,5", "0x1", "١"])
  func `another text is no decimal`(bound: String) {
    let filter: JSONValue = ["name": "property:price", "operator": "gt", "value": .string(bound)]
    let reply = worker.ask("websites.stats", ["startDate": "2025", "endDate": "2025", "filters": [filter]])
    #expect(reply["data"]?["errors"]?[at: 0]?["instanceLocation"] == "/filters/0/value", "\(reply)")
  }

  @Test(arguments: ["c", "dnc", "re", "nre", "gt"])
  func `no other operator compares ids`(operation: String) {
    for name in ["visitor", "visit"] {
      let filter: JSONValue = ["name": .string(name), "operator": .string(operation), "value": "a"]
      let reply = worker.ask("websites.stats", ["startDate": "2025", "endDate": "2025", "filters": [filter]])
      let fault = reply["data"]?["errors"]?[at: 0]
      let isNumber = operation == "gt"
      #expect(fault?["instanceLocation"]?.string == "/filters/0/\(isNumber ? "name" : "operator")")
      if !isNumber {
        #expect(
          fault?["error"]
            == "must be eq, neq, s or ns, because ids of visitors and visits are compared as a whole")
      }
    }
  }

  @Test func `a request may have source categories of its own, which are checked`() throws {
    let worker = try TestWorker(
      """
      session_id,visit_id,event_id,created_at,event_type,url_path,referrer_domain,hostname,utm_source
      a,1,1,2025-03-01 10:00:00,1,/,forum.shop.example,x.example,
      b,2,2,2025-03-01 10:00:00,1,/,google.com,x.example,
      c,3,3,2025-03-01 10:00:00,1,/,,x.example,board

      """)
    func ask(_ channels: JSONValue) -> JSONValue {
      worker.ask(
        "websites.metrics", ["startDate": "2025", "endDate": "2025", "type": "channel", "channels": channels])
    }
    #expect(
      ask([:])
        == [["x": "Organic Search", "y": 1], ["x": "Referral", "y": 1], ["x": "Unassigned", "y": 1]])
    #expect(
      ask(["social": ["names": ["Board"], "domains": ["shop.*"]], "ai": ["domains": ["google.com"]]])
        == [["x": "Organic Social", "y": 2], ["x": "AI Assistants", "y": 1]])
    for (channels, expected) in [
      (["sozial": [:]], "is unknown; did you mean \"social\"?"),
      (["social": ["domains": ["https://shop.example"]]], "must match"),
      (["social": ["names": [""]]], "must"),
      (
        ["social": ["names": .array(Array(repeating: "x", count: 1001))]],
        "must have at most 1000 elements, has 1001"
      ),
      ([], "must be an object, not an array"),
    ] as [(JSONValue, String)] {
      let reply = ask(channels)
      #expect(reply["code"] == -32602)
      #expect(
        reply["data"]?.description.contains(JSONValue.string(expected).description.dropFirst().dropLast())
          == true, "\(reply)")
    }
    #expect(ask(["social": ["names": .array(Array(repeating: "x", count: 1000))]]).array?.count == 3)
  }

  @Test func `the list of events tells channels by the categories of the request too`() throws {
    let worker = try TestWorker(
      """
      session_id,visit_id,event_id,created_at,event_type,event_name,hostname,utm_source
      a,1,1,2025-03-01 10:00:00,2,buy,x.example,board
      b,2,2,2025-03-01 10:00:00,2,buy,x.example,

      """)
    let filters: JSONValue = [["name": "channel", "operator": "eq", "value": "Organic Social"]]
    func ask(_ channels: JSONValue) -> JSONValue {
      worker.ask("websites.events.list", ["filters": filters, "channels": channels])
    }
    #expect(ask([:]) == [])
    #expect(ask(["social": ["names": ["board"]]])[at: 0]?["visitors"] == 1)
    #expect(ask(["sozial": [:]])["code"] == -32602)
  }

  @Test func `weeks of revenue begin on the day that is asked for`() throws {
    let worker = try TestWorker(
      database: """
        CREATE TABLE website_event (
          session_id TEXT, visit_id TEXT, event_id TEXT, created_at TEXT, event_type INTEGER, event_name TEXT);
        INSERT INTO website_event VALUES ('a', '1', '1', '2025-03-05 10:00:00', 2, 'buy');
        CREATE TABLE event_data (
          session_id TEXT, event_id TEXT, data_key TEXT, string_value TEXT, number_value TEXT, data_type INTEGER,
          created_at TEXT);
        INSERT INTO event_data VALUES
          ('a', '1', 'revenue', '5.0000', '5', 2, '2025-03-05 10:00:00'),
          ('a', '1', 'currency', 'EUR', NULL, 1, '2025-03-05 10:00:00');
        """)
    func start(_ weekStart: JSONValue?) -> JSONValue? {
      var params: JSONObject = [
        "currency": "EUR", "dateRange": ["startDate": "2025-03", "endDate": "2025-03", "unit": "week"],
      ]
      params["weekStart"] = weekStart
      let reply = worker.ask("reports.revenue", .object(params))
      return reply["chart"]?[at: 0]?["t"] ?? reply["code"]
    }
    #expect(start(nil) == "2025-03-03T00:00:00Z" && start("monday") == start(nil))
    #expect(start("sunday") == "2025-03-02T00:00:00Z" && start("saturday") == "2025-03-01T00:00:00Z")
    #expect(start("friday") == -32602)
  }

  @Test func `methods without a range have no comparison`() {
    for method in ["websites.active", "websites.daterange"] {
      #expect(
        error(method, ["compare": ["mode": "previous"]])
          == "must not be given, because the method has no range to compare")
    }
  }

  @Test func `visitors of the last minutes`() {
    func visitors(_ asOf: JSONValue, _ minutes: JSONValue = 5) -> JSONValue? {
      worker.ask("websites.active", ["asOf": asOf, "minutes": minutes])["visitors"]
    }
    #expect(visitors("2025-03-02T10:05:05Z") == 1)
    #expect(visitors("2025-03-02T10:05:05.001Z") == 0)
    #expect(visitors("2025-03-02T10:00:00Z", 1500) == 2)
  }

  @Test func `a series has as many units and points as the limits allow, and no more`() {
    func minutes(_ count: Int, _ limit: Int?) -> JSONValue {
      var params: JSONObject = [
        "startAt": 1_740_823_200_000, "endAt": .integer(1_740_823_200_000 + Int64(count) * 60_000 - 1),
        "unit": "minute", "metrics": ["pageviews"],
      ]
      if let limit { params["by"] = ["name": "browser", "limit": .integer(Int64(limit))] }
      return worker.ask("websites.series", .object(params))
    }
    #expect(minutes(100_000, nil).array?.count == 100_000)
    #expect(minutes(100_001, nil)["code"] == -32602)
    #expect(minutes(100_000, 1).array?.count == 1)
    #expect(minutes(100_000, 2)["code"] == -32602)
    #expect(Limits.seriesPoints == 200_000)
  }
}
