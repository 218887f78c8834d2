import Testing

@testable import Engine

/// Conditions on events, as `goals` counts the events that meet them. Definitions: `Sources/Engine/Reports/README.md`,
/// section "Filters".
@Suite struct EventConditionTests {
  /// Two visitors. `a` has two visits, the first from a newsletter; `b` has one, of a single page.
  private static let events: [TestEvent] = [
    .page("/", 0, session: "a", visit: "a1", [.utmMedium: "email", .country: "DE"]),
    .page("/pricing", minute, session: "a", visit: "a1"),
    .custom(
      "signup", 2 * minute, session: "a", visit: "a1", on: "/pricing", [:],
      [
        .text("plan", "pro"), .number("seats", 55_000), .text("note", "5.4999"),
      ]),
    .page(
      "/blog", day, session: "a", visit: "a2", [.hostname: "shop.example", .referrerDomain: "shop.example"]),
    .page("/", day + minute, session: "b", visit: "b1", [.referrerDomain: "google.com"]),
    .custom("signup", 2 * day, session: "b", visit: "b1", on: "/late"),
  ]

  private func count(_ condition: EventCondition, in scope: ReportScope = scope()) throws -> Int {
    let results = try website(Self.events).goals(
      GoalsRequest(scope: scope, goals: [.condition(condition)]), on: ParallelExecutor(threads: 2))
    guard case .count(let count)? = results.first else { return -1 }
    return count
  }

  private func check(_ condition: EventCondition, counts expected: Int) throws {
    #expect(try count(condition) == expected, "\(condition)")
    // A filter of the scope selects the same events.
    var filtered = scope()
    filtered.conditions = [condition]
    #expect(try count(.every, in: filtered) == expected, "\(condition)")
    #expect(try count(.not(condition)) == Self.events.count - expected, "\(condition)")
  }

  private func text(_ values: String...) throws -> TextCondition { try TextCondition(.equals, values) }

  @Test func `lists of conditions, and none`() throws {
    let pages = EventCondition.eventType(EventType.pageview)
    try check(.all([]), counts: 6)
    try check(.any([]), counts: 0)
    try check(.all([pages, .not(.pattern(.urlPath, WildcardPattern("/")))]), counts: 2)
    try check(
      .any([.pattern(.urlPath, WildcardPattern("/p*")), .pattern(.urlPath, WildcardPattern("/blog"))]),
      counts: 3)
  }

  @Test func `texts and numbers of properties`() throws {
    try check(.property(key: "plan", try text("pro")), counts: 1)
    try check(.property(key: "plan", try text("")), counts: 5)
    try check(.property(key: "seats", try text("5.5")), counts: 1)
    try check(.property(key: "no key", try TextCondition(.isSet)), counts: 0)
    for (comparison, bound, isExact, expected) in [
      (.isGreater, 55_000, true, 0), (.isGreaterOrEqual, 55_000, true, 1), (.isLess, 55_000, true, 0),
      (.isLessOrEqual, 55_000, true, 1), (.isGreater, 54_999, false, 1),
      (.isGreaterOrEqual, 55_000, false, 0),
      (.isLess, 55_000, false, 1), (.isLessOrEqual, 54_999, false, 0),
    ] as [(NumberCondition.Operator, Int128, Bool, Int)] {
      let condition = NumberCondition(comparison, tenThousandths: bound, isExact: isExact)
      try check(.propertyNumber(key: "seats", condition), counts: expected)
    }
    // The number of a property without one is that of its text.
    let atMost = NumberCondition(.isLessOrEqual, tenThousandths: 54_999, isExact: true)
    try check(.propertyNumber(key: "note", atMost), counts: 1)
    try check(.propertyNumber(key: "plan", atMost), counts: 0)
  }

  @Test func `one regular expression in several conditions is matched with the texts of each`() throws {
    func matching(_ pattern: String, _ column: TextColumn, _ isNegated: Bool = false) throws -> EventCondition
    {
      .column(Filter(column, try TextCondition(isNegated ? .doesNotMatch : .matches, [pattern])))
    }
    let (path, name) = (try matching("p", .urlPath), try matching("p", .eventName))
    let property = EventCondition.property(key: "plan", try TextCondition(.matches, ["p"]))
    try check(path, counts: 2)
    try check(.all([path, path, try matching("^/", .urlPath)]), counts: 2)
    try check(.all([path, try matching("p", .urlPath, true)]), counts: 0)
    try check(.any([path, name, property]), counts: 3)
    try check(.all([path, name]), counts: 1)
    try check(.all([path, property, .property(key: "note", try TextCondition(.matches, ["p"]))]), counts: 0)
    try check(.all([path, property]), counts: 1)
  }

