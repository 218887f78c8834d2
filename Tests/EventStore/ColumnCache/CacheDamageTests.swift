import Foundation
import Testing

@testable import EventStore

/// Whatever happens to the files of a cache, answers are those of the rows, one line says so, and the next
/// process finds a good cache.
struct CacheDamageTests {
  private let files: StoreFiles

  init() throws { files = try StoreFiles() }

  /// Lets `damage` loose on a good cache and looks at the two processes that come next.
  private func check(
    _ store: CachedStore, _ truth: CachedStore.Answer, _ name: String, isSilent: Bool = false,
    _ damage: () throws -> Void
  ) throws {
    try damage()
    let next = store.process()
    #expect(next.rows == truth.rows, "\(name)")
    let extra = next.said.filter { !truth.said.contains($0) }
    #expect(extra.count == (isSilent ? 0 : 1), "\(name): \(next.said)")
    #expect(try store.isWhole(), "\(name)")
    #expect(store.isUsed(truth), "after \(name)")
  }

  /// The names of the manifest, of every partition and of every website's dictionaries.
  private func names(_ store: CachedStore) throws -> [String] {
    ["manifest"] + (try store.manifest().fileNames).sorted()
  }

  /// One of each.
  private func someNames(_ store: CachedStore) throws -> [String] {
    let website = try #require(try store.manifest().websites.first)
    return ["manifest", try #require(website.events.partitions.first).name, website.events.dictionaries.name]
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// As a file of the cache is replaced: nobody writes to one that others may have mapped.
  private func replace(_ path: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  @Test(arguments: CachedStore.Kind.allCases) func `files that are gone`(kind: CachedStore.Kind) throws {
    let store = try files.store(kind)
    let truth = store.process()
    let manager = FileManager.default
    try check(store, truth, "no cache", isSilent: true) { try manager.removeItem(atPath: store.cache) }
    try check(store, truth, "no lock", isSilent: true) {
      try manager.removeItem(atPath: "\(store.cache)/lock")
      try manager.removeItem(atPath: "\(store.cache)/manifest")
    }
    try check(store, truth, "nothing but the manifest", isSilent: true) {
      for name in try names(store).dropFirst() { try manager.removeItem(atPath: "\(store.cache)/\(name)") }
    }
    for name in try names(store) {
      try check(store, truth, "no \(name)", isSilent: true) {
        try manager.removeItem(atPath: "\(store.cache)/\(name)")
      }
    }
  }

  @Test func `files of another length`() throws {
    let store = try files.store(.csv)
    let truth = store.process()
    for name in try someNames(store) {
      let path = "\(store.cache)/\(name)"
      let original = try bytes(path)
      for count in [0, 1, 24, 64, original.count / 2, original.count - 1, original.count + 1] {
        try check(store, truth, "\(count) bytes of \(name)") {
          try replace(path, Array((original + [0]).prefix(count)))
        }
      }
    }
  }

  @Test func `a flipped bit in every part of every file`() throws {
    let store = try files.store(.csv)
    let truth = store.process()
    for name in try someNames(store) {
      let path = "\(store.cache)/\(name)"
      let original = try bytes(path)
      // Of a file of columns: the header, the table, and a byte of every section that has one.
      let places =
        name == "manifest"
        ? [0, 24, 32, original.count - 1] : [0, 16, 24, 32, 64, 127] + sections(original).map(\.place)
      for place in places {
        try check(store, truth, "byte \(place) of \(name)") {
          var bytes = original
          bytes[place] ^= 0x10
          try replace(path, bytes)
        }
      }
    }
  }

  /// As whoever makes one bit up for another would leave a sum that only adds words up, lane by lane.
  @Test(arguments: CachedStore.Kind.allCases) func `flipped bits that make up for each other`(
    kind: CachedStore.Kind
  ) throws {
    let store = try files.store(kind)
    let truth = store.process()
    var tried = 0
    for name in try someNames(store).dropFirst() {
      let path = "\(store.cache)/\(name)"
      let original = try bytes(path)
      for (section, range) in ranges(original) where range.count >= 40 {
        try check(store, truth, "\(section) of \(name)") {
          var bytes = original
          bytes[range.lowerBound + 7] ^= 0x80
          bytes[range.lowerBound + 4 * 8 + 3] ^= 0x40
          try replace(path, bytes)
        }
        tried += 1
      }
    }
    #expect(tried > 1)
  }

  /// Rows that are added are put beside the kept ones, which are looked at for that.
  @Test func `a flipped bit in every part of the columns that are brought up to date`() throws {
    let store = try files.store(.ownStore)
    _ = store.process()
    let connection = try Connection(path: store.paths[0], mode: .readWrite)
    var added = 0
    for kind in 1...2 {
      var number = 0
      while true {
        let path = "\(store.cache)/\(try someNames(store)[kind])"
        var bytes = try bytes(path)
        let places = sections(bytes).map(\.place)
        guard number < places.count else { break }
        bytes[places[number]] ^= 1
        try replace(path, bytes)
        added += 1
        try connection.execute(
          """
          INSERT INTO website_event (website_id, session_id, visit_id, event_id, created_at, event_type, tag)
          SELECT website_id, session_id, visit_id, 'new \(added)', created_at + 1, 1, 'new' FROM website_event
          WHERE event_id = 'e0'
          """)
        let truth = store.truth()
        #expect(store.process().rows == truth.rows, "section \(number)")
        #expect(store.process().rows == truth.rows, "section \(number), again")
        number += 1
      }
    }
    #expect(added > 20)
    #expect(store.isUsed(store.truth()))
  }

  /// The sections of a file of columns that are not empty, and a byte in the middle of each.
  private func sections(_ bytes: [UInt8]) -> [(name: String, place: Int)] {
    ranges(bytes).compactMap { name, range in
      range.isEmpty ? nil : (name, range.lowerBound + range.count / 2)
    }
  }

  /// The sections of a file of columns, and where they are.
  private func ranges(_ bytes: [UInt8]) -> [(name: String, range: Range<Int>)] {
    func number(_ place: Int) -> Int {
      bytes[place..<(place + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    return (1...number(24)).map { entry in
      let name = String(decoding: bytes[(entry * 64)...].prefix { $0 != 0 }, as: UTF8.self)
      let (start, count) = (number(entry * 64 + 40), number(entry * 64 + 48))
      return (name, start..<(start + count))
    }
  }

  /// A process that has mapped a damaged file, whose name is gone, has to write it again when rows are added to
  /// another month. What takes the place of damage must not be written as if it had been read.
  @Test func `a damaged file that is to be written again`() throws {
    let store = try files.store(.ownStore)
    _ = store.process()
    let path = "\(store.cache)/\(try someNames(store)[1])"
    var bytes = try bytes(path)
    bytes[try #require(sections(bytes).first { $0.name == "tag" }).place] ^= 1
    try replace(path, bytes)
    let running = try store.open()
    let opened = try running.snapshot()
    for website in opened.websites { _ = try opened.columns(of: website.id) }
    try FileManager.default.removeItem(atPath: path)
    try Connection(path: store.paths[0], mode: .readWrite).execute(
      """
      INSERT INTO website_event (website_id, session_id, visit_id, event_id, created_at, event_type, tag)
      VALUES ('w0', 'new', 'new', 'new', 1741900000000, 1, 'new')
      """)
    _ = try running.snapshot().websites
    let truth = store.truth()
    #expect(store.process().rows == truth.rows)
    #expect(try answers(running) == truth.rows)
    #expect(try store.isWhole())
    #expect(store.isUsed(truth))
  }

  @Test func `files of another version`() throws {
    let store = try files.store(.csv)
    let truth = store.process()
    for name in try someNames(store) {
      let path = "\(store.cache)/\(name)"
      for version in [0, UInt8(ColumnFile.version) + 1] {
        // Nothing is wrong with a cache that another version has left, so nothing is said of it.
        try check(store, truth, "\(name) of version \(version)", isSilent: name == "manifest") {
          var bytes = try bytes(path)
          bytes[8] = version
          try replace(path, bytes)
        }
      }
    }
  }

  @Test(arguments: CachedStore.Kind.allCases) func `the cache of another store`(kind: CachedStore.Kind) throws
  {
    let store = try files.store(kind)
    let other = try files.store(kind, "other", path: "/b")
    let (truth, otherTruth) = (store.process(), other.process())
    #expect(truth.rows != otherTruth.rows)
    let manager = FileManager.default
    try check(store, truth, "all of it", isSilent: true) {
      try manager.removeItem(atPath: store.cache)
      try manager.copyItem(atPath: other.cache, toPath: store.cache)
    }
    let (names, otherNames) = (try names(store), try self.names(other))
    #expect(names.count == otherNames.count)
    for (name, otherName) in zip(names, otherNames) {
      // The manifest is good, but stands for other rows.
      let isSilent = name == "manifest" || name == otherName
      try check(store, truth, "\(name) of the other store", isSilent: isSilent) {
        try replace("\(store.cache)/\(name)", try bytes("\(other.cache)/\(otherName)"))
      }
    }
    #expect(other.isUsed(otherTruth))
  }

  @Test func `what a killed process has left behind goes, what others have put there stays`() throws {
    let store = try files.store(.csv)
    let truth = store.process()
    let left = ["manifest.unfinished", "2025-01-0.columns.unfinished", "2025-01-0.columns", "0.texts"]
    for name in left + ["theirs.txt"] { try replace("\(store.cache)/\(name)", [1, 2, 3]) }
    #expect(store.isUsed(truth))
    try FileManager.default.removeItem(atPath: "\(store.cache)/manifest")
    #expect(store.process() == truth)
    #expect(store.files().keys.filter { !$0.hasPrefix("2025-0") }.count == 5)
    #expect(store.files()["theirs.txt"] != nil)
    for name in left { #expect(store.files()[name] == nil, "\(name)") }
    #expect(store.isUsed(truth))
  }

  /// Tests may run as root, whom no permission stops; so there is something else where files should go.
  @Test(arguments: CachedStore.Kind.allCases) func `where nothing can be written`(
    kind: CachedStore.Kind
  ) throws {
    var store = try files.store(kind)
    let truth = store.truth()
    let file = try files.folder.write("file", "in the way")
    func check(_ name: String) {
      for _ in 0..<2 {
        let answer = store.process()
        #expect(answer.rows == truth.rows, "\(name)")
        let extra = answer.said.filter { !truth.said.contains($0) }
        #expect(extra.count == 1, "\(name): \(answer.said)")
      }
    }
    store.place = .folder(file)
    check("a file for a folder")
    store.place = .folder("\(file)/below/it")
    check("a folder below a file")
    store.place = .folder(files.folder.file("caches"))
    try FileManager.default.createDirectory(
      atPath: "\(store.cache)/lock", withIntermediateDirectories: true)
    check("a folder for the lock")
    store.place = .folder("/proc/footfall")
    check("a file system that takes no files")
    #expect(try bytes(file) == Array("in the way".utf8))
  }

  @Test func `a store in a folder in which a file has the name of the cache`() throws {
    let store = try files.store(.ownStore)
    _ = try files.folder.write("store.db-columns", "mine")
    let truth = store.truth()
    let answer = store.process()
    #expect(answer.rows == truth.rows && answer.said.count == 1)
    #expect(try files.folder.read("store.db-columns") == Array("mine".utf8))
  }

  @Test func `a process that has read the manifest finds the files gone`() throws {
    let store = try files.store(.csv)
    let truth = store.process()
    let manager = FileManager.default
    let lines = Lines()
    let running = try store.open(lines)
    _ = try running.snapshot().websites
    try manager.removeItem(atPath: store.cache)
    #expect(try answers(running) == truth.rows)
    #expect(try store.isWhole())
    #expect(store.isUsed(truth))

    // One that has opened them needs no names.
    let mapped = try store.open()
    let opened = try mapped.snapshot()
    for website in opened.websites { _ = try opened.columns(of: website.id) }
    try manager.removeItem(atPath: store.cache)
    #expect(try answers(mapped) == truth.rows)
    #expect(!manager.fileExists(atPath: store.cache))
  }
}
