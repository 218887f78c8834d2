import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite struct ScannerOrderTests {
  @Test(arguments: [0, 1, 2, 3, 100, 1000], [0, 1, 2, 7, 8, 100])
  func `the first are those that a sort puts first`(
    count: Int, most: Int
  ) {
    var source = SeededGenerator(seed: UInt64(count))
    let numbers = (0..<count).map { _ in Int.random(in: 0..<50, using: &source) }
    #expect(Scanner().first(most, of: numbers, by: <) == Array(numbers.sorted().prefix(most)))
    #expect(Scanner().first(most, of: numbers.sorted(by: >), by: <) == Array(numbers.sorted().prefix(most)))
  }

  @Test func `sorts and walks that are cancelled come to an end`() {
    let scanner = Scanner(isCancelled: { true })
    var numbers = Array((0..<100_000).reversed())
    let comparisons = Atomic(0)
    scanner.sort(&numbers) {
      comparisons.wrappingAdd(1, ordering: .relaxed)
      return $0 < $1
    }
    #expect(comparisons.load(ordering: .relaxed) < 10_000)
    #expect(numbers.count == 100_000)
    var seen = 0
    scanner.forEach(0..<100_000) { _ in seen += 1 }
    #expect(seen < 10_000)
    #expect(scanner.first(1, of: 0..<100_000, by: >) == [])
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
    let scanner = Scanner(threads: 2) { isCancelled.load(ordering: .relaxed) }
    _ = website.dictionary(.urlPath).flags(on: scanner) { _ in
      looks.wrappingAdd(1, ordering: .relaxed)
      return true
    }
    #expect(looks.load(ordering: .relaxed) == 0)
    let patterns = [WildcardPattern("*1*"), WildcardPattern("/7"), WildcardPattern("/8")]
    _ = website.dictionary(.urlPath).codes(matching: patterns, on: scanner)
    _ = website.campaigns(scanner)
    _ = website.pathsOfNames(scanner)
    isCancelled.store(false, ordering: .relaxed)
    #expect(website.campaigns(scanner).parameterCount == 20_000)
    #expect(website.pathsOfNames(scanner).count == website.dictionary(.eventName).count)
    #expect(try website.utm(UTMRequest(scope: scope()), on: scanner).first?.values.count == 20_000)
  }
}
