import Testing

@testable import Engine

@Suite struct JourneyPathTests {
  private func check<Path: JourneyPath>(_: Path.Type, bits: Int, count: Int) {
    let largest = UInt32(truncatingIfNeeded: (UInt64(1) << bits) - 1)
    let items = (0..<UInt32(count)).map { $0 % 2 == 0 ? largest - $0 / 2 : 1 + $0 / 2 }
    var path = Path()
    for item in items { path.append(item, bits: bits) }
    #expect(path.items(bits: bits) == items)
    #expect(path.itemCount(bits: bits) == count)
    #expect((0..<count).map { path.item(before: $0, bits: bits) } == items.reversed())
    var other = path
    #expect(other.removeLast(bits: bits) == items.last)
    #expect(other != path)
    #expect(other.hash(7) != path.hash(7))
  }

  @Test func `a path gives back its items, up to its width`() {
    check(UInt64.self, bits: 2, count: 2)
    check(UInt64.self, bits: 12, count: 5)
    check(UInt64.self, bits: 21, count: 3)
    check(UInt128.self, bits: 18, count: 7)
    check(UInt128.self, bits: 32, count: 4)
    check(WideJourneyPath.self, bits: 19, count: 7)
    check(WideJourneyPath.self, bits: 32, count: 7)
    check(LongJourneyPath.self, bits: 32, count: 20)
  }

  @Test(arguments: 3...7) func `every width gives the same journeys`(steps: Int) throws {
    let events = (0..<3000).map { index in
      let (session, visit) = ("\(index / 11)", "\(index / 4)")
      return index % 5 == 0
        ? TestEvent.custom("n\(index % 3)", Int64(index) * second, session: session, visit: visit)
        : .page("/\(index * index % 7)", Int64(index) * second, session: session, visit: visit)
    }
    let website = website(events)
    var request = JourneyRequest(scope: scope(), steps: steps)
    func check() throws {
      let items = try JourneyItems(request, website, ParallelExecutor())
      let narrow = try website.journeys(request, items, UInt64.self, on: ParallelExecutor())
      #expect(narrow.rows.count > 10)
      #expect(try website.journeys(request, items, UInt128.self, on: ParallelExecutor()) == narrow)
      #expect(try website.journeys(request, items, WideJourneyPath.self, on: ParallelExecutor()) == narrow)
      #expect(try website.journeys(request, items, LongJourneyPath.self, on: ParallelExecutor()) == narrow)
      #expect(try website.journeyList(request) == narrow)
    }
    request.countsPaths = true
    try check()
    request.from = .every
    try check()
  }

  @Test
  func
    `the most frequent paths are found over all shards, of those as frequent as the last the first by name`()
  {
    var counts = JourneyCounts<UInt64>(limit: 3, seed: 1)
    counts.count([[1, 2, 2], [3]])
    counts.count([[4, 4, 4, 5, 5], []])
    counts.count([Array(repeating: 6, count: 5000) + [7]])
    let found = counts.mostFrequent(on: ParallelExecutor(), >)
    #expect(found.map { "\($0.path) \($0.count)" } == ["6 5000", "4 3", "5 2"])
    var none = JourneyCounts<UInt64>(limit: 3, seed: 1)
    none.count([[]])
    #expect(none.mostFrequent(on: ParallelExecutor(), <).isEmpty)
  }
}
