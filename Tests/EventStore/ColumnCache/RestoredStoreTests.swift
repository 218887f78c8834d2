import Engine
import Foundation
import System
import TestSupport
import Testing

@testable import EventStore

/// Histories of a store that fork, and changes that nothing records: what is answered is what the rows say, by a process
/// that has followed them and by the next one.
struct RestoredStoreTests {
  private let files: StoreFiles
  private let store: CachedStore

  init() throws {
    files = try StoreFiles()
    store = try files.store(.ownStore)
  }

  private var path: String { store.paths[0] }

  enum Restore: CaseIterable {
    case overwritten, renamed, bySQLite
  }

  private static let triggersOff = ".dbconfig enable_trigger off"
  private static let insertion =
    "INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at, url_path) VALUES"

  /// Two ways to go on from one state that give as many rows, changes and ids.
  private static let forks: [(mine: [String], other: [String])] = [
    (
      ["UPDATE website_event SET url_path = '/mine' WHERE session_id = 's1'"],
      ["UPDATE website_event SET url_path = '/other' WHERE session_id = 's2'"]
    ),
    (
      ["\(insertion) ('w0', 's1', 'new', 1, 1740000000000, '/mine')"],
      ["\(insertion) ('w0', 's2', 'new', 1, 1740000000000, '/other')"]
    ),
    (
      ["INSERT INTO event_data (event_id, data_key, string_value) VALUES ('e3', 'k', 'mine')"],
      ["INSERT INTO event_data (event_id, data_key, string_value) VALUES ('e4', 'k', 'other')"]
    ),
    (
      ["DELETE FROM website_event WHERE event_id = 'e2'"], ["DELETE FROM website_event WHERE event_id = 'e4'"]
    ),
    (
      [
        "REPLACE INTO website_event (website_id, session_id, event_id, event_type, created_at) VALUES ('w0', 'x', 'e2', 1, 0)"
      ],
      [
        "REPLACE INTO website_event (website_id, session_id, event_id, event_type, created_at) VALUES ('w0', 'x', 'e4', 1, 0)"
      ]
    ),
    (
      [triggersOff, "UPDATE website_event SET url_path = '/mine' WHERE session_id = 's1'"],
      [triggersOff, "UPDATE website_event SET url_path = '/other' WHERE session_id = 's2'"]
    ),
    (
      [triggersOff, "\(insertion) ('w0', 's1', 'new', 1, 1740000000000, '/mine')"],
      [triggersOff, "\(insertion) ('w0', 's2', 'new', 1, 1740000000000, '/other')"]
    ),
  ]

  /// All of them take some seconds.
  private static func isTried(_ way: Restore, _ fork: Int) -> Bool {
    Thoroughness.isFull || way == .overwritten || fork % 4 == (way == .renamed ? 1 : 2)
  }

  private func restore(_ backup: String, _ way: Restore) throws {
    let bytes = try files.folder.read("backup.db")
    switch way {
    case .overwritten: try Data(bytes).write(to: URL(fileURLWithPath: path), options: [])
    case .renamed:
      let copy = try files.folder.write("copy.db", bytes)
      try #require(rename(copy, path) == 0)
    case .bySQLite: _ = try SQLiteShell.run(path, ".restore '\(backup)'")
    }
  }

  private func check(_ answer: CachedStore.Answer, _ name: String) {
    let truth = store.truth()
    let other = zip(answer.rows, truth.rows).first { $0 != $1 }
    #expect(answer.rows == truth.rows, "\(name): \(other.map { "\($0), not \($1)" } ?? "other lines")")
  }

