import Foundation
import TestSupport
import Testing

@testable import EventStore

/// What others have put where the cache is to be: nothing of it is followed, written over, deleted or believed.
struct CacheTrustTests {
  private let files: StoreFiles
  private let manager = FileManager.default

  init() throws { files = try StoreFiles() }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  /// Nobody's, where the tests may give files away.
  private static let otherUser: uid_t = 65534
  private static let mayGiveAway = geteuid() == 0

  /// The next process answers from the rows and says one line more, which has `part`.
  private func check(
    _ store: CachedStore, _ truth: CachedStore.Answer, says part: String, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let answer = store.process()
    #expect(answer.rows == truth.rows, comment, sourceLocation: sourceLocation)
    let extra = answer.said.filter { !truth.said.contains($0) }
    #expect(extra.count == 1 && extra[0].contains(part), "\(extra)", sourceLocation: sourceLocation)
  }

  // MARK: links

  @Test(arguments: CachedStore.Kind.allCases) func `a link in the place of the folder is not followed`(
    kind: CachedStore.Kind
  ) throws {
    let store = try files.store(kind)
    let truth = store.truth()
    let theirs = files.folder.file("theirs")
    try manager.createDirectory(atPath: theirs, withIntermediateDirectories: false)
    for name in ["a.columns", "b.texts", "c.unfinished"] { _ = try files.folder.write("theirs/\(name)", "x") }
    let before = try manager.contentsOfDirectory(atPath: theirs).sorted()
    let parent = URL(filePath: store.cache).deletingLastPathComponent().path
    try manager.createDirectory(atPath: parent, withIntermediateDirectories: true)
    for target in [theirs, files.folder.file("nowhere")] {
      try manager.createSymbolicLink(atPath: store.cache, withDestinationPath: target)
      check(store, truth, says: "symbolic link")
      #expect(try manager.contentsOfDirectory(atPath: theirs).sorted() == before)
      #expect(try manager.destinationOfSymbolicLink(atPath: store.cache) == target)
      try manager.removeItem(atPath: store.cache)
    }
    #expect(store.process() == truth)
    #expect(try store.isWhole())
  }

  @Test func `a folder above the cache may be a link`() throws {
    var store = try files.store(.csv)
    try manager.createDirectory(atPath: files.folder.file("real"), withIntermediateDirectories: false)
    try manager.createSymbolicLink(
      atPath: files.folder.file("link"), withDestinationPath: files.folder.file("real"))
    store.place = .folder(files.folder.file("link"))
    let truth = store.process()
    #expect(truth == store.truth())
    #expect(store.isUsed(truth))
  }

  /// A symbolic link, a hard link, a pipe, a socket's name, a folder: whatever stands in the place of a file.
  @Test(arguments: ["manifest", "lock", "manifest.unfinished", "partition", "partition.unfinished"])
  func `a link in the place of a file is not followed`(name: String) throws {
    let store = try files.store(.csv)
    let truth = store.process()
    let partition = try #require(try store.manifest().websites.first?.events.partitions.first).name
    let path = "\(store.cache)/\(name.replacing("partition", with: partition))"
    let victim = try files.folder.write("victim", "do not touch")
    for isHard in [false, true] {
      // So that everything is written.
      try manager.removeItem(atPath: "\(store.cache)/manifest")
      try? manager.removeItem(atPath: path)
      if isHard {
        try manager.linkItem(atPath: victim, toPath: path)
      } else {
        try manager.createSymbolicLink(atPath: path, withDestinationPath: victim)
      }
      let answer = store.process()
      #expect(answer.rows == truth.rows)
      #expect(try files.folder.read("victim") == Array("do not touch".utf8), "\(name), \(isHard)")
      #expect(manager.fileExists(atPath: victim))
      try? manager.removeItem(atPath: store.cache)
      #expect(store.process() == truth)
      #expect(try store.isWhole())
    }
  }

