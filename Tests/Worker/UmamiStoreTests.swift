import JSON
import Testing

@testable import Worker

/// What a database of Umami brings besides events: segments and cohorts, properties of sessions, and websites that were
/// reset.
@Suite struct UmamiStoreTests {
  private static let sql = """
    CREATE TABLE website_event (
      website_id TEXT, session_id TEXT, visit_id TEXT, event_id TEXT, created_at TEXT, event_type INTEGER, url_path TEXT,
      event_name TEXT, browser TEXT, country TEXT, referrer_domain TEXT, hostname TEXT);
    INSERT INTO website_event VALUES
      ('w', 'a', '1', '1', '2025-02-10 10:00:00', 1, '/', NULL, 'chrome', 'DE', 'w.example', 'w.example'),
      ('w', 'a', '1', '2', '2025-02-10 10:00:10', 2, '/', 'buy', 'chrome', 'DE', NULL, 'w.example'),
      ('w', 'b', '2', '3', '2025-02-11 10:00:00', 1, '/', NULL, 'firefox', 'US', 'other.example', 'w.example'),
      ('w', 'c', '3', '4', '2025-02-12 10:00:00', 1, '/x', NULL, 'edge', 'US', NULL, 'w.example'),
      ('v', 'd', '4', '5', '2025-02-12 10:00:00', 1, '/', NULL, 'edge', 'US', NULL, 'v.example');
    CREATE TABLE session_data (
      website_id TEXT, session_id TEXT, data_key TEXT, string_value TEXT, number_value TEXT, date_value TEXT,
      data_type INTEGER, created_at TEXT);
    INSERT INTO session_data VALUES
      ('w', 'a', 'plan', 'free', NULL, NULL, 1, '2025-02-01'), ('w', 'a', 'plan', 'pro', NULL, NULL, 1, '2025-02-02'),
      ('w', 'b', 'plan', 'free', NULL, NULL, 1, '2025-02-01'), ('w', 'b', 'age', '31.0000', '31.0000', NULL, 2, '2025-02-01'),
      ('v', 'd', 'plan', 'pro', NULL, NULL, 1, '2025-02-01');
    CREATE TABLE website (website_id TEXT, name TEXT, domain TEXT, reset_at TEXT);
    INSERT INTO website VALUES ('w', 'W', 'w.example', NULL), ('v', 'V', 'v.example', NULL);
    CREATE TABLE segment (
      segment_id TEXT, website_id TEXT, type TEXT, name TEXT, parameters TEXT, created_at TEXT, updated_at TEXT);
    """

  private static let february: JSONObject = ["websiteId": "w", "startDate": "2025-02", "endDate": "2025-02"]

  /// A worker on a database with these segments: their id, type and parameters.
  private func worker(_ segments: [(String, String, String)] = [], sql: String = "") throws -> TestWorker {
    let rows = segments.map { id, type, parameters in
      "INSERT INTO segment VALUES ('\(id)', 'w', '\(type)', 'the \(id)', '\(parameters)', '2025-02-0\(id.count)', NULL);"
    }
    return try TestWorker(database: Self.sql + rows.joined() + sql)
  }

  private func visitors(_ worker: TestWorker, _ members: JSONObject) -> JSONValue? {
    var params = Self.february
    params.merge(members)
    let reply = worker.ask("websites.stats", .object(params))
    return reply["visitors"] ?? reply["data"]?["errors"]?[at: 0]?["error"]
  }

  // MARK: Segments

