import Foundation
import JSON
import TestSupport
import Testing

/// The golden answers: 129 requests over one event set, computed by other engines from the definitions.
///
/// Three of them contradict the definition of a funnel: in each, the third step asks for an event by its
/// name, and the golden number counts the sessions in which the very event that reached the second step has
/// that name. That is what the published query gives on ClickHouse, where the unaliased `y.event_name` of one
/// level hides that of the next. For these, the number wanted is the one that SQLite gives for the definition.
@Suite(.goldenEvents) struct GoldenTests {
  /// The golden requests whose third step is answered by SQLite.
  private static let contradictions: Set<Int64> = [34, 75, 116]

  fileprivate struct Case: Sendable {
    let id: Int64
    let request: JSONValue
    let result: JSONValue
  }

  private static let folder = BuiltBinary.checkout.appendingPathComponent("Tests/Golden/events")
  private static let tables = ["website_event.csv", "event_data.csv"].map {
    folder.appendingPathComponent($0).path
  }

  /// What is made once for all tests.
  fileprivate struct Events: Sendable {
    /// The events, imported, with no connection to them.
    let store: Data
    let cases: [Case]

    @TaskLocal static var made: Events?

    init() throws {
      let scratch = try TemporaryFolder()
      let path = scratch.path("store.db")
      let outcome = try BuiltBinary.run(["import", path] + GoldenTests.tables)
      try #require(outcome.exitCode == 0, "\(outcome.errors)")
      cases = try GoldenTests.cases(path)
      try #require(cases.count == 129)
      #expect(!FileManager.default.fileExists(atPath: "\(path)-wal"))
      store = try Data(contentsOf: URL(fileURLWithPath: path))
    }
  }

  private let scratch: TemporaryFolder
  /// The events, imported.
  private let store: String
  private let cases: [Case]

  init() throws {
    let events = try #require(Events.made)
    scratch = try TemporaryFolder()
    store = try scratch.file("store.db", events.store)
    cases = events.cases
  }

  @Test func `every golden answer comes from the CSV files, and from the columns kept of them`() throws {
    try check(Self.tables)
    try check(Self.tables, every: 3)
  }

  @Test func `every golden answer comes from a store made by import, and from the columns kept of it`() throws
  {
    try check([store], every: 3, from: 1)
    #expect(FileManager.default.fileExists(atPath: "\(store)-columns/manifest"))
    try check([store])
    try check([store, "--no-cache"], every: 9)
  }

  @Test(.enabled(if: BuiltBinary.pythonHas("chdb")))
  func `every golden answer comes from the tables of a ClickHouse server`() throws {
    let (program, script) = (
      BuiltBinary.url.path + "-clickhouse", BuiltBinary.checkout.path + "/Tests/ClickHouse/through.py"
    )
    try check(
      Self.tables, by: ["python3", script, program], executable: URL(fileURLWithPath: "/usr/bin/env"))
  }

  @Test func `every golden answer comes from an export of the store`() throws {
    let folder = scratch.path("exported")
    let outcome = try BuiltBinary.run(["export", store, folder])
    #expect(outcome.lines == ["\(folder): 7907 events, 1164 properties, 1 website"])
    try check(["website_event.csv", "event_data.csv", "website.csv"].map { "\(folder)/\($0)" }, every: 3)
  }

  @Test func `every golden answer comes from a worker while a second process adds half of the events`() throws
  {
    let lines = try String(contentsOfFile: Self.tables[0], encoding: .utf8).split(separator: "\n")
    let middle = lines.count / 2
    let first = try scratch.file("first.csv", lines[..<middle].joined(separator: "\n"))
    let second = try scratch.file("second.csv", ([lines[0]] + lines[middle...]).joined(separator: "\n"))
    let store = scratch.path("growing.db")
    func add(_ file: String) throws {
      let outcome = try BuiltBinary.run(["import", store, file, Self.tables[1]])
      try #require(outcome.exitCode == 0, "\(outcome.errors)")
    }
    try add(first)
    let worker = try RunningWorker([store])
    let few = Thoroughness.sample(cases, every: 9)
    var different = 0
    for wanted in few where difference(wanted.result, try ask(worker, wanted)) != nil { different += 1 }
    #expect(different > few.count / 2, "half of the events give other answers")
    try add(second)
    for wanted in Thoroughness.sample(cases, every: 3, from: 2) {
      #expect(difference(wanted.result, try ask(worker, wanted)) == nil, "request \(wanted.id)")
    }
    #expect(try worker.stop() == 0)
    try check([store], every: 3, from: 1)
  }

  @Test func `rows that the sqlite3 shell updates and deletes are seen by the next request`() throws {
    let worker = try RunningWorker([store])
    let goals =
      #"{"method":"reports.goals","id":1,"dateRange":{"startDate":"2020-01-01","endDate":"2030-01-01"},"#
      + #""goals":[{"type":"url","value":"/","goal":1},{"type":"url","value":"/moved","goal":1}]}"#
    func counts() throws -> [Int64] {
      let reply = try JSONValue(parsing: Array(worker.ask(goals).utf8), maximumDepth: 32)
      return reply["result"]?.array?.compactMap { $0["result"]?.wholeNumber } ?? []
    }
    func shell(_ sql: String) throws -> Int64 {
      let outcome = try BuiltBinary.run(
        [store, "\(sql); SELECT count(*) FROM website_event WHERE url_path = '/'"],
        executable: URL(fileURLWithPath: "/usr/bin/sqlite3"))
      return try #require(Int64(outcome.lines.last ?? ""), "\(outcome.errors)")
    }
    let before = try counts()
    #expect(try before == [shell("SELECT 1"), 0])
    var left = try shell(
      "UPDATE website_event SET url_path = '/moved' WHERE url_path = '/' AND row_id % 5 = 0")
    #expect(left < before[0])
    #expect(try counts() == [left, before[0] - left])
    let moved = before[0] - left
    left = try shell("DELETE FROM website_event WHERE url_path = '/' AND row_id % 7 = 0")
    #expect(left < before[0] - moved)
    #expect(try counts() == [left, moved])
    #expect(try worker.stop() == 0)
    #expect(worker.errors == "")
  }

