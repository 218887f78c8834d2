import Calendar
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// Funnels with options, by hand.
@Suite struct FunnelOptionsTests {
  /// A step: `/a`, `!name`, and a `?` at the end if it is optional.
  private func request(
    _ steps: [String], window: Int64? = hour, _ scope: ReportScope = scope(),
    _ change: (inout FunnelRequest) -> Void = { _ in }
  ) -> FunnelRequest {
    var request = FunnelRequest(
      scope: scope, steps: steps.map(matcher),
      links: steps.map { FunnelLink(windowMilliseconds: window, isOptional: $0.hasSuffix("?")) })
    change(&request)
    return request
  }

  private func matcher(_ text: String) -> EventMatcher {
    let text = text.hasSuffix("?") ? String(text.dropLast()) : text
    return text.hasPrefix("!")
      ? .event(WildcardPattern(String(text.dropFirst()))) : .path(WildcardPattern(text))
  }

  private func visitors(_ request: FunnelRequest, _ events: [TestEvent]) throws -> [Int] {
    try website(events).funnel(request).steps.map(\.visitors)
  }

  private func pages(_ pages: [(String, Int64)], session: String = "s", visit: String? = nil) -> [TestEvent] {
    pages.map { .page($0.0, $0.1, session: session, visit: visit) }
  }

  // MARK: Windows

  @Test func `without a window any time may pass, and a step's own window counts for the way into it`() throws
  {
    let events = pages([("/a", 0), ("/b", 100 * day), ("/c", 100 * day + 2)])
    #expect(try visitors(request(["/a", "/b", "/c"], window: nil), events) == [1, 1, 1])
    func own(_ window: Int64?) throws -> [Int] {
      try visitors(
        request(["/a", "/b", "/c"], window: nil) { $0.links[2].windowMilliseconds = window }, events)
    }
    #expect(try own(2) == [1, 1, 1])
    #expect(try own(1) == [1, 1, 0])
  }

  @Test(arguments: [(9, 0), (10, 1), (11, 1)])
  func `a minimum wait counts to the millisecond`(time: Int64, reached: Int) throws {
    let request = request(["/a", "/b"]) { $0.links[1].minimumWaitMilliseconds = 10 }
    #expect(try visitors(request, pages([("/a", 0), ("/b", time)])) == [1, reached])
  }

  @Test func `with a minimum wait an earlier event may be the one to continue from`() throws {
    let request = request(["/a", "/b"], window: 15) { $0.links[1].minimumWaitMilliseconds = 10 }
    #expect(try visitors(request, pages([("/a", 0), ("/a", 5), ("/b", 12)])) == [1, 1])
    #expect(try visitors(request, pages([("/a", 0), ("/a", 15), ("/b", 16)])) == [1, 0])
  }

  @Test(arguments: [(20, 1), (19, 0)])
  func `the total window runs from the first event of a chain to its last`(total: Int64, reached: Int) throws
  {
    let request = request(["/a", "/b", "/c"], window: nil) { $0.totalWindowMilliseconds = total }
    #expect(try visitors(request, pages([("/a", 0), ("/b", 10), ("/c", 20)])) == [1, 1, reached])
  }

  @Test func `a later first event makes a chain shorter`() throws {
    let request = request(["/a", "/b", "/c"], window: nil) { $0.totalWindowMilliseconds = 10 }
    #expect(try visitors(request, pages([("/a", 0), ("/b", 8), ("/a", 9), ("/c", 12)])) == [1, 1, 0])
    #expect(try visitors(request, pages([("/a", 0), ("/a", 5), ("/b", 8), ("/c", 12)])) == [1, 1, 1])
  }

  // MARK: Links

  @Test func `if events are distinct each serves one step, and ties have the order of arrival`() throws {
    func distinct(_ events: [TestEvent]) throws -> [Int] {
      try visitors(request(["/a*", "/ab"]) { $0.isDistinct = true }, events)
    }
    #expect(try distinct(pages([("/ab", 0)])) == [1, 0])
    #expect(try distinct(pages([("/ab", 0), ("/ab", 0)])) == [1, 1])
    #expect(try distinct(pages([("/ab", 0), ("/a", 0)])) == [1, 0])
    #expect(try distinct(pages([("/a", 0), ("/ab", 0)])) == [1, 1])
  }

