import Foundation
import TestSupport
import Testing

/// Files that are removed, replaced, cut short or overwritten under a running worker: it says so, or answers
/// with what is there now, and goes on when the file is good again.
@Suite struct FileFaultTests {
  private let files: FaultFiles

  init() throws { files = try FaultFiles() }

  enum Fault: CaseIterable {
    case removed, replaced, emptied, cut, overwritten, becomesFolder
  }

  private func happen(_ fault: Fault, to path: String, _ kind: FaultFiles.Kind) throws {
    switch fault {
    case .removed: unlink(path)
    case .replaced: files.rename(try files.make(kind, "other", events: 7), to: path)
    case .emptied: truncate(path, 0)
    // In the middle of a row, or of what SQLite calls a page.
    case .cut: truncate(path, off_t(try byteCount(path) / 2 + 3))
    case .overwritten: try overwrite(path, Data(repeating: 0xA5, count: byteCount(path)), cut: false)
    case .becomesFolder:
      unlink(path)
      mkdir(path, 0o755)
    }
  }

  private func expected(_ fault: Fault, _ kind: FaultFiles.Kind) -> StoreReply {
    switch fault {
    case .removed: .error(reason: "unavailable")
    case .replaced: .events(7)
    case .becomesFolder: .error(reason: "unavailable")
    // What is left of the rows are rows, but for the last.
    case .cut where kind == .csv: .events(1000)
    case .emptied, .cut, .overwritten: .error(reason: "damaged")
    }
  }