  private func ask(_ worker: RunningWorker, _ wanted: Case) throws -> JSONValue {
    let reply = try JSONValue(parsing: Array(worker.ask("\(wanted.request)").utf8), maximumDepth: 32)
    return try #require(reply["result"], "request \(wanted.id) failed: \(reply)")
  }

  /// Sends requests down one pipe to a worker over `files` and compares every result. All forms of every
  /// report are among a third of them.
  private func check(
    _ files: [String], every step: Int = 1, from first: Int = 0, by command: [String] = [],
    executable: URL = BuiltBinary.url
  ) throws {
    let cases = Thoroughness.sample(cases, every: step, from: first)
    let input = cases.map { "\($0.request)\n" }.joined()
    let outcome = try BuiltBinary.run(
      command + ["serve"] + files, executable: executable, input: Data(input.utf8),
      environment: ["XDG_CACHE_HOME": scratch.path("cache")])
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors == "")
    try #require(outcome.lines.count == cases.count)
    for (wanted, line) in zip(cases, outcome.lines) {
      let reply = try JSONValue(parsing: Array(line.utf8), maximumDepth: 32)
      #expect(reply["id"]?.wholeNumber == wanted.id)
      let result = try #require(reply["result"], "request \(wanted.id) failed: \(line.prefix(300))")
      #expect(difference(wanted.result, result) == nil, "request \(wanted.id)")
    }
  }

  private static func cases(_ store: String) throws -> [Case] {
    let text = try Data(contentsOf: folder.appendingPathComponent("expected.ndjson"))
    return try text.split(separator: UInt8(ascii: "\n")).map { line in
      let value = try JSONValue(parsing: Array(line), maximumDepth: 32)
      let id = try #require(value["id"]?.wholeNumber)
      let (method, params) = (try #require(value["method"]), try #require(value["params"]))
      let golden = try #require(value["result"])
      return Case(
        id: id, request: ["jsonrpc": "2.0", "id": .integer(id), "method": method, "params": params],
        result: contradictions.contains(id) ? try funnelBySQLite(params, golden: golden, store) : golden)
    }
  }

  /// The golden funnel of three steps with the visitors that SQLite counts.
  private static func funnelBySQLite(
    _ params: JSONValue, golden: JSONValue, _ store: String
  ) throws -> JSONValue {
    let visitors = try visitorsBySQLite(params, store)
    var steps = try #require(golden.array)
    try #require(visitors.count == 3 && steps.count == 3)
    for step in 0..<2 { #expect(steps[step]["visitors"] == .integer(visitors[step])) }
    guard case .object(var third) = steps[2] else { return golden }
    third["visitors"] = .integer(visitors[2])
    third["dropped"] = .integer(visitors[1] - visitors[2])
    third["dropoff"] = .double(1 - Double(visitors[2]) / Double(visitors[1]))
    third["remaining"] = .double(Double(visitors[2]) / Double(visitors[0]))
    steps[2] = .object(third)
    return .array(steps)
  }

  /// The definition of a funnel, step by step, in SQL. A pattern with stars is one for GLOB.
  private static func visitorsBySQLite(_ params: JSONValue, _ store: String) throws -> [Int64] {
    func milliseconds(_ name: String) throws -> String {
      let text = try #require(params["dateRange"]?[name]?.string)
      return "CAST(round((julianday('\(text)') - 2440587.5) * 86400000.0) AS INTEGER)"
    }
    let window = try #require(params["window"]?.wholeNumber) * 60_000
    var levels: [String] = []
    for (index, step) in (params["steps"]?.array ?? []).enumerated() {
      let column = step["type"] == "event" ? "event_name" : "url_path"
      let condition = "\(column) GLOB '\(try #require(step["value"]?.string))'"
      levels.append(
        index == 0
          ? "level0 AS (SELECT DISTINCT session_id, created_at FROM event WHERE \(condition))"
          : "level\(index) AS (SELECT DISTINCT y.session_id, y.created_at FROM level\(index - 1) x "
            + "JOIN event y ON y.session_id = x.session_id "
            + "AND y.created_at BETWEEN x.created_at AND x.created_at + \(window) WHERE y.\(condition))")
    }
    let counts = levels.indices.map { "(SELECT count(DISTINCT session_id) FROM level\($0))" }
    let query = """
      WITH event AS (SELECT session_id, created_at, url_path, coalesce(event_name, '') event_name
        FROM website_event
        WHERE created_at BETWEEN \(try milliseconds("startDate")) AND \(try milliseconds("endDate"))),
      \(levels.joined(separator: ",\n"))
      SELECT \(counts.joined(separator: ", "))
      """
    let outcome = try BuiltBinary.run(
      [store, query], executable: URL(fileURLWithPath: "/usr/bin/sqlite3"))
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return outcome.lines.first?.split(separator: "|").compactMap { Int64($0) } ?? []
  }
}

/// Imports the golden events before the first test of a suite.
private struct GoldenEvents: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await GoldenTests.Events.$made.withValue(GoldenTests.Events(), operation: function)
  }
}

extension Trait where Self == GoldenEvents {
  fileprivate static var goldenEvents: Self { Self() }
}
