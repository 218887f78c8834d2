import Foundation
import TestSupport
import Testing

/// Whoever may not do everything: who runs the tests, or nobody where that is root.
private enum OtherUser {
  static let launcher =
    geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : []

  static let isThere: Bool = {
    let command = launcher + [BuiltBinary.url.path, "--version"]
    let outcome = try? BuiltBinary.run(
      Array(command.dropFirst()), executable: URL(fileURLWithPath: command[0]))
    return outcome?.exitCode == 0
  }()
}

/// Files and folders that may not be read or written. The worker is another user's where the tests are root's,
/// to whom everything is allowed.
@Suite(.enabled(if: OtherUser.isThere, "the built binary cannot be run as another user here"))
struct PermissionTests {
  private let files: FaultFiles

  init() throws {
    files = try FaultFiles()
    chmod(files.folder.url.path, 0o755)
  }

  private func worker(_ arguments: [String]) throws -> RunningWorker {
    try RunningWorker(arguments, launcher: OtherUser.launcher)
  }

  /// Runs the command as the other user; it must fail with that code and say that.
  private func check(_ arguments: [String], fails code: Int32, saying parts: String...) throws {
    let command = OtherUser.launcher + [BuiltBinary.url.path] + arguments
    let outcome = try BuiltBinary.run(
      Array(command.dropFirst()), executable: URL(fileURLWithPath: command[0]), in: files.folder.url)
    #expect(outcome.exitCode == code && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
    for part in parts { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
  }

  @Test func `what may not be read is named`() throws {
    let csv = try files.make(.csv, "rows.csv", events: 5)
    let store = try files.make(.ownStore, "store.db", events: 5)
    for path in [csv, store] {
      chmod(path, 0)
      for command in ["serve", "websites"] {
        try check([command, path], fails: 74, saying: "\(path): cannot open: Permission denied")
      }
    }
    let locked = files.folder.path("locked")
    mkdir(locked, 0)
    try check(["serve", "\(locked)/rows.csv"], fails: 74, saying: "Permission denied")
    try check(["import", "\(locked)/store.db", csv], fails: 74, saying: "Permission denied")
    rmdir(locked)
  }

  @Test(arguments: FaultFiles.Kind.allCases) func `what may not be read any more is an error until it may`(
    kind: FaultFiles.Kind
  ) throws {
    let path = try files.make(kind, "store", events: 10)
    let worker = try worker([path, "--no-cache"])
    #expect(try worker.count() == .events(10))
    chmod(path, 0)
    for reply in [try worker.look(), try worker.count()] { #expect(reply == .error(reason: "unavailable")) }
    chmod(path, 0o644)
    #expect(try worker.count() == .events(10))
    #expect(try worker.stop() == 0)
  }

  @Test func `a store that may not be written is read, and says so when it is to be written`() throws {
    let path = try files.make(.ownStore, "store.db", events: 10)
    let create =
      #"{"method":"reports.create","type":"goals","name":"n","parameters":{"dateRange":{"startDate":1,"endDate":2},"goals":[{"type":"url","value":"/","goal":1}]}}"#
    let worker = try worker([path])
    #expect(try worker.count() == .events(10))
    #expect(StoreReply(try worker.append(0..<1)) == .error(reason: "readOnly"))
    #expect(StoreReply(try worker.ask(create)) == .error(reason: "readOnly"))
    // SQLite writes beside the file too.
    chmod(path, 0o666)
    chmod(files.folder.url.path, 0o777)
    #expect(try worker.append(0..<1).contains(#""added":1"#))
    #expect(try worker.count() == .events(11))
    #expect(try worker.stop() == 0)
    #expect(worker.errors.split(separator: "\n").count == 1, "\(worker.errors)")
    #expect(worker.errors.contains("cannot write the column cache"), "\(worker.errors)")
    let more = try files.make(.csv, "more.csv", events: 20)
    chmod(path, 0o444)
    try check(["import", path, more], fails: 74, saying: "read-only")
  }

  /// A transaction of which pages are in the file already, and the journal that undoes it.
  @Test func `half a transaction that may not be undone is an error`() throws {
    let whole = files.folder.path("whole.db")
    let rows = 3000
    _ = try SQLiteShell.run(
      whole,
      """
      CREATE TABLE website_event (session_id, created_at, url_path);
      WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
      INSERT INTO website_event SELECT 's' || i, 1740000000, '/p' || hex(zeroblob(50)) FROM n
      """)
    let half = files.folder.path("half.db")
    _ = try SQLiteShell.run(
      whole, "PRAGMA cache_size = 2; BEGIN; DELETE FROM website_event WHERE rowid % 2 = 0;",
      ".shell cp '\(whole)' '\(half)'; cp '\(whole)-journal' '\(half)-journal'", "ROLLBACK")
    try #require(byteCount("\(half)-journal") > 0)
    let worker = try worker([whole, "--no-cache"])
    #expect(try worker.count() == .events(rows))
    for mode in [0o644, 0] as [mode_t] {
      chmod("\(half)-journal", mode)
      try check(["websites", half], fails: 65, saying: "half.db-journal", "unfinished transaction")
    }
    // The same under a worker that has it open.
    files.rename("\(half)-journal", to: "\(whole)-journal")
    files.rename(half, to: whole)
    guard case .error = try worker.count() else {
      Issue.record("half a transaction was answered")
      return
    }
    // Whoever may, undoes it.
    chmod("\(whole)-journal", 0o644)
    #expect(try SQLiteShell.run(whole, "SELECT count(*) FROM website_event") == ["\(rows)"])
    #expect(try worker.count() == .events(rows))
    #expect(try worker.stop() == 0)
  }

  @Test func `a folder that may not be written gets no store`() throws {
    let csv = try files.make(.csv, "rows.csv", events: 5)
    try check(
      ["import", "new.db", csv], fails: 74, saying: "new.db: cannot open: unable to open database file")
    #expect(!FileManager.default.fileExists(atPath: files.folder.path("new.db")))
  }
}

/// A file system that nobody may write to.
@Suite(.enabled(if: SmallDisk.isPossible, "a disk of memory cannot be mounted here"))
struct ReadOnlyDiskTests {
  @Test func `a store on a disk that is read-only is read`() throws {
    let files = try FaultFiles()
    let disk = try SmallDisk()
    let csv = try files.make(.csv, "rows.csv", events: 300)
    let store = disk.path("store.db")
    #expect(try BuiltBinary.run(["import", store, csv]).exitCode == 0)
    try disk.remount("ro")
    let worker = try RunningWorker([store])
    #expect(try worker.count() == .events(300))
    #expect(StoreReply(try worker.append(0..<1)) == .error(reason: "readOnly"))
    #expect(try worker.count() == .events(300))
    try disk.remount("rw")
    #expect(try worker.append(0..<1).contains(#""added":1"#))
    #expect(try worker.count() == .events(301))
    #expect(try worker.stop() == 0)
    #expect(worker.errors.hasSuffix("Read-only file system\n"), "\(worker.errors)")
    try disk.remount("ro")
    let importing = try BuiltBinary.run(["import", store, csv])
    #expect(importing.exitCode == 74 && importing.errors.contains("store.db"), "\(importing.errors)")
  }
}