  @Test(arguments: FaultFiles.Kind.allCases, Fault.allCases)
  func `what happens to a file between requests is seen by the next`(kind: FaultFiles.Kind, fault: Fault)
    throws
  {
    let rounds =
      Thoroughness.isFull ? [true, false] : [(kind == .csv) != (fault == .cut || fault == .replaced)]
    for (round, wasAsked) in rounds.enumerated() {
      let path = try files.make(kind, "store \(round)", events: 2000)
      let worker = try RunningWorker([path, "--no-cache"])
      // Any answer shows that the store is open.
      if wasAsked { #expect(try worker.count() == .events(2000)) } else { _ = try worker.ask("?") }
      try happen(fault, to: path, kind)
      let expected = expected(fault, kind)
      for reply in [try worker.look(), try worker.count(), try worker.look()] {
        if case (.events(1000), .events(let some)) = (expected, reply) {
          #expect(900...1100 ~= some)
        } else {
          #expect(reply == expected, "asked before: \(wasAsked)")
        }
      }
      rmdir(path)
      files.rename(try files.make(kind, "good", events: 20), to: path)
      #expect(try worker.look() == .events(20))
      #expect(try worker.count() == .events(20))
      #expect(try worker.stop() == 0)
    }
  }

  /// A report that is being computed meanwhile is one of all rows, or an error.
  @Test(arguments: FaultFiles.Kind.allCases, [Fault.removed, .replaced, .emptied, .cut, .overwritten])
  func `what happens to a file while it is read is never in an answer`(kind: FaultFiles.Kind, fault: Fault)
    throws
  {
    let count = 3000
    let original = try files.make(kind, "original", events: count)
    let path = files.folder.path("store")
    var random = SystemRandomNumberGenerator()
    for _ in 0..<Thoroughness.rounds(1, thorough: 50) {
      try FileManager.default.copyItem(atPath: original, toPath: path)
      let worker = try RunningWorker([path, "--no-cache"])
      _ = try worker.ask("?")
      try worker.send("\(StoreReply.request)\n")
      usleep(.random(in: 0..<20_000, using: &random))
      try happen(fault, to: path, kind)
      let reply = StoreReply(try worker.receiveText())
      switch (fault, reply) {
      case (_, .events(count)), (_, .error(reason: "damaged")), (_, .error(reason: "unavailable")): break
      case (.replaced, .events(7)): break
      case (.cut, .events(let some)) where kind == .csv && some < count: break
      default: Issue.record("\(reply)")
      }
      files.rename(try files.make(kind, "good", events: 20), to: path)
      #expect(try worker.look() == .events(20))
      #expect(try worker.stop() == 0)
      for file in FaultFiles.companions(of: path) + [path] { unlink(file) }
    }
  }

  @Test func `a CSV file that is added to is read anew, and one of several that is missing is named`() throws
  {
    let path = try files.make(.csv, "a.csv", events: 10)
    let other = try files.make(.csv, "b.csv", events: 0)
    let worker = try RunningWorker([path, other, "--no-cache"])
    #expect(try worker.look() == .events(10))
    try overwrite(path, Data((FaultFiles.header + FaultFiles.rows(12)).utf8), cut: false)
    #expect(try worker.look() == .events(12))
    unlink(other)
    #expect(try worker.ask(StoreReply.request).contains("b.csv: no such file"))
    try overwrite(try files.folder.file("b.csv"), Data(FaultFiles.header.utf8), cut: false)
    #expect(try worker.look() == .events(12))
    #expect(try worker.stop() == 0)
  }

  @Test func `reports that were saved beside CSV files outlive the files`() throws {
    let path = try files.make(.csv, "a.csv", events: 10)
    let worker = try RunningWorker([path, "--no-cache"])
    let saved = try worker.ask(
      #"{"method":"reports.create","type":"goals","name":"n","parameters":{"dateRange":{"startDate":1,"endDate":2},"goals":[{"type":"url","value":"/","goal":1}]}}"#
    )
    #expect(saved.contains("result"))
    files.rename(try files.make(.csv, "other.csv", events: 3), to: path)
    #expect(try worker.ask(#"{"method":"reports.list"}"#).contains(#""count":1"#))
    #expect(try worker.look() == .events(3))
    #expect(try worker.stop() == 0)
  }

  @Test func `a log that is removed under a worker takes no event with it`() throws {
    let path = try files.make(.ownStore, "store.db", events: 10)
    let worker = try RunningWorker([path])
    #expect(try worker.append(0..<5).contains(#""added":5"#))
    for file in FaultFiles.companions(of: path) { unlink(file) }
    #expect(try worker.append(5..<8).contains(#""added":3"#))
    #expect(try worker.count() == .events(18))
    #expect(try worker.stop() == 0)
    let next = try RunningWorker([path])
    #expect(try next.count() == .events(18))
    #expect(try next.stop() == 0)
  }

  @Test func `a store that is replaced takes its log with it`() throws {
    let path = try files.make(.ownStore, "store.db", events: 10)
    let worker = try RunningWorker([path])
    #expect(try worker.append(0..<5).contains(#""added":5"#))
    let old = files.folder.path("old.db")
    files.rename(path, to: old)
    files.rename(try files.make(.ownStore, "new.db", events: 700), to: path)
    #expect(try worker.count() == .events(700))
    #expect(try worker.append(5..<6).contains(#""added":1"#))
    #expect(try worker.stop() == 0)
    for (path, events) in [(old, 15), (path, 701)] {
      let next = try RunningWorker([path])
      #expect(try next.count() == .events(events))
      #expect(try next.stop() == 0)
      #expect(try SQLiteShell.run(path, "PRAGMA integrity_check") == ["ok"])
    }
  }

  @Test func `a log whose index is cut short keeps its events`() throws {
    let path = try files.make(.ownStore, "store.db", events: 10)
    let worker = try RunningWorker([path])
    #expect(try worker.append(0..<5).contains(#""added":5"#))
    truncate("\(path)-shm", 0)
    #expect(try worker.count() == .events(15))
    #expect(try worker.append(5..<7).contains(#""added":2"#))
    #expect(try worker.count() == .events(17))
    #expect(try worker.stop() == 0)
  }

  @Test(arguments: [true, false]) func `a log that is spoilt ends no worker`(isCut: Bool) throws {
    let path = try files.make(.ownStore, "store.db", events: 10)
    let worker = try RunningWorker([path])
    #expect(try worker.append(0..<5).contains(#""added":5"#))
    if isCut {
      truncate("\(path)-wal", 0)
    } else {
      try overwrite("\(path)-wal", Data(repeating: 0xA5, count: byteCount("\(path)-wal")), cut: false)
    }
    for reply in [try worker.count(), try worker.look()] {
      switch reply {
      case .events(10), .events(15), .error: break
      default: Issue.record("\(reply)")
      }
    }
    for file in FaultFiles.companions(of: path) { unlink(file) }
    files.rename(try files.make(.ownStore, "good.db", events: 20), to: path)
    #expect(try worker.count() == .events(20))
    #expect(try worker.stop() == 0)
  }

  enum CacheFault: CaseIterable {
    case emptied, cut, overwritten, writtenAgain
  }

  /// Large files are mapped, so that the worker meets the accident; small ones it has read, so that the next
  /// process does.
  @Test(arguments: [(FaultFiles.Kind.csv, 2000), (.ownStore, 2000), (.csv, 10_000)], CacheFault.allCases)
  func `files of the cache that are spoilt under a worker are made again`(
    store: (kind: FaultFiles.Kind, events: Int), fault: CacheFault
  ) throws {
    let path = try files.make(store.kind, "store", events: store.events)
    let cache = files.folder.path("cache")
    let first = try RunningWorker([path, "--cache", cache])
    #expect(try first.count() == .events(store.events))
    #expect(try first.stop() == 0)

    let second = try RunningWorker([path, "--cache", cache])
    #expect(try second.count() == .events(store.events))
    var isMapped = false
    for name in FileManager.default.subpaths(atPath: cache) ?? []
    where name.hasSuffix(".columns") || name.hasSuffix(".texts") {
      isMapped = try isMapped || byteCount("\(cache)/\(name)") > 1 << 18
      try spoil("\(cache)/\(name)", fault)
    }
    #expect(isMapped == (store.events > 2000))
    #expect(try second.count() == .events(store.events))
    #expect(try second.look() == .events(store.events))
    #expect(try second.count() == .events(store.events))
    #expect(try second.stop() == 0)

    let third = try RunningWorker([path, "--cache", cache])
    #expect(try third.count() == .events(store.events))
    #expect(try third.stop() == 0)
    // Only the worker that maps it sees that a file was written to with what stood there.
    let tells = [false, isMapped, !isMapped && fault != .writtenAgain]
    for (worker, isTold) in zip([first, second, third], tells) {
      let said = worker.errors.split(separator: "\n")
      #expect(said.count == (isTold ? 1 : 0) && said.allSatisfy { $0.contains("is damaged") }, "\(said)")
    }

    let fourth = try RunningWorker([path, "--cache", cache])
    #expect(try fourth.count() == .events(store.events))
    #expect(try fourth.stop() == 0)
    #expect(fourth.errors == "")
  }

  private func spoil(_ path: String, _ fault: CacheFault) throws {
    switch fault {
    case .emptied: truncate(path, 0)
    case .cut: truncate(path, off_t(try byteCount(path) / 2))
    case .overwritten: try overwrite(path, Data(repeating: 0xA5, count: byteCount(path)), cut: false)
    // As by `cp`, which empties a file first.
    case .writtenAgain: try overwrite(path, Data(contentsOf: URL(fileURLWithPath: path)), cut: true)
    }
  }

  @Test func `an import from a file that is cut short says so, and leaves what it found`() throws {
    let store = try files.make(.ownStore, "store.db", events: 10)
    let csv = try files.make(.csv, "rows.csv", events: 6000)
    let size = try byteCount(csv)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<Thoroughness.rounds(1, thorough: 30) {
      try overwrite(csv, Data((FaultFiles.header + FaultFiles.rows(6000)).utf8), cut: true)
      let importing = try BuiltBinary.start(["import", store, csv])
      usleep(.random(in: 0..<100_000, using: &random))
      truncate(csv, off_t(size / 3))
      let outcome = try importing.finish()
      #expect(outcome.exitCode == 0 || outcome.exitCode == 74, "\(outcome.errors)")
      if outcome.exitCode == 74 {
        #expect(outcome.errors.contains("truncated while it was read"), "\(outcome.errors)")
      }
    }
    // All rows are whole.
    let broken =
      "SELECT count(*) FROM website_event WHERE event_id NOT GLOB 'e[0-9]*' OR url_path NOT GLOB '/p[0-6]'"
    #expect(try SQLiteShell.run(store, broken) == ["0"])
  }
}
