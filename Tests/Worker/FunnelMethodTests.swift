import JSON
import Testing

@testable import Worker

/// The params of funnels with options: windows, combinations, and the form of the result.
@Suite struct FunnelMethodTests {
  private static let events = """
    session_id,visit_id,event_id,created_at,event_type,url_path,event_name,country
    a,1,1,2025-03-01 10:00:00,1,/,,DE
    a,1,2,2025-03-01 10:00:10,1,/b,,DE
    b,2,3,2025-03-02 10:00:00,1,/,,US
    b,2,4,2025-03-02 10:00:00.001,1,/b,,US
    c,3,5,2025-03-03 10:00:00,1,/,,US

    """
  private static let steps: JSONValue = [["type": "url", "value": "/"], ["type": "url", "value": "/b"]]
  private static let middle: JSONValue = [
    ["type": "url", "value": "/"], ["type": "every", "optional": true], ["type": "url", "value": "/b"],
  ]
  private let worker: TestWorker

  init() throws { worker = try TestWorker(Self.events) }

  private func ask(_ members: JSONObject) -> JSONValue {
    var params: JSONObject = [
      "dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-03"], "steps": Self.steps,
    ]
    params.merge(members)
    return worker.ask("reports.funnel", .object(params))
  }

  /// The errors of a request, each with its location.
  private func errors(_ members: JSONObject) -> [String] {
    (ask(members)["data"]?["errors"]?.array ?? []).map {
      "\($0["instanceLocation"]?.string ?? "") \($0["error"]?.string ?? "")"
    }
  }

  private func decimal(_ text: String) -> JSONValue { (try? JSONValue(parsing: text)) ?? "not a number" }

  private func visitors(_ members: JSONObject) -> [JSONValue] {
    (ask(members).array ?? []).compactMap { $0["visitors"] }
  }

  @Test func `windows in each unit, with and without a bound`() {
    #expect(visitors(["window": 10, "windowUnit": "second"]) == [3, 2])
    #expect(visitors(["window": decimal("9.999"), "windowUnit": "second"]) == [3, 1])
    #expect(visitors(["window": decimal("0.001"), "windowUnit": "second"]) == [3, 1])
    #expect(visitors(["window": decimal("0.000999"), "windowUnit": "second"]) == [3, 0])
    #expect(visitors(["window": decimal("1e-30"), "windowUnit": "week"]) == [3, 0])
    #expect(visitors(["window": decimal("1e300"), "windowUnit": "week"]) == [3, 2])
    #expect(visitors(["window": nil]) == [3, 2])
    #expect(visitors(["totalWindow": 1]) == [3, 2])
    #expect(visitors(["totalWindow": decimal("0.1")]) == [3, 1])
    for unit in ["minute", "hour", "day"] {
      #expect(visitors(["window": 1, "windowUnit": .string(unit)]) == [3, 2])
    }
  }

  @Test func `a step's window may be null, and a wait is rounded up`() {
    func step(_ members: JSONObject) -> JSONObject {
      var second: JSONObject = ["type": "url", "value": "/b"]
      second.merge(members)
      return [
        "window": decimal("0.001"), "windowUnit": "second",
        "steps": [["type": "url", "value": "/"], .object(second)],
      ]
    }
    #expect(visitors(step([:])) == [3, 1])
    #expect(visitors(step(["window": nil])) == [3, 2])
    #expect(visitors(step(["window": nil, "minWait": decimal("0.001")])) == [3, 2])
    #expect(visitors(step(["window": nil, "minWait": decimal("0.0011")])) == [3, 1])
  }

  @Test func `a window or a total window is needed`() {
    #expect(errors([:]) == [#" must have "window" (null for no bound) or "totalWindow""#])
    #expect(errors(["order": "any"]) == [#" must have "totalWindow" if order is any"#])
    #expect(errors(["open": true]).count == 1)
  }

  @Test(
    arguments: [
      ("breakdown", ["name": "country"]), ("timing", true), ("trend", ["unit": "day"]),
      ("next", [:]),
      ("totalWindow", 60),
    ] as [(String, JSONValue)])
  func `open funnels exclude it`(name: String, value: JSONValue) {
    #expect(
      errors(["open": true, "window": 60, name: value])
        == ["/\(name) must not be given together with open, because they exclude each other"])
  }

  @Test(
    arguments: [
      ("breakdown", ["name": "country"]), ("timing", true), ("trend", ["unit": "day"]),
      ("next", [:]),
      ("window", 60), ("distinct", true), ("exclusions", [["type": "every"]]), ("scope", "visit"),
    ] as [(String, JSONValue)])
  func `funnels in any order exclude it`(name: String, value: JSONValue) {
    #expect(
      errors(["order": "any", "totalWindow": 60, name: value])
        == ["/\(name) must not be given together with order any, because they exclude each other"])
  }

  @Test func `what does not ask for anything excludes nothing`() {
    #expect(
      visitors([
        "order": "any", "totalWindow": 60, "window": nil, "distinct": false, "exclusions": [],
        "timing": false,
        "open": false,
      ]) == [3, 2])
  }

  @Test func `members of steps exclude others too`() {
    #expect(
      errors(["open": true, "window": 60, "steps": Self.middle])
        == ["/steps/1/optional must not be given together with open, because they exclude each other"])
    #expect(
      errors(["order": "any", "totalWindow": 60, "steps": Self.middle])
        == ["/steps/1/optional must not be given together with order any, because they exclude each other"])
    let last: JSONValue = [["type": "every"], ["type": "every", "optional": true]]
    #expect(
      errors(["window": 60, "steps": last]) == [
        "/steps/1/optional must not be true, because only steps between the first and the last are optional"
      ])
  }

  @Test func `exclusions lie between steps that exist`() {
    func exclusion(_ members: JSONObject) -> [String] {
      var exclusion: JSONObject = ["type": "every"]
      exclusion.merge(members)
      return errors(["window": 60, "exclusions": [.object(exclusion)]])
    }
    #expect(exclusion(["from": 1, "to": 2]) == [])
    #expect(exclusion(["to": 3]) == ["/exclusions/0/to must be at most 2, the number of steps, is 3"])
    #expect(exclusion(["from": 2]) == ["/exclusions/0/from must be less than to, which is 2, is 2"])
    let many = JSONValue.array(Array(repeating: ["type": "every"], count: Limits.funnelExclusions))
    #expect(errors(["window": 60, "exclusions": many]) == [])
    #expect(
      errors(["window": 60, "exclusions": .array((many.array ?? []) + [["type": "every"]])]).count == 1)
  }

  @Test func `a breakdown is by a value that the place has`() {
    #expect(
      errors(["window": 60, "breakdown": ["name": "property:plan", "at": "visit"]])
        == ["/breakdown/at must be first or last for property:plan, because a visit has no properties"])
    #expect(
      errors(["window": 60, "breakdown": ["name": "colour"]])
        == [#"/breakdown/name must be a column, channel, entry or property:KEY, is "colour""#])
  }

  @Test func `a trend has a limit of units`() {
    let range: JSONValue = ["startDate": "1000-01-01", "endDate": "2025-03-03"]
    #expect(errors(["window": 60, "dateRange": range, "trend": ["unit": "day"]]).count == 1)
    #expect(errors(["window": 60, "dateRange": range, "trend": ["unit": "month"]]) == [])
  }

  @Test func `a breakdown or a trend makes the result an object`() {
    let result = ask([
      "window": 60, "breakdown": ["name": "country", "limit": 1, "rest": true], "trend": ["unit": "day"],
    ])
    #expect(result["steps"]?.array?.count == 2)
    #expect(result["breakdown"]?[at: 0]?["value"] == "US")
    #expect(result["breakdown"]?[at: 1]?["rest"] == true)
    #expect(result["trend"]?.array?.map { $0["entered"] ?? nil } == [1, 1, 1])
    #expect(ask(["window": 60, "timing": true, "next": [:]]).array?.count == 2)
  }

  @Test func `a comparison has the form of the result`() {
    let result = ask(["totalWindow": 60, "trend": ["unit": "day"], "compare": ["mode": "previous"]])
    #expect(result["result"]?["trend"]?.array?.count == 3)
    #expect(result["comparison"]?["trend"]?.array?.count == 3)
    #expect(result["comparison"]?["steps"]?[at: 0]?["visitors"] == 0)
  }
}
