import Calendar
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// What insights can be asked for beyond pageviews by columns.
@Suite struct InsightsOptionsTests {
  private func insights(
    _ events: [TestEvent], by fields: [InsightsField] = [.dimension(.column(.country))],
    _ scope: ReportScope = scope(), _ change: (inout InsightsRequest) -> Void = { _ in }
  ) throws -> Insights {
    var request = InsightsRequest(scope: scope, fields: fields)
    change(&request)
    return try website(events).insights(request)
  }

  private func rows(
    _ events: [TestEvent], by fields: [InsightsField] = [.dimension(.column(.country))],
    _ scope: ReportScope = scope(), _ change: (inout InsightsRequest) -> Void = { _ in }
  ) throws -> [String] {
    try insights(events, by: fields, scope, change).rows.map {
      "\($0.texts.joined(separator: "|")) \($0.numbers.five)"
    }
  }

  /// Two visits with a custom event at their end, and one without.
  private static let visits: [TestEvent] = [
    .page("/in", 0, session: "a", visit: "a1", [.country: "DE"]),
    .page("/x", 40 * second, session: "a", visit: "a1", [.country: "FR"]),
    .custom("buy", 90 * second, session: "a", visit: "a1", on: "/x", [.country: "FR"]),
    .page("/x", hour, session: "b", visit: "b1", [.country: "DE"]),
    .page("/y", 2 * hour, session: "b", visit: "b2", [.country: "DE"]),
    .custom("like", 2 * hour + 30 * minute, session: "b", visit: "b2", on: "/y", [.country: "DE"]),
  ]

  // MARK: - Fields

  @Test func `by visit, each visit is in one row, by the values of its first event`() throws {
    #expect(try rows(Self.visits) == ["DE 3 2 3 3 0", "FR 1 1 1 1 0"])
    #expect(try rows(Self.visits) { $0.isByVisit = true } == ["DE 4 2 3 2 40"])
    #expect(try rows(Self.visits) { ($0.isByVisit, $0.bounce) = (true, .engaged) } == ["DE 4 2 3 1 40"])
  }

