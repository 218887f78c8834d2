import EventStore
import JSON
import Testing

@testable import Worker

@Suite struct CheckReportsTests {
  private let worker: TestWorker
  private static let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]

  init() throws { worker = try TestWorker(TestWorker.twoWebsites) }

  /// Saves a report that counts every event, with these expectations.
  private func save(
    named name: String = "All", website: String = "a", _ expectations: JSONValue, members: JSONObject = [:]
  ) {
    let saved = worker.ask(
      "reports.create",
      [
        "websiteId": .string(website), "type": "goals", "name": .string(name),
        "parameters": parameters(expectations, members),
      ])
    #expect(saved["id"] != nil)
  }

  /// Saves such a report as another program would, without any check.
  private func write(named name: String, _ expectations: JSONValue) throws {
    let report = SavedReport(
      id: name, userID: "", websiteID: "a", type: "goals", name: name, description: "",
      parameters: parameters(expectations, [:]).description, createdAtMilliseconds: 0,
      updatedAtMilliseconds: 0)
    #expect(try worker.store.insert(report))
  }

  private func parameters(_ expectations: JSONValue, _ members: JSONObject) -> JSONValue {
    var parameters: JSONObject = [
      "dateRange": Self.range, "goals": [["type": "every", "goal": 1]], "expect": expectations,
    ]
    parameters.merge(members)
    return .object(parameters)
  }

  private func expectation(_ path: String, _ comparison: String, _ value: JSONValue) -> JSONValue {
    ["path": .string(path), "operator": .string(comparison), "value": value]
  }

  private func rows(_ params: JSONObject = ["websiteId": "a"]) -> [JSONValue] {
    worker.ask("reports.check", .object(params)).array ?? []
  }

  /// How many events the website has.
  private var count: Int64 {
    let goals = worker.ask(
      "reports.goals",
      ["websiteId": "a", "dateRange": Self.range, "goals": [["type": "every", "goal": 1]]])
    return goals.array?.first?["result"]?.wholeNumber ?? -1
  }

  @Test(
    arguments: [
      ("eq", 0, true), ("eq", 1, false), ("neq", 0, false), ("neq", 1, true), ("gt", 0, false),
      ("gt", -1, true),
      ("gte", 0, true), ("gte", 1, false), ("lt", 0, false), ("lt", 1, true), ("lte", 0, true),
      ("lte", -1, false),
    ] as [(String, Int64, Bool)])
  func `numbers are compared with what is expected`(comparison: String, difference: Int64, isMet: Bool) {
    save([expectation("/0/result", comparison, .integer(count + difference))])
    let row = rows().first
    #expect(row?["actual"] == .integer(count) && row?["ok"] == .bool(isMet))
    #expect(row?["expect"]?["operator"] == .string(comparison) && row?["name"] == "All")
  }

  @Test func `texts are equal or not, and have no order`() {
    save([
      expectation("/0/type", "eq", "every"), expectation("/0/type", "neq", "every"),
      expectation("/0/type", "gt", 1),
    ])
    #expect(rows().map { $0["ok"] ?? .null } == [true, false, false])
  }

  @Test(arguments: ["/1/result", "/0/nothing", "/change/0/result"])
  func `a value that is not there fails, and says so`(path: String) {
    save([expectation(path, "neq", 1)])
    let row = rows().first
    #expect(
      row?["ok"] == false && row?["actual"] == .null
        && row?["error"]?.string?.hasPrefix("expect/0/path must ") == true)
  }

  @Test func `the change of a compared report is relative`() {
    let goal: JSONObject = [
      "compare": [
        "mode": "custom", "startDate": "2025-03-01T00:00:00Z", "endDate": "2025-03-31T23:59:59.999Z",
      ]
    ]
    save(
      [
        expectation("/change/0/result", "eq", 0), expectation("/result/0/result", "gt", 0),
        expectation("/0/result", "gt", 0), expectation("/comparison/0/result", "gt", 0),
        expectation("/change/0/type", "eq", 0),
      ], members: goal)
    #expect(rows().map { $0["ok"] ?? .null } == [true, true, true, true, false])
    save(
      named: "Nothing before", [expectation("/change/0/result", "gte", 0)],
      members: [
        "compare": ["mode": "custom", "startDate": "2001", "endDate": "2001"]
      ])
    #expect(rows().last?["ok"] == false && rows().last?["actual"] == .null)
  }

  @Test func `a website's reports are checked oldest first, others and other websites' are not`() {
    save(named: "First", [expectation("/0/result", "gt", 0)])
    save(named: "Elsewhere", website: "b", [expectation("/0/result", "gt", 0)])
    save(named: "Nothing expected", .null)
    save(named: "Last", [expectation("/0/result", "lt", 0), expectation("/0/result", "gt", 0)])
    #expect(rows().map { $0["name"] ?? .null } == ["First", "Last", "Last"])
    #expect(rows(["websiteId": "b"]).count == 1)
    #expect(rows(["websiteId": "a", "reportId": "report-1"]).count == 1)
    #expect(worker.ask("reports.check", ["reportId": "report-3"])["code"] == -32602)
    #expect(worker.ask("reports.check", ["reportId": "report-9"])["code"] == 2)
  }

  @Test func `a report that cannot be run does not keep others from being checked`() {
    save(named: "Wrong", [expectation("/0/result", "gt", 0)], members: ["goals": "none"])
    save(named: "Right", [expectation("/0/result", "gt", 0)])
    let rows = rows()
    #expect(rows.map { $0["ok"] ?? .null } == [false, true])
    #expect(rows.first?["error"]?.string?.contains("/goals") == true)
  }

  @Test(
    arguments: [
      (["operator": "eq", "value": 1], "expect/0/path"),
      (["path": "0/result", "operator": "eq", "value": 1], "expect/0/path"),
      (["path": "/0", "operator": "is", "value": 1], "expect/0/operator"),
      (["path": "/0", "operator": "eq"], "expect/0/value"),
      (["path": "/0", "operator": "gt", "value": "1"], "expect/0/value"),
    ] as [(JSONValue, String)])
  func `a wrong expectation is not saved, and fails if it is, with its place`(
    expectation: JSONValue, place: String
  ) throws {
    for isBeside in [true, false] {
      let expectations: JSONValue = [expectation]
      var params: JSONObject = ["websiteId": "a", "type": "goals", "name": "Wrong"]
      params["parameters"] = isBeside ? [:] : ["expect": expectations]
      if isBeside { params["expect"] = expectations }
      let refused = worker.ask("reports.create", .object(params))
      let location = refused["data"]?["errors"]?.array?.first?["instanceLocation"]?.string ?? ""
      #expect(location.hasPrefix(isBeside ? "/expect/0" : "/parameters/\(place)"), "\(refused)")
    }
    try write(named: "Wrong", [expectation, self.expectation("/0/result", "gte", 0)])
    let rows = rows()
    #expect(rows.first?["error"]?.string?.contains(place) == true, "\(rows)")
    #expect(rows.map { $0["ok"] ?? .null } == [false, true])
  }

  @Test func `members replace what is saved, and expectations may stand beside the parameters`() {
    _ = worker.ask(
      "reports.create",
      [
        "websiteId": "a", "type": "goals", "name": "All",
        "parameters": ["dateRange": Self.range, "goals": [["type": "every", "goal": 1]]],
        "expect": [expectation("/0/result", "eq", 0)],
      ])
    #expect(rows().first?["ok"] == false)
    let year: JSONValue = ["startDate": "2001", "endDate": "2001"]
    #expect(rows(["websiteId": "a", "dateRange": year]).first?["ok"] == true)
    #expect(rows(["websiteId": "a", "parameters": ["dateRange": year]]).first?["ok"] == true)
    _ = worker.ask("reports.update", ["reportId": "report-1", "expect": [expectation("/0/goal", "eq", 1)]])
    #expect(rows().map { $0["ok"] ?? .null } == [true])
    #expect(worker.ask("reports.run", ["reportId": "report-1"]).array?.first?["result"] == .integer(count))
    #expect(
      worker.ask("reports.update", ["reportId": "report-1", "expect": [["path": 1]]])["code"] == -32602)
  }

  @Test(
    arguments: [
      5, "a", [], nil, [:], ["path": 5, "operator": "eq", "value": 1], ["path": "/0", "operator": 5],
    ]
      as [JSONValue])
  func `what is no expectation fails, and the others are checked`(json: JSONValue) throws {
    try write(named: "Wrong", [json, expectation("/0/result", "gte", 0)])
    save(named: "Other", [expectation("/0/result", "gte", 0)])
    #expect(rows().map { $0["ok"] ?? .null } == [false, true, true])
  }

  @Test func `expectations are stated once, beside the parameters or in them`() {
    let expectations: JSONValue = [expectation("/0/result", "gte", 0)]
    var params: JSONObject = [
      "websiteId": "a", "type": "goals", "name": "All", "parameters": parameters(expectations, [:]),
      "expect": expectations,
    ]
    let refused = worker.ask("reports.create", .object(params))
    #expect(
      refused["code"] == -32602 && refused["data"]?["errors"]?.array?.first?["instanceLocation"] == "/expect")
    params["expect"] = .null
    #expect(worker.ask("reports.create", .object(params))["id"] != nil)
  }

  @Test func `a path must lead to a single value`() {
    save([expectation("", "neq", 1), expectation("/0", "neq", 1)])
    #expect(rows().map { $0["ok"] ?? .null } == [false, false])
    #expect(rows().map { $0["actual"] ?? 0 } == [.null, .null])
  }

  @Test func `so many expectations are checked, and no more`() throws {
    let one = expectation("/0/result", "gte", 0)
    save(.array(Array(repeating: one, count: Limits.expectations)))
    #expect(rows().count == Limits.expectations)
    let tooMany = JSONValue.array(Array(repeating: one, count: Limits.expectations + 1))
    let refused = worker.ask(
      "reports.create",
      ["websiteId": "a", "type": "goals", "name": "a", "parameters": parameters(tooMany, [:])])
    #expect(refused["code"] == -32602)
    try write(named: "Too many", tooMany)
    #expect(
      rows(["websiteId": "a", "reportId": "Too many"]).last?["error"]?.string?.contains(
        "at most \(Limits.expectations)") == true)
  }

  @Test(
    arguments: [
      ("/change/country/0/value", 1), ("/change/country/1/value", nil), ("/change/chart/1/y", -0.5),
      ("/change/total", 3), ("/change/country/2/value", nil), ("/country/0/value", 4),
      ("/comparison/total", 1),
    ] as [(String, Double?)])
  func `elements are compared with those of the same name, or at the same place if they have none`(
    path: String, value: Double?
  ) throws {
    let chart: JSONValue = [["t": "2026-02", "y": 7], ["t": "2026-03", "y": 4]]
    let reply: JSONValue = [
      "result": [
        "country": [["name": "DE", "value": 4], ["name": "FR", "value": 3]],
        "chart": [["t": "2026-03", "y": 1], ["t": "2026-04", "y": 2]], "total": 4,
      ],
      "comparison": [
        "country": [["name": "US", "value": 9], ["name": "DE", "value": 2]], "chart": chart, "total": 1,
      ], "comparisonRange": [:],
    ]
    let checked = CheckedReply(reply, of: .revenue)
    #expect((try? checked.value(at: JSONPointer(path) ?? JSONPointer()))?.double == value)
  }
}
