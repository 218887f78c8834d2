import Calendar
import TestSupport
import Testing

@testable import Engine

/// Retention by other units, of chosen events, with money and divided by values.
@Suite struct RetentionOptionsTests {
  private func report(
    _ events: [TestEvent], _ scope: ReportScope = scope(), zone: String = "UTC",
    _ change: (inout RetentionRequest) -> Void
  ) throws -> RetentionReport {
    var request = RetentionRequest(scope: scope, timeZone: try EngineTests.zone(zone))
    change(&request)
    return try website(events).retentionReport(request)
  }

  /// Rows as `date +period returned/visitors`, with `!` if the row is not complete.
  private func rows(_ table: RetentionTable, isDense: Bool = false) -> [String] {
    var rows: [String] = []
    table.forEachRow(isDense: isDense, on: ParallelExecutor()) { row in
      let money =
        row.money.map {
          " \($0.sum.tenThousandths) \($0.cumulative.tenThousandths) \($0.perVisitor.tenThousandths)"
        } ?? ""
      let date = formatInstant(row.dateMilliseconds).prefix(13)
      rows.append(
        "\(date) +\(row.period) \(row.returnVisitors)/\(row.visitors)\(row.isComplete || !isDense ? "" : "!")\(money)"
      )
    }
    #expect(rows.count == table.rowCount(isDense: isDense))
    return rows
  }

  private func total(_ table: RetentionTable) -> [String] {
    table.total(on: ParallelExecutor()).map {
      "+\($0.period) \($0.returnVisitors)/\($0.visitors) of \($0.cohorts)"
    }
  }

  private func pages(_ times: [[Int64]]) -> [TestEvent] {
    times.enumerated().flatMap { visitor, times in
      times.map { TestEvent.page("/", $0, session: "\(visitor)") }
    }
  }

