import Foundation
import TestSupport
import Testing

@testable import EventStore

/// Whoever can write to the cache of a store but cannot read the store, so that the key is not known: nothing that is
/// written so is believed.
struct CacheKeyTests {
  private let files: StoreFiles
  private let store: CachedStore
  private let truth: CachedStore.Answer

  init() throws {
    files = try StoreFiles()
    store = try files.store(.ownStore)
    truth = store.process()
  }

  /// The next process answers from the rows, and the one after it from a good cache.
  private func check(_ name: String, says count: Int, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let next = store.process()
    #expect(next.rows == truth.rows, "\(name)", sourceLocation: sourceLocation)
    #expect(next.said.count == count, "\(name): \(next.said)", sourceLocation: sourceLocation)
    #expect(try store.isWhole(), "\(name)", sourceLocation: sourceLocation)
    #expect(store.isUsed(truth), "after \(name)", sourceLocation: sourceLocation)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: "\(store.cache)/\(name)")))
  }

  private func replace(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(filePath: "\(store.cache)/\(name)"), options: .atomic)
  }

  /// The columns of other events, well made.
  private func forge(_ key: CacheKey?) throws -> CachedStore.Answer {
    let other = try files.store(.csv, "other", path: "/other")
    try store.forge(other.paths, key: key)
    return CachedStore.Answer(rows: other.truth().rows, said: ["forged"])
  }

  @Test func `columns of other events are believed with the key, and not without`() throws {
    let forged = try forge(nil)
    #expect(forged.rows != truth.rows)
    #expect(store.isUsed(forged))
    for key in [CacheKey.published, CacheKey(1, 2)] {
      try FileManager.default.removeItem(atPath: store.cache)
      try check("no cache", says: 0)
      _ = try forge(key)
      try check("written with another key", says: 0)
    }
  }

  @Test func `a manifest that only says that it has the key is damaged`() throws {
    let fingerprint = try bytes("manifest")[16..<24]
    _ = try forge(.published)
    var manifest = try bytes("manifest")
    manifest.replaceSubrange(16..<24, with: fingerprint)
    try replace("manifest", manifest)
    try check("the fingerprint of the key", says: 1)
  }

  /// The manifest stays as it was written; files are those of other events under its names.
  @Test func `files of columns without the key are damaged`() throws {
    let original = try store.manifest()
    let originals = Dictionary(
      uniqueKeysWithValues: try (original.fileNames.sorted() + ["manifest"]).map { ($0, try bytes($0)) })
    _ = try forge(.published)
    let names = store.files().keys.filter { $0.hasSuffix(".columns") || $0.hasSuffix(".texts") }.sorted()
    let forged = try names.map { try bytes($0) }
    for (name, good) in originals where name != "manifest" {
      for (forgedName, var forged) in zip(names, forged) where forgedName.suffix(5) == name.suffix(5) {
        for keepsSum in [false, true] {
          for (name, bytes) in originals { try replace(name, bytes) }
          // As the manifest has it.
          if keepsSum { forged.replaceSubrange(32..<40, with: good[32..<40]) }
          try replace(name, forged)
          let next = store.process()
          #expect(next.rows == truth.rows, "\(name) of \(forgedName)")
          #expect(next.said.count == 1, "\(name) of \(forgedName): \(next.said)")
        }
      }
    }
  }

  @Test func `a store without a key of 16 bytes has no record until it is written to`() throws {
    let key = try store.key()
    for value in ["x'00'", "''", "zeroblob(17)", "'0123456789abcdef'", "1"] {
      _ = try SQLiteShell.run(store.paths[0], "UPDATE change_record SET cache_key = \(value)")
      #expect(try !ChangeLog.isTrusted(in: Connection(path: store.paths[0], mode: .readOnly)), "\(value)")
      let next = store.process()
      #expect(next.rows == truth.rows && next.said.isEmpty, "\(value): \(next.said)")
    }
    let event = try NewEvent(
      id: "n", sessionID: "s9", createdAtMilliseconds: 1_740_000_000_000, websiteID: "w0")
    _ = try store.open().append([event])
    #expect(try ChangeLog.isTrusted(in: Connection(path: store.paths[0], mode: .readOnly)))
    #expect(try ![key, .published].contains(store.key()))
    #expect(store.process() == store.truth())
    #expect(store.isUsed(store.truth()))
  }

  /// The columns that a process has in memory are in files of the old key.
  @Test func `a key that changes makes the cache another one`() throws {
    let running = try store.open()
    #expect(try answers(running) == truth.rows)
    let key = try store.key()
    _ = try SQLiteShell.run(store.paths[0], "UPDATE change_record SET cache_key = randomblob(16)")
    #expect(try store.key() != key)
    try check("another key", says: 0)
    _ = try SQLiteShell.run(
      store.paths[0],
      """
      UPDATE change_record SET cache_key = randomblob(16);
      UPDATE website_event SET url_path = '/x' WHERE session_id = 's1'
      """)
    let changed = store.truth()
    #expect(try answers(running) == changed.rows)
    #expect(try store.isWhole())
    #expect(store.isUsed(changed))
  }

  @Test func `no file of the cache shows the key, and no other store has it`() throws {
    let hexadecimal = try SQLiteShell.run(store.paths[0], "SELECT lower(hex(cache_key)) FROM change_record")
    let digits = Array(try #require(hexadecimal.first).utf8)
    #expect(digits.count == 32)
    let key = stride(from: 0, to: 32, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
    }
    for name in store.files().keys {
      let content = Data(try bytes(name))
      for part in [Data(key[..<8]), Data(key[8...]), Data(digits[..<16])] {
        #expect(content.range(of: part) == nil, "\(name)")
      }
    }
    #expect(try files.store(.ownStore, "other").key() != store.key())
  }

  @Test
  func `the columns that an import leaves have the key, and what another process appends is added to them`()
    throws
  {
    let path = files.folder.file("imported.db")
    let events = try files.folder.write("imported.csv", StoreFiles.header + StoreFiles.rows("/i"))
    var options = ImportOptions()
    options.cache = .standard(userFolder: nil)
    options.firstImportBytes = 0
    _ = try importFiles([events], into: path, options: options) { _ in }
    let imported = CachedStore(paths: [path], place: .standard(userFolder: nil))
    #expect(try imported.isWhole())
    #expect(imported.isUsed(imported.truth()))
    let running = try imported.open()
    _ = try answers(running)
    let event = try NewEvent(
      id: "n", sessionID: "s1", createdAtMilliseconds: 1_740_000_000_000, websiteID: "w0")
    _ = try imported.open().append([event])
    #expect(try answers(running) == imported.truth().rows)
    #expect(imported.process() == imported.truth())
  }
}
