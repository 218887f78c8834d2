import Foundation
import TestSupport
import Testing

/// A disk without room: error 3, nothing half done, and all is well once there is room again.
@Suite(.enabled(if: SmallDisk.isPossible, "a disk of memory cannot be mounted here"))
struct FullDiskTests {
  private let files: FaultFiles
  private let disk: SmallDisk
  private let store: String

  init() throws {
    files = try FaultFiles()
    disk = try SmallDisk()
    store = disk.path("store.db")
    let csv = try files.make(.csv, "rows.csv", events: 300)
    #expect(try BuiltBinary.run(["import", store, csv]).exitCode == 0)
  }

  private func query(_ sql: String) throws -> [String] {
    try BuiltBinary.run([store, sql], executable: URL(fileURLWithPath: "/usr/bin/sqlite3")).lines
  }

  @Test(arguments: [0, 4096, 20_000, 60_000]) func `events are appended once there is room`(room: Int) throws
  {
    let worker = try RunningWorker([store])
    #expect(try worker.append(0..<5).contains(#""added":5"#))
    try disk.fill(leaving: room)
    var known = 5
    for _ in 0..<3 {
      let reply = try worker.append(known..<(known + 300))
      if reply.contains(#""added":300"#) {
        known += 300
      } else {
        #expect(StoreReply(reply) == .error(reason: "unavailable"), "\(reply)")
        #expect(reply.contains("database or disk is full") || reply.contains("disk I/O error"), "\(reply)")
      }
      #expect(try worker.count() == .events(300 + known))
    }
    disk.empty()
    #expect(try worker.append(known..<(known + 100)).contains(#""added":100"#))
    #expect(try worker.count() == .events(400 + known))
    #expect(try worker.stop() == 0)
    #expect(
      try query("PRAGMA integrity_check; SELECT count(*) FROM website_event") == ["ok", "\(400 + known)"])
  }

  @Test func `a worker that begins on a full disk answers, and appends once there is room`() throws {
    try disk.fill()
    let worker = try RunningWorker([store])
    #expect(try worker.count() == .events(300))
    // Not that it may not be written.
    #expect(StoreReply(try worker.append(0..<1)) == .error(reason: "unavailable"))
    disk.empty()
    #expect(try worker.append(0..<1).contains(#""added":1"#))
    #expect(try worker.count() == .events(301))
    #expect(try worker.stop() == 0)
  }

  @Test func `a report is saved once there is room`() throws {
    let create =
      #"{"method":"reports.create","type":"goals","name":"n","parameters":{"dateRange":{"startDate":1,"endDate":2},"goals":[{"type":"url","value":"/","goal":1}]}}"#
    let worker = try RunningWorker([store])
    #expect(try worker.count() == .events(300))
    try disk.fill()
    #expect(StoreReply(try worker.ask(create)) == .error(reason: "unavailable"))
    #expect(try worker.ask(#"{"method":"reports.list"}"#).contains(#""count":0"#))
    disk.empty()
    #expect(try worker.ask(create).contains(#""result""#))
    #expect(try worker.ask(#"{"method":"reports.list"}"#).contains(#""count":1"#))
    #expect(try worker.stop() == 0)
  }

  @Test(arguments: [true, false]) func `an import is finished by running it again`(intoNewStore: Bool) throws
  {
    let path = intoNewStore ? disk.path("new.db") : store
    let csv = try files.make(.csv, "many.csv", events: 8000)
    try disk.fill(leaving: 300_000)
    let outcome = try BuiltBinary.run(["import", path, csv])
    #expect(outcome.exitCode == 74 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("cannot write: database or disk is full"), "\(outcome.errors)")
    #expect(try query("PRAGMA integrity_check; SELECT count(*) FROM website_event") == ["ok", "300"])
    disk.empty()
    #expect(try BuiltBinary.run(["import", path, csv]).exitCode == 0)
    let worker = try RunningWorker([path, "--no-cache"])
    #expect(try worker.count() == .events(8000))
    #expect(try worker.stop() == 0)
  }

  @Test(arguments: [0, 4096, 30_000]) func `without room for the cache there is none, which is said once`(
    room: Int
  ) throws {
    let csv = try files.make(.csv, "large.csv", events: 3000)
    try disk.fill(leaving: room)
    let cache = disk.path("cache")
    let worker = try RunningWorker([csv, "--cache", cache])
    #expect(try worker.count() == .events(3000))
    files.rename(try files.make(.csv, "other.csv", events: 4000), to: csv)
    #expect(try worker.count() == .events(4000))
    #expect(try worker.stop() == 0)
    let lines = worker.errors.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].contains("cannot write the column cache"), "\(lines)")
    #expect(lines.first?.hasSuffix("No space left on device") == true, "\(lines)")
    // Nothing that is of no use takes room.
    let left = (FileManager.default.subpaths(atPath: cache) ?? []).filter {
      !$0.hasSuffix("-columns") && !$0.hasSuffix("/lock")
    }
    #expect(left.isEmpty, "\(left)")
    disk.empty()
    for _ in 0..<2 {
      let next = try RunningWorker([csv, "--cache", cache])
      #expect(try next.count() == .events(4000))
      #expect(try next.stop() == 0)
      #expect(next.errors == "")
    }
  }
}
