import Calendar
import Synchronization
import Testing

@testable import Engine

@Suite struct ParallelExecutorTests {
  @Test(arguments: [0, 1, 3, 4, 7, 8, 9, 1000], [1, 2, 3, 16])
  func `each piece is worked on once, whatever the number of threads`(count: Int, threads: Int) {
    let states = ParallelExecutor(threads: threads).map(count, start: { [Int]() }) { $1.append($0) }
    #expect(states.flatMap(\.self).sorted() == Array(0..<count))
    #expect(states.count <= max(1, min(threads, count / 4)))
  }

  @Test(arguments: [1, 2, 3]) func `work that is cancelled stops before the next piece`(threads: Int) {
    let asked = Atomic(0)
    let isCancelled: @Sendable () -> Bool = { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= 10 }
    let executor = ParallelExecutor(threads: threads, isCancelled: isCancelled)
    let states = executor.map(1000, start: { 0 }) { $1 += 1 }
    #expect(states.reduce(0, +) == 10)
    #expect(executor.isCancelled)
  }

  @Test func `a report that is cancelled comes to an end and can be told from others`() throws {
    let website = website(Self.events())
    let request = GoalsRequest(scope: scope(), goals: [.event(WildcardPattern("buy"))])
    let (going, cancelled) = (
      ParallelExecutor(threads: 2, isCancelled: { false }),
      ParallelExecutor(threads: 2, isCancelled: { true })
    )
    #expect(try website.goals(request, on: going) == [.count(1000)])
    #expect(!going.isCancelled)
    #expect(try website.goals(request, on: cancelled) == [.count(0)])
    #expect(cancelled.isCancelled)
  }

  /// Two years of visitors, so that there are partitions enough for seven threads; some share their visits.
  private static func events() -> [TestEvent] {
    (0..<6000).map { index in
      let session = "\(index / 20 * 2 + index % 2)"
      let time = Int64(index) * 3 * hour + Int64(index * 7919 % 1000)
      let visit = index % 50 == 0 ? "shared \(index % 3)" : "\(session) \(index / 8)"
      let texts: [TextColumn: String] = [
        .country: ["DE", "FR", ""][index % 3], .utmSource: ["mail", "", "ad", "search"][index % 4],
        .urlQuery: index % 5 == 0 ? "utm_source=\(index % 7)" : "", .referrerDomain: "r\(index % 30)",
      ]
      if index % 6 > 0 { return .page("/\(index * 7 % 40)", time, session: session, visit: visit, texts) }
      let properties: [TestProperty] = [.number("revenue", Int64(index)), .text("currency", "C\(index % 3)")]
      return .custom("buy", time, session: session, visit: visit, on: "/\(index % 9)", texts, properties)
    }
  }

  @Test(arguments: [2, 3, 7]) func `several threads give what one gives, for every report`(threads: Int)
    throws
  {
    let (one, several) = (ParallelExecutor(), ParallelExecutor(threads: threads))
    let website = website(Self.events())
    #expect(website.partitions.count > 20)
    func check<Answer>(_ ask: (ParallelExecutor) throws -> Answer) throws {
      // Results of reports are values throughout; their texts say all that is in them.
      #expect("\(try ask(one))" == "\(try ask(several))")
    }
    let filter = try Filter(.country, .isSet)
    for scope in [scope(), scope(100 * day, 300 * day), scope(0, 700 * day, [filter])] {
      let step = EventMatcher.event(WildcardPattern("buy"))
      try check { try website.utm(UTMRequest(scope: scope), on: $0) }
      try check {
        try website.revenue(
          RevenueRequest(scope: scope, currency: "C1", unit: .month, timeZone: .utc), on: $0)
      }
      try check { try website.currencies(CurrenciesRequest(scope: scope), on: $0) }
      try check { try website.journey(JourneyRequest(scope: scope, steps: 4), on: $0) }
      try check { try website.retention(RetentionRequest(scope: scope, timeZone: .utc), on: $0) }
      try check { try website.insights(InsightsRequest(scope: scope, fields: [.urlPath]), on: $0) }
      try check {
        try website.insights(InsightsRequest(scope: scope, fields: [.country, .urlPath, .utmSource]), on: $0)
      }
      try check {
        try website.goals(
          GoalsRequest(
            scope: scope,
            goals: [
              .path(WildcardPattern("/1*")), .event(step.pattern),
              .eventData(event: "buy", property: "revenue", .average),
            ]), on: $0)
      }
      try check {
        try website.funnel(
          SimpleFunnelRequest(
            scope: scope, steps: [EventMatcher.path(WildcardPattern("/1*")), step],
            windowMilliseconds: 40 * day),
          on: $0)
      }
      try check {
        try website.attribution(
          AttributionRequest(scope: scope, model: .lastClick, step: step, currency: "C2"), on: $0)
      }
    }
  }
}
