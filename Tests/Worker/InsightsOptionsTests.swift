import Engine
import JSON
import Testing

@testable import Worker

/// What `reports.insights` takes beyond fields and filters, and what it answers then.
@Suite struct InsightsOptionsTests {
  private let worker: TestWorker

  init() throws {
    worker = try TestWorker(
      """
      session_id,visit_id,url_path,event_type,event_name,country,created_at
      s1,v1,/,1,,US,2025-03-03 10:00:00
      s1,v1,/a,1,,US,2025-03-03 10:00:40
      s2,v2,/,1,,DE,2025-03-03 11:00:00
      s2,v2,/,2,buy,DE,2025-03-03 11:00:05
      s2,v3,/b,1,,FR,2025-03-04 23:30:00

      """)
  }

  private func ask(_ fields: [String], _ options: JSONObject = [:]) -> JSONValue {
    var params: JSONObject = [
      "dateRange": ["startDate": "2025-03", "endDate": "2025-03"],
      "fields": .array(fields.map { ["name": .string($0)] }),
    ]
    params.merge(options)
    return worker.ask("reports.insights", .object(params))
  }

  @Test func `a row has the metrics in their order, then the fields, then the goals`() {
    let reply = ask(
      ["entry"],
      [
        "metrics": ["share", "averageTime", "events", "bounceRate", "viewsPerVisit", "views"],
        "goals": [["type": "custom", "value": "buy"], ["type": "every"]],
      ])
    #expect(
      reply[at: 0]?.description
        == #"{"share":1,"averageTime":20,"events":3,"bounceRate":0.5,"viewsPerVisit":1.5,"views":3,"entry":"/","goals":[{"visitors":1,"rate":0.5},{"visitors":2,"rate":1}]}"#
    )
    #expect(reply.array?.count == 2)
  }

  @Test func `a metric that is named twice is there once`() {
    let reply = ask(["country"], ["metrics": ["visitors", "events", "visitors"], "limit": 1])
    #expect(reply[at: 0]?.description == #"{"visitors":1,"events":2,"country":"US"}"#)
  }

  @Test func `null, false and the defaults change nothing`() {
    let plain = ask(["country"])
    #expect(plain.array?.count == 3)
    #expect(
      ask(
        ["country"],
        [
          "of": ["type": "pageview"], "scope": "event", "bounce": "single", "limit": 500, "offset": 0,
          "metrics": ["views", "visitors", "visits", "bounces", "totaltime"], "orderBy": [], "having": [],
          "goals": [], "rest": false, "total": false, "weekStart": "monday",
        ]) == plain)
  }

  @Test func `fields of time are instants and numbers`() {
    #expect(
      ask(
        ["time:week", "weekday", "hour"],
        ["timezone": "Asia/Tokyo", "metrics": ["views"], "weekStart": "saturday"])
        == [
          ["views": 2, "time:week": "2025-02-28T15:00:00Z", "weekday": 1, "hour": 19],
          ["views": 1, "time:week": "2025-02-28T15:00:00Z", "weekday": 1, "hour": 20],
          ["views": 1, "time:week": "2025-02-28T15:00:00Z", "weekday": 3, "hour": 8],
        ])
  }

  @Test func `rows, their number, the rest and the total`() {
    let options: JSONObject = [
      "scope": "visit", "bounce": "engaged", "metrics": ["visitors", "visits", "bounces"], "limit": 1,
      "orderBy": [["name": "country", "descending": false]],
    ]
    func with(_ members: JSONObject) -> JSONValue {
      var options = options
      options.merge(members)
      return ask(["country"], options)
    }
    let row: JSONValue = ["visitors": 1, "visits": 1, "bounces": 0, "country": "DE"]
    #expect(with([:]) == [row])
    #expect(
      with(["rest": true])
        == ["rows": [row], "count": 3, "rest": ["rest": true, "visitors": 2, "visits": 2, "bounces": 1]])
    #expect(
      with(["total": true, "having": [["name": "bounces", "operator": "lt", "value": 1]]])
        == ["rows": [row], "count": 2, "total": ["visitors": 2, "visits": 2, "bounces": 0]])
    #expect(with(["rest": true, "limit": 3])["rest"] == nil)
    #expect(with(["rest": true, "offset": .decimal(JSONDecimal(significand: 1, scale: -30))])["rows"] == [])
  }

  @Test func `a comparison has the rows of the result, and its own rest and total`() {
    let reply = ask(
      ["country", "hour"],
      [
        "dateRange": ["startDate": "2025-03-04", "endDate": "2025-03-04"], "compare": ["mode": "previous"],
        "metrics": ["visitors", "bounceRate", "share"], "rest": true, "total": true,
        "goals": [["type": "every"]],
      ])
    let goals: JSONValue = [["visitors": 1, "rate": 1]]
    #expect(
      reply["result"]
        == [
          "rows": [
            ["visitors": 1, "bounceRate": 1, "share": 1, "country": "FR", "hour": 23, "goals": goals]
          ],
          "count": 1, "total": ["visitors": 1, "bounceRate": 1, "share": 1, "goals": goals],
        ])
    let none: JSONValue = [["visitors": 0, "rate": .null]]
    let both: JSONValue = [["visitors": 2, "rate": 1]]
    #expect(
      reply["comparison"]
        == [
          "rows": [
            ["visitors": 0, "bounceRate": .null, "share": 0, "country": "FR", "hour": 23, "goals": none]
          ],
          "count": 2,
          "rest": ["rest": true, "visitors": 2, "bounceRate": .double(0.5), "share": 1, "goals": both],
          "total": ["visitors": 2, "bounceRate": .double(0.5), "share": 1, "goals": both],
        ])
    #expect(
      ask(
        ["time:day"],
        ["compare": ["mode": "shift", "unit": "day", "count": 1], "metrics": ["views"]])["comparison"]
        == [
          ["views": 3, "time:day": "2025-03-03T00:00:00Z"], ["views": 1, "time:day": "2025-03-04T00:00:00Z"],
        ])
  }

  @Test(
    arguments: [
      (
        ["country", "property:plan"], ["scope": "visit"],
        "/fields/1/name property:plan must not be given together with scope visit"
      ),
      (["visitor"], [:], "/fields/0/name must be one of"),
      (["time:minute"], [:], "/fields/0/name must be one of"),
      (["property:"], [:], "/fields/0/name must be one of"),
      (["url"], ["scope": "session"], "/scope must be"),
      (["url"], ["metrics": ["luck"]], "/metrics/0 must be one of"),
      (["url"], ["orderBy": [["name": "path"]]], "/orderBy/0/name must be one of the fields or a metric"),
      (
        ["url"], ["having": [["name": "url", "operator": "gt", "value": 1]]], "/having/0/name must be one of"
      ),
      (
        ["url"], ["having": [["name": "views", "operator": "gt", "value": "1"]]],
        "/having/0/value must be a number"
      ),
      (["url"], ["limit": 0], "/limit must be at least 1"),
      (["url"], ["offset": -1], "/offset must be at least 0"),
      (["url"], ["of": ["type": "every", "value": "/"]], "/of must not have a \"value\""),
      (["url"], ["goals": [["any": [["type": "every"]], "type": "every"]]], "/goals/0 must not have both"),
      (["url"], ["bounce": "twice"], "/bounce must be"),
      (["url"], ["rest": 1], "/rest must be true or false"),
    ] as [([String], JSONObject, String)])
  func `what makes no sense is refused, and the error says where`(
    fields: [String], options: JSONObject, error: String
  ) {
    let reply = ask(fields, options)
    #expect(reply["code"] == -32602)
    let message = reply["message"]?.string ?? ""
    #expect(message.contains(error), "\(message)")
  }

  @Test func `limits hold at their edge`() {
    func code(_ member: String, _ value: JSONValue) -> JSONValue? { ask(["url"], [member: value])["code"] }
    #expect(code("limit", .integer(Int64(Limits.insightsRows))) == nil)
    #expect(code("limit", .integer(Int64(Limits.insightsRows) + 1)) == -32602)
    let goal: JSONValue = ["type": "every"]
    #expect(code("goals", .array(Array(repeating: goal, count: Limits.insightsGoals))) == nil)
    #expect(code("goals", .array(Array(repeating: goal, count: Limits.insightsGoals + 1))) == -32602)
  }
}