  @Test(arguments: ["manifest", "lock", "partition", "dictionaries"])
  func `a pipe in the place of a file is not waited for`(name: String) throws {
    let store = try files.store(.csv)
    let truth = store.process()
    let website = try #require(try store.manifest().websites.first)
    let real = [
      "partition": try #require(website.events.partitions.first).name,
      "dictionaries": website.events.dictionaries.name,
    ]
    let path = "\(store.cache)/\(real[name] ?? name)"
    try manager.removeItem(atPath: path)
    try #require(mkfifo(path, 0o644) == 0)
    if name == "lock" {
      try manager.removeItem(atPath: "\(store.cache)/manifest")
      check(store, truth, says: "lock: cannot use: it is not a file")
    } else {
      check(store, truth, says: "is damaged")
      #expect(store.isUsed(truth))
    }
  }

  // MARK: owners

  @Test(.enabled(if: mayGiveAway), arguments: CachedStore.Kind.allCases)
  func `columns that another user has planted are not believed`(kind: CachedStore.Kind) throws {
    let store = try files.store(kind)
    let other = try files.store(kind, "other", path: "/b")
    let truth = store.process()
    #expect(store.isUsed(truth))
    guard case .csv = kind else {
      // The folder of another user, in which all is as it should be.
      try #require(chown(store.cache, Self.otherUser, Self.otherUser) == 0)
      check(store, truth, says: "it belongs to another user (uid 65534)")
      return
    }
    try store.forge([other.paths[0]])
    #expect(store.process().said.contains("forged"))
    try #require(chown(store.cache, Self.otherUser, Self.otherUser) == 0)
    check(store, truth, says: "it belongs to another user (uid 65534)")
    try #require(chown(store.cache, geteuid(), getegid()) == 0)
    try #require(chown("\(store.cache)/manifest", Self.otherUser, Self.otherUser) == 0)
    check(store, truth, says: "manifest is not used: it belongs to another user")
    #expect(store.isUsed(truth))
    for name in try store.manifest().fileNames.sorted() {
      try #require(chown("\(store.cache)/\(name)", Self.otherUser, Self.otherUser) == 0)
      check(store, truth, says: "\(name) is not used: it belongs to another user", "\(name)")
      #expect(store.isUsed(truth), "\(name)")
    }
  }

  @Test(.enabled(if: mayGiveAway)) func `root believes the owner of the store, and gives the files to them`()
    throws
  {
    let store = try files.store(.ownStore)
    try #require(chown(store.paths[0], Self.otherUser, Self.otherUser) == 0)
    let truth = store.process()
    for name in [""] + store.files().keys.map({ "/\($0)" }) {
      let attributes = try manager.attributesOfItem(atPath: store.cache + name)
      #expect(attributes[.ownerAccountID] as? Int == Int(Self.otherUser), "\(name)")
      #expect(attributes[.groupOwnerAccountID] as? Int == Int(Self.otherUser), "\(name)")
    }
    #expect(store.isUsed(truth))
  }

  @Test(arguments: [0o777, 0o775, 0o757]) func `a folder that others can write to is not believed`(
    mode: mode_t
  ) throws {
    let store = try files.store(.csv)
    let other = try files.store(.csv, "other", path: "/b")
    for path in store.paths { chmod(path, 0o644) }
    let truth = store.process()
    try store.forge(other.paths)
    #expect(store.process().said.contains("forged"))
    chmod(store.cache, mode)
    // It is emptied, and closed to them.
    #expect(store.process() == truth)
    #expect(self.mode(store.cache) == 0o755)
    #expect(try store.isWhole())
    #expect(store.isUsed(truth))
    chmod("\(store.cache)/manifest", 0o666)
    check(store, truth, says: "manifest is not used: users who cannot write to the source files")
    #expect(store.isUsed(truth))
  }

  // MARK: permissions

