import Foundation
import Synchronization
import Testing
import Threads

/// Work that is shared out among threads.
struct ConcurrentlyTests {
  @Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 3, 8]) func `every number is worked on once`(
    count: Int, threads: Int
  ) {
    let calls = Mutex(Array(repeating: 0, count: count))
    concurrently(count, threads: threads) { number in calls.withLock { $0[number] += 1 } }
    #expect(calls.withLock { $0.allSatisfy { $0 == 1 } })
    #expect(concurrentMap(count, threads: threads) { "\($0)" } == (0..<count).map(String.init))
  }

  @Test func `as many threads work at once as were asked for`() {
    let waiting = Atomic(3)
    // Each waits for the others.
    concurrently(3, threads: 3) { _ in
      waiting.subtract(1, ordering: .relaxed)
      while waiting.load(ordering: .relaxed) > 0 {}
    }
    #expect(waiting.load(ordering: .relaxed) == 0)
  }

  @Test func `work may be shared out again within it`() {
    let sums = concurrentMap(4, threads: 2) { outer in
      concurrentMap(10, threads: 2) { $0 * outer }.reduce(0, +)
    }
    #expect(sums == [0, 45, 90, 135])
  }

  @Test func `results have types of their own`() {
    let three = concurrentResults(threads: 2, { 1 }, { "2" }, { [3] })
    #expect(three.0 == 1 && three.1 == "2" && three.2 == [3])
    let rest = concurrentResults(threads: 3, { 1 }, { "2" }, 3) { $0 * 10 }
    #expect(rest.0 == 1 && rest.1 == "2" && rest.2 == [0, 10, 20])
  }

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }

  @Test func `a thread is done when it was waited for`() throws {
    let flag = Flag()
    let thread = try JoinableThread { flag.isSet.store(true, ordering: .relaxed) }
    thread.join()
    let isDone = flag.isSet.load(ordering: .relaxed)
    #expect(isDone)
  }

  /// What is kept of a thread that ended is its stack, of 8 MiB.
  @Test(.enabled(if: Status.isThere)) func `of a thread that nobody waits for, nothing is kept`() throws {
    let before = try Status.addressSpaceBytes()
    for _ in 0..<1000 {
      let ended = Flag()
      _ = try JoinableThread { ended.isSet.store(true, ordering: .releasing) }
      while !ended.isSet.load(ordering: .acquiring) { sched_yield() }
    }
    #expect(try Status.addressSpaceBytes() < before + 500 * JoinableThread.stackBytes)
  }
}

/// What Linux says of this process.
private enum Status {
  private static let path = "/proc/self/statm"
  static var isThere: Bool { access(path, R_OK) == 0 }

  static func addressSpaceBytes() throws -> Int {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try #require(text.split(separator: " ").first.flatMap { Int($0) }) * Int(getpagesize())
  }
}