  @Test func `in strict order no other event that passes the filters lies between`() throws {
    let events = pages([("/a", 0), ("/x", 1), ("/b", 2)])
    #expect(try visitors(request(["/a", "/b"]) { $0.order = .strict }, events) == [1, 0])
    let filter = try Filter(.urlPath, TextCondition(.notEquals, ["/x"]))
    let filtered = request(["/a", "/b"], scope(-1, 9, [filter])) { $0.order = .strict }
    #expect(try visitors(filtered, events) == [1, 1])
    #expect(
      try visitors(request(["/a", "/b"]) { $0.order = .strict }, pages([("/b", 0), ("/a", 0)])) == [1, 0])
  }

  @Test func `an exclusion lies strictly between two events`() throws {
    func excluding(_ steps: ClosedRange<Int>, _ pages: [(String, Int64)]) throws -> [Int] {
      try visitors(
        request(["/a", "/b", "/c"]) {
          $0.exclusions = [FunnelExclusion(matcher("/x"), between: steps)]
        }, self.pages(pages))
    }
    let events: [(String, Int64)] = [("/a", 0), ("/x", 1), ("/b", 2), ("/c", 3)]
    #expect(try excluding(0...2, events) == [1, 0, 0])
    #expect(try excluding(0...1, events) == [1, 0, 0])
    #expect(try excluding(1...2, events) == [1, 1, 1])
    #expect(try excluding(0...2, [("/x", 0), ("/a", 0), ("/b", 0), ("/c", 0), ("/x", 0)]) == [1, 1, 1])
    #expect(try excluding(0...2, [("/a", 0), ("/x", 0), ("/b", 0), ("/c", 0)]) == [1, 0, 0])
    // Between a later event and an earlier one of the same instant there is nothing.
    #expect(try excluding(0...2, [("/b", 0), ("/x", 0), ("/a", 0), ("/c", 0)]) == [1, 1, 0])
    #expect(try excluding(0...2, [("/a", 0), ("/x", 1), ("/a", 2), ("/b", 3), ("/c", 3)]) == [1, 1, 1])
  }

  @Test func `an optional step may be left out, and the others compare with the last that may not`() throws {
    let events =
      pages([("/a", 0), ("/c", 1)], session: "1")
      + pages([("/a", 0), ("/b", 1), ("/c", 2)], session: "2") + pages([("/a", 0), ("/b", 1)], session: "3")
    let steps = try website(events).funnel(request(["/a", "/b?", "/c"])).steps
    #expect(steps.map(\.visitors) == [3, 2, 2])
    #expect(steps.map(\.previous) == [0, 3, 3])
    #expect(steps.map(\.dropped) == [0, 1, 1])
    // The window runs from the event that is really before.
    let far = pages([("/a", 0), ("/b", hour), ("/c", 2 * hour)])
    #expect(try visitors(request(["/a", "/b?", "/c"]), far) == [1, 1, 1])
    #expect(try visitors(request(["/a", "/d?", "/c"]), far) == [1, 0, 0])
  }

  @Test func `exclusions of some steps do not exclude links between others`() throws {
    // From /a to /c the exclusion lies between; from /b to /c it does not count.
    let events = pages([("/a", 0), ("/b", 1), ("/a", 2), ("/x", 3), ("/c", 4)])
    func check(_ steps: ClosedRange<Int>, _ expected: [Int]) throws {
      let request = request(["/a", "/b?", "/c"]) {
        $0.totalWindowMilliseconds = 4
        $0.exclusions = [FunnelExclusion(matcher("/x"), between: steps)]
      }
      #expect(try visitors(request, events) == expected, "\(steps)")
    }
    try check(0...1, [1, 1, 1])
    try check(0...2, [1, 1, 0])
    try check(1...2, [1, 1, 0])
  }

  // MARK: Forms

  @Test func `chains stay in a visit, and shared visits count once`() throws {
    let events =
      pages([("/a", 0)], session: "1", visit: "1") + pages([("/b", 1)], session: "1", visit: "2")
      + pages([("/a", 2), ("/b", 3)], session: "1", visit: "3")
      + pages([("/a", 0), ("/b", 1)], session: "2", visit: "3")
    let steps = try website(events).funnel(request(["/a", "/b"]) { $0.staysInVisit = true }).steps
    #expect(steps.map(\.visitors) == [2, 2])
    #expect(steps.map(\.visits) == [2, 1])
  }

  @Test func `in a visit, events of other visits still exclude`() throws {
    let events =
      pages([("/a", 0)], visit: "1") + pages([("/x", 1)], visit: "2") + pages([("/b", 2)], visit: "1")
    func excluding(_ page: String) -> FunnelRequest {
      request(["/a", "/b"]) {
        $0.staysInVisit = true
        $0.exclusions = [FunnelExclusion(matcher(page), between: 0...1)]
      }
    }
    #expect(try visitors(excluding("/x"), events) == [1, 0])
    #expect(try visitors(excluding("/y"), events) == [1, 1])
  }

  @Test func `an open funnel may be entered at any step`() throws {
    let events =
      pages([("/a", 0), ("/b", 1)], session: "1") + pages([("/b", 0), ("/c", 1)], session: "2")
      + pages([("/c", 0)], session: "3")
    let steps = try website(events).funnel(request(["/a", "/b", "/c"]) { $0.isOpen = true }).steps
    #expect(steps.map(\.visitors) == [1, 2, 2])
    #expect(steps.map(\.continued) == [0, 1, 1])
    #expect(steps.map(\.dropped) == [0, 0, 1])
    #expect(steps.map(\.dropoff) == [nil, 0, 0.5])
    #expect(steps.map(\.remaining) == [1, 2, 2])
  }

  @Test func `in any order the different steps within the total window count`() throws {
    func any(_ total: Int64, _ events: [TestEvent]) throws -> [Int] {
      try visitors(
        request(["/a", "/b", "/c"], window: nil) {
          $0.order = .any
          $0.totalWindowMilliseconds = total
        }, events)
    }
    let events = pages([("/c", 0), ("/c", 5), ("/a", 10), ("/b", 16)])
    #expect(try any(11, events) == [1, 1, 1])
    #expect(try any(10, events) == [1, 1, 0])
    #expect(try any(4, events) == [1, 0, 0])
  }

  // MARK: Witness

  private func timing(_ request: FunnelRequest, _ events: [TestEvent]) throws -> [FunnelTiming?] {
    var request = request
    request.hasTiming = true
    return try website(events).funnel(request).steps.map(\.timing)
  }

  @Test func `the witness ends first and is late otherwise`() throws {
    let timing = try timing(
      request(["/a", "/b", "/c"]), pages([("/a", 0), ("/a", 3), ("/b", 5), ("/b", 7), ("/c", 9), ("/c", 20)]))
    #expect(timing[0] == nil)
    #expect(timing[1]?.fromPrevious.median == 4)
    #expect(timing[2]?.fromPrevious.median == 2)
    #expect(timing[2]?.fromFirst.median == 6)
  }

  @Test func `the witness keeps within the total window`() throws {
    // The latest /b follows /a at 0 alone, which is too early.
    let request = request(["/a", "/b", "/c"], window: nil) {
      $0.totalWindowMilliseconds = 10
      $0.links[1].minimumWaitMilliseconds = 2
    }
    let timing = try timing(request, pages([("/a", 0), ("/a", 3), ("/b", 5), ("/a", 6), ("/c", 12)]))
    #expect(timing[1]?.fromPrevious.median == 2)
    #expect(timing[2]?.fromFirst.median == 9)
  }

  @Test func `times have their distribution over visitors`() throws {
    let events = (1...10).flatMap { visitor in
      pages([("/a", 0), ("/b", Int64(visitor) * 10)], session: "\(visitor)")
    }
    let times = try #require(try timing(request(["/a", "/b"]), events)[1]).fromPrevious
    #expect(
      times == FunnelTimes(count: 10, minimum: 10, average: 55, median: 50, p90: 90, maximum: 100))
    let none = try timing(request(["/a", "/nope"]), events)
    #expect(
      none[1]?.fromPrevious
        == FunnelTimes(count: 0, minimum: nil, average: nil, median: nil, p90: nil, maximum: nil))
  }

  @Test func `next is what a visitor did after the step at which he stopped`() throws {
    let events =
      pages([("/a", 0), ("/x", 1)], session: "1") + pages([("/a", 0), ("/x", 1)], session: "2")
      + pages([("/a", 0)], session: "3") + pages([("/x", 0), ("/a", 1), ("/b", 2)], session: "4")
      + [.page("/a", 0, session: "5"), .custom("/x", 1, session: "5")]
    let steps = try website(events).funnel(request(["/a", "/b", "/c"]) { $0.nextLimit = 2 }).steps
    #expect(steps[0].next == [FunnelNext(item: "/x", visitors: 3), FunnelNext(item: nil, visitors: 1)])
    #expect(steps[1].next == [FunnelNext(item: nil, visitors: 1)])
    #expect(steps[2].next == nil)
  }

  @Test func `a breakdown takes the value of the first or last event or of the visit`() throws {
    let events: [TestEvent] = [
      .page("/x", 0, [.country: "DE"]), .page("/a", 1, [.country: "FR"]), .page("/b", 2, [.country: "IT"]),
    ]
    func value(_ place: FunnelBreakdown.Place) throws -> [String?]? {
      try website(events).funnel(
        request(["/a", "/b"]) {
          $0.breakdown = FunnelBreakdown(by: .column(.country), at: place, limit: 9, hasRest: false)
        }
      ).breakdown?.map(\.value)
    }
    #expect(try value(.firstEvent) == ["FR"])
    #expect(try value(.lastEvent) == ["IT"])
    #expect(try value(.visit) == ["DE"])
  }

  @Test func `a trend counts those who enter in a unit, and those whose chain begins in it`() throws {
    let events =
      pages([("/a", 0), ("/b", 1), ("/a", day), ("/a", 2 * day - 1), ("/b", 2 * day)], session: "1")
      + pages([("/a", day)], session: "2")
    let result = try website(events).funnel(
      request(["/a", "/b"], scope(0, 3 * day - 1)) { $0.trend = SeriesUnits(.day, in: .utc) })
    #expect(result.trend?.map(\.entered) == [1, 2, 0])
    #expect(result.trend?.map(\.converted) == [1, 1, 0])
    #expect(result.trend?.map(\.rate) == [1, 0.5, nil])
    #expect(result.trend?.map(\.isComplete) == [true, true, false])
  }
}

