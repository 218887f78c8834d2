import Calendar
import Testing

@testable import Engine

@Suite struct TrafficTests {
  private func scopeOf(_ filter: Filter) -> ReportScope {
    ReportScope(range: scope().range, filters: [filter])
  }

  private func text(_ numbers: TrafficNumbers) -> String {
    "\(numbers.views) \(numbers.visitors) \(numbers.visits) \(numbers.bounces) \(numbers.totalSeconds) \(numbers.customEvents)"
  }

  private func numbers(
    _ events: [TestEvent], _ scope: ReportScope = scope(), bounce: BounceRule = .engaged
  ) throws -> String {
    text(try website(events).trafficNumbers(TrafficRequest(scope: scope, bounce: bounce)))
  }

  private func breakdown(
    _ events: [TestEvent], by dimension: Dimension, _ scope: ReportScope = scope(),
    _ change: (inout TrafficBreakdownRequest) -> Void = { _ in }
  ) throws -> [String] {
    var request = TrafficBreakdownRequest(
      traffic: TrafficRequest(scope: scope), dimension: dimension, limit: 100)
    request.order = .visitorsAndVisits
    change(&request)
    return try website(events).trafficBreakdown(request).map { row in
      "\(row.key.value)\(row.key.country.isEmpty ? "" : "|" + row.key.country) \(text(row.numbers))"
    }
  }

  private static let visits: [TestEvent] = [
    .page("/a", 0, session: "1"), .page("/b", 2500, session: "1"),
    .page("/a", 0, session: "2"), .custom("buy", second, session: "2"),
    .page("/a", hour, session: "3"),
  ]

  @Test func `a visit with one view and no custom event is a bounce`() throws {
    #expect(try numbers(Self.visits) == "4 3 3 1 2 1")
    #expect(try numbers(Self.visits, bounce: .single) == "4 3 3 2 2 1")
    #expect(try numbers(Self.visits, bounce: .none) == "4 3 3 0 2 1")
    #expect(try numbers([]) == "0 0 0 0 0 0")
  }

  @Test func `a custom event that a filter removes still prevents a bounce, one out of range does not`()
    throws
  {
    let filter = try Filter(.urlPath, .equals, ["/a"])
    #expect(try numbers(Self.visits, scopeOf(filter)) == "3 3 3 2 0 0")
    #expect(try numbers(Self.visits, scope(0, second - 1)) == "2 2 2 2 0 0")
  }

  @Test func `links and pixels are views`() throws {
    var link = TestEvent.page("/l", second)
    link.type = 3
    #expect(try numbers([.page("/a", 0), link]) == "2 1 1 0 1 0")
  }

