import Calendar
import TestSupport
import Testing

@testable import Engine

/// Goals with their visitors, over time, and divided by values of visits.
@Suite struct GoalOptionsTests {
  private func report(
    _ events: [TestEvent], _ goals: [GoalsRequest.Goal], _ scope: ReportScope = scope(),
    _ change: (inout GoalsRequest) -> Void
  ) throws -> GoalsReport {
    var request = GoalsRequest(scope: scope, goals: goals)
    change(&request)
    return try website(events).goalsReport(request)
  }

  private let pricing = GoalsRequest.Goal.path(WildcardPattern("/pricing"))

  @Test func `extremes, the median and distinct texts are of the properties of the event`() throws {
    func buy(_ properties: TestProperty...) -> TestEvent { .custom("buy", 0, [:], properties) }
    let aggregates: [PropertyAggregate] = [.minimum, .maximum, .median, .distinct]
    let goals = aggregates.map { GoalsRequest.Goal.eventData(event: "buy", property: "price", $0) }
    func results(_ events: [TestEvent]) throws -> [GoalResult] {
      try website(events).goals(GoalsRequest(scope: scope(), goals: goals))
    }
    func amount(_ number: Int128) -> GoalResult { .amount(Amount(tenThousandths: number)) }
    #expect(
      try results([
        buy(.number("price", 30_000)), buy(.number("price", -5)), buy(.number("price", 10_000)),
        buy(.number("price", 10_000)), buy(.text("price", "free")), buy(.text("price", "3")),
        buy(.number("size", 9)),
      ]) == [amount(-5), amount(30_000), amount(10_000), .count(4)])
    #expect(try results([buy(.text("price", ""))]) == [amount(0), amount(0), amount(0), .count(0)])
    #expect(try results([]) == [amount(0), amount(0), amount(0), .count(0)])
  }

  @Test func `visitors and visits count once, and so do visits that several visitors share`() throws {
    let events: [TestEvent] = [
      .page("/pricing", 0, session: "a", visit: "1"), .page("/", 1, session: "a", visit: "2"),
      .page("/pricing", 2, session: "a", visit: "1"), .page("/pricing", 3, session: "a", visit: "3"),
      .page("/pricing", 4, session: "b", visit: "3"), .page("/", 5, session: "c"),
    ]
    func numbers(_ scope: ReportScope) throws -> [GoalVisitors] {
      let found = try #require(
        try report(events, [pricing, .event(WildcardPattern("nothing"))], scope) { $0.countsVisitors = true }
          .visitors)
      return found.goals + [found.all]
    }
    #expect(
      try numbers(scope()) == [
        GoalVisitors(visitors: 2, visits: 2), GoalVisitors(), GoalVisitors(visitors: 3, visits: 4),
      ])
    #expect(
      try numbers(scope(2, 4)) == [
        GoalVisitors(visitors: 2, visits: 2), GoalVisitors(), GoalVisitors(visitors: 2, visits: 2),
      ])
  }

  @Test func `a trend has the result and the visitors of each unit`() throws {
    let events: [TestEvent] = [
      .page("/pricing", 0), .page("/pricing", 1), .page("/pricing", day - 1), .page("/pricing", day),
      .page("/pricing", 0, session: "t"),
      .custom("buy", 2 * day, [:], [.number("price", 10_000), .text("plan", "pro")]),
      .custom("buy", 2 * day, session: "t", [:], [.number("price", 30_000), .text("plan", "pro")]),
    ]
    let starts = (0...3).map { start + Int64($0) * day }
    let trend = try #require(
      try report(
        events,
        [
          pricing, .eventData(event: "buy", property: "price", .average),
          .eventData(event: "buy", property: "plan", .distinct),
          .eventData(event: "buy", property: "none", .count),
        ], scope(0, 3 * day - 1)
      ) { $0.trend = starts }.trend)
    #expect(
      trend[0] == [
        GoalPoint(result: .count(4), visitors: 2), GoalPoint(result: .count(1), visitors: 1),
        GoalPoint(result: .count(0), visitors: 0),
      ])
    #expect(trend[1][2] == GoalPoint(result: .average(2), visitors: 2))
    #expect(trend[2][2] == GoalPoint(result: .count(1), visitors: 2))
    #expect(trend[2][0] == GoalPoint(result: .count(0), visitors: 0))
    #expect(trend[3].allSatisfy { $0 == GoalPoint(result: .count(0), visitors: 0) })
  }

  @Test func `values are those of the visits, and the rest has the visitors of any value cut off`() throws {
    let events: [TestEvent] = [
      .page("/", 0, session: "a", visit: "1", [.country: "DE"]),
      .page("/pricing", 1, session: "a", visit: "1"),
      .page("/pricing", 2, session: "a", visit: "1"),
      .page("/pricing", 3, session: "a", visit: "2", [.country: "FR"]),
      .page("/pricing", 4, session: "b", visit: "3", [.country: "FR"]),
      .page("/pricing", 5, session: "a", visit: "4", [.country: "AT"]),
      .page("/", 6, session: "c", [.country: "DE"]), .page("/", 7, session: "d", [.country: "US"]),
    ]
    func values(_ limit: Int, rest: Bool) throws -> [String] {
      let values = try report(events, [pricing]) {
        $0.by = .init(.column(.country), limit: limit, rest: rest)
      }.values
      return values?[0].map { "\($0.value ?? "rest") \($0.result) \($0.visitors)/\($0.total)" } ?? []
    }
    #expect(try values(9, rest: true) == ["DE 2 1/2", "FR 2 2/2", "AT 1 1/1"])
    #expect(try values(1, rest: true) == ["DE 2 1/2", "rest 3 2/2"])
    #expect(try values(1, rest: false) == ["DE 2 1/2"])
  }

  @Test func `values, units and their rest add up to the results`() throws {
    for seed in 1...UInt64(Thoroughness.rounds(20, thorough: 200)) {
      var random = RandomEvents(seed: seed, sessions: 6, instants: 12)
      let events = random.events(80)
      let (from, through) = random.range()
      let goals: [GoalsRequest.Goal] = [
        .path(WildcardPattern("/a*")), .event(WildcardPattern("buy")), .condition(.eventType(3)),
      ]
      let units = SeriesUnits(random.pick([.day, .week, .month, .year]), in: .utc)
      let scope = scope(max(from, -100 * day), min(through, 1000 * day))
      let starts = try #require(units.starts(of: scope.range))
      let limit = random.pick([1, 2, 100])
      let report = try report(events, goals, scope) {
        ($0.countsVisitors, $0.trend) = (true, starts)
        $0.by = .init(random.pick([.column(.city), .entry, .channel]), limit: limit, rest: true)
      }
      let visitors = try #require(report.visitors)
      for (goal, result) in report.results.enumerated() {
        let points = try #require(report.trend?[goal])
        let values = try #require(report.values?[goal])
        let counts = points.map { if case .count(let count) = $0.result { count } else { -1 } }
        #expect(.count(counts.reduce(0, +)) == result, "seed \(seed)")
        #expect(.count(values.reduce(0) { $0 + $1.result }) == result, "seed \(seed)")
        #expect(points.allSatisfy { $0.visitors <= visitors.goals[goal].visitors })
        #expect(values.allSatisfy { $0.visitors <= $0.total && $0.total <= visitors.all.visitors })
        #expect(values.count <= limit + 1)
      }
    }
  }

  @Test func `many goals with many values have the values that each has alone`() throws {
    // More pairs of a goal and a value than are counted at once.
    let events: [TestEvent] = (0..<9000).map { .page("/\($0)", Int64($0), session: "\($0)") }
    let goals: [GoalsRequest.Goal] = (0..<128).map { .path(WildcardPattern("/\($0)*")) }
    func values(_ goals: [GoalsRequest.Goal]) throws -> [[GoalValue]] {
      try #require(try report(events, goals) { $0.by = .init(.entry, limit: 2, rest: true) }.values)
    }
    let all = try values(goals)
    #expect(all.count == goals.count)
    for goal in [0, 100, 115, 116, 117, 127] {
      #expect(try values([goals[goal]]) == [all[goal]], "goal \(goal)")
    }
  }

  @Test func `a cancelled report ends early`() throws {
    let events: [TestEvent] = (0..<200).map { .page("/pricing", Int64($0) * hour, session: "\($0)") }
    var request = GoalsRequest(scope: scope(), goals: [pricing])
    request.countsVisitors = true
    request.trend = [start, start + 400 * day]
    request.by = .init(.entry, limit: 1, rest: true)
    let report = try website(events).goalsReport(request, on: ParallelExecutor(threads: 2) { true })
    #expect(report.results == [.count(0)])
  }
}