  @Test func `segments and cohorts of the table are saved reports that only Umami changes`() throws {
    let worker = try worker([
      ("s", "segment", #"{"filters":[{"name":"country","operator":"eq","value":"US"}]}"#),
      ("co", "cohort", #"{"filters":[],"dateRange":"30day","action":{"type":"path","value":"/"}}"#),
    ])
    let list = worker.ask("reports.list")
    #expect(list["data"]?.array?.map { $0["type"] } == ["cohort", "segment"])
    #expect(list["data"]?[at: 1]?["website"] == ["domain": "w.example"])
    let segments = worker.ask("GET /api/websites/w/segments")
    #expect(segments["count"] == 1)
    #expect(segments["data"]?[at: 0]?["parameters"]?["filters"]?[at: 0]?["name"] == "country")
    #expect(worker.ask("GET /api/websites/w/segments?type=cohort")["data"]?[at: 0]?["id"] == "co")
    #expect(worker.ask("GET /api/websites/v/segments")["count"] == 0)
    #expect(worker.ask("GET /api/websites/w/segments/s")["name"] == "the s")
    #expect(worker.ask("GET /api/websites/w/segments/co")["type"] == "cohort")
    #expect(worker.ask("GET /api/websites/w/funnels/s")["code"] == 2)
    for method in ["reports.update", "reports.delete"] {
      let error = worker.ask(method, ["reportId": "s", "name": "n"])
      #expect(error["code"] == 3 && error["data"]?["reason"] == "readOnly", "\(error)")
      #expect(error["message"]?.string?.contains("table segment") == true)
    }
    let id = "0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11"
    #expect(worker.ask("reports.delete", ["reportId": .string(id)])["code"] == 2)
  }

  @Test(arguments: [
    (#"[{"name":"country","operator":"eq","value":"US"}]"#, 2),
    // Umami joins the values of a list with commas.
    (#"[{"name":"browser","operator":"eq","value":"chrome,edge"}]"#, 2),
    (#"[{"name":"browser","operator":"neq","value":["chrome","edge"]}]"#, 1),
    (#"[{"name":"browser","operator":"re","value":"^CHR"}]"#, 1),
    (
      #"[{"name":"browser","operator":"neq","value":"chrome"},{"name":"browser1","operator":"neq","value":"edge"}]"#,
      1
    ),
    // A condition on the referrer leaves out self-referrals.
    (#"[{"name":"referrer","operator":"c","value":"example"}]"#, 1), ("[]", 3), ("null", 3),
  ]) func `a segment holds by Umami's rules`(filters: String, visitors: Int) throws {
    let worker = try worker([("s", "segment", #"{"filters":\#(filters)}"#)])
    #expect(self.visitors(worker, ["segment": "s"]) == JSONValue(visitors))
    #expect(self.visitors(worker, ["filters": [["segment": "s"]]]) == JSONValue(visitors))
    let run = worker.ask("reports.run", ["reportId": "s", "startDate": "2025-02", "endDate": "2025-02"])
    #expect(run["visitors"] == JSONValue(visitors))
    let funnel = worker.ask(
      "reports.goals",
      [
        "websiteId": "w", "dateRange": ["startDate": "2025-02", "endDate": "2025-02"],
        "filters": [["segment": "s"]], "goals": [["type": "pageview", "goal": 1]],
      ])
    #expect(funnel[at: 0]?["result"] == JSONValue(visitors))
  }

  @Test func `a segment may hold if any of its filters does, and its filters may be replaced`() throws {
    let filters =
      #"[{"name":"browser","operator":"eq","value":"chrome"},{"name":"country","operator":"eq","value":"US"}]"#
    let worker = try worker([
      ("s", "segment", #"{"filters":\#(filters),"match":"any"}"#),
      ("all", "segment", #"{"filters":\#(filters)}"#),
    ])
    #expect(visitors(worker, ["segment": "s"]) == 3)
    #expect(visitors(worker, ["segment": "all"]) == 0)
    #expect(visitors(worker, ["segment": "s", "country": "DE"]) == 1)
    let edge: JSONValue = [["name": "browser", "operator": "eq", "value": "edge"]]
    let run: JSONObject = ["reportId": "all", "startDate": "2025-02", "endDate": "2025-02", "filters": edge]
    #expect(worker.ask("reports.run", .object(run))["visitors"] == 1)
    let umami: JSONValue = ["reportId": "all", "parameters": ["period": "12month", "asOf": "2025-02-20"]]
    #expect(worker.ask("reports.run", umami)["visitors"] == 0)
  }

  @Test(arguments: [
    ("nonsense", "segment \"s\": Store: report s is damaged: its parameters are not a JSON object"),
    (#"{"filters":{}}"#, "segment \"s\": filters must be an array"),
    (
      #"{"filters":[{"name":"shoe","operator":"eq","value":"x"}]}"#,
      "segment \"s\": filters/0/name must be a column, is \"shoe\""
    ),
    (
      #"{"filters":[{"name":"path","operator":"gt","value":"x"}]}"#,
      "segment \"s\": filters/0/operator must be one of eq, neq, c, dnc, s, ns, re, nre, is \"gt\""
    ),
    (
      #"{"filters":[{"name":"path","operator":"re","value":"("}]}"#,
      "segment \"s\": filters/0/value \"(\" is not a regular expression: "
    ),
  ]) func `what is wrong with a segment is said where it is used`(parameters: String, error: String) throws {
    let worker = try worker([("s", "segment", parameters)])
    let found = visitors(worker, ["segment": "s"])?.string ?? ""
    #expect(found.hasPrefix(error), "\(found)")
  }

  @Test func `a segment may have 64 filters`() throws {
    func segment(_ count: Int) -> String {
      let filter = #"{"name":"country","operator":"neq","value":"FR"}"#
      return #"{"filters":[\#(Array(repeating: filter, count: count).joined(separator: ","))]}"#
    }
    let worker = try worker([("s", "segment", segment(64)), ("more", "segment", segment(65))])
    #expect(visitors(worker, ["segment": "s"]) == 3)
    #expect(
      visitors(worker, ["segment": "more"])
        == "segment \"more\": filters must have at most 64 elements, has 65")
  }

  // MARK: Cohorts

  @Test(arguments: [
    (#"{"dateRange":"range:1738368000000:1740787199999","action":{"type":"path","value":"/"}}"#, 2),
    (#"{"dateRange":"range:1738368000000:1740787199999","action":{"type":"event","value":"buy"}}"#, 1),
    (
      #"{"filters":[{"name":"country","operator":"eq","value":"US"}],"dateRange":"range:1738368000000:1740787199999","action":{"type":"path","value":"/"}}"#,
      1
    ),
    (
      #"{"filters":[{"name":"country","operator":"eq","value":"US"},{"name":"browser","operator":"eq","value":"chrome"}],"match":"any","dateRange":"range:1738368000000:1740787199999","action":{"type":"path","value":"/"}}"#,
      2
    ),
    (#"{"dateRange":"0day","action":{"type":"path","value":"/"}}"#, 1),
    (#"{"dateRange":"1day","action":{"type":"path","value":"/"}}"#, 2),
    (#"{"dateRange":"0week","action":{"type":"path","value":"/"}}"#, 2),
    (#"{"dateRange":"1month","action":{"type":"path","value":"/x"}}"#, 1),
  ]) func `a cohort is the visitors with its action in its own range`(parameters: String, visitors: Int)
    throws
  {
    let worker = try worker([("c", "cohort", parameters)])
    let members: JSONObject = ["cohort": "c", "asOf": "2025-02-11T12:00:00Z"]
    #expect(self.visitors(worker, members) == JSONValue(visitors))
    let run = worker.ask(
      "reports.run",
      ["reportId": "c", "startDate": "2025-02", "endDate": "2025-02", "asOf": "2025-02-11T12:00:00Z"])
    #expect(run["visitors"] == JSONValue(visitors))
  }

  @Test(arguments: [
    (#"{"dateRange":"30day"}"#, "cohort \"c\": action/type must be a column, such as path or event, is \"\""),
    (
      #"{"action":{"type":"path","value":"/"}}"#,
      "cohort \"c\": dateRange must be a number of units, such as 30day, or range:START:END, is \"\""
    ),
    (
      #"{"dateRange":"range:2:1","action":{"type":"path","value":"/"}}"#,
      "cohort \"c\": dateRange must be a number of units, such as 30day, or range:START:END, is \"range:2:1\""
    ),
  ]) func `what is wrong with a cohort is said`(parameters: String, error: String) throws {
    let worker = try worker([("c", "cohort", parameters), ("s", "segment", "{}")])
    #expect(visitors(worker, ["cohort": "c"])?.string == error)
    #expect(visitors(worker, ["cohort": "s"]) == "must be the id of a saved cohort; there is no \"s\"")
    #expect(
      visitors(worker, ["segment": "c"]) == "must be the id of a saved report of type segment, found \"c\"")
  }

  // MARK: Properties of sessions

  @Test(arguments: [
    // The last value of a session counts, and only sessions of the website.
    ("1.eq.plan.pro", 1), ("1.eq.plan.free", 1), ("1.neq.plan.pro", 1), ("1.c.plan.R", 2),
    ("1.re.plan.^PRO$", 1),
    ("2.gt.age.30", 1), ("2.eq.age.31", 1), ("2.neq.age.31", 0), ("2.lt.age.31", 0), ("1.eq.none.x", 0),
    ("1.neq.none.x", 0), ("1.eq.plan.", 3),
  ]) func `spf tests a property of the session`(filter: String, visitors: Int) throws {
    #expect(self.visitors(try worker(), ["spf0": .string(filter)]) == JSONValue(visitors))
  }

  @Test func `segments have conditions on properties of sessions, too`() throws {
    let worker = try worker([
      (
        "s", "segment",
        #"{"sessionPropertyFilters":[{"propertyName":"plan","dataType":1,"operator":"eq","value":"pro"}]}"#
      )
    ])
    #expect(visitors(worker, ["segment": "s"]) == 1)
    #expect(visitors(worker, ["filters": [["segment": "s"]]]) == 1)
  }

  @Test func `a store without the table says so`() throws {
    let worker = try TestWorker(TestWorker.oneWebsite)
    let reply = worker.ask(
      "websites.stats", ["startDate": "2025-03-01", "endDate": "2025-03-01", "spf0": "1.eq.plan.pro"])
    #expect(
      reply["data"]?["errors"]?[at: 0]?["error"]
        == "needs a store with properties of sessions: an SQLite file with Umami's table session_data")
  }

  // MARK: Websites that were reset

  @Test func `reports of Umami 3 begin when the website was reset`() throws {
    let worker = try worker(
      sql: "UPDATE website SET reset_at = '2025-02-11 10:00:00' WHERE website_id = 'w';")
    let goal: JSONObject = ["type": "path", "value": "/"]
    func ask(_ method: String, _ members: JSONObject) -> JSONValue {
      var params = Self.february
      params.merge(members)
      return worker.ask(method, .object(params))
    }
    #expect(ask("umami.goal", goal) == ["num": 1, "total": 2])
    #expect(ask("umami.breakdown", ["fields": ["browser"]]).array?.count == 2)
    #expect(ask("umami.retention", [:]).array?.count == 2)
    // Journeys begin with the range, as in Umami.
    #expect(ask("umami.journey", ["steps": 2]).array?.count == 3)
    #expect(ask("websites.stats", [:])["visitors"] == 3)
    let before: JSONObject = ["startDate": "2025-02-10", "endDate": "2025-02-10"]
    #expect(ask("umami.goal", goal.merged(before)) == ["num": 0, "total": 0])
    #expect(ask("umami.goal", ["type": "path", "value": "/", "websiteId": "v"]) == ["num": 1, "total": 1])
  }
}

extension JSONObject {
  fileprivate func merged(_ other: JSONObject) -> JSONObject {
    var object = self
    object.merge(other)
    return object
  }
}