  @Test func `entries, exits and channels are those of the visit in any scope`() throws {
    let fields: [InsightsField] = [.dimension(.visit(.entry)), .dimension(.visit(.exit))]
    for isByVisit in [false, true] {
      #expect(
        try rows(Self.visits, by: fields) { $0.isByVisit = isByVisit }
          == ["/in|/x 2 1 1 0 40", "/x|/x 1 1 1 1 0", "/y|/y 1 1 1 1 0"])
      #expect(
        try rows(Self.visits, by: [.dimension(.visit(.channel))]) { $0.isByVisit = isByVisit }
          == ["Direct 4 2 3 2 40"])
    }
  }

  @Test func `the type of a visit is that of its first event`() throws {
    let events: [TestEvent] = [.custom("x", 0), .page("/", 1), .page("/", 2, session: "t")]
    #expect(try rows(events, by: [.dimension(.type)]) == ["pageview 2 2 2 2 0"])
    #expect(
      try rows(events, by: [.dimension(.type)]) { $0.isByVisit = true }
        == ["event 1 1 1 1 0", "pageview 1 1 1 1 0"])
  }

  @Test func `properties are those of the events that are looked at`() throws {
    let events: [TestEvent] = [
      .custom("buy", 0, session: "1", [:], [.text("plan", "pro")]), .custom("buy", 0, session: "2"),
      .page("/", 0, session: "3"),
    ]
    let field = InsightsField.dimension(.property("plan"))
    #expect(try rows(events, by: [field]) == [" 1 1 1 1 0"])
    let everything = try insights(events, by: [field, .dimension(.type)]) { $0.events = .every }
    #expect(
      everything.rows.map { "\($0.texts) \($0.numbers.events) \($0.numbers.views)" }
        == [#"["", "pageview"] 1 1"#, #"["", "event"] 1 0"#, #"["pro", "event"] 1 0"#])
  }

  @Test func `units, hours and weekdays are those of the time zone`() throws {
    // 2025-03-30, when clocks in Berlin go from 02:00 to 03:00 at 01:00 UTC.
    let sunday = 29 * day
    let events: [TestEvent] = [
      .page("/", sunday + 30 * minute), .page("/", sunday + 90 * minute),
      .page("/", sunday + 36 * hour, session: "t"),
    ]
    func values(_ field: InsightsField, isByVisit: Bool = false, _ week: WeekStart = .monday) throws
      -> [String]
    {
      let berlin = try zone("Europe/Berlin")
      return try insights(events, by: [field]) {
        ($0.timeZone, $0.weekStart, $0.isByVisit) = (berlin, week, isByVisit)
      }.rows.map { "\($0.texts[0]) \($0.numbers.views)" }
    }
    #expect(try values(.hour) == ["1 1", "3 1", "14 1"])
    #expect(try values(.hour, isByVisit: true) == ["1 2", "14 1"])
    #expect(try values(.weekday) == ["7 2", "1 1"])
    #expect(try values(.unit(.day)) == ["2025-03-29T23:00:00Z 2", "2025-03-30T22:00:00Z 1"])
    #expect(
      try values(.unit(.hour), isByVisit: true) == ["2025-03-30T00:00:00Z 2", "2025-03-31T12:00:00Z 1"])
    #expect(try values(.unit(.week), .sunday) == ["2025-03-29T23:00:00Z 3"])
    #expect(try values(.unit(.month)) == ["2025-02-28T23:00:00Z 3"])
    #expect(try values(.unit(.year)) == ["2024-12-31T23:00:00Z 3"])
  }

  /// Hours there begin at no quarter of an hour of UTC, and a second of every hour is looked at.
  @Test(arguments: ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Amsterdam", "America/St_Johns"])
  func `every instant has the hour and the weekday of the clock`(name: String) throws {
    let rules = try zone(name)
    let origins: [Int64] = [-4_000_000_000, -2_000_000_000, 700_000_000, 1_743_000_000]
    for origin in origins {
      let events = (0..<3000).map {
        TestEvent.page("/", (origin + Int64($0) * 421) * second - start, session: "\($0)")
      }
      var expected: [String: Int] = [:]
      for event in events {
        let local = rules.localTime(at: start + event.time)
        let weekday = (local.date.dayNumber + 3).floorDivided(by: 7).remainder + 1
        expected["\(local.second / 3600) \(weekday)", default: 0] += 1
      }
      let found = try insights(events, by: [.hour, .weekday], scope(-200_000 * day)) { $0.timeZone = rules }
      let rows = found.rows.map { ($0.texts.joined(separator: " "), $0.numbers.views) }
      #expect(Dictionary(rows) { $0 + $1 } == expected)
    }
  }

  @Test func `more units than memory is spent for are found one by one`() throws {
    let days = stride(from: -700_000, to: 700_000, by: 70_000).map { Int64($0) * day }
    let found = try insights(
      days.map { .page("/", $0, session: "\($0)") }, by: [.unit(.hour)], scope(-720_000 * day, 720_000 * day))
    #expect(found.rows.map(\.values) == days.map { [.instant(start + $0)] })
  }

  // MARK: - Events that are looked at

  @Test func `events are those that match, and views the pageviews among them`() throws {
    func numbers(_ condition: EventCondition) throws -> [String] {
      try insights(Self.visits) { $0.events = condition }.rows.map {
        "\($0.texts[0]) \($0.numbers.events) \($0.numbers.five)"
      }
    }
    #expect(try numbers(.every) == ["DE 4 3 2 3 2 1800", "FR 2 1 1 1 0 50"])
    #expect(try numbers(.eventType(EventType.pageview)) == ["DE 3 3 2 3 3 0", "FR 1 1 1 1 1 0"])
    #expect(try numbers(.pattern(.eventName, WildcardPattern("buy"))) == ["FR 1 0 1 1 1 0"])
    #expect(try numbers(.any([])) == [])
    let byVisit = try insights(Self.visits) { ($0.isByVisit, $0.events) = (true, .every) }
    #expect(byVisit.rows.map { "\($0.numbers.events) \($0.numbers.five)" } == ["6 4 2 3 1 1890"])
  }

  @Test func `a visit of several sessions is one visit, whose time is that of all its events`() throws {
    let events: [TestEvent] = [
      .page("/b", 10 * second, session: "1", visit: "v", [.country: "FR"]),
      .page("/a", 0, session: "2", visit: "v", [.country: "DE"]),
      .page("/c", 40 * day, session: "3", visit: "v"), .page("/d", 0, session: "1", visit: "w"),
    ]
    let seconds = 40 * 86_400
    #expect(try rows(events) { $0.isByVisit = true } == ["DE 3 3 1 0 \(seconds)", " 1 1 1 1 0"])
    #expect(
      try rows(events, by: [.unit(.month)]) { $0.isByVisit = true }
        == ["2025-03-01T00:00:00Z 4 3 2 1 \(seconds)"])
    #expect(
      try rows(events, by: [.unit(.month)]) == [
        "2025-03-01T00:00:00Z 3 2 2 3 0", "2025-04-01T00:00:00Z 1 1 1 1 0",
      ])
    // Only one of its events is in range, or is looked at.
    #expect(try rows(events, scope(0, 5 * second)) { $0.isByVisit = true } == [" 1 1 1 1 0", "DE 1 1 1 1 0"])
    let engaged = events + [.custom("buy", 50 * day, session: "4", visit: "v")]
    #expect(
      try rows(engaged, scope(0, 60 * day)) { request in
        (request.isByVisit, request.bounce) = (true, .engaged)
        request.events = .any(["/c", "/d"].map { .pattern(.urlPath, WildcardPattern($0)) })
      } == [" 1 1 1 1 0", "DE 1 1 1 0 0"])
  }

  // MARK: - Rows

  private static let pages: [TestEvent] = [
    .page("/a", 0, session: "a"), .page("/a", minute, session: "b"), .page("/b", 2 * minute, session: "a"),
    .page("/c", 3 * minute, session: "a"), .page("/d", 4 * minute, session: "c"),
    .page("/d", 5 * minute, session: "c"), .custom("buy", 6 * minute, session: "c"),
  ]

  private func paths(_ change: (inout InsightsRequest) -> Void) throws -> [String] {
    try insights(Self.pages, by: [.dimension(.column(.urlPath))], scope(), change).rows.map { $0.texts[0] }
  }

  @Test func `rows are ordered by fields and metrics, then as always`() throws {
    func order(_ orders: (InsightsRequest.Order.Key, isDescending: Bool)...) throws -> [String] {
      try paths { $0.order = orders.map { InsightsRequest.Order(by: $0, isDescending: $1) } }
    }
    #expect(try order() == ["/a", "/d", "/b", "/c"])
    #expect(try order((.field(0), true)) == ["/d", "/c", "/b", "/a"])
    #expect(try order((.metric(.views), false)) == ["/b", "/c", "/a", "/d"])
    #expect(try order((.metric(.bounceRate), true), (.field(0), false)) == ["/a", "/b", "/c", "/d"])
    #expect(try order((.metric(.share), false), (.metric(.totalSeconds), true)) == ["/d", "/b", "/c", "/a"])
  }

  @Test func `rows must meet the conditions on metrics, before limit and offset`() throws {
    typealias Condition = InsightsRequest.Condition
    func having(_ conditions: Condition...) throws -> [String] { try paths { $0.having = conditions } }
    #expect(try having(Condition(.views, .isGreater, 1)) == ["/a", "/d"])
    #expect(try having(Condition(.views, .isGreaterOrEqual, 2), Condition(.visitors, .isLess, 2)) == ["/d"])
    #expect(
      try having(Condition(.views, .isLessOrEqual, 1), Condition(.visitors, .isEqual, 1)) == ["/b", "/c"])
    #expect(try having(Condition(.share, .isNotEqual, 1.0 / 3)) == ["/a"])
    let page = try paths {
      $0.having = [Condition(.views, .isGreater, 1)]
      ($0.limit, $0.offset) = (1, 1)
    }
    #expect(page == ["/d"])
    #expect(try paths { $0.offset = 4 } == [])
    #expect(try paths { ($0.limit, $0.offset) = (.max, .max) } == [])
  }

  @Test func `the rest and the total count visitors and visits once`() throws {
    let buys = EventCondition.pattern(.eventName, WildcardPattern("buy"))
    func text(_ numbers: InsightsNumbers?) -> String {
      numbers.map { "\($0.five) \($0.goalVisitors)" } ?? "none"
    }
    let second = try insights(Self.pages, by: [.dimension(.column(.urlPath))]) {
      ($0.limit, $0.offset, $0.rest, $0.total) = (1, 1, true, true)
      $0.goals = [buys]
    }
    #expect(second.rows.map { text($0.numbers) } == ["2 1 1 0 60 [1]"])
    #expect(second.count == 4)
    #expect(text(second.rest) == "4 2 2 4 0 [0]")
    #expect(text(second.total) == "6 3 3 4 60 [1]")
    let all = try insights(Self.pages, by: [.dimension(.column(.urlPath))]) { $0.rest = true }
    #expect(all.count == 4 && all.rest == nil && all.total == nil)
    let none = try insights([], by: [.hour]) { ($0.rest, $0.total) = (true, true) }
    #expect(none.count == 0 && none.rest == nil && none.total == InsightsNumbers())
  }

  @Test func `shares are of the visitors of all rows, before conditions`() throws {
    let found = try insights(Self.pages, by: [.dimension(.column(.urlPath))]) {
      $0.metrics = [.share]
      $0.having = [InsightsRequest.Condition(.views, .isGreater, 1)]
    }
    let shares = found.rows.map { $0.numbers.value(.share, allVisitors: found.allVisitors) }
    #expect(shares == [2.0 / 3, 1.0 / 3])
  }

  @Test func `metrics without a divisor have no value, and averages are in whole milliseconds`() {
    var numbers = InsightsNumbers()
    for metric in [InsightsMetric.bounceRate, .viewsPerVisit, .averageSeconds, .share] {
      #expect(numbers.value(metric, allVisitors: 0) == nil)
    }
    (numbers.visits, numbers.totalSeconds) = (3, 40)
    #expect(numbers.value(.averageSeconds, allVisitors: 0) == 13.333)
    (numbers.visits, numbers.totalSeconds) = (16, 1)
    #expect(numbers.value(.averageSeconds, allVisitors: 0) == 0.063)
  }

  @Test func `goals are reached by any matching event in range, whether it passes the filters or not`() throws
  {
    let pages = try Filter(.urlPath, .equals, ["/a"])
    let goals: [EventCondition] = [
      .pattern(.eventName, WildcardPattern("buy")), .pattern(.urlPath, WildcardPattern("/c")), .every,
      .pattern(.urlPath, WildcardPattern("/*")),
    ]
    let found = try insights(Self.pages, by: [.dimension(.column(.urlPath))], scope(0, hour, [pages])) {
      $0.goals = goals
    }
    #expect(found.rows.map { "\($0.texts[0]) \($0.numbers.goalVisitors)" } == ["/a [0, 1, 2, 2]"])
    let cut = try insights(Self.pages, by: [.dimension(.column(.urlPath))], scope(5 * minute, 5 * minute)) {
      ($0.goals, $0.isByVisit) = (goals, true)
    }
    #expect(cut.rows.map(\.numbers.goalVisitors) == [[0, 0, 1, 1]])
  }

  @Test func `rows that are asked for come in their order, with zeros if there is nothing`() throws {
    let found = try insights(Self.pages, by: [.dimension(.column(.urlPath)), .hour]) {
      $0.rows =
        [["/d", "/x", "/a"], ["/a"]].flatMap(\.self).map { [.text($0), .number(0)] } + [
          [.text("/b"), .number(1)]
        ]
      ($0.rest, $0.total, $0.having) = (true, true, [InsightsRequest.Condition(.views, .isGreater, 5)])
      $0.goals = [.every]
    }
    #expect(
      found.rows.map { "\($0.texts[0]) \($0.numbers.views) \($0.numbers.goalVisitors)" }
        == ["/d 2 [1]", "/x 0 [0]", "/a 2 [2]", "/a 2 [2]", "/b 0 [0]"])
    #expect(found.count == 0 && found.rest == nil && found.total?.views == 0)
  }

  // MARK: - Properties of all results

  private static let someFields: [[InsightsField]] = [
    [.dimension(.column(.urlPath))], [.dimension(.visit(.channel))], [.hour], [.unit(.day)],
    [.dimension(.visit(.entry)), .weekday],
    [.dimension(.column(.country)), .dimension(.type), .unit(.month)],
    [.dimension(.visit(.exit)), .dimension(.column(.urlPath)), .dimension(.property("plan")), .hour],
  ]

  @Test(arguments: 0..<40) func `rows and rest add up to the total, and each visit is in one row by visit`(
    seed: UInt64
  ) throws {
    var random = RandomEvents(seed: seed, sessions: 6, instants: 30)
    let events = random.events(Int.random(in: 0...120, using: &random.source))
    let website = website(events)
    let (from, through) = random.range()
    for fields in Self.someFields {
      var request = InsightsRequest(scope: scope(from, through), fields: fields)
      request.isByVisit = Bool.random(using: &random.source)
      request.events = random.pick([nil, .every, .eventType(EventType.custom)])
      request.goals = [.pattern(.urlPath, WildcardPattern("/a*"))]
      request.bounce = random.pick([.single, .engaged])
      let all = try website.insights(request)
      let together = try website.insights(Self.inOneRow(request)).rows.first?.numbers
      (request.limit, request.offset) = (
        Int.random(in: 1...4, using: &random.source), random.pick([0, 1, 3])
      )
      (request.rest, request.total) = (true, true)
      let cut = try website.insights(request)
      #expect(cut.count == all.rows.count)
      #expect(cut.rows == Array(all.rows.dropFirst(request.offset).prefix(request.limit)))
      let total = try #require(cut.total)
      let parts = cut.rows.map(\.numbers) + [cut.rest].compactMap(\.self)
      for sum in [\InsightsNumbers.events, \.views, \.bounces] + (request.isByVisit ? [\.visits] : []) {
        #expect(parts.reduce(0) { $0 + $1[keyPath: sum] } == total[keyPath: sum])
        #expect(all.rows.reduce(0) { $0 + $1.numbers[keyPath: sum] } == total[keyPath: sum])
      }
      #expect(parts.reduce(0) { $0 + $1.totalSeconds } == total.totalSeconds)
      // Nobody counts twice in the total, and everybody once.
      #expect(total.visitors == together?.visitors ?? 0)
      #expect(total.visits == together?.visits ?? 0)
      #expect(total.goalVisitors == together?.goalVisitors ?? [0])
      for part in parts {
        #expect(part.visitors <= total.visitors && part.visits <= total.visits)
      }
      if request.isByVisit { #expect(total == together ?? total) }
    }
  }

  /// The same request, with one row for all events: no event has the property.
  private static func inOneRow(_ request: InsightsRequest) -> InsightsRequest {
    var request = request
    request.fields = [.dimension(.property("no such key"))]
    return request
  }

  /// Blocks that are whole are counted visit by visit, others event by event.
  @Test(arguments: [BounceRule.single, .engaged, .none])
  func `visits are the same however they are counted`(bounce: BounceRule) throws {
    for types in [[1, 2], [1, 2, 3]] as [[UInt8]] {
      let events = (0..<5000).map { index in
        let session = "\(index / 12 * 2 + index % 2)"
        var event = TestEvent.page(
          "/\(index % 7)", Int64(index) * 3 * hour + Int64(index * 7919 % 1000), session: session,
          visit: "\(session) \(index / 5)", [.country: ["DE", "FR", ""][index % 3]])
        event.type = types[index * 31 % types.count]
        return event
      }
      let website = website(events)
      for fields in [[.dimension(.column(.country))], [.hour], [.dimension(.visit(.entry)), .unit(.week)]]
        as [[InsightsField]]
      {
        var request = InsightsRequest(scope: scope(), fields: fields)
        (request.isByVisit, request.bounce, request.metrics) = (true, bounce, [.share])
        (request.limit, request.rest, request.total) = (5, true, true)
        let whole = try website.insights(request)
        request.scope.conditions = [.not(.any([]))]
        #expect(try website.insights(request) == whole)
        request.scope.conditions = []
        request.goals = [.every]
        #expect(try website.insights(request).total?.visits == whole.total?.visits)
      }
    }
  }

  @Test(arguments: [2, 3, 7]) func `several threads give what one gives`(threads: Int) throws {
    let website = Self.years()
    for fields in Self.someFields {
      for isByVisit in [false, true] {
        var request = InsightsRequest(scope: scope(100 * day, 500 * day), fields: fields)
        (request.isByVisit, request.events, request.metrics) = (isByVisit, .every, [.share])
        (request.limit, request.rest, request.total) = (5, true, true)
        request.goals = [.pattern(.eventName, WildcardPattern("buy"))]
        let executor = ParallelExecutor(threads: threads)
        #expect(try website.insights(request, on: executor) == website.insights(request))
      }
    }
  }

  /// Two years of visitors, some of whom share their visits.
  private static func years() -> WebsiteColumns {
    website(
      (0..<4000).map { index in
        let session = "\(index / 20 * 2 + index % 2)"
        let time = Int64(index) * 4 * hour + Int64(index * 7919 % 1000)
        let visit = index % 50 == 0 ? "shared \(index % 3)" : "\(session) \(index / 8)"
        let texts: [TextColumn: String] = [
          .country: ["DE", "FR", ""][index % 3], .utmSource: "s\(index % 4)",
        ]
        if index % 6 > 0 { return .page("/\(index * 7 % 40)", time, session: session, visit: visit, texts) }
        return .custom("buy", time, session: session, visit: visit, texts, [.text("plan", "\(index % 5)")])
      })
  }

  @Test func `a request that is cancelled at any moment comes to an end`() throws {
    let website = Self.years()
    for moment in 0..<90 {
      let asked = Atomic(0)
      let executor = ParallelExecutor(threads: 2) {
        asked.wrappingAdd(1, ordering: .relaxed).oldValue >= moment
      }
      var request = InsightsRequest(scope: scope(), fields: Self.someFields[moment % Self.someFields.count])
      (request.isByVisit, request.limit) = (moment % 2 == 0, 3)
      (request.rest, request.total, request.events) = (true, true, moment % 3 == 0 ? nil : .every)
      request.goals = moment % 4 == 0 ? [.every] : []
      _ = try website.insights(request, on: executor)
    }
  }
}
