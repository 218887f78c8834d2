import Foundation
import Testing

@testable import EventStore

/// However the rows change, and however soon, the next process answers from the rows as they are.
struct ChangedRowsTests {
  private let files: StoreFiles

  init() throws { files = try StoreFiles() }

  /// Names the first line that is another.
  private func check(_ answer: CachedStore.Answer, _ truth: CachedStore.Answer, _ name: String) {
    let other = zip(answer.rows, truth.rows).first { $0 != $1 }
    #expect(answer == truth, "\(name): \(other.map { "\($0), not \($1)" } ?? "other lines")")
  }

  /// Changes that leave the length as it is, each right after the columns were kept.
  @Test func `a CSV file that is written over at once`() throws {
    let store = try files.store(.csv)
    for round in 0..<6 {
      let text = StoreFiles.header + StoreFiles.rows(round % 2 == 0 ? "/b" : "/a")
      try files.overwrite(store.paths[0], Array(text.utf8))
      let truth = store.truth()
      #expect(truth.rows.contains { $0.contains(round % 2 == 0 ? "/b" : "/a") })
      #expect(store.process() == truth, "round \(round)")
    }
    #expect(try store.isWhole())
    #expect(store.isUsed(store.truth()))
  }

  @Test func `a CSV file that looks as old as the one in whose place it was put`() throws {
    let store = try files.store(.csv)
    let manager = FileManager.default
    for round in 0..<6 {
      #expect(store.process() == store.truth())
      let date = try #require(try manager.attributesOfItem(atPath: store.paths[0])[.modificationDate])
      let text = StoreFiles.header + StoreFiles.rows("/\(round)")
      if round % 2 == 0 {
        try files.overwrite(store.paths[0], Array(text.utf8))
      } else {
        let other = try files.folder.write("new.csv", text)
        try #require(rename(other, store.paths[0]) == 0)
      }
      try manager.setAttributes([.modificationDate: date], ofItemAtPath: store.paths[0])
      let truth = store.truth()
      #expect(truth.rows.contains { $0.contains("/\(round)0") })
      #expect(store.process() == truth, "round \(round)")
    }
  }

  /// A change in the tick of the file system's clock in which the lock was taken, or later, could be followed
  /// by one in the same tick, which would not show.
  @Test func `rows that have changed since writing began are not kept`() throws {
    let store = try files.store(.csv)
    _ = store.process()
    let old = try store.manifest().fingerprint
    try FileManager.default.removeItem(atPath: "\(store.cache)/manifest")
    let cache = ColumnCache(folder: store.folder, threads: 1) { Issue.record("\($0)") }
    let lock = try #require(cache.beginWriting(old))
    usleep(20_000)
    try files.overwrite(store.paths[0], Array(StoreFiles.header.utf8))
    guard case .tables(let input) = try StoreInput(store.paths, ReadingRules()) else { return }
    let rows = try FileSource(input, options: OpenOptions(), diagnostics: DiagnosticLog { _ in }).load(
      LoadContext())
    let fingerprint = try #require(rows.fingerprint)
    cache.write(
      StoreColumns(rows.columns, diagnostics: []), fingerprint: fingerprint, holding: lock,
      isAccepted: { true })
    #expect(store.files()["manifest"] == nil)
    cache.write(
      StoreColumns(rows.columns, diagnostics: []), fingerprint: old, holding: lock, isAccepted: { true })
    #expect(try store.manifest().fingerprint == old)
  }

  @Test func `a CSV file that was touched only`() throws {
    let store = try files.store(.csv)
    let truth = store.process()
    try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: store.paths[0])
    #expect(store.process() == truth)
    #expect(try store.isWhole())
    #expect(store.isUsed(truth))
  }

  @Test func `a CSV file that is replaced by a longer one, a shorter one and the old one`() throws {
    let store = try files.store(.csv)
    let text = StoreFiles.header + StoreFiles.rows()
    for text in [
      text + "w0,s,v,more,1500000000,1,/more,h,t\n", StoreFiles.header + "w0,s,v,one,1500000000,1,/one,h,t\n",
      text,
    ] {
      #expect(store.process() == store.truth())
      _ = try files.folder.write("store.csv", text)
      #expect(store.process() == store.truth())
      #expect(store.isUsed(store.truth()))
    }
  }

  /// With the connection that writes open, so that its commits stay in the log, and closed.
  @Test(arguments: [("DELETE", true), ("DELETE", false), ("WAL", true), ("WAL", false)])
  func `a database that is written to at once`(mode: String, staysOpen: Bool) throws {
    for kind in [CachedStore.Kind.foreignDatabase, .ownStore] {
      let store = try files.store(kind, "\(kind)")
      var connection = try Connection(path: store.paths[0], mode: .readWrite)
      _ = try connection.texts("PRAGMA journal_mode = \(mode)")
      for round in 0..<3 {
        if !staysOpen { connection = try Connection(path: store.paths[0], mode: .readWrite) }
        try connection.execute("UPDATE website_event SET url_path = '/round \(round)'")
        if !staysOpen { connection = try Connection(path: files.folder.file("other.db"), mode: .create) }
        let truth = store.truth()
        #expect(truth.rows.contains { $0.contains("/round \(round)") })
        check(store.process(), truth, "\(kind) in round \(round)")
        check(store.process(), truth, "\(kind) in round \(round), again")
      }
    }
  }

  @Test(arguments: ["DELETE", "WAL"]) func `a database that is written to, asked by way of a link`(
    mode: String
  ) throws {
    let store = try files.store(.foreignDatabase)
    let link = files.folder.file("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: store.paths[0])
    let linked = CachedStore(paths: [link], place: store.place)
    let connection = try Connection(path: store.paths[0], mode: .readWrite)
    _ = try connection.texts("PRAGMA journal_mode = \(mode)")
    for round in 0..<4 {
      try connection.execute("UPDATE website_event SET url_path = '/round \(round)'")
      // Not what is said, which names the link.
      #expect(linked.process().rows == store.truth().rows, "round \(round)")
    }
  }

  @Test(arguments: [CachedStore.Kind.foreignDatabase, .ownStore])
  func `a commit while a process has the kept columns`(kind: CachedStore.Kind) throws {
    let store = try files.store(kind)
    _ = store.process()
    let running = try store.open()
    #expect(try answers(running) == store.truth().rows)
    let other = try Connection(path: store.paths[0], mode: .readWrite)
    for path in ["/x", "/y"] {
      try other.execute("UPDATE website_event SET url_path = '\(path)'")
      let truth = store.truth()
      #expect(truth.rows.contains { $0.contains(path) })
      #expect(try answers(running) == truth.rows)
      #expect(store.process() == truth)
      #expect(try answers(running) == truth.rows)
    }
    #expect(try store.isWhole())
  }

  @Test func `saved reports do not change what is answered`() throws {
    let store = try files.store(.ownStore)
    let truth = store.process()
    let running = try store.open()
    _ = try running.insert(SavedReport(id: "r"))
    #expect(try answers(running) == truth.rows)
    #expect(store.process() == truth)
    #expect(store.isUsed(truth))
  }
}
