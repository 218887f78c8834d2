import Calendar
import Testing

@testable import Engine

@Suite struct RevenueSourcesTests {
  private func report(_ events: [TestEvent], currency: String = "USD", _ scope: ReportScope = scope()) throws
    -> RevenueSources
  {
    try website(events).revenueSources(
      RevenueRequest(scope: scope, currency: currency, unit: .day, timeZone: .utc))
  }

  private func buy(
    _ amount: Int64, _ currency: String, _ time: Int64, session: String = "s",
    _ columns: [TextColumn: String] = [:]
  ) -> TestEvent {
    .custom(
      "buy", time, session: session, columns,
      [.number("revenue", amount), .text("currency", currency)])
  }

  private func lines(_ amounts: [NamedAmount]) -> [String] {
    amounts.map { "\($0.name) \($0.amount.tenThousandths)" }
  }

  @Test func `the currencies of events are compared in upper case`() throws {
    let events = [buy(1, "usd", 0), buy(2, "Usd", 1), buy(4, "USD", 2), buy(8, "USDT", 3), buy(16, "us", 4)]
    #expect(try report(events).total.sum == Amount(tenThousandths: 7))
    #expect(try report(events, currency: "usd").total.events == 0)
  }

  @Test func `an event that names the currency twice counts once`() throws {
    let event = TestEvent.custom(
      "buy", 0, [:], [.number("revenue", 5), .text("currency", "usd"), .text("currency 2", "USD")])
    let report = try report([event])
    #expect(report.total == RevenueTotals(sum: Amount(tenThousandths: 5), events: 1, visitors: 1))
    #expect(report.chart.map(\.events) == [1])
  }

  @Test func `referrer and channel are those of the visitor's first event in range`() throws {
    let events = [
      TestEvent.page("/", 0, session: "s", [.referrerDomain: "google.com"]),
      buy(1, "USD", 10, session: "s", [.referrerDomain: "other.example", .country: "DE", .region: "DE-BE"]),
      buy(2, "USD", day, session: "s"),
      buy(4, "USD", 20, session: "t", [.country: "DE", .region: "DE-BY"]),
    ]
    let report = try report(events)
    #expect(lines(report.referrers) == [" 4", "google.com 3"])
    #expect(lines(report.channels).count == 2)
    #expect(lines(report.countries) == ["DE 5", " 2"])
    #expect(
      report.regions.map { "\($0.country) \($0.name) \($0.amount.tenThousandths)" } == [
        "DE DE-BY 4", "  2", "DE DE-BE 1",
      ])
    #expect(report.chart.map(\.events) == [2, 1])
    // Before the range, nothing counts.
    let later = try self.report(events, scope(10, day))
    #expect(lines(later.referrers) == [" 4", "other.example 3"])
  }
}