  @Test func `cohorts are hours, weeks, months or years of the zone`() throws {
    // 2025-03-01 is a Saturday.
    let events = pages([[0, hour - 1, hour, 2 * day, 9 * day, 31 * day, 400 * day]])
    func rows(_ unit: CalendarUnit, _ weekStart: WeekStart = .monday) throws -> [String] {
      self.rows(
        try report(events) {
          $0.unit = unit
          $0.weekStart = weekStart
        }.table)
    }
    #expect(try rows(.hour) == ["2025-03-01T00 +0 1/1", "2025-03-01T00 +1 1/1"])
    #expect(
      try rows(.week) == [
        "2025-02-24T00 +0 1/1", "2025-02-24T00 +1 1/1", "2025-02-24T00 +2 1/1", "2025-02-24T00 +5 1/1",
      ])
    #expect(
      try rows(.week, .saturday) == [
        "2025-03-01T00 +0 1/1", "2025-03-01T00 +1 1/1", "2025-03-01T00 +4 1/1",
      ])
    #expect(
      try rows(.month) == ["2025-03-01T00 +0 1/1", "2025-03-01T00 +1 1/1", "2025-03-01T00 +13 1/1"])
    #expect(try rows(.year) == ["2025-01-01T00 +0 1/1", "2025-01-01T00 +1 1/1"])
  }

  @Test func `units as far apart as the number of periods count, later ones do not`() throws {
    for unit in [CalendarUnit.hour, .day] {
      let length = unit == .hour ? hour : day
      for periods in [1, 2, 400] {
        let times = [0, length * Int64(periods), length * Int64(periods + 1)]
        let request = try report(pages([times])) {
          $0.unit = unit
          $0.periods = periods
        }
        #expect(rows(request.table) == ["2025-03-01T00 +0 1/1", "2025-03-01T00 +\(periods) 1/1"])
      }
    }
  }

  @Test func `hours of many years are counted one by one, also over a clock change`() throws {
    // In Berlin, 2025-03-30 has 23 hours and 2025-10-26 has 25.
    for (night, hours) in [(Int64(29) * day - hour, 23), (239 * day - 2 * hour, 25)] {
      let times = [[night, night + Int64(hours) * hour], [-30_000 * day], [30_000 * day]]
      let table = try report(pages(times), scope(-40_000 * day, 40_000 * day), zone: "Europe/Berlin") {
        $0.unit = .hour
      }.table
      #expect(rows(table)[2].hasSuffix("+\(hours) 1/1"), "\(rows(table))")
    }
  }

  @Test func `dense rows go as far as the range, and tell which periods are complete`() throws {
    let events = pages([[0], [day, 2 * day]])
    let table = try report(events, scope(hour, 3 * day + hour)) { $0.periods = 2 }.table
    #expect(
      rows(table, isDense: true) == [
        "2025-03-02T00 +0 1/1", "2025-03-02T00 +1 1/1", "2025-03-02T00 +2 0/1!",
      ])
    let whole = try report(events, scope(0, 3 * day - 1)) { $0.periods = 31 }.table
    #expect(
      rows(whole, isDense: true) == [
        "2025-03-01T00 +0 1/1", "2025-03-01T00 +1 0/1", "2025-03-01T00 +2 0/1", "2025-03-02T00 +0 1/1",
        "2025-03-02T00 +1 1/1",
      ])
    #expect(total(whole) == ["+0 2/2 of 2", "+1 1/2 of 2", "+2 0/1 of 1"])
    // The first cohort begins before the range.
    let cut = try report(events, scope(-1, 3 * day - 1)) { $0.unit = .week }.table
    #expect(rows(cut, isDense: true) == ["2025-02-24T00 +0 2/2!", "2025-02-24T00 +1 1/2!"])
    #expect(total(cut).isEmpty)
  }

  @Test func `a day that the zone left out is a period like others`() throws {
    // Apia had no 30 December 2011.
    let eve = (-4_811) * day + 12 * hour
    let table = try report(
      pages([[eve, eve + 2 * day]]), scope(eve - day, eve + 3 * day), zone: "Pacific/Apia"
    ) { $0.criterion = .onOrAfter }.table
    let periods = rows(table).map { $0.split(separator: " ")[1] }
    #expect(periods == ["+0", "+1", "+2", "+3"], "\(rows(table))")
  }

  @Test func `a visitor returns on or after each unit up to its last, also beyond the periods`() throws {
    let table = try report(pages([[0, 5 * day], [0, day], [0, hour]])) {
      $0.criterion = .onOrAfter
      $0.periods = 3
    }.table
    #expect(
      rows(table) == [
        "2025-03-01T00 +0 3/3", "2025-03-01T00 +1 2/3", "2025-03-01T00 +2 1/3", "2025-03-01T00 +3 1/3",
      ])
  }

  @Test func `a visitor is in the cohort of each unit with a start event`() throws {
    let events = pages([[0, day, 3 * day]])
    #expect(
      rows(try report(events) { $0.cohorts = .every }.table) == [
        "2025-03-01T00 +0 1/1", "2025-03-01T00 +1 1/1", "2025-03-01T00 +3 1/1", "2025-03-02T00 +0 1/1",
        "2025-03-02T00 +2 1/1", "2025-03-04T00 +0 1/1",
      ])
    #expect(
      rows(
        try report(events) {
          $0.cohorts = .every
          $0.criterion = .onOrAfter
        }.table) == [
          "2025-03-01T00 +0 1/1", "2025-03-01T00 +1 1/1", "2025-03-01T00 +2 1/1", "2025-03-01T00 +3 1/1",
          "2025-03-02T00 +0 1/1", "2025-03-02T00 +1 1/1", "2025-03-02T00 +2 1/1", "2025-03-04T00 +0 1/1",
        ])
  }

  @Test func `start and return events are those that match`() throws {
    let events: [TestEvent] = [
      .page("/", 0), .custom("buy", 1), .page("/", day), .custom("signup", day + 1), .custom("buy", day + 2),
      .custom("buy", 2 * day), .page("/", 3 * day), .page("/", 0, session: "t"),
    ]
    func rows(_ start: String?, _ returns: String?) throws -> [String] {
      self.rows(
        try report(events) {
          $0.start = start.map { .pattern(.eventName, WildcardPattern($0)) }
          $0.returns = returns.map { .pattern(.eventName, WildcardPattern($0)) }
        }.table)
    }
    #expect(
      try rows("signup", nil) == ["2025-03-02T00 +0 1/1", "2025-03-02T00 +1 1/1", "2025-03-02T00 +2 1/1"])
    #expect(try rows("signup", "buy") == ["2025-03-02T00 +0 1/1", "2025-03-02T00 +1 1/1"])
    #expect(
      try rows(nil, "buy") == ["2025-03-01T00 +0 2/2", "2025-03-01T00 +1 1/2", "2025-03-01T00 +2 1/2"])
    #expect(try rows("nothing", nil).isEmpty)
  }

  @Test func `money counts from the start event on, in each cohort of the visitor`() throws {
    func buy(_ amount: Int64, _ time: Int64) -> TestEvent {
      .custom("buy", time, [:], [.number("revenue", amount), .text("currency", "EUR")])
    }
    let events = [
      buy(100, -1), .custom("signup", 0), buy(7, 0), buy(3, day), .custom("signup", day), buy(5, day),
      .page("/", 0, session: "t"), .custom("signup", 1, session: "t"),
    ]
    let report = try report(events, scope(0 - hour, 2 * day - 1)) {
      $0.start = .pattern(.eventName, WildcardPattern("signup"))
      $0.returns = .pattern(.eventName, WildcardPattern("nothing"))
      $0.cohorts = .every
      $0.currency = "EUR"
    }
    #expect(
      rows(report.table, isDense: true) == [
        "2025-03-01T00 +0 2/2 7 7 4", "2025-03-01T00 +1 0/2 8 15 8", "2025-03-02T00 +0 1/1 5 5 5",
      ])
  }

  @Test func `a breakdown has the members with each value, and the rest`() throws {
    let events: [TestEvent] = [
      .page("/", 0, session: "a", [.country: "DE"]), .page("/", day, session: "a", [.country: "FR"]),
      .page("/", 0, session: "b", [.country: "DE"]), .page("/", 0, session: "c", [.country: "FR"]),
      .page("/", day, session: "c"), .page("/", day, session: "d"),
    ]
    func groups(_ limit: Int, rest: Bool, _ dimension: Dimension = .column(.country)) throws -> [String] {
      try report(events) { $0.breakdown = .init(by: dimension, limit: limit, rest: rest) }.groups.map {
        "\($0.value ?? "rest"): \(rows($0.table).joined(separator: ", "))"
      }
    }
    let german = "DE: 2025-03-01T00 +0 2/2, 2025-03-01T00 +1 1/2"
    #expect(
      try groups(9, rest: true) == [
        german, ": 2025-03-02T00 +0 1/1", "FR: 2025-03-01T00 +0 1/1, 2025-03-01T00 +1 1/1",
      ])
    #expect(try groups(1, rest: false) == [german])
    #expect(
      try groups(1, rest: true) == [
        german, "rest: 2025-03-01T00 +0 1/1, 2025-03-01T00 +1 1/1, 2025-03-02T00 +0 1/1",
      ])
    let ofVisits = try groups(1, rest: true, .visit(.column(.country)))
    #expect(try groups(1, rest: true) == ofVisits)
  }

  @Test(arguments: [1, 63, 64, 65, 200]) func `the rows of all values add up to the whole`(values: Int) throws
  {
    var random = RandomEvents(seed: UInt64(values), sessions: 40, instants: 30)
    let events = random.events(600).map { event in
      var event = event
      event.texts[.city] = "\(random.pick(Array(0..<values)))"
      return event
    }
    for (cohorts, criterion) in [
      (RetentionRequest.Cohorts.first, RetentionRequest.Criterion.on), (.every, .onOrAfter),
    ] {
      for limit in [1, 3, 1000] {
        let report = try report(events) {
          ($0.cohorts, $0.criterion, $0.currency, $0.unit) = (cohorts, criterion, "EUR", .week)
          let value: Dimension = random.pick([.column(.city), .visit(.entry), .visit(.column(.city))])
          $0.breakdown = .init(by: value, limit: limit, rest: true)
        }
        #expect(sums(report.groups.map(\.table)) == sums([report.table]))
      }
    }
  }

  /// By date and period: returning visitors and money. Visitors are added up too.
  private func sums(_ tables: [RetentionTable]) -> [String: [Int128]] {
    var sums: [String: [Int128]] = [:]
    for table in tables {
      table.forEachRow(isDense: true, on: ParallelExecutor()) { row in
        let key = "\(row.dateMilliseconds) \(row.period)"
        let numbers = [
          Int128(row.visitors), Int128(row.returnVisitors), row.money?.sum.tenThousandths ?? 0,
          row.money?.cumulative.tenThousandths ?? 0,
        ]
        sums[key] = zip(sums[key] ?? [0, 0, 0, 0], numbers).map { $0 + $1 }
      }
    }
    return sums
  }

  @Test func `other ways to count the same give the same rows`() throws {
    for seed in 1...UInt64(Thoroughness.rounds(20, thorough: 200)) {
      var random = RandomEvents(seed: seed, sessions: 6, instants: 12)
      let columns = website(random.events(80))
      let (from, through) = random.range()
      var request = RetentionRequest(scope: scope(from, through), timeZone: .utc)
      request.unit = random.pick([.hour, .day, .week, .month, .year])
      request.periods = random.pick([1, 5, 31, 400])
      let plain = try columns.retentionReport(request)
      // Conditions that hold for every event make the general kernel count them.
      (request.start, request.returns) = (.every, .every)
      let general = try columns.retentionReport(request)
      #expect(rows(general.table, isDense: true) == rows(plain.table, isDense: true), "seed \(seed)")
      #expect(rows(general.table) == rows(plain.table), "seed \(seed)")
      #expect(total(general.table) == total(plain.table), "seed \(seed)")
      request.criterion = .onOrAfter
      let after = try columns.retentionReport(request)
      (request.start, request.returns) = (nil, nil)
      #expect(rows(try columns.retentionReport(request).table) == rows(after.table), "seed \(seed)")
    }
  }

  @Test func `a cancelled report ends early`() throws {
    let executor = ParallelExecutor(threads: 2) { true }
    var request = RetentionRequest(scope: scope(), timeZone: .utc)
    request.breakdown = .init(by: .column(.country), limit: 5, rest: true)
    request.currency = "EUR"
    let events = pages((0..<100).map { [Int64($0) * hour, Int64($0) * day] })
    let report = try website(events).retentionReport(request, on: executor)
    #expect(report.table.rowCount(isDense: true) == 0)
  }

  @Test func `a table with too many rows is not completed`() throws {
    // So many hours and periods that cells are not listed; the first few cohorts have too many rows.
    let website = website(pages([(0..<45_000).map { Int64($0) * hour }]))
    var request = RetentionRequest(scope: scope(0, 45_000 * hour), timeZone: .utc)
    (request.unit, request.cohorts, request.periods, request.maximumRows) = (.hour, .every, 400, 1000)
    let report = try website.retentionReport(request)
    let rows = report.table.rowCount(isDense: false)
    #expect(rows > 1000 && rows < 1_000_000)
    request.breakdown = .init(by: .column(.country), limit: 5, rest: true)
    #expect(try website.retentionReport(request).rowCount(isDense: false) > 1000)
  }
}