  @Test func `a visit of several sessions is one visit, and engaged if any of them is`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, session: "1", visit: "v"), .page("/a", second, session: "2", visit: "v"),
      .custom("buy", 40 * day, session: "3", visit: "v"),
    ]
    #expect(try numbers(events) == "2 2 1 0 0 1")
    #expect(try numbers(events, bounce: .single) == "2 2 1 2 0 1")
    #expect(try numbers(events, scope(0, day)) == "2 2 1 2 0 0")
  }

  /// Blocks that are whole are counted stay by stay, others view by view.
  @Test func `parts of a range add up, and days are the same however they are counted`() throws {
    var events: [TestEvent] = []
    for index in 0..<400 {
      let (session, time) = ("s\(index % 60)", Int64(index) * 7 * hour / 2)
      let visit = "\(session) \(index / 90)"
      events.append(
        index % 7 == 0
          ? .custom("buy", time, session: session, visit: visit)
          : .page("/\(index % 5)", time, session: session, visit: visit))
    }
    let columns = website(events)
    let units = SeriesUnits(.day, in: try zone("Europe/Berlin"))
    let all = try Filter(.urlPath, .doesNotContain, ["nowhere"])
    for bounce in [BounceRule.engaged, .single, .none] {
      let whole = TrafficRequest(scope: scope(), bounce: bounce)
      let filtered = TrafficRequest(scope: scopeOf(all), bounce: bounce)
      #expect(try columns.trafficNumbers(whole) == columns.trafficNumbers(filtered))
      let points = try columns.trafficSeries(whole, by: units)
      #expect(try points == columns.trafficSeries(filtered, by: units))
      #expect(points.count > 50)
      #expect(try points.map(\.numbers.views).reduce(0, +) == columns.trafficNumbers(whole).views)
      for point in points {
        let end = units.timeZone.bounds(of: .day, containing: point.startMilliseconds).end - 1
        let range = try #require(InstantRange(start: point.startMilliseconds, end: end))
        let day = try columns.trafficNumbers(TrafficRequest(scope: ReportScope(range: range), bounce: .none))
        #expect(day.views == point.numbers.views && day.visitors == point.numbers.visitors)
        #expect(
          day.totalSeconds == point.numbers.totalSeconds && day.customEvents == point.numbers.customEvents)
      }
    }
  }

  @Test func `values are listed by visitors, visits and name, empty ones not`() throws {
    let events: [TestEvent] = [
      .page("/b", 0, session: "1", visit: "1"), .page("/b", hour, session: "1", visit: "2"),
      .page("/a", 0, session: "2"), .page("/c", 0, session: "3"), .page("", 0, session: "4"),
    ]
    #expect(
      try breakdown(events, by: .column(.urlPath)) == ["/b 2 1 2 2 0 0", "/a 1 1 1 1 0 0", "/c 1 1 1 1 0 0"])
    #expect(
      try breakdown(events, by: .column(.urlPath)) { ($0.limit, $0.offset) = (1, 1) } == ["/a 1 1 1 1 0 0"])
    #expect(try breakdown(events, by: .column(.urlPath)) { $0.search = "C" } == ["/c 1 1 1 1 0 0"])
    #expect(
      try breakdown(events, by: .column(.urlPath)) { $0.order = .visitors } == [
        "/a 0 1 0 0 0 0", "/b 0 1 0 0 0 0", "/c 0 1 0 0 0 0",
      ])
  }

  @Test func `full paths are told apart by their text`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, [.urlQuery: "b=1"]), .page("/a?b=1", 1), .page("/a", 2, session: "2"),
      .page("/a?", 3, session: "2"),
    ]
    #expect(
      try breakdown(events, by: .fullPath)
        == ["/a 1 1 1 0 0 0", "/a? 1 1 1 0 0 0", "/a?b=1 2 1 1 0 0 0"]
        .map { $0.replacing("1 1 1 0", with: "1 1 1 1") })
  }

  @Test func `entries are those of the views that are counted, or of the visit`() throws {
    let events: [TestEvent] = [
      .page("/a", 0), .page("/b", second), .custom("buy", 2 * second, on: "/x"), .page("/c", 3 * second),
    ]
    let filter = scopeOf(try Filter(.urlPath, .notEquals, ["/a"]))
    #expect(try breakdown(events, by: .firstPath, filter) == ["/b 2 1 1 0 2 0"])
    #expect(try breakdown(events, by: .lastPath, filter) == ["/c 2 1 1 0 2 0"])
    #expect(try breakdown(events, by: .visit(.entry), filter) == ["/a 2 1 1 0 2 0"])
    #expect(try breakdown(events, by: .visit(.exit), filter) == ["/c 2 1 1 0 2 0"])
  }

  @Test func `the first view of a visit of several sessions is the earliest of all`() throws {
    let events: [TestEvent] = [
      .page("/late", day, session: "1", visit: "v"), .page("/early", 0, session: "2", visit: "v"),
    ]
    #expect(try breakdown(events, by: .firstPath) == ["/early 2 2 1 2 0 0"])
    #expect(try breakdown(events, by: .lastPath) == ["/late 2 2 1 2 0 0"])
  }

  @Test(arguments: [
    Dimension.column(.urlPath), .column(.country), .column(.referrerDomain), .firstPath, .lastPath,
    .visit(.entry), .visit(.exit), .visit(.channel), .visit(.column(.urlPath)), .visit(.type),
  ]) func `the visitors of a value are the same, whatever else is counted`(dimension: Dimension) throws {
    func random(_ count: Int, _ number: Int, _ salt: UInt64) -> Int {
      let mixed = (UInt64(number) &* 6_364_136_223_846_793_005 &+ salt) &* 0x9E37_79B9_7F4A_7C15
      return Int(mixed >> 33) % count
    }
    // Visits of a visitor that overlap, and none that do; some begin with a custom event or a link.
    func events(overlap: Bool, shared: Bool) -> [TestEvent] {
      (0..<600).map { number in
        let session = random(40, number, 1)
        let visit = overlap ? random(3, number, 2) : number / 200
        let texts: [TextColumn: String] = [
          .country: ["DE", "FR", ""][random(3, session, 3)], .hostname: "a.example",
          .referrerDomain: ["", "a.example", "google.com", "b.example"][random(4, number, 4)],
        ]
        let id = shared ? "v\(visit)" : "\(session) \(visit)"
        let path = "/\(random(7, number, 5))"
        if random(5, number, 6) == 0 {
          return .custom("buy", Int64(number) * minute, session: "\(session)", visit: id, on: path, texts)
        }
        var event = TestEvent.page(
          path, Int64(number) * minute, session: "\(session)", visit: id, texts)
        if random(9, number, 7) == 0 { event.type = 3 }
        return event
      }
    }
    let scopes = [
      scope(), scope(150 * minute, 450 * minute), scopeOf(try Filter(.urlPath, .notEquals, ["/3"])),
      scopeOf(try Filter(.country, .equals, ["DE"])),
    ]
    for events in [
      events(overlap: false, shared: false), events(overlap: true, shared: false),
      events(overlap: false, shared: true),
    ] {
      let columns = website(events)
      for scope in scopes {
        func visitors(_ order: TrafficBreakdownRequest.Order) throws -> [String] {
          var request = TrafficBreakdownRequest(
            traffic: TrafficRequest(scope: scope), dimension: dimension, limit: 100)
          request.order = order
          request.dropsOwnReferrers = dimension == .column(.referrerDomain)
          return try columns.trafficBreakdown(request).map { "\($0.key.value) \($0.numbers.visitors)" }
            .sorted()
        }
        #expect(try visitors(.visitors) == visitors(.visitorsAndVisits))
      }
    }
  }

  @Test func `cities have their country, and own referrers can be left out`() throws {
    let events: [TestEvent] = [
      .page("/", 0, session: "1", [.city: "Berlin", .country: "DE"]),
      .page("/", 0, session: "2", [.city: "Berlin", .country: "US"]),
      .page("/", 0, session: "3", [.referrerDomain: "a.example", .hostname: "a.example"]),
      .page("/", 0, session: "4", [.referrerDomain: "a.example", .hostname: "b.example"]),
    ]
    #expect(
      try breakdown(events, by: .column(.city)) { $0.byCountry = true } == [
        "Berlin|DE 1 1 1 1 0 0", "Berlin|US 1 1 1 1 0 0",
      ])
    #expect(try breakdown(events, by: .column(.referrerDomain)) == ["a.example 2 2 2 2 0 0"])
    for order in [TrafficBreakdownRequest.Order.visitorsAndVisits, .visitors] {
      let rows = try breakdown(events, by: .column(.referrerDomain)) {
        ($0.dropsOwnReferrers, $0.order) = (true, order)
      }
      #expect(rows.count == 1 && rows[0].hasPrefix("a.example "))
      #expect(rows[0].split(separator: " ")[2] == "1")
    }
  }

  @Test func `rows of a comparison are those of the result`() throws {
    let events: [TestEvent] = [.page("/é", 0), .page("/e\u{301}", 0, session: "2"), .page("/z", 0)]
    for order in [TrafficBreakdownRequest.Order.visitorsAndVisits, .visitors] {
      let rows = try breakdown(events, by: .column(.urlPath)) {
        $0.order = order
        $0.keys = ["/z", "/none", "/e\u{301}"].map { TrafficBreakdownRequest.Key(value: $0) }
      }
      #expect(rows.map { $0.split(separator: " ")[2] } == ["1", "0", "1"])
    }
  }

  @Test func `properties of events of any type are values`() throws {
    let events: [TestEvent] = [
      .custom("buy", 0, session: "1", [:], [.text("plan", "pro")]),
      .custom("buy", 1, session: "2", [:], [.number("plan", 348_400)]),
      .custom("buy", 2, session: "3", [:], [.text("plan", "34.84")]), .page("/", 3),
    ]
    #expect(
      try breakdown(events, by: .property("plan")) { $0.events = .all } == [
        "34.84 2 2 2 0 0 0", "pro 1 1 1 0 0 0",
      ])
    #expect(try breakdown(events, by: .property("none")) { $0.events = .all } == [])
  }

  private func series(_ events: [TestEvent], by dimension: Dimension, limit: Int, rest: Bool) throws
    -> [String]
  {
    let request = TrafficSeriesRequest(
      traffic: TrafficRequest(scope: scope()), units: SeriesUnits(.day, in: .utc), by: dimension,
      limit: limit,
      rest: rest)
    return try website(events).trafficSeries(request).map { series in
      let points = series.points.map {
        "\(($0.startMilliseconds - start) / day): \($0.numbers.visitors) \($0.numbers.customEvents)"
      }
      return "\(series.value ?? "rest") \(points.joined(separator: ", "))"
    }
  }

  /// With few values, a series takes one scan.
  @Test(arguments: [0, 100])
  func `a series for each value, and one of the rest`(others: Int) throws {
    var events: [TestEvent] = [
      .page("/a", 0, session: "1"), .page("/a", day, session: "1"), .page("/a", 0, session: "2"),
      .page("/b", 0, session: "1"), .page("/c", day, session: "1"), .page("/c", day, session: "3"),
      .custom("buy", 2 * day, session: "1", on: "/d"),
    ]
    // With more values than are told apart in one scan.
    for index in 0..<others { events.append(.page("/x\(index)", 400 * day, session: "1", visit: "x")) }
    let lastDay = others > 0 ? ", 400: 1 0" : ""
    #expect(
      try series(events, by: .column(.urlPath), limit: 2, rest: false) == ["/a 0: 2 0, 1: 1 0", "/c 1: 2 0"])
    #expect(
      try series(events, by: .column(.urlPath), limit: 2, rest: true) == [
        "/a 0: 2 0, 1: 1 0", "/c 1: 2 0", "rest 0: 1 0, 2: 0 1\(lastDay)",
      ])
    #expect(try series(events, by: .column(.urlPath), limit: 4 + others, rest: true).last == "/d 2: 0 1")
  }

  @Test func `a range may have as many units as the limit, and no more`() throws {
    let units = SeriesUnits(.minute, in: .utc)
    let most = Int64(WebsiteColumns.maximumUnits)
    let full = try #require(InstantRange(start: 0, end: most * minute - 1))
    let more = try #require(InstantRange(start: 0, end: most * minute))
    #expect(units.starts(of: full)?.count == Int(most) + 1)
    #expect(units.starts(of: more) == nil)
    // Units that have events are found all the same.
    let events: [TestEvent] = [.page("/", 0), .page("/", 400 * day, session: "2"), .page("/", 400 * day)]
    let points = try website(events).trafficSeries(TrafficRequest(scope: scope()), by: units)
    #expect(points.map(\.numbers.views) == [1, 2])
    #expect(points.map(\.startMilliseconds) == [start, start + 400 * day])
  }

  @Test func `custom events by name and unit`() throws {
    let events: [TestEvent] = [
      .custom("b", 0), .custom("a", 1), .custom("a", day), .custom("c", day), .custom("", day), .page("/", 0),
    ]
    func rows(_ limit: Int?) throws -> [String] {
      try website(events).eventSeries(
        TrafficRequest(scope: scope()), by: SeriesUnits(.day, in: .utc), limit: limit
      ).map { "\($0.name) \(($0.startMilliseconds - start) / day) \($0.count)" }
    }
    #expect(try rows(nil) == ["a 0 1", "b 0 1", " 1 1", "a 1 1", "c 1 1"])
    #expect(try rows(1) == ["a 0 1", "a 1 1"])
    #expect(try website(events).distinctValues(of: .eventName, among: .custom, scope()) == 3)
  }

  @Test func `sessions by hour of the week, at a clock change too`() throws {
    // 2025-03-01 was a Saturday; on 2025-03-30 Berlin skips the hour from 02:00.
    let change = 29 * day
    let events: [TestEvent] = [
      .page("/", 0), .page("/", 59 * minute), .page("/", hour, session: "2"),
      .page("/", change + hour - 1, session: "3"), .page("/", change + hour, session: "3"),
      .custom("buy", 0, session: "9"),
    ]
    let weeks = try website(events).weeklySessions(scope(), in: try zone("Europe/Berlin"))
    #expect(weeks[6][1] == 1 && weeks[6][2] == 1 && weeks[0][1] == 1 && weeks[0][3] == 1)
    #expect(weeks.joined().reduce(0, +) == 4)
  }

  @Test func `an hour of the week has a visitor once, before 1970 and within a quarter of an hour too`()
    throws
  {
    // Until 1893, clocks in Berlin were 53 minutes and 28 seconds ahead of Greenwich: hours begin within a quarter.
    let noon1880 = -2_840_097_600_000 - start
    let events: [TestEvent] = [
      .page("/", noon1880 + 6 * minute, session: "1"), .page("/", noon1880 + 7 * minute, session: "1"),
      .page("/", noon1880 + 7 * minute, session: "2"), .page("/", 0, session: "2"),
      .page("/", 7 * day, session: "2"),
    ]
    let all = ReportScope(range: .always)
    let weeks = try website(events).weeklySessions(all, in: try zone("Europe/Berlin"))
    // 1880-01-01 was a Thursday, 2025-03-01 a Saturday.
    #expect(weeks[4][12] == 1 && weeks[4][13] == 2 && weeks[6][1] == 1)
    #expect(weeks.joined().reduce(0, +) == 4)
  }

  @Test func `records of properties by event, key and type`() throws {
    let events: [TestEvent] = [
      .custom("buy", 0, [:], [.text("plan", "pro"), .number("price", 10_000)]),
      .custom("buy", 1, session: "2", [:], [.text("plan", "free")]),
      .custom("see", 2, session: "2", [:], [.text("plan", "pro")]), .page("/", 3),
    ]
    let columns = website(events)
    let records = try columns.propertyRecords(PropertyRecordsRequest(scope: scope()))
    #expect(
      records.map { "\($0.event) \($0.key) \($0.count)" } == ["buy plan 2", "buy price 1", "see plan 1"])
    #expect(try columns.propertyRecords(PropertyRecordsRequest(scope: scope(), event: "none")) == [])
    let totals = try columns.propertyTotals(PropertyRecordsRequest(scope: scope()))
    #expect(totals == PropertyTotals(events: 3, keys: 2, records: 4))
    let values = try columns.propertyValues("plan", of: "buy", scope(), limit: 10)
    #expect(values.map { "\($0.value) \($0.count)" } == ["free 1", "pro 1"])
    #expect(try columns.propertyValues("plan", of: "buy", scope(), limit: 1).count == 1)
    #expect(try columns.propertyValues("none", of: "buy", scope(), limit: 1).isEmpty)
  }

  @Test func `the first and the last event, and the values of a column`() throws {
    let columns = website([.page("/a", 5), .page("/b", day), .page("/b", 7, session: "2")])
    #expect(try columns.eventExtent(ReportScope(range: .always)) == start + 5...start + day)
    let filter = try Filter(.urlPath, .equals, ["/none"])
    #expect(try columns.eventExtent(ReportScope(range: .always, filters: [filter])) == nil)
    let values = try columns.columnValues(
      .urlPath, containing: "/", of: ReportScope(range: .always), limit: 1)
    #expect(values.map { "\($0.value) \($0.count)" } == ["/b 2"])
    #expect(try website([]).eventExtent(ReportScope(range: .always)) == nil)
  }
}
