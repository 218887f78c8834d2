import Testing

@testable import benchmark

struct DistributionTests {
  private var random = RandomSource(seed: 7)

  /// Whether `share` is within a few standard deviations of what it should be.
  private func expect(
    _ share: Double, near wanted: Double, within tolerance: Double,
    at place: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(share - wanted) <= tolerance, "\(share), wanted \(wanted)", sourceLocation: place)
  }

  @Test func `random numbers are those of the published generators`() {
    // SplitMix64 begins so with seed 0; xoshiro256** makes its first number of the second state word alone.
    let second: UInt64 = 0x6E78_9E6A_A1B9_65F4
    let product = second &* 5
    let wanted = (product << 7 | product >> 57) &* 9
    var random = RandomSource(seed: 0)
    #expect(random.next() == wanted)
  }

  @Test mutating func `an alias table draws by weight`() {
    let table = AliasTable(weights: [0, 1, 2, 5, 0])
    var counts = Array(repeating: 0.0, count: 5)
    for _ in 0..<40_000 { counts[table.draw(&random)] += 1 / 40_000 }
    for (count, wanted) in zip(counts, [0, 0.125, 0.25, 0.625, 0]) {
      expect(count, near: wanted, within: wanted == 0 ? 0 : 0.02)
    }
  }

  @Test mutating func `geometric numbers start at one and have the mean`() {
    let numbers = (0..<40_000).map { _ in random.geometric(mean: 5) }
    #expect(numbers.min() == 1)
    expect(Double(numbers.reduce(0, +)) / 40_000, near: 5, within: 0.15)
    expect(Double(numbers.count { $0 == 1 }) / 40_000, near: 0.2, within: 0.015)
  }

  @Test mutating func `a heap gives the smallest number first`() {
    var heap = MinimumHeap()
    let numbers = (0..<65).map { _ in random.next() % 50 }
    for number in numbers { heap.insert(number) }
    heap.replaceMinimum(with: 50)
    var taken: [UInt64] = []
    while let minimum = heap.minimum {
      taken.append(minimum)
      heap.removeMinimum()
    }
    #expect(taken == numbers.sorted().dropFirst() + [50])
  }

  @Test mutating func `sessions have some visits, visits have some events, in order of time`() {
    var walk = SessionWalk(events: 40_000, seconds: 90 * 86_400, &random)
    let moments = (0..<40_000).map { _ in walk.next(&random) }
    let seconds = moments.map(\.seconds)
    let sessions = Double(moments.count(where: \.isFirstOfSession))
    let visits = Double(moments.count(where: \.isFirstOfVisit))
    #expect(seconds == seconds.sorted())
    // Sessions that are not over at the end lack visits, so there are less than 1.8.
    expect(visits / sessions, near: 1.7, within: 0.1)
    expect(40_000 / visits, near: SessionPlan.meanEventsOfVisit, within: 0.2)
    expect(Double(seconds[39_999]) / 86_400, near: 92, within: 5)
  }

  @Test mutating func `a session's events never share a second, and its visits are hours apart`() {
    var walk = SessionWalk(events: 5000, seconds: 86_400, &random)
    var latest: [Int: Int] = [:]
    for _ in 0..<5000 {
      let moment = walk.next(&random)
      if !moment.isFirstOfSession, let before = latest[moment.slot] {
        #expect(moment.seconds - before >= (moment.isFirstOfVisit ? 7200 : 2))
      }
      latest[moment.slot] = moment.seconds
    }
  }

  @Test mutating func `a visit begins with a pageview, and a part of what follows are custom events`() {
    let contents = EventContents(&random)
    let landings = (0..<5000).map { _ in contents.draw(isLanding: true, &random) }
    let later = (0..<5000).map { _ in contents.draw(isLanding: false, &random) }
    func share(_ events: [EventContent], _ isCounted: (EventContent) -> Bool) -> Double {
      Double(events.count(where: isCounted)) / 5000
    }
    #expect(landings.allSatisfy { $0.name == nil })
    expect(share(later) { $0.name != nil }, near: 0.18, within: 0.03)
    expect(share(landings) { $0.query.bytes != Campaigns.none.bytes }, near: 0.22, within: 0.03)
    expect(share(later) { $0.query.bytes != Campaigns.none.bytes }, near: 0.05, within: 0.02)
    #expect(share(landings) { $0.page == 0 } > share(later) { $0.page == 0 })
  }
}
