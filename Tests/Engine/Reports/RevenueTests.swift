import Calendar
import Testing

@testable import Engine

@Suite struct RevenueTests {
  private func report(
    _ events: [TestEvent], currency: String = "USD", unit: CalendarUnit = .day, zone name: String = "UTC",
    _ scope: ReportScope = scope()
  ) throws -> RevenueReport {
    try website(events).revenue(
      RevenueRequest(scope: scope, currency: currency, unit: unit, timeZone: try zone(name)))
  }

  /// A purchase of `amount` ten-thousandths.
  private func buy(
    _ amount: Int64, _ currency: String, _ time: Int64, session: String = "s", country: String = "",
    name: String = "buy"
  ) -> TestEvent {
    .custom(
      name, time, session: session, [.country: country],
      [.number("revenue", amount), .text("currency", currency)])
  }

  private func totals(_ sum: Int128, _ events: Int, _ visitors: Int) -> RevenueTotals {
    RevenueTotals(sum: Amount(tenThousandths: sum), events: events, visitors: visitors)
  }

  @Test func `sums beyond 64 bits are exact, of one event and of many`() throws {
    let amounts = (0..<5).map { TestProperty.number("revenue \($0)", .max) }
    let event = TestEvent.custom(
      "buy", 0, [:], amounts + [.text("currency", "USD"), .text("currency 2", "EUR")])
    let sum = 5 * Int128(Int64.max)
    let one = try report([event])
    #expect(one.total == totals(sum, 1, 1))
    #expect(one.currencies.map(\.totals) == [totals(sum, 1, 1), totals(sum, 1, 1)])
    let negative = TestEvent.custom("buy", 1, [:], [.number("revenue", -.max), .text("currency", "USD")])
    #expect(try report([event, event, negative]).total == totals(2 * sum - Int128(Int64.max), 3, 1))
    #expect(try report([negative]).chart.map(\.amount.tenThousandths) == [-Int128(Int64.max)])
  }

  @Test func `amounts add up exactly by currency, bucket and country`() throws {
    let report = try report([
      buy(1, "USD", 0, country: "DE"), buy(2, "USD", day - 1, session: "t"),
      buy(4, "USD", day, country: "DE"),
      buy(8, "EUR", 0), buy(16, "USD", 0, country: "DE", name: "abo"),
    ])
    #expect(report.total == totals(23, 4, 2))
    #expect(report.currencies.map(\.currency) == ["USD", "EUR"])
    #expect(report.currencies.map(\.totals) == [totals(23, 4, 2), totals(8, 1, 1)])
    #expect(
      report.countries == [
        NamedAmount(name: "DE", amount: Amount(tenThousandths: 21)),
        NamedAmount(name: "", amount: Amount(tenThousandths: 2)),
      ])
    #expect(
      report.chart.map {
        "\($0.eventName) \(formatInstant($0.startMilliseconds)) \($0.amount.tenThousandths)"
      }
        == ["abo 2025-03-01T00:00:00Z 16", "buy 2025-03-01T00:00:00Z 3", "buy 2025-03-02T00:00:00Z 4"])
  }

  @Test func `an event of two currencies counts in both`() throws {
    let event = TestEvent.custom(
      "buy", 0, [:],
      [.number("revenue", 5), .text("currency", "USD"), .text("localCurrency", "EUR")])
    let report = try report([event])
    #expect(report.total == totals(5, 1, 1))
    #expect(report.currencies.map(\.currency) == ["EUR", "USD"])
    #expect(report.currencies.map(\.totals) == [totals(5, 1, 1), totals(5, 1, 1)])
  }

  @Test func `an event that names its currency twice counts once`() throws {
    let event = TestEvent.custom(
      "buy", 0, [:], [.number("revenue", 5), .text("currency", "USD"), .text("CURRENCY_code", "USD")])
    #expect(try report([event]).total == totals(5, 1, 1))
  }

  @Test func `several amounts of one event are one event`() throws {
    let event = TestEvent.custom(
      "buy", 0, [:], [.number("revenue", 5), .text("myRevenueTax", "0.0002"), .text("currency", "USD")])
    #expect(try report([event]).total == totals(7, 1, 1))
  }

  @Test(arguments: [
    ("34.84", 348_400), (" 1 ", nil), ("1e2", 1_000_000), ("USD", nil), ("", nil), ("-0.5", -5000),
    ("0.00005", 1),
  ]) func `a text is read as a decimal where there is no number`(text: String, amount: Int64?) throws {
    let event = TestEvent.custom("buy", 0, [:], [.text("revenue", text), .text("currency", "USD")])
    #expect(try report([event]).total == (amount.map { totals(Int128($0), 1, 1) } ?? RevenueTotals()))
  }

  @Test func `amounts without a currency and currencies without an amount count nowhere`() throws {
    let events: [TestEvent] = [
      .custom("a", 0, [:], [.number("revenue", 5)]), .custom("b", 0, [:], [.text("currency", "USD")]),
      .custom("c", 0, [:], [.number("revenue", 5), .text("currency", "")]),
    ]
    let report = try report(events)
    #expect(report.total == RevenueTotals())
    #expect(report.currencies.isEmpty && report.chart.isEmpty && report.countries.isEmpty)
  }

  @Test func `sums stay exact beyond what 64 bits hold`() throws {
    let events = (0..<3).map { buy(.max, "USD", Int64($0)) }
    #expect(try report(events).total.sum.tenThousandths == 3 * Int128(Int64.max))
  }

  @Test func `a day with a clock change is one bucket`() throws {
    // 2025-03-30 in Berlin begins at 23:00 UTC and has 23 hours.
    let begin = 28 * day + 23 * hour
    let report = try report(
      [buy(1, "USD", begin), buy(2, "USD", begin + 23 * hour - 1), buy(4, "USD", begin + 23 * hour)],
      zone: "Europe/Berlin")
    #expect(report.chart.map(\.startMilliseconds) == [start + begin, start + begin + 23 * hour])
    #expect(report.chart.map(\.amount.tenThousandths) == [3, 4])
  }

  @Test(arguments: [
    (CalendarUnit.minute, "2025-05-17T23:59:00Z"), (.hour, "2025-05-17T23:00:00Z"),
    (.day, "2025-05-17T22:00:00Z"),
    (.week, "2025-05-11T22:00:00Z"), (.month, "2025-04-30T22:00:00Z"), (.year, "2024-12-31T23:00:00Z"),
  ]) func `buckets are calendar units of the zone`(unit: CalendarUnit, bucket: String) throws {
    let time = try #require(parseInstant("2025-05-17T23:59:30.123Z")) - start
    let report = try report([buy(1, "USD", time)], unit: unit, zone: "Europe/Berlin")
    #expect(report.chart.map { formatInstant($0.startMilliseconds) } == [bucket])
  }

  @Test func `currencies are the distinct ones in range, by name`() throws {
    let events = [buy(1, "USD", 0), buy(1, "EUR", 1), buy(1, "usd", 2), buy(1, "EUR", 3), buy(1, "GBP", 10)]
    #expect(try website(events).currencies(CurrenciesRequest(scope: scope(0, 9))) == ["EUR", "USD", "usd"])
  }

  @Test func `properties without an event are counted and count nowhere`() {
    var builder = ColumnsBuilder()
    let memory = TextMemory()
    var property = PropertyRow()
    property.eventID = memory.bytes("nobody")
    property.key = memory.bytes("revenue")
    builder.append(property)
    #expect(builder.finish().orphanProperties == 1)
  }
}