/// Options over what one visitor can send take time and memory that grow with it and no faster.
@Suite(.enabled(if: !Sanitizer.isOn)) struct FunnelGrowthTests {
  private func check(
    _ name: String, _ steps: Int, _ events: @escaping (Int) -> TestEvent,
    _ change: @escaping (inout FunnelRequest) -> Void
  ) throws {
    var request = FunnelRequest(
      scope: scope(), steps: Array(repeating: .path(WildcardPattern("/*")), count: steps),
      links: Array(repeating: FunnelLink(windowMilliseconds: nil), count: steps))
    change(&request)
    let growth = try Growth.ofThreadTime(1000) { count in
      website((0..<count).map(events))
    } work: {
      _ = try $0.funnel(request)
    }
    #expect(growth.isLinear, "\(name): \(growth)")
  }

  @Test func `events of one visitor, at one instant and later`() throws {
    for time in [Int64(0), 1] {
      try check("all", 8, { .page("/\($0 % 7)", Int64($0) * time, visit: "\($0 % 50)") }) { request in
        request.totalWindowMilliseconds = 200
        request.links[3].minimumWaitMilliseconds = time
        request.exclusions = [FunnelExclusion(.path(WildcardPattern("/3")), between: 1...6)]
        for step in 1..<7 { request.links[step].isOptional = true }
        request.hasTiming = true
        request.trend = SeriesUnits(.day, in: .utc)
      }
      try check("distinct", 8, { .page("/\($0 % 7)", Int64($0) * time, visit: "\($0 % 50)") }) { request in
        request.isDistinct = true
        request.staysInVisit = true
        request.hasTiming = true
      }
      try check("any", 8, { .page("/\($0 % 7)", Int64($0) * time) }) { request in
        request.order = .any
        request.totalWindowMilliseconds = 200
      }
    }
  }
}

