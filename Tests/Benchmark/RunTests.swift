import Foundation
import JSON
import TestSupport
import Testing

@testable import benchmark

struct RunTests {
  private let folder: TemporaryFolder
  private let executable = BuiltBinary.url.deletingLastPathComponent().appendingPathComponent("benchmark")

  init() throws {
    folder = try TemporaryFolder()
    try makeEventSet(EventSetOptions(events: 400, folder: folder.url.path))
  }

  private var store: [String] { [folder.path("website_event.csv"), folder.path("event_data.csv")] }

  private func run(_ arguments: [String]) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      ["run", "--runs", "2", "--requests", "50", "--appended", "1"] + arguments, executable: executable)
  }

  @Test func `every report is measured over both ranges`() throws {
    let outcome = try run(["--json", BuiltBinary.url.path] + store)
    #expect(outcome.errors == "")
    #expect(outcome.exitCode == 0)
    let results = try JSONValue(parsing: Array(outcome.output))
    #expect(results["events"] == 400)
    #expect(
      results["ranges"]?["month"] == [
        "startDate": "2025-04-01T00:00:00Z", "endDate": "2025-04-30T23:59:59.999Z",
      ])
    #expect(results["start"]?["median"]?.double ?? 0 > 0)
    let loads = results["loads"]?.array ?? []
    #expect(loads.map { $0["name"] } == ["first reply, no cache", "first reply, cache written"])
    #expect(loads.allSatisfy { $0["rowsPerSecond"]?.double ?? 0 > 0 })
    #expect(results["smallRequests"]?["count"] == 50)
    #expect(results["synchronousWrite"]?["median"]?.double ?? 0 > 0)
    let appends = results["appends"]?.array ?? []
    #expect(appends.map { $0["events"] } == [1])
    #expect(appends.first?["time"]?["runs"] == 80)
    for name in ["time", "report"] { #expect(appends.first?[name]?["median"]?.double ?? 0 > 0) }
    #expect(appends.first?["eventsPerSecond"]?.double ?? 0 > 0)
    #if os(Linux)
      #expect(results["peakResidentBytes"]?.wholeNumber ?? 0 > 1 << 20)
    #endif
    let reports = results["reports"]?.array ?? []
    let wanted = ["all", "month"].flatMap { range in ReportCase.all.map { [$0.name, range] } }
    #expect(reports.map { [$0["report"]?.string ?? "", $0["range"]?.string ?? ""] } == wanted)
    for report in reports { check(report) }
    #expect(reports.first?["rows"] == 400)
    #expect((1..<400).contains(reports.last?["rows"]?.wholeNumber ?? 0))
  }

  private func check(_ report: JSONValue) {
    for kind in ["time", "first", "limit"] {
      let times = ["minimum", "median", "maximum"].map { report[kind]?[$0]?.double ?? -1 }
      #expect(times == times.sorted() && times[2] > 0)
      #expect(report[kind]?["runs"] == 2)
    }
    for name in ["rowsPerSecond", "timesLimit", "bytesPerRow"] {
      #expect(report[name]?.double ?? 0 > 0)
    }
  }

  @Test func `importing is timed where it is asked for`() throws {
    let outcome = try run(["--json", "--import", BuiltBinary.url.path] + store)
    #expect(outcome.errors == "" && outcome.exitCode == 0)
    let results = try JSONValue(parsing: Array(outcome.output))
    #expect(results["appends"]?.array?.map { $0["store"] } == ["an empty store", "the imported store"])
    let names = results["loads"]?.array?.compactMap { $0["name"]?.string }
    #expect(names?.contains("footfall import") == true)

    let database = try run(["--import", BuiltBinary.url.path, folder.path("store.db")])
    #expect(database.errors.contains("must be .csv files") && database.exitCode == 64)
  }

  @Test func `growth is measured at several numbers of events`() throws {
    let arguments = ["scale", BuiltBinary.url.path, "--sizes", "200,400", "--runs", "1", "--days", "60"]
    let outcome = try BuiltBinary.run(arguments, executable: executable)
    #expect(outcome.errors == "" && outcome.exitCode == 0)
    let lines = outcome.lines.map { $0.split(separator: " ").map(String.init) }
    #expect(lines.contains(["of", "all", "events", "200", "400", "100,000,000", "*", "1,000,000,000", "*"]))
    let rows = lines.filter { $0.starts(with: ["journey", "ms"]) || $0.starts(with: ["journey", "ns"]) }
    #expect(rows.map(\.count) == [6, 4], "\(rows)")
    let columns = lines.filter { $0.starts(with: ["cached", "columns", "bytes"]) }
    #expect(columns.count == 1 && columns[0].suffix(2).allSatisfy { Double($0) ?? 0 > 1 }, "\(columns)")
  }

  @Test func `what was not measured lies on the line through the two largest`() throws {
    let outcome = try BuiltBinary.run(
      ["scale", BuiltBinary.url.path, "--sizes", "200,400", "--runs", "1", "--json"], executable: executable)
    let results = try JSONValue(parsing: Array(outcome.output)).array ?? []
    #expect(results.map { $0["events"] } == [200, 400])
    #expect(results.allSatisfy { $0["storeBytes"]?.double ?? 0 > $0["events"]?.double ?? 0 })
    let scale = ScaleResults.line(through: [(100, 3), (200, 5)])
    #expect(scale(300) == 7 && scale(200) == 5)
    #expect(ScaleResults.line(through: [(200, 5)])(400) == 10)
    #expect(ScaleResults.line(through: [(100, 5), (200, 1)])(1000) == 0)
  }

  @Test(.enabled(if: BuiltBinary.pythonHas("duckdb"))) func `DuckDB is asked for every report`() throws {
    let outcome = try run(["--json", "--duckdb", "python3", BuiltBinary.url.path] + store)
    #expect(outcome.errors == "" && outcome.exitCode == 0)
    let results = try JSONValue(parsing: Array(outcome.output))
    let reports = results["reports"]?.array ?? []
    #expect(reports.count == ReportCase.all.count * 2)
    let queries = DuckDBQueries("", DateRange(start: "", end: ""))
    for report in reports where queries[report["report"]?.string ?? ""] != nil {
      #expect(report["timesFaster"]?.double ?? 0 > 0, "\(report)")
    }
    #expect(results["duckDB"]?["meanTimesFaster"]?.double ?? 0 > 0)
  }

  @Test func `a peer that cannot be asked is said`() throws {
    let outcome = try run(["--duckdb", "true", BuiltBinary.url.path] + store)
    #expect(outcome.errors == "benchmark: DuckDB did not start or ended; what Python said stands above\n")
    #expect(outcome.exitCode == 70)
  }

  @Test func `people get a table`() throws {
    let outcome = try run([BuiltBinary.url.path, store[0]])
    let names = ReportCase.all.map(\.name)
    #expect(outcome.lines.count { line in names.contains { line.hasPrefix($0 + "  ") } } == names.count * 2)
    #expect(outcome.lines.contains { $0.hasPrefix("peak memory while answering: ") })
  }

  @Test func `a worker that cannot be started, ends, or has no events is said`() throws {
    let missing = try run(["/none", store[0]])
    #expect(missing.errors == "benchmark: cannot run /none: No such file or directory\n")
    #expect(missing.exitCode == 74)

    let silent = try run(["/bin/true", store[0]])
    #expect(silent.errors.hasPrefix("benchmark: the worker ended"))
    #expect(silent.exitCode == 70)

    let empty = try folder.file("empty.csv", "session_id,created_at\n")
    let eventless = try run([BuiltBinary.url.path, empty])
    #expect(eventless.errors.contains("the store has no events to ask about"))
    #expect(eventless.exitCode == 70)
  }
}