  @Test func `numbers beyond 64 bits are no bound`() throws {
    for comparison in NumberCondition.Operator.allCases {
      let isBelow = comparison == .isLess || comparison == .isLessOrEqual
      for bound in [Int128.max, Int128.min + 1] {
        let condition = NumberCondition(comparison, tenThousandths: bound, isExact: true)
        #expect(
          condition.holds(.max) == (isBelow == (bound > 0))
            && condition.holds(-.max) == (isBelow == (bound > 0)))
      }
    }
  }

  @Test func `values of the visit, whichever of its events is looked at`() throws {
    try check(.visit(.entry, try text("/")), counts: 5)
    try check(.visit(.exit, try text("/pricing")), counts: 3)
    try check(.visit(.channel, try text("Email")), counts: 3)
    // Nobody has said that Google is a search engine.
    try check(.visit(.channel, try text("Referral")), counts: 2)
    try check(.visit(.channel, try text("Direct")), counts: 1)
    // In a range that begins later, the visit begins later too.
    #expect(try count(.visit(.entry, try text("/pricing")), in: scope(minute, hour)) == 2)
    #expect(try count(.visit(.entry, try text("")), in: scope(2 * minute, hour)) == 1)
  }

  @Test func `types, ids and referrers`() throws {
    try check(.type(try text("event")), counts: 2)
    try check(.type(try text("link", "pixel", "")), counts: 0)
    try check(.identifier(.visitor, IdentifierCondition(["a", "z"], isNegated: false)), counts: 4)
    try check(.identifier(.visit, IdentifierCondition(["a1", "b1"], isNegated: true)), counts: 1)
    try check(.isNoSelfReferral, counts: 5)
    try check(.column(Filter(.referrerDomain, try TextCondition(.isSet))), counts: 1)
    try check(.hasSeveralPageviews, counts: 3)
  }

  @Test func `how many events of a visitor or a visit are of a kind`() throws {
    let signup = EventCondition.pattern(.eventName, WildcardPattern("signup"))
    func did(_ group: EventGroup, _ least: Int, _ most: Int? = nil, _ range: InstantRange? = nil)
      -> EventCondition
    {
      .did(EventCount(of: group, signup, least: least, most: most, range: range))
    }
    try check(did(.visitor, 1), counts: 6)
    try check(did(.visit, 1), counts: 5)
    try check(did(.visit, 0, 0), counts: 1)
    try check(did(.visitor, 2), counts: 0)
    try check(did(.visitor, 3, 2), counts: 0)
    let firstDay = try #require(InstantRange(start: start, end: start + hour))
    try check(did(.visitor, 1, nil, firstDay), counts: 4)
    // The events of the range count, before other filters.
    #expect(try count(did(.visitor, 1), in: scope(day, day + hour)) == 0)
  }

  @Test func `the events of visitors with few and with many are counted`() throws {
    // Each visitor's first event and last two are named; shorter visitors have fewer.
    let lengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 18, 23, 24, 25, 40]
    let events = lengths.flatMap { length in
      (0..<length).map { index -> TestEvent in
        let isNamed = index == 0 || index >= length - 2
        let time = Int64(index) * minute
        return isNamed
          ? .custom("signup", time, session: "\(length)") : .page("/", time, session: "\(length)")
      }
    }
    let columns = website(events)
    for (least, most, isWanted) in [
      (1, nil, { _ in true }), (3, nil, { $0 > 2 }), (2, 2, { $0 == 2 }), (0, 2, { $0 < 3 }),
      (4, nil, { _ in false }),
    ] as [(Int, Int?, (Int) -> Bool)] {
      let condition = EventCondition.did(
        EventCount(of: .visitor, .pattern(.eventName, WildcardPattern("signup")), least: least, most: most))
      let results = try columns.goals(GoalsRequest(scope: scope(), goals: [.condition(condition)]))
      #expect(results == [.count(lengths.filter(isWanted).reduce(0, +))])
    }
  }

  @Test func `visits that several sessions share have the values and events of all`() throws {
    let events: [TestEvent] = [
      .page("/b", 2, session: "2", visit: "shared"),
      .page("/a", 1, session: "1", visit: "shared", [.utmMedium: "email"]),
      .custom("buy", 3, session: "1", visit: "shared"), .page("/c", 40 * day, session: "2", visit: "shared"),
      .page("/other", 5, session: "2", visit: "own"),
    ]
    func count(_ condition: EventCondition) throws -> [GoalResult] {
      try website(events).goals(GoalsRequest(scope: scope(), goals: [.condition(condition)]))
    }
    #expect(try count(.visit(.entry, try text("/a"))) == [.count(4)])
    #expect(try count(.visit(.exit, try text("/c"))) == [.count(4)])
    #expect(try count(.visit(.channel, try text("Email"))) == [.count(4)])
    let pages = EventCondition.eventType(EventType.pageview)
    #expect(try count(.did(EventCount(of: .visit, pages, least: 3))) == [.count(4)])
    #expect(try count(.did(EventCount(of: .visit, pages, least: 1, most: 2))) == [.count(1)])
  }
}