/// A cancelled funnel ends without a result, wherever it was.
@Suite struct CancelledFunnelTests {
  @Test(arguments: 0..<40) func `it ends after any number of questions`(most: Int) throws {
    let asked = Atomic<Int>(0)
    let executor = ParallelExecutor { asked.add(1, ordering: .relaxed).newValue > most }
    var request = FunnelRequest(
      scope: scope(-day, 2 * day), steps: ["/*", "/1", "/2", "/3"].map { .path(WildcardPattern($0)) },
      links: Array(repeating: FunnelLink(windowMilliseconds: nil), count: 4))
    request.links[1].isOptional = true
    request.totalWindowMilliseconds = 1000
    request.staysInVisit = most.isMultiple(of: 2)
    request.breakdown = FunnelBreakdown(by: .column(.urlPath), at: .lastEvent, limit: 2, hasRest: true)
    request.hasTiming = true
    request.nextLimit = 2
    request.trend = SeriesUnits(.hour, in: .utc)
    _ = try Self.columns.funnel(request, on: executor)
  }

  /// Visits of one visitor that overlap: enough events that a search asks between steps.
  private static let columns = website(
    (0..<6000).map { .page("/\($0 % 5)", Int64($0), visit: "\($0 % 3)") })
}

/// What adds up in every funnel, over random events.
@Suite struct FunnelSumTests {
  @Test(arguments: 0..<UInt64(40))
  func `rows and the rest of a breakdown add up to the funnel`(seed: UInt64) throws {
    var random = RandomEvents(seed: seed, sessions: 4, instants: 9)
    let events = random.events(60)
    let columns = website(events)
    let steps = (0..<3).map { _ in
      EventMatcher.path(WildcardPattern(RandomEvents.paths.randomElement(using: &random.source) ?? "*"))
    }
    var request = FunnelRequest(
      scope: scope(), steps: steps,
      links: [nil, 30 * minute, 20 * day].enumerated().map {
        FunnelLink(windowMilliseconds: $1, isOptional: $0 == 1 && Bool.random(using: &random.source))
      })
    request.staysInVisit = Bool.random(using: &random.source)
    request.isDistinct = Bool.random(using: &random.source)
    request.totalWindowMilliseconds = Bool.random(using: &random.source) ? 21 * day : nil
    if Bool.random(using: &random.source) {
      request.exclusions = [FunnelExclusion(.event(WildcardPattern("buy")), between: 0...2)]
    }
    let place: FunnelBreakdown.Place =
      [.firstEvent, .lastEvent, .visit].randomElement(using: &random.source) ?? .visit
    let value: Dimension =
      [.column(.country), .visit(.channel), .visit(.entry)].randomElement(using: &random.source) ?? .type
    request.breakdown = FunnelBreakdown(by: value, at: place, limit: 1, hasRest: true)
    request.hasTiming = true
    request.nextLimit = 1000
    request.trend = SeriesUnits(.day, in: .utc)
    request.scope.range = try #require(InstantRange(start: start - 100 * day, end: start + 400 * day))
    let result = try columns.funnel(request)
    let rows = try #require(result.breakdown)
    for (step, whole) in result.steps.enumerated() {
      #expect(rows.map { $0.steps[step].visitors }.reduce(0, +) == whole.visitors)
      // A visit of one visitor is in one row; only those that visitors share can be in several.
      if let visits = whole.visits {
        #expect(rows.compactMap { $0.steps[step].visits }.reduce(0, +) >= visits)
      }
      if let timing = whole.timing {
        #expect(timing.fromFirst.count == timing.fromPrevious.count)
        #expect(timing.fromFirst.count <= whole.visitors)
      }
    }
    // Every visitor who enters stops somewhere, or reaches the last step.
    let stopped = result.steps.compactMap(\.next).joined().map(\.visitors).reduce(0, +)
    #expect(stopped + result.steps[2].visitors == result.steps[0].visitors)
    let trend = try #require(result.trend)
    #expect(trend.map(\.entered).reduce(0, +) >= result.steps[0].visitors)
    #expect(trend.allSatisfy { $0.converted <= $0.entered })
    #expect((trend.map(\.converted).reduce(0, +) > 0) == (result.steps[2].visitors > 0))
  }

