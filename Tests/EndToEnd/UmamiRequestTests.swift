import Foundation
import JSON
import TestSupport
import Testing

/// Requests in the forms of Umami 3, sent to the built binary with the example events.
@Suite struct UmamiRequestTests {
  private static let website = "6abed004-6a21-4968-9a30-6f409f07267c"
  private static let march = #""startDate":"2026-03-01T00:00:00.000Z","endDate":"2026-03-31T23:59:59.999Z""#
  private static let marchQuery = "startAt=1772323200000&endAt=1775001599999"

  private func ask(_ requests: [String]) throws -> [JSONValue] {
    let lines = requests.enumerated().map { #"{"jsonrpc":"2.0","id":\#($0),"method":"# + $1 + "}\n" }
    let outcome = try BuiltBinary.run(
      ["serve", "examples/website_event.csv", "examples/event_data.csv"], input: Data(lines.joined().utf8))
    #expect(outcome.lines.count == requests.count)
    return try outcome.lines.map { try JSONValue(parsing: $0) }
  }

  /// A body as the user interface of Umami 3 sends it: `POST /api/reports/TYPE`.
  private func body(_ type: String, _ parameters: String, filters: String = "{}", websiteId: String? = nil)
    -> String
  {
    #""POST /api/reports/\#(type)","params":{"websiteId":"\#(websiteId ?? Self.website)","type":"\#(type)","filters":\#(filters),"parameters":{\#(parameters)}}"#
  }

  private func get(_ path: String, _ query: String) -> String {
    #""GET /api/websites/\#(Self.website)/\#(path)?\#(query)""#
  }

  private func check(_ request: String, _ expected: String) throws {
    let reply = try ask([request])[0]
    #expect(reply["result"] == (try JSONValue(parsing: expected)), "\(request): \(reply)")
  }

  private func checkError(_ request: String, _ errors: [String]) throws {
    let error = try ask([request])[0]["error"] ?? .null
    let found = (error["data"]?["errors"]?.array ?? []).map { fault in
      "\(fault["instanceLocation"]?.string ?? "") \(fault["error"]?.string ?? "")"
    }
    #expect(found == errors, "\(error)")
  }

  // MARK: Bodies

  @Test func `the body that Umami 3's pages send is answered with revenue in its form`() throws {
    let reply = try ask([
      #""POST /api/reports/revenue","params":{"websiteId":"\#(Self.website)","type":"revenue","filters":{"event":"eq.purchase"},"parameters":{"startDate":"2026-03-01T05:00:00.000Z","endDate":"2026-04-01T03:59:59.999Z","timezone":"America/Toronto","currency":"USD"}}"#
    ])[0]["result"]
    #expect(
      reply?.object?.members.map(\.name) == ["chart", "total", "country", "region", "referrer", "channel"])
    #expect(reply?["chart"]?.array?.count == 8)
    #expect(
      reply?["chart"]?.array?.first?.description
        == #"{"x":"purchase","t":"2026-03-01T05:00:00Z","y":14.55,"count":1}"#)
    let total = reply?["total"]
    #expect(total?["sum"]?.double == 220.86 && total?["count"] == 9 && total?["unique_count"] == 8)
    // Thirteen visitors have an event with that name.
    #expect(total?["total_sessions"] == 13)
    #expect(abs((total?["average"]?.double ?? 0) - 220.86 / 9) < 1e-9)
    #expect(abs((total?["arpu"]?.double ?? 0) - 220.86 / 13) < 1e-9)
    #expect(total?["comparison"]?["sum"] == 0)
    #expect(
      reply?["referrer"]?.array?.map { "\($0["name"]?.string ?? "") \($0["value"] ?? nil)" } == [
        "facebook.com 58.39", "google.com 53.64", "news.ycombinator.com 48.2", " 37.16", "github.com 23.47",
      ])
    #expect(
      reply?["region"]?.array?.first?.description == #"{"country":"ES","name":"FR-C","value":58.39}"#)
  }

  @Test func `a goal counts visitors who reached it, and all visitors`() throws {
    try check(body("goal", #"\#(Self.march),"type":"path","value":"/pricing""#), #"{"num":34,"total":167}"#)
    try check(body("goal", #"\#(Self.march),"type":"event","value":"purchase""#), #"{"num":13,"total":167}"#)
    // A path is no event name.
    try check(body("goal", #"\#(Self.march),"type":"event","value":"/pricing""#), #"{"num":0,"total":167}"#)
    // The type of events narrows only the first number.
    try check(
      body("goal", #"\#(Self.march),"type":"path","value":"/pricing""#, filters: #"{"eventType":2}"#),
      #"{"num":0,"total":167}"#)
  }

  @Test func `only a star at an end of a value matches any text`() throws {
    try check(body("goal", #"\#(Self.march),"type":"event","value":"*chase""#), #"{"num":13,"total":167}"#)
    try check(body("goal", #"\#(Self.march),"type":"event","value":"purch*""#), #"{"num":13,"total":167}"#)
    try check(body("goal", #"\#(Self.march),"type":"event","value":"pur*se""#), #"{"num":0,"total":167}"#)
  }

  @Test func `a funnel has the numbers of the funnel of Umami 2`() throws {
    try check(
      body(
        "funnel",
        #"\#(Self.march),"window":60,"steps":[{"type":"path","value":"/"},{"type":"path","value":"/pricing"}]"#
      ),
      #"[{"type":"path","value":"/","visitors":53,"previous":0,"dropped":0,"dropoff":null,"remaining":1},{"type":"path","value":"/pricing","visitors":6,"previous":53,"dropped":47,"dropoff":0.8867924528301887,"remaining":0.11320754716981132}]"#
    )
  }

  @Test func `a step may have conditions on properties, which its event must have`() throws {
    func funnel(_ filter: String) -> String {
      body(
        "funnel",
        #"\#(Self.march),"window":600000,"steps":[{"type":"path","value":"*"},{"type":"event","value":"purchase","filters":[\#(filter)]}]"#
      )
    }
    func filter(_ operation: String, _ value: String, property: String = "currency") -> String {
      #"{"property":"\#(property)","operator":"\#(operation)","value":"\#(value)"}"#
    }
    let replies = try ask([
      funnel(filter("eq", "USD")), funnel(filter("neq", "USD")), funnel(filter("c", "us")),
      funnel(filter("neq", "x", property: "none")), funnel(filter("dnc", "", property: "currency")),
      funnel("\(filter("eq", "USD")),\(filter("eq", "EUR"))"),
    ])
    let visitors = replies.map { $0["result"]?.array?.last?["visitors"] ?? nil }
    // Eight visitors bought in USD, seven in EUR or GBP.
    #expect(visitors[0] == 8 && visitors[2] == 8)
    #expect(visitors[1] == 7)
    #expect(visitors[3] == 0 && visitors[4] == 0 && visitors[5] == 0)
    #expect(
      replies[0]["result"]?.array?.last?["filters"]
        == [["property": "currency", "operator": "eq", "value": "USD"]])
    try checkError(
      funnel(filter("gt", "1")),
      [
        #"/parameters/steps/1/filters/0/operator must be one of "eq", "neq", "c", "dnc", is "gt"; did you mean "c"?"#
      ])
  }

  @Test(arguments: [
    ("retention", #""timezone":"Europe/Berlin""#, #""timezone":"Europe/Berlin""#),
    (
      "journey", #""steps":4,"startStep":"/","endStep":"/pricing""#,
      #""steps":4,"startStep":"/","endStep":"/pricing""#
    ),
    (
      "attribution", #""model":"first-click","type":"event","step":"purchase","currency":"USD""#,
      #""model":"firstClick","steps":[{"type":"event","value":"purchase"}]"#
    ),
    (
      "attribution", #""model":"last-click","type":"path","step":"/pricing""#,
      #""model":"lastClick","steps":[{"type":"url","value":"/pricing"}]"#
    ),
  ]) func `these have the results of Umami 2's requests`(type: String, parameters: String, old: String) throws
  {
    let replies = try ask([
      body(type, "\(Self.march),\(parameters)"),
      #""reports.\#(type)","params":{"dateRange":{\#(Self.march)},\#(old)}"#,
    ])
    #expect(replies[0]["result"] != nil && replies[0]["result"] == replies[1]["result"])
  }

  @Test func `journeys have two items or more, of one type of events if asked`() throws {
    let result = try ask([
      body("journey", #"\#(Self.march),"steps":2,"eventType":2"#),
      body("journey", #"\#(Self.march),"steps":2"#, filters: #"{"eventType":"2"}"#),
    ]).map { $0["result"] }
    #expect(result[0] == result[1])
    let names = (result[0]?.array ?? []).flatMap { $0["items"]?.array ?? [] }.compactMap(\.string)
    #expect(!names.isEmpty && !names.contains { $0.hasPrefix("/") })
    try checkError(
      body("journey", #"\#(Self.march),"steps":1"#), ["/parameters/steps must be at least 2, is 1"])
  }

  @Test func `attribution compares the whole step, stars included`() throws {
    let reply = try ask([
      body("attribution", #"\#(Self.march),"model":"last-click","type":"event","step":"purch*""#)
    ])
    #expect(reply[0]["result"]?["total"] == ["pageviews": 0, "visitors": 0, "visits": 0])
  }

  @Test
  func `a breakdown has its fields by name, most visitors first, without bounces of visits with events`()
    throws
  {
    try check(
      body("breakdown", #"\#(Self.march),"fields":["device"]"#),
      #"[{"views":520,"visitors":79,"visits":126,"bounces":23,"totaltime":17732,"device":"desktop"},{"views":569,"visitors":70,"visits":114,"bounces":19,"totaltime":18316,"device":"mobile"},{"views":124,"visitors":12,"visits":22,"bounces":2,"totaltime":4016,"device":"laptop"},{"views":24,"visitors":6,"visits":9,"bounces":2,"totaltime":1061,"device":"tablet"}]"#
    )
    let rows = try ask([
      body(
        "breakdown", #"\#(Self.march),"fields":["country","utmSource"]"#,
        filters: #"{"excludeBounce":"true"}"#)
    ])[0]["result"]?.array
    #expect(
      rows?.isEmpty == false && rows?.allSatisfy { $0["bounces"] == 0 && $0["utmSource"] != nil } == true)
  }

  @Test func `utm has five lists of the columns' values`() throws {
    let result = try ask([body("utm", Self.march)])[0]["result"]
    #expect(
      result?.object?.members.map(\.name) == [
        "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
      ])
    #expect(
      result?["utm_source"] == [
        ["utm": "google", "views": 26], ["utm": "newsletter", "views": 11], ["utm": "partner", "views": 11],
        ["utm": "facebook", "views": 5], ["utm": "yahoo.de", "views": 5], ["utm": "twitter", "views": 4],
      ])
  }

  @Test func `heatmaps are refused by name`() throws {
    for request in [body("heatmap", Self.march), get("heatmaps", Self.marchQuery)] {
      let error = try ask([request])[0]["error"]
      #expect(error?["code"] == -32601)
      #expect(error?["message"]?.string?.hasSuffix("report is not supported yet") == true, "\(error ?? nil)")
    }
  }

  // MARK: Forms

  /// All members of each type.
  @Test(arguments: [
    ("attribution", #""model":"first-click","type":"path","step":"/pricing","currency":"USD""#),
    (
      "breakdown", #""fields":["path","referrer","title","query","os","browser","device","country","region"]"#
    ),
    (
      "breakdown",
      #""fields":["city","tag","hostname","distinctId","language","event","utmSource","utmTerm"]"#
    ),
    (
      "funnel",
      #""window":30,"steps":[{"type":"path","value":"/*"},{"type":"event","value":"purchase","filters":[{"property":"currency","operator":"eq","value":"USD"}]}]"#
    ),
    ("goal", #""type":"event","value":"purchase""#),
    ("journey", #""steps":7,"startStep":"/","endStep":"/pricing","eventType":1"#),
    ("retention", #""timezone":"Asia/Calcutta""#),
    ("revenue", #""unit":"month","timezone":"Europe/Berlin","currency":"USD","compare":"yoy""#), ("utm", ""),
  ]) func `a body may have its dates as texts and as numbers, and filters of every kind`(
    type: String, parameters: String
  ) throws {
    let rest = parameters.isEmpty ? "" : ",\(parameters)"
    let filters =
      #"{"browser":"neq.edge","browser1":"c.o","device":["desktop","mobile"],"referrer":"dnc.bing","path":"nre.^/x","match":"all","excludeBounce":"true"}"#
    let replies = try ask([
      body(type, Self.march + rest, filters: filters),
      body(type, #""startDate":1772323200000,"endDate":1775001599999\#(rest)"#, filters: filters),
      body(type, Self.march + rest, filters: #"{"match":"any","country":"DE","os":"re.win","eventType":1}"#),
    ])
    #expect(replies.allSatisfy { $0["result"] != nil }, "\(replies)")
    #expect(replies[0]["result"] == replies[1]["result"])
  }

  @Test func `64 filters are accepted, 65 are refused`() throws {
    func goal(_ count: Int) -> String {
      let filters = (1..<count).map { #""country\#($0)":"neq.XX""# } + [#""epf0":"2.gt.revenue.0""#]
      return body(
        "goal", #"\#(Self.march),"type":"event","value":"purchase""#,
        filters: "{\(filters.joined(separator: ","))}")
    }
    try check(goal(64), #"{"num":13,"total":13}"#)
    try checkError(goal(65), ["/parameters must have at most 64 of Umami's filters, has 65"])
  }

  @Test func `filters on properties of an event`() throws {
    func goal(_ filters: String) -> String {
      body("goal", #"\#(Self.march),"type":"event","value":"purchase""#, filters: "{\(filters)}")
    }
    func visitors(_ filters: String...) throws -> [JSONValue?] {
      try ask(filters.map(goal)).map { $0["result"]?["num"] ?? $0["error"] }
    }
    #expect(
      try visitors(
        #""epf0":"1.eq.currency.USD""#, #""epf0":"1.neq.currency.USD""#, #""epf0":"1.eq.currency.EUR,GBP""#,
        #""epf0":"1.c.currency.us""#, #""epf0":"1.re.currency.^usd$""#, #""epf0":"1.neq.none.x""#)
        == [8, 7, 7, 8, 8, 0])
    #expect(
      try visitors(
        #""epf0":"1.eq.currency.USD","epf1":"2.gte.revenue.30""#, #""epf0":"2.gt.revenue.0""#,
        #""epf0":"2.lt.revenue.0""#, #""epf0":"2.eq.revenue.14.55","epf1":"1.eq.%63urrency.USD""#,
        #""epf0":"1.eq.currency.""#) == [3, 13, 0, 1, 13])
    // In a query string, the name is encoded twice.
    let reply = try ask([
      get("goals/stats", "\(Self.marchQuery)&type=event&value=purchase&epf0=1.eq.%2563urrency.USD")
    ])
    #expect(reply[0]["result"]?["num"] == 8)
    for (filter, error) in [
      ("x", "must be TYPE.OPERATOR.NAME.VALUE, for example 1.eq.plan.pro; is \"x\""),
      (
        "9.eq.a.b",
        "must begin with the type of the property: 1 (string), 2 (number), 3 (boolean), 4 (date) or 5 (array); is \"9\""
      ),
      ("3.c.a.b", "must have one of the operators of its type, eq; is \"c\""),
      ("2.eq.a.b", "must end with a number, ends with \"b\""),
    ] {
      try checkError(goal(#""epf0":"\#(filter)""#), ["/filters/epf0 \(error)"])
    }
  }

  @Test func `a body without filters, with more members than Umami knows, or by a method's name is the same`()
    throws
  {
    let parameters = #"\#(Self.march),"type":"path","value":"/pricing""#
    let requests = [
      body("goal", parameters),
      body(
        "goal", #"\#(parameters),"unit":"day","timezone":"UTC","page":1,"orderBy":"x""#,
        filters: #"{"nonsense":"x"}"#),
      #""umami.goal","params":{"parameters":{\#(parameters)}}"#,
      #""umami.goal","params":{\#(parameters)}"#,
      #""umami.goal","params":{"dateRange":{\#(Self.march)},"type":"path","value":"/pricing"}"#,
      body("goal", #"\#(parameters),"dateRange":"30day""#),
    ]
    for reply in try ask(requests) { #expect(reply["result"] == ["num": 34, "total": 167], "\(reply)") }
  }

  @Test func `filters have operators, digits, and are joined by all or any`() throws {
    func goal(_ filters: String) -> String {
      body("goal", #"\#(Self.march),"type":"path","value":"/pricing""#, filters: filters)
    }
    let replies = try ask([
      goal(#"{"country":"US,GB"}"#), goal(#"{"country":["US","GB"]}"#), goal(#"{"country":"re.^(us|gb)$"}"#),
      goal(#"{"country":"US","country1":"GB","match":"any"}"#), goal(#"{"country":"US","country1":"GB"}"#),
    ]).map { $0["result"] ?? nil }
    #expect(replies[0] != ["num": 0, "total": 0])
    for index in 1...3 { #expect(replies[index] == replies[0]) }
    #expect(replies[4] == ["num": 0, "total": 0])
  }

  @Test func `a request of Umami 2 may have an object parameters next to its dates`() throws {
    let old = #""dateRange":{\#(Self.march)}"#
    let replies = try ask([
      #""POST /api/reports/utm","params":{\#(old)}"#,
      #""POST /api/reports/utm","params":{\#(old),"parameters":{\#(Self.march)}}"#,
    ])
    #expect(replies[0]["result"]?["utm_source"]?.object != nil)
    #expect(replies[1]["result"] == replies[0]["result"])
  }

  @Test func `errors name the member where the request has it`() throws {
    try checkError(
      body("goal", #"\#(Self.march),"type":"path""#), [#"/parameters must have the member "value""#])
    try checkError(
      body("utm", Self.march, filters: #"{"match":"some"}"#),
      [#"/filters/match must be one of "all", "any", is "some""#])
    try checkError(
      body("utm", Self.march, filters: #"{"cohort":"c"}"#),
      [#"/filters/cohort must be the id of a saved cohort; there is no "c""#])
    try checkError(
      #""POST /api/reports/utm","params":{"type":"goal","parameters":{\#(Self.march)}}"#,
      [#"/type must be "utm", the report of this method; is "goal""#])
    try checkError(
      body("utm", #""startDate":"2026-03-01","endDate":"2026-02-01""#),
      [
        "/parameters/endDate must not be before startDate: 2026-02-01T23:59:59.999Z is before 2026-03-01T00:00:00Z"
      ])
    let website = try ask([body("utm", Self.march, websiteId: "none")])[0]["error"]
    #expect(website?["code"] == 1)
  }

  // MARK: Endpoints with GET

  /// The path with its query, and the body with the same result, or with a result that has it as a member.
  @Test(arguments: [
    ("goals/stats", "type=path&value=%2Fpricing", "goal", #""type":"path","value":"/pricing""#, ""),
    (
      "funnels/stats",
      "window=60&steps=%5B%7B%22type%22%3A%22path%22%2C%22value%22%3A%22%2F%22%7D%2C%7B%22type%22%3A%22path%22%2C%22value%22%3A%22%2Fpricing%22%7D%5D",
      "funnel", #""window":60,"steps":[{"type":"path","value":"/"},{"type":"path","value":"/pricing"}]"#, ""
    ),
    (
      "journeys", "steps=3&startStep=%2F&eventType=1", "journey", #""steps":3,"startStep":"/","eventType":1"#,
      ""
    ),
    ("retention", "timezone=Europe%2FBerlin", "retention", #""timezone":"Europe/Berlin""#, ""),
    (
      "breakdown", "fields=%5B%22path%22%2C%22browser%22%5D", "breakdown", #""fields":["path","browser"]"#, ""
    ),
    ("utm/metrics", "type=utm_campaign", "utm", "", "utm_campaign"),
    ("revenue/stats", "currency=USD&compare=yoy", "revenue", #""currency":"USD","compare":"yoy""#, "total"),
    ("revenue/metrics", "currency=USD&type=country", "revenue", #""currency":"USD""#, "country"),
    ("revenue/metrics", "currency=USD&type=region", "revenue", #""currency":"USD""#, "region"),
    ("revenue/metrics", "currency=USD&type=referrer", "revenue", #""currency":"USD""#, "referrer"),
    ("revenue/metrics", "currency=USD&type=channel", "revenue", #""currency":"USD""#, "channel"),
    (
      "attribution", "model=last-click&type=path&step=%2Fpricing", "attribution",
      #""model":"last-click","type":"path","step":"/pricing""#, ""
    ),
  ]) func `an endpoint has the result of a body`(
    path: String, query: String, type: String, parameters: String, member: String
  ) throws {
    let dates = parameters.isEmpty ? Self.march : "\(Self.march),\(parameters)"
    let replies = try ask([
      get(path, "\(Self.marchQuery)&\(query)&browser=c.chrome"),
      body(type, dates, filters: #"{"browser":"c.chrome"}"#),
    ])
    let whole = replies[1]["result"]
    #expect(replies[0]["result"] != nil, "\(replies[0])")
    #expect(replies[0]["result"] == (member.isEmpty ? whole : whole?[member]))
  }

  @Test func `the chart of revenue is a member, and lists may be texts in params too`() throws {
    let replies = try ask([
      get("revenue/chart", "\(Self.marchQuery)&currency=USD&unit=month"),
      #""GET /api/websites/\#(Self.website)/breakdown","params":{"startAt":"1772323200000","endAt":1775001599999,"fields":"[\"device\"]"}"#,
      get("breakdown", "\(Self.marchQuery)&fields=device"),
    ])
    #expect(
      replies[0]["result"]?.description
        == #"{"chart":[{"x":"purchase","t":"2026-03-01T00:00:00Z","y":220.86,"count":9}]}"#)
    #expect(replies[1]["result"]?.array?.count == 4)
    #expect(replies[2]["error"]?["code"] == -32602)
  }

  // MARK: Saved reports

  /// A report as a client of Umami 3 saves it, and a request that runs it.
  @Test(arguments: [
    (
      "funnel", #"{"window":60,"steps":[{"type":"path","value":"/"},{"type":"path","value":"/pricing"}]}"#
    ),
    ("goal", #"{"type":"path","value":"/pricing"}"#),
    ("journey", #"{"steps":3,"startStep":"/"}"#),
    ("attribution", #"{"model":"last-click","type":"path","step":"/pricing"}"#),
    ("retention", #"{"timezone":"Europe/Berlin"}"#),
    ("revenue", #"{"currency":"USD"}"#),
    ("breakdown", #"{"fields":["device"]}"#),
    ("utm", "{}"),
  ]) func `reports that clients of Umami 3 saved run as their bodies do`(type: String, parameters: String)
    throws
  {
    let members = parameters.dropFirst().dropLast()
    let dates = members.isEmpty ? Self.march : "\(Self.march),\(members)"
    func save(_ parameters: String, _ number: Int) -> String {
      #""POST /api/reports","params":{"websiteId":"\#(Self.website)","reportId":"0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c1\#(number)","type":"\#(type)","name":"a","parameters":\#(parameters)}"#
    }
    func run(_ number: Int, _ members: String) -> String {
      #""reports.run","params":{"reportId":"0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c1\#(number)"\#(members)}"#
    }
    let filters = #"{"browser":"eq.chrome"}"#
    let replies = try ask([
      save(parameters, 1), save("{\(dates)}", 2),
      save(
        #"{"websiteId":"\#(Self.website)","type":"\#(type)","filters":\#(filters),"parameters":{\#(dates)}}"#,
        3),
      run(1, #","parameters":{\#(Self.march)}"#), run(1, ",\(Self.march)"), run(2, ""),
      run(1, #","startAt":1772323200000,"endAt":1775001599999"#), run(3, #","browser":"neq.none""#),
      run(2, #","parameters":{"startDate":"2026-03-01","endDate":"2026-03-31"},"filters":{}"#),
      body(type, dates),
      run(1, #","parameters":{\#(Self.march)},"filters":\#(filters)"#), run(2, #","browser":"eq.chrome""#),
      run(3, ""),
      body(type, dates, filters: filters),
    ])
    for index in 0..<3 { #expect(replies[index]["result"] != nil, "\(replies[index])") }
    let expected = replies[9]["result"]
    #expect(expected != nil)
    for index in 3..<9 { #expect(replies[index]["result"] == expected, "\(index): \(replies[index])") }
    let filtered = replies[13]["result"]
    #expect(filtered != nil && filtered != expected)
    for index in 10..<13 { #expect(replies[index]["result"] == filtered, "\(index): \(replies[index])") }
  }

  @Test func `funnels and goals are resources of a website`() throws {
    let (funnel, goal) = ("0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11", "0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c12")
    func save(_ type: String, _ id: String, _ parameters: String) -> String {
      #""reports.create","params":{"websiteId":"\#(Self.website)","reportId":"\#(id)","type":"\#(type)","name":"a \#(type)","parameters":\#(parameters)}"#
    }
    let steps = #""steps":[{"type":"path","value":"/"},{"type":"path","value":"/pricing"}]"#
    let replies = try ask([
      save("funnel", funnel, #"{"window":60,\#(steps)}"#),
      save("goal", goal, #"{"type":"path","value":"/pricing"}"#),
      get("funnels", "page=1&pageSize=5&search=FUNNEL"), get("goals", "search=funnel"),
      get("goals", "type=funnel"),
      get("funnels/\(funnel)", ""), get("goals/\(funnel)", ""),
      get("goals/\(goal)/stats", "\(Self.marchQuery)&country=US,GB"),
      body("goal", #"\#(Self.march),"type":"path","value":"/pricing""#, filters: #"{"country":"US,GB"}"#),
      get("funnels/\(funnel)/stats", "\(Self.marchQuery)&browser=c.chrome"),
      body("funnel", #"\#(Self.march),"window":60,\#(steps)"#, filters: #"{"browser":"c.chrome"}"#),
      get("funnels/\(goal)/stats", Self.marchQuery), get("goals/\(goal)/stats", ""),
      get("goals/\(goal)/stats", "\(Self.marchQuery)&format=csv"),
      #""POST /api/websites/\#(Self.website)/funnels""#,
    ]).map { $0["result"] ?? $0["error"] ?? nil }
    #expect(replies[2]["count"] == 1 && replies[2]["pageSize"] == 5)
    #expect(replies[2]["data"]?.array?.first?["id"]?.string == funnel)
    #expect(replies[3]["count"] == 0 && replies[4]["data"]?.array?.first?["id"]?.string == goal)
    #expect(replies[5]["name"] == "a funnel" && replies[6]["code"] == 2)
    #expect(replies[7] == ["num": 10, "total": 44] && replies[7] == replies[8])
    #expect(replies[9].array?.count == 2 && replies[9] == replies[10])
    #expect(replies[11]["code"] == 2 && replies[12]["code"] == -32602)
    #expect(replies[13]["text"] == "num,total\r\n34,167\r\n")
    #expect(replies[14]["code"] == -32601)
  }

  @Test func `a list of saved reports of one type is that of Umami 3`() throws {
    func save(_ type: String, _ parameters: String) -> String {
      #""POST /api/reports","params":{"websiteId":"\#(Self.website)","type":"\#(type)","name":"a \#(type)","parameters":\#(parameters)}"#
    }
    let replies = try ask([
      save("goal", #"{"type":"path","value":"/pricing"}"#), save("utm", "{}"),
      #""GET /api/reports?websiteId=\#(Self.website)&type=goal""#, get("reports", "page=1"),
      #""reports.list""#,
    ])
    let goals = replies[2]["result"]
    #expect(goals?["count"] == 1 && goals?["pageSize"] == 20)
    let goal = goals?["data"]?.array?.first
    #expect(goal?["parameters"] == ["type": "path", "value": "/pricing"] && goal?["website"] == nil)
    #expect(replies[3]["result"]?["count"] == 2)
    #expect(replies[4]["result"]?["data"]?.array?.first?["parameters"]?.string != nil)
    let id = try #require(goal?["id"]?.string)
    let again = try ask([
      #""reports.create","params":{"reportId":"\#(id)","type":"goal","name":"g","parameters":{"type":"path","value":"/pricing"}}"#,
      #""reports.run","params":{"reportId":"\#(id)","parameters":{\#(Self.march)}}"#,
    ])
    #expect(again[1]["result"] == ["num": 34, "total": 167])
  }
}
