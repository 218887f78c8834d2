import Calendar
import TestSupport
import Testing

@testable import Engine

/// Reports over thousands of small random stores are what their definitions make of the same events.
@Suite struct ReferenceAgreementTests {
  /// Asks every report the same of columns and of a list of events.
  private func check(_ random: inout RandomEvents, _ events: [TestEvent], threads: Int) throws {
    let (website, store) = (website(events), ReferenceStore(events))
    #expect(website.eventCount == store.events.count)
    let (from, through) = random.range()
    let (filters, tests) = try filters(&random)
    let scope = scope(from, through, filters)
    let selected = store.events(in: scope.range, where: tests)
    let executor = ParallelExecutor(threads: threads)
    let rules = try zone(random.pick(["UTC", "Europe/Berlin", "Asia/Kathmandu"]))
    try checkLists(&random, website, scope, selected, executor)
    try checkCounts(&random, website, scope, selected, executor, rules)
    try checkMoney(&random, website, scope, selected, executor, rules)
  }

  private func checkLists(
    _ random: inout RandomEvents, _ website: WebsiteColumns, _ scope: ReportScope,
    _ selected: [ReferenceEvent],
    _ executor: ParallelExecutor
  ) throws {
    let utm = try website.utm(UTMRequest(scope: scope), on: executor)
    #expect(
      utm.map { "\($0.key): \($0.values.map { "\($0.value) \($0.numbers.views)" })" }
        == Reference.utm(selected))
    let (start, end) = (random.pick([nil, nil, "/a", "same"]), random.pick([nil, nil, "/", "buy"]))
    let steps = Int.random(in: 3...7, using: &random.source)
    let journeys = try website.journey(
      JourneyRequest(scope: scope, steps: steps, startStep: start, endStep: end), on: executor)
    #expect(
      journeys.map { "\($0.items) \($0.count)" }
        == Reference.journey(selected, steps: steps, start: start, end: end))
    let fields = random.pick(
      [
        [.urlPath], [.country, .browser], [.utmTerm, .city, .urlPath, .country], [.referrerDomain],
      ] as [[TextColumn]])
    let rows = try website.insights(InsightsRequest(scope: scope, fields: fields), on: executor).rows
    #expect(
      rows.map { "\($0.texts) \($0.numbers.five)" }
        == Reference.insights(selected, by: fields))
  }

  private func checkCounts(
    _ random: inout RandomEvents, _ website: WebsiteColumns, _ scope: ReportScope,
    _ selected: [ReferenceEvent],
    _ executor: ParallelExecutor, _ rules: TimeZoneRules
  ) throws {
    let steps = (0..<Int.random(in: 2...4, using: &random.source)).map { _ in step(&random) }
    let goals = steps.map { $0.subject == .path ? GoalsRequest.Goal.path($0.pattern) : .event($0.pattern) }
    let names = steps.map { (subject: $0.subject, pattern: $0.text) }
    let data = PropertyAggregate.allCases.map {
      GoalsRequest.Goal.eventData(event: "buy", property: "revenue", $0)
    }
    let results = try website.goals(GoalsRequest(scope: scope, goals: goals + data), on: executor)
    let property = Reference.property(selected, event: "buy", key: "revenue")
    let numbers = property.numbers
    let sum = numbers.reduce(0) { $0 + Int128($1) }
    func amount(_ number: Int64?) -> GoalResult { .amount(Amount(tenThousandths: Int128(number ?? 0))) }
    let counts: [GoalResult] = Reference.goals(selected, names).map { .count(Int($0) ?? -1) }
    let mean = numbers.isEmpty ? 0 : Double(sum) / 10_000 / Double(numbers.count)
    let median = numbers.isEmpty ? nil : numbers[(numbers.count - 1) / 2]
    let aggregates: [GoalResult] = [
      .count(property.count), .amount(Amount(tenThousandths: sum)), .average(mean), amount(numbers.first),
      amount(numbers.last), amount(median), .count(Set(numbers).count),
    ]
    #expect(results == counts + aggregates)
    let window = random.pick([1, second, 29 * minute, day, 100 * day])
    let funnel = try website.funnel(
      SimpleFunnelRequest(
        scope: scope, steps: steps.map { EventMatcher($0.subject, $0.pattern) }, windowMilliseconds: window),
      on: executor)
    #expect(funnel.map { "\($0.visitors)" } == Reference.funnel(selected, names, window: window))
    let cells = try website.retention(RetentionRequest(scope: scope, timeZone: rules), on: executor)
    #expect(
      cells.map { "\($0.dateMilliseconds) \($0.day) \($0.visitors) \($0.returnVisitors)" }
        == Reference.retention(selected, rules))
  }

  private func checkMoney(
    _ random: inout RandomEvents, _ website: WebsiteColumns, _ scope: ReportScope,
    _ selected: [ReferenceEvent],
    _ executor: ParallelExecutor, _ rules: TimeZoneRules
  ) throws {
    #expect(
      try website.currencies(CurrenciesRequest(scope: scope), on: executor) == Reference.currencies(selected))
    let unit = random.pick(CalendarUnit.allCases)
    let revenue = try website.revenue(
      RevenueRequest(scope: scope, currency: "EUR", unit: unit, timeZone: rules), on: executor)
    func text(_ totals: RevenueTotals) -> String {
      "\(totals.sum.tenThousandths) \(totals.events) \(totals.visitors)"
    }
    #expect(
      revenue.chart.map { "\($0.startMilliseconds) \($0.eventName) \($0.amount.tenThousandths)" }
        + revenue.countries.map { "\($0.name) \($0.amount.tenThousandths)" } + [
          "total \(text(revenue.total))"
        ]
        + revenue.currencies.map { "\($0.currency) \(text($0.totals))" }
        == Reference.revenue(selected, currency: "EUR", unit: unit, rules))
    let (step, model) = (step(&random), random.pick([.firstClick, .lastClick] as [AttributionRequest.Model]))
    let currency = random.pick([nil, nil, "EUR", "USD", "none"])
    let report = try website.attribution(
      AttributionRequest(
        scope: scope, model: model, step: EventMatcher(step.subject, step.pattern), currency: currency),
      on: executor)
    let lists = [
      report.referrer, report.paidAds, report.utmSource, report.utmMedium, report.utmCampaign,
      report.utmContent,
      report.utmTerm,
    ].map { sources in "\(sources.map { "\($0.name) \(value($0.value))" })" }
    #expect(
      lists + ["\(report.pageviews) \(report.visitors) \(report.visits)"]
        == Reference.attribution(selected, model, (step.subject, step.text), currency: currency))
  }

  private func value(_ value: AttributedValue) -> Int128 {
    switch value {
    case .visitors(let count): Int128(count)
    case .amount(let amount): amount.tenThousandths
    }
  }

  private func step(_ random: inout RandomEvents) -> (
    subject: EventMatcher.Subject, pattern: WildcardPattern, text: String
  ) {
    let subject = random.pick([.path, .event] as [EventMatcher.Subject])
    let text = random.pick(
      subject == .path
        ? RandomEvents.paths + ["*", "/*", "*a*b*"] : RandomEvents.names + ["*", "*u*", "s*p"])
    return (subject, WildcardPattern(text), text)
  }

  /// Filters and the same as tests of an event.
  private func filters(
    _ random: inout RandomEvents
  ) throws -> (filters: [Filter], tests: [(ReferenceEvent) -> Bool]) {
    let all: [(Filter, (ReferenceEvent) -> Bool)] = [
      (try Filter(.country, .equals, ["DE", ""]), { ["DE", ""].contains($0.text(.country)) }),
      (try Filter(.urlPath, .contains, ["A"]), { $0.text(.urlPath).contains("a") }),
      (try Filter(.city, .isSet), { !$0.text(.city).isEmpty }),
      (try Filter(.browser, .notEquals, ["firefox"]), { $0.text(.browser) != "firefox" }),
      (
        try Filter(.referrerDomain, .notEquals, ["a.com"]),
        {
          let referrer = $0.text(.referrerDomain)
          return referrer != "a.com" && (referrer.isEmpty || referrer != $0.text(.hostname))
        }
      ),
      (try Filter(.utmTerm, .matches, ["^[xy]$"]), { ["x", "y"].contains($0.text(.utmTerm)) }),
    ]
    let chosen = all.filter { _ in random.pick([true, false, false, false, false]) }
    return (chosen.map(\.0), chosen.map(\.1))
  }

  @Test func `small stores with many ties and visits that sessions share`() throws {
    for seed in 0..<UInt64(Thoroughness.rounds(400, thorough: 20_000)) {
      var random = RandomEvents(
        seed: seed, sessions: 1 + Int(seed % 5), instants: 1 + Int(seed / 5 % 9))
      let events = random.events(Int.random(in: 0...30, using: &random.source))
      try check(&random, events, threads: 1 + Int(seed % 2))
    }
  }

  @Test(arguments: [8190, 8191, 8192, 8193, 16_384, 24_577]) func `stores that end near the edges of blocks`(
    count: Int
  ) throws {
    guard Thoroughness.isFull || count % 3 == 0 else { return }
    for seed in 0..<UInt64(Thoroughness.rounds(1, thorough: 10)) {
      var random = RandomEvents(seed: seed << 20 | UInt64(count), sessions: 40, instants: 200)
      try check(&random, random.events(count), threads: 2)
    }
  }
}
