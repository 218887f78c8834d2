import Calendar
import Testing

@testable import Engine

@Suite struct RevenueOptionTests {
  private func report(
    _ events: [TestEvent], currency: String = "USD", _ scope: ReportScope = scope(),
    _ change: (inout RevenueRequest) -> Void
  ) throws -> RevenueReport {
    var request = RevenueRequest(scope: scope, currency: currency, unit: .day, timeZone: .utc)
    change(&request)
    return try website(events).revenue(request)
  }

  private func buy(
    _ amounts: [Int64], _ currency: String, _ time: Int64, session: String = "s", country: String = "",
    properties: [TestProperty] = []
  ) -> TestEvent {
    .custom(
      "buy", time, session: session, [.country: country],
      amounts.enumerated().map { .number("revenue \($0)", $1) } + [.text("currency", currency)] + properties)
  }

  private func lines(_ breakdown: RevenueBreakdown?) -> [String] {
    (breakdown?.rows.map { row in "\(row.value): " + line(row.totals) } ?? [])
      + (breakdown?.rest.map { ["rest: " + line($0)] } ?? [])
  }

  private func line(_ totals: RevenueTotals) -> String {
    "\(totals.sum.tenThousandths) \(totals.events) \(totals.visitors)"
  }

  @Test func `positive and negative amounts of one event are gross and refunds`() throws {
    let events = [
      buy([500, -200], "USD", 0), buy([-50], "USD", 1), buy([7], "USD", 2, session: "t"),
      buy([-1, -2], "EUR", 3),
    ]
    let report = try report(events) { $0.hasMetrics = true }
    #expect(line(report.total) == "257 3 2")
    #expect(report.total.gross.tenThousandths == 507 && report.total.refunds.tenThousandths == -250)
    #expect(report.currencies.map(\.totals.gross.tenThousandths) == [507, 0])
    #expect(report.currencies.map(\.totals.refunds.tenThousandths) == [-250, -3])
  }

  @Test func `all visitors of the range are counted, with money or without`() throws {
    let events = [
      buy([5], "USD", 0), .page("/", 1, session: "t", [:]), .page("/", day, session: "u", [:]),
    ]
    #expect(try report(events) { $0.hasMetrics = true }.visitors == 3)
    #expect(try report(events, scope(0, day - 1)) { $0.hasMetrics = true }.visitors == 2)
    #expect(try report(events) { _ in }.visitors == nil)
  }

  @Test(
    arguments: [(4, 0), (5, 1), (14, 1), (15, 2), (-4, 0), (-5, -1), (-15, -2), (0, 0)] as [(Int128, Int128)])
  func `averages are rounded to ten-thousandths, halves away from zero`(sum: Int128, average: Int128) {
    #expect(Amount(tenThousandths: sum).average(of: 10)?.tenThousandths == average)
    #expect(Amount(tenThousandths: sum).average(of: 0) == nil)
  }

  @Test func `a breakdown by an event's column and by its visit's differ`() throws {
    let events = [
      TestEvent.page("/", 0, session: "s", [.country: "DE"]), buy([5], "USD", 1, country: "FR"),
      buy([7], "USD", 2, session: "t", country: "FR"), buy([11], "USD", 3, session: "t"),
    ]
    let report = try report(events) { $0.breakdowns = [.column(.country), .visit(.column(.country))] }
    #expect(lines(report.breakdowns[0]) == ["FR: 12 2 2", ": 11 1 1"])
    #expect(lines(report.breakdowns[1]) == ["FR: 18 2 1", "DE: 5 1 1"])
  }

  @Test func `rows and rest add up, and visitors of the rest are distinct`() throws {
    let events = [
      buy([50], "USD", 0, country: "A"), buy([5], "USD", 1, country: "B"), buy([4], "USD", 2, country: "C"),
      buy([3], "USD", 3, session: "t", country: "C"), buy([9], "EUR", 4, country: "D"),
    ]
    func report(limit: Int) throws -> RevenueReport {
      try self.report(events) {
        $0.breakdowns = [.column(.country)]
        ($0.limit, $0.rest) = (limit, true)
      }
    }
    #expect(lines(try report(limit: 1).breakdowns.first) == ["A: 50 1 1", "rest: 12 3 2"])
    #expect(lines(try report(limit: 3).breakdowns.first) == ["A: 50 1 1", "C: 7 2 2", "B: 5 1 1"])
  }

  @Test func `equal sums are ordered by value, and a currency that nobody uses has no rows`() throws {
    let events = ["b", "a", "ab", ""].map { buy([5], "USD", 0, country: $0) }
    let report = try report(events) { $0.breakdowns = [.column(.country)] }
    #expect(report.breakdowns[0].rows.map(\.value) == ["", "a", "ab", "b"])
    let none = try self.report(events, currency: "usd") {
      $0.breakdowns = [.column(.country), .property("plan")]
    }
    #expect(none.breakdowns.map(\.rows.count) == [0, 0])
  }

  @Test func `properties with exact keys replace those that contain the words`() throws {
    let events = [
      buy([500], "USD", 0, properties: [.number("price", 9), .text("money", "EUR")]),
      buy([70], "USD", 1, properties: [.number("Price", 1)]),
    ]
    let both = try report(events, currency: "EUR") { ($0.amountKey, $0.currencyKey) = ("price", "money") }
    #expect(line(both.total) == "9 1 1" && both.currencies.count == 1)
    #expect(line(try report(events) { $0.amountKey = "price" }.total) == "9 1 1")
    #expect(line(try report(events, currency: "EUR") { $0.currencyKey = "money" }.total) == "500 1 1")
    #expect(try report(events) { $0.amountKey = "" }.currencies.isEmpty)
  }

  @Test func `a chart of all events joins the event names of a unit`() throws {
    let events = [
      buy([5], "USD", 0), TestEvent.custom("abo", 1, [:], [.number("revenue", 2), .text("currency", "USD")]),
      buy([1], "USD", day),
    ]
    let chart = try report(events) { $0.chartsAllEvents = true }.chart
    #expect(chart.map { "\($0.eventName) \($0.amount.tenThousandths) \($0.events)" } == [" 7 2", " 1 1"])
  }
}
