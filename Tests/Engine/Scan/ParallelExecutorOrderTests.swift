import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite struct ParallelExecutorOrderTests {
  @Test(arguments: [0, 1, 2, 3, 100, 1000], [0, 1, 2, 7, 8, 100, .max])
  func `the first are those that a sort puts first`(
    count: Int, most: Int
  ) {
    var source = SeededGenerator(seed: UInt64(count))
    let numbers = (0..<count).map { _ in Int.random(in: 0..<50, using: &source) }
    #expect(ParallelExecutor().first(most, of: numbers, by: <) == Array(numbers.sorted().prefix(most)))
    #expect(
      ParallelExecutor().first(most, of: numbers.sorted(by: >), by: <) == Array(numbers.sorted().prefix(most))
    )
  }

  @Test func `sorts and walks that are cancelled come to an end`() {
    let executor = ParallelExecutor(isCancelled: { true })
    var numbers = Array((0..<100_000).reversed())
    let comparisons = Atomic(0)
    executor.sort(&numbers) {
      comparisons.wrappingAdd(1, ordering: .relaxed)
      return $0 < $1
    }
    #expect(comparisons.load(ordering: .relaxed) < 10_000)
    #expect(numbers.count == 100_000)
    var seen = 0
    executor.forEach(0..<100_000) { _ in seen += 1 }
    #expect(seen < 10_000)
    #expect(executor.first(1, of: 0..<100_000, by: >) == [])
  }

  @Test func `walks of dictionaries that are cancelled come to an end, and what they found is not kept`()
    throws
  {
    let events = (0..<20_000).map {
      TestEvent.page("/\($0)", 0, [.urlQuery: "utm_source=\($0)", .eventName: "\($0)"])
    }
    let website = website(events)
    let isCancelled = Atomic(true)
    let looks = Atomic(0)
    let executor = ParallelExecutor(threads: 2) { isCancelled.load(ordering: .relaxed) }
    _ = website.dictionary(.urlPath).flags(on: executor) { _ in
      looks.wrappingAdd(1, ordering: .relaxed)
      return true
    }
    #expect(looks.load(ordering: .relaxed) == 0)
    let patterns = [WildcardPattern("*1*"), WildcardPattern("/7"), WildcardPattern("/8")]
    _ = website.dictionary(.urlPath).codes(matching: patterns, on: executor)
    _ = website.campaigns(executor)
    _ = website.pathsOfNames(executor)
    isCancelled.store(false, ordering: .relaxed)
    #expect(website.campaigns(executor).parameterCount == 20_000)
    #expect(website.pathsOfNames(executor).count == website.dictionary(.eventName).count)
    #expect(try website.utm(UTMRequest(scope: scope()), on: executor).first?.values.count == 20_000)
  }
}