  @Test(
    arguments: [
      (0o600, 0o600, 0o700), (0o640, 0o640, 0o750), (0o644, 0o644, 0o755), (0o660, 0o660, 0o770),
      (0o664, 0o664, 0o775), (0o666, 0o666, 0o777), (0o444, 0o644, 0o755), (0o400, 0o600, 0o700),
      (0o755, 0o644, 0o755),
    ] as [(mode_t, mode_t, mode_t)])
  func `who may not see the source sees nothing of its columns`(
    source: mode_t, file: mode_t, folder: mode_t
  ) throws {
    for kind in CachedStore.Kind.allCases {
      let store = try files.store(kind, "store \(kind) \(source)")
      for path in store.paths { chmod(path, source) }
      let truth = store.process()
      #expect(mode(store.cache) == folder, "\(kind)")
      for name in store.files().keys { #expect(mode("\(store.cache)/\(name)") == file, "\(kind), \(name)") }
      #expect(store.isUsed(truth), "\(kind)")
    }
  }

  @Test func `of several sources the most restrictive counts`() throws {
    let store = try files.store(.csv)
    chmod(store.paths[0], 0o640)
    chmod(store.paths[1], 0o604)
    _ = store.process()
    #expect(mode(store.cache) == 0o700)
    #expect(mode("\(store.cache)/manifest") == 0o600)
  }

  @Test func `a store that is closed to others closes its cache`() throws {
    let store = try files.store(.ownStore)
    chmod(store.paths[0], 0o644)
    let truth = store.process()
    #expect(mode(store.cache) == 0o755)
    chmod(store.paths[0], 0o600)
    #expect(store.isUsed(truth))
    #expect(mode(store.cache) == 0o700)
  }

  @Test func `a store that its group may not write to any more gets another cache`() throws {
    let store = try files.store(.ownStore)
    chmod(store.paths[0], 0o664)
    let truth = store.process()
    #expect(mode(store.cache) == 0o775)
    chmod(store.paths[0], 0o644)
    #expect(store.process() == truth)
    #expect(mode(store.cache) == 0o755)
    #expect(store.isUsed(truth))
  }

  @Test func `a lock that a copy of the folder shares is a lock`() throws {
    let store = try files.store(.csv)
    let truth = store.process()
    try manager.linkItem(atPath: "\(store.cache)/lock", toPath: files.folder.file("copy of lock"))
    try manager.removeItem(atPath: "\(store.cache)/manifest")
    #expect(store.process() == truth)
    #expect(store.isUsed(truth))
  }

  @Test func `nothing is left beside a folder that was made`() throws {
    let store = try files.store(.ownStore)
    _ = store.process()
    let names = try manager.contentsOfDirectory(atPath: files.folder.path)
    #expect(!names.contains { $0.contains("unfinished") }, "\(names)")
  }

  // MARK: file systems

  @Test func `where nothing can be mapped files are read`() throws {
    let folder = try OpenCacheFolder(path: files.folder.path, CacheAccess(sources: []))
    let bytes = (0..<(CacheFile.maximumBytesRead + 100)).map { UInt8(truncatingIfNeeded: $0) }
    _ = try files.folder.write("large", bytes)
    let read = try CacheFile("large", in: folder) { _, _ in nil }
    #expect(!read.isMapped && read.copy() == bytes)
    let mapped = try CacheFile("large", in: folder)
    #expect(mapped.isMapped && mapped.copy() == bytes)
    #expect(Int(bitPattern: read.bytes.baseAddress).isMultiple(of: ColumnFile.alignment))
  }

  @Test(arguments: [-9_000_000_000, -2, 7_258_118_400, 10_413_792_000, 15_000_000_000])
  func `files may have any time`(seconds: Int) throws {
    for kind in CachedStore.Kind.allCases {
      let store = try files.store(kind, "store \(kind)")
      let truth = store.process()
      func touch(_ path: String) {
        let time = timespec(tv_sec: seconds, tv_nsec: 999_999_999)
        _ = withUnsafePointer(to: (time, time)) { times in
          times.withMemoryRebound(to: timespec.self, capacity: 2) { utimensat(AT_FDCWD, path, $0, 0) }
        }
      }
      store.paths.forEach(touch)
      #expect(store.process() == truth)
      (store.files().keys.map { "\(store.cache)/\($0)" } + [store.cache]).forEach(touch)
      #expect(store.process() == truth)
      #expect(store.isUsed(truth))
    }
  }
}