  @Test(arguments: Restore.allCases, forks.indices)
  func `a store that was put back and went on otherwise is read as it is by the next process`(
    way: Restore, fork: Int
  ) throws {
    guard Self.isTried(way, fork) else { return }
    let fork = Self.forks[fork]
    _ = store.process()
    let backup = try files.folder.write("backup.db", files.folder.read("store.db"))
    for command in [fork.mine, fork.other, fork.mine] {
      _ = try SQLiteShell.run(path, command.joined(separator: "\n"))
      check(store.process(), "\(command)")
      check(store.process(), "\(command), again")
      try restore(backup, way)
      check(store.process(), "restored")
    }
    try restore(backup, way)
    _ = try SQLiteShell.run(path, fork.other.joined(separator: "\n"))
    check(store.process(), "restored and changed")
  }

  @Test(arguments: Restore.allCases, forks.indices)
  func `a process that has the store open follows it when it is put back`(way: Restore, fork: Int) throws {
    guard Self.isTried(way, fork) else { return }
    let fork = Self.forks[fork]
    let uncached = CachedStore(paths: store.paths, place: .none)
    let backup = try files.folder.write("backup.db", files.folder.read("store.db"))
    let running = try uncached.open()
    func checkRunning(_ name: String) throws {
      check(CachedStore.Answer(rows: try answers(running), said: []), name)
    }
    try checkRunning("at first")
    _ = try SQLiteShell.run(path, fork.mine.joined(separator: "\n"))
    try checkRunning("changed")
    // So that the copy that is put back is not below a log.
    _ = try SQLiteShell.run(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    try checkRunning("written back")
    try restore(backup, way)
    if way == .renamed { for suffix in ["-wal", "-shm"] { unlink(path + suffix) } }
    try checkRunning("restored")
    _ = try SQLiteShell.run(path, fork.other.joined(separator: "\n"))
    try checkRunning("changed otherwise")
  }

  /// The SQL that makes the triggers of the store, and the one that drops them.
  private func triggers() throws -> (drop: String, make: String) {
    let rows = try SQLiteShell.run(
      path, "SELECT name || '|' || hex(sql) FROM sqlite_master WHERE type = 'trigger'")
    let pairs = rows.map { $0.split(separator: "|") }
    let sql = pairs.map { pair in
      let digits = Array(pair[1].utf8)
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { index in
        hexadecimalValue(digits[index]).flatMap { high in
          hexadecimalValue(digits[index + 1]).map { high << 4 | $0 }
        }
      }
      return String(decoding: bytes, as: UTF8.self) + ";"
    }
    return (pairs.map { "DROP TRIGGER \($0[0]);" }.joined(), sql.joined(separator: "\n"))
  }

  @Test func `changes while there are no triggers count, whether they come back or not`() throws {
    let (drop, make) = try triggers()
    #expect(!drop.isEmpty)
    let running = try store.open()
    _ = try answers(running)
    let backup = try files.folder.write("backup.db", files.folder.read("store.db"))
    for (round, comesBack) in [true, false, true].enumerated() {
      _ = try SQLiteShell.run(
        path, "\(drop) UPDATE website_event SET url_path = '/round \(round)'; \(comesBack ? make : "")")
      check(store.process(), "round \(round)")
      check(CachedStore.Answer(rows: try answers(running), said: []), "running in round \(round)")
      try restore(backup, .bySQLite)
    }
  }

  @Test func `the record is begun anew by the next who writes, and is good then`() throws {
    let (drop, make) = try triggers()
    _ = try SQLiteShell.run(path, "\(drop) UPDATE website_event SET url_path = '/x'; \(make)")
    let running = try store.open()
    check(CachedStore.Answer(rows: try answers(running), said: []), "read")
    #expect(try !ChangeLog.isTrusted(in: Connection(path: path, mode: .readOnly)))
    _ = try running.append([try newEvent("n1")])
    #expect(try ChangeLog.isTrusted(in: Connection(path: path, mode: .readOnly)))
    check(CachedStore.Answer(rows: try answers(running), said: []), "appended")
    _ = try SQLiteShell.run(path, "UPDATE website_event SET url_path = '/y' WHERE session_id = 's1'")
    check(CachedStore.Answer(rows: try answers(running), said: []), "updated")
    check(store.process(), "next process")
  }

  private func newEvent(_ id: String) throws -> NewEvent {
    try NewEvent(id: id, sessionID: "s9", createdAtMilliseconds: 1_740_000_000_000, websiteID: "w0")
  }

  /// As an older version has made it, whose entries have no numbers.
  private func makeOlder() throws {
    let (drop, _) = try triggers()
    let older =
      ChangeLog.olderTables.map(\.definition) + [
        """
        CREATE TRIGGER website_event_changed AFTER UPDATE ON website_event
        BEGIN
          INSERT INTO change (website_id, session_id, row_id)
          VALUES (old.website_id, old.session_id, NULL), (new.website_id, new.session_id, new.row_id);
        END
        """
      ]
    _ = try SQLiteShell.run(
      path, "\(drop) DROP TABLE change_log; DROP TABLE change_record; \(older.joined(separator: ";\n"));")
  }

  @Test func `a store of an older version is followed, and gets the record when it is written to`() throws {
    try makeOlder()
    let running = try store.open()
    for round in 0..<2 {
      _ = try SQLiteShell.run(path, "UPDATE website_event SET url_path = '/older \(round)'")
      check(CachedStore.Answer(rows: try answers(running), said: []), "running \(round)")
      check(store.process(), "next \(round)")
    }
    #expect(try running.append([try newEvent("n")]).added == 1)
    #expect(try ChangeLog.isTrusted(in: Connection(path: path, mode: .readOnly)))
    let left = try SQLiteShell.run(
      path,
      "SELECT name FROM sqlite_master WHERE name IN ('change', 'store_identity', 'website_event_changed')")
    #expect(left == [])
    check(store.process(), "appended")
  }

  /// Others have something under the names of the record: it stays, and rows are told by the files.
  @Test(arguments: [
    "CREATE TABLE change_log (x)", "CREATE VIEW change_log AS SELECT 1 AS change_id, 2 AS nonce",
    "CREATE TABLE change_record (record_id, schema_version)",
    "CREATE TRIGGER website_event_added AFTER INSERT ON website_event BEGIN DELETE FROM website_event; END",
  ])
  func `what others have under the record's names does no harm`(sql: String) throws {
    let (drop, _) = try triggers()
    _ = try SQLiteShell.run(path, "\(drop) DROP TABLE change_log; DROP TABLE change_record; \(sql)")
    let running = try store.open()
    #expect(try running.append([try newEvent("n")]).added == 1)
    check(CachedStore.Answer(rows: try answers(running), said: []), "appended")
    #expect(try running.snapshot().websites.reduce(0) { $0 + $1.events } == 13)
    _ = try SQLiteShell.run(path, "UPDATE website_event SET url_path = '/y' WHERE session_id = 's1'")
    check(CachedStore.Answer(rows: try answers(running), said: []), "updated")
    check(store.process(), "next process")
  }

  @Test func `entries that were taken out of the record are missed`() throws {
    _ = store.process()
    for sql in [
      "UPDATE website_event SET url_path = '/a'; DELETE FROM change_log",
      "UPDATE website_event SET url_path = '/b'; DELETE FROM change_log WHERE change_id % 2 = 0",
      "UPDATE website_event SET url_path = '/c'; UPDATE sqlite_sequence SET seq = seq - 3",
      "UPDATE website_event SET url_path = '/d'; DELETE FROM sqlite_sequence",
      "UPDATE website_event SET url_path = '/e'; UPDATE sqlite_sequence SET seq = -9223372036854775807 - 1",
      "UPDATE website_event SET url_path = '/f'; UPDATE sqlite_sequence SET seq = 'x'",
      "UPDATE website_event SET url_path = '/g'; INSERT INTO change_log (change_id, nonce) VALUES (9223372036854775807, 1)",
      "UPDATE website_event SET url_path = '/h'",
    ] {
      _ = try? SQLiteShell.run(path, sql)
      check(store.process(), sql)
    }
  }

  @Test func `columns are used again after a restart, whoever has written last`() throws {
    var running: EventStore? = try store.open()
    _ = try running?.append((0..<1200).map { try newEvent("n\($0)") })
    _ = try running.map(answers)
    running = nil
    let before = store.files()
    check(store.process(), "restarted")
    #expect(store.files()["manifest"] == before["manifest"])
    _ = try SQLiteShell.run(path, "INSERT INTO report VALUES ('r', NULL, NULL, 'utm', 'r', '', '{}', 0, 0)")
    check(store.process(), "a report was saved")
  }

  private func source() throws -> SQLiteSource {
    try SQLiteSource(path: path, options: OpenOptions(), diagnostics: DiagnosticLog { _ in })
  }

  /// Somebody commits between the reading of the rows and the moment in which their log is written back.
  @Test func `a commit that nobody has read does not pass for what was read`() throws {
    let source = try source()
    for setting in [Self.triggersOff, ".dbconfig enable_trigger on"] {
      let sql = "UPDATE website_event SET url_path = url_path || 'x'"
      _ = try SQLiteShell.run(
        path, "\(Self.insertion) ('w0', 's1', hex(randomblob(8)), 1, 1740000000000, '/logged')")
      let read = try #require(try source.load(LoadContext()).fingerprint)
      _ = try SQLiteShell.run(path, setting, sql)
      #expect(try source.checkpoint(read) == read)
      #expect(try source.hasChanged())
      #expect(try !read.hasSameRows(as: #require(try source.fingerprint())))
      // And one that comes behind it is not missed either.
      let stored = try source.checkpoint(#require(try source.load(LoadContext()).fingerprint))
      #expect(try stored.hasSameRows(as: #require(try source.fingerprint())))
      _ = try SQLiteShell.run(path, setting, sql)
      #expect(try source.hasChanged())
      #expect(try !stored.hasSameRows(as: #require(try source.fingerprint())))
    }
  }

  @Test func `what writes back its own log takes it for no commit`() throws {
    let source = try source()
    _ = try SQLiteShell.run(path, "\(Self.insertion) ('w0', 's1', 'n', 1, 1740000000000, '/logged')")
    let read = try #require(try source.load(LoadContext()).fingerprint)
    let stored = try source.checkpoint(read)
    #expect(stored != read)
    #expect(try !source.hasChanged())
    #expect(try stored.hasSameRows(as: #require(try source.fingerprint())))
  }

  @Test func `columns that are no longer current are kept for going on, not for answering`() throws {
    let source = try source()
    let rows = try source.load(LoadContext())
    let fingerprint = try #require(rows.fingerprint)
    let cache = ColumnCache(folder: store.folder, threads: 1) { Issue.record("\($0)") }
    for isCurrent in [true, false] {
      let lock = try #require(cache.beginWriting(fingerprint))
      cache.write(
        StoreColumns(rows.columns, diagnostics: []), fingerprint: fingerprint, holding: lock,
        isCurrent: { isCurrent }, isAccepted: { true })
      #expect(try store.manifest().fingerprint.hasSameRows(as: fingerprint) == isCurrent)
      #expect(try store.manifest().fingerprint == (isCurrent ? fingerprint : fingerprint.withoutFiles))
    }
  }

  /// Another process that appends, and whose log has grown long, has the entry of its next commit follow at once.
  @Test func `a log is shortened before a commit, and not behind it`() throws {
    let appending = try source()
    appending.connection.longestLogBytes = 1
    let reading = try source()
    for round in 0..<3 {
      _ = try appending.append([try newEvent("n\(round)")])
      let read = try #require(try reading.load(LoadContext()).fingerprint)
      #expect(FileIdentity(path: logPath(of: path))?.byteCount ?? 0 > 0)
      #expect(try !reading.hasChanged())
      #expect(try read.hasSameRows(as: #require(try reading.fingerprint())))
    }
  }
}
