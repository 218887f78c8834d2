import Dispatch
import Foundation
import TestSupport
import Testing

@testable import EventStore

/// Several processes at one cache: each has a store of its own here, and locks are between stores.
struct CacheContentionTests {
  private let files: StoreFiles

  init() throws { files = try StoreFiles() }

  @Test(arguments: CachedStore.Kind.allCases) func `while one writes, others answer and write nothing`(
    kind: CachedStore.Kind
  ) throws {
    let store = try files.store(kind)
    let truth = store.truth()
    do {
      let lock = try #require(try store.folder.lock())
      #expect(try store.folder.lock() == nil)
      #expect(store.process() == truth)
      #expect(Array(store.files().keys) == ["lock"])
      withExtendedLifetime(lock) {}
    }
    #expect(store.process() == truth)
    #expect(try store.isWhole())
    // Whoever reads needs no lock.
    let lock = try #require(try store.folder.lock())
    #expect(store.isUsed(truth))
    withExtendedLifetime(lock) {}
  }

  @Test(arguments: CachedStore.Kind.allCases) func `many begin at the same moment`(
    kind: CachedStore.Kind
  ) throws {
    let store = try files.store(kind)
    let truth = store.truth()
    for _ in 0..<5 {
      try? FileManager.default.removeItem(atPath: store.cache)
      DispatchQueue.concurrentPerform(iterations: 6) { _ in #expect(store.process() == truth) }
      #expect(try store.isWhole())
      #expect(store.isUsed(truth))
    }
  }

  /// Files go and are damaged while others read, write and look for them.
  @Test func `answers stay right whatever happens to the files meanwhile`() throws {
    let store = try files.store(.csv)
    let rows = store.truth().rows
    let folder = files.folder.path
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      var random = SeededGenerator(seed: UInt64(thread))
      for _ in 0..<15 {
        #expect(store.process().rows == rows)
        Self.harm(store.cache, beside: folder, &random)
      }
    }
    #expect(store.process().rows == rows)
    #expect(store.process().rows == rows)
    #expect(try store.isWhole(), "\(store.files().keys.sorted())")
    #expect(store.isUsed(store.truth()))
  }

  /// Removes the cache, or removes, cuts or changes one of its files.
  private static func harm(_ cache: String, beside folder: String, _ random: inout SeededGenerator) {
    let manager = FileManager.default
    let names = (try? manager.contentsOfDirectory(atPath: cache))?.filter {
      $0 != "lock" && !$0.hasSuffix(".unfinished")
    }
    guard let name = names?.sorted().randomElement(using: &random) else { return }
    let path = "\(cache)/\(name)"
    var bytes = manager.contents(atPath: path) ?? Data()
    switch Int.random(in: 0..<8, using: &random) {
    case 0: try? manager.removeItem(atPath: cache)
    case 1: try? manager.removeItem(atPath: path)
    case 2...3: replace(path, bytes.prefix(.random(in: 0...bytes.count, using: &random)), beside: folder)
    default:
      if let place = bytes.indices.randomElement(using: &random) { bytes[place] ^= 1 }
      replace(path, bytes, beside: folder)
    }
  }

  /// Where the folder has gone meanwhile, nothing is left behind in the one that takes its place.
  private static func replace(_ path: String, _ bytes: Data, beside folder: String) {
    let other = "\(folder)/\(UUID().uuidString)"
    guard (try? bytes.write(to: URL(fileURLWithPath: other))) != nil else { return }
    _ = rename(other, path)
  }
}