  @Test func `several threads count the same as one`() throws {
    var random = RandomEvents(seed: 5, sessions: 4, instants: 9)
    let events = (0..<200).flatMap { visitor in
      random.events(200).map { event in
        var event = event
        event.session = "\(visitor) \(event.session)"
        return event
      }
    }
    var request = FunnelRequest(
      scope: scope(-100 * day, 400 * day), steps: ["/", "/a", "/b"].map { .path(WildcardPattern($0)) },
      links: Array(repeating: FunnelLink(windowMilliseconds: 20 * day), count: 3))
    request.staysInVisit = true
    request.breakdown = FunnelBreakdown(by: .visit(.channel), at: .firstEvent, limit: 1, hasRest: true)
    request.hasTiming = true
    request.nextLimit = 3
    request.trend = SeriesUnits(.month, in: .utc)
    let columns = website(events)
    #expect(columns.partitions.flatMap(\.blocks).count > 4)
    #expect(
      try columns.funnel(request) == columns.funnel(request, on: ParallelExecutor(threads: 3)))
  }
}

/// Values of sorted lists, without sorting.
@Suite struct QuickselectTests {
  @Test(arguments: [1, 2, 3, 63, 64, 65, 1000])
  func `the nth smallest value is that of the sorted list`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    for largest in [Int64(0), 3, 1_000_000] {
      let values = (0..<count).map { _ in Int64.random(in: 0...largest, using: &random) }
      let sorted = values.sorted()
      for index in [0, count / 2, count - 1] {
        var changed = values
        #expect(changed.nthSmallest(index) == sorted[index])
        #expect(changed.sorted() == sorted)
      }
    }
  }
}
