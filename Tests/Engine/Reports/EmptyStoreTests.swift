import Calendar
import Testing

@testable import Engine

@Suite struct EmptyStoreTests {
  static var websites: [(name: String, website: WebsiteColumns, scope: ReportScope)] {
    [
      ("no events", website([]), scope()),
      ("a range before the data", website([.page("/", 0)]), scope(-2, -1)),
      ("a range after the data", website([.page("/", 0)]), scope(1, 2)),
      ("filters that nothing passes", website([.page("/", 0)]), nothing()),
    ]
  }

  private static func nothing() -> ReportScope {
    guard let filter = try? Filter(.country, .equals, ["XX"]) else { fatalError("eq takes a value") }
    return scope(-day, day, [filter])
  }

  @Test(arguments: 0..<4) func `every report of nothing is empty, or all zeros`(index: Int) throws {
    let (_, website, scope) = Self.websites[index]
    let step = EventMatcher.path(WildcardPattern("/"))
    #expect(try website.utm(UTMRequest(scope: scope)).isEmpty)
    let revenue = try website.revenue(
      RevenueRequest(scope: scope, currency: "USD", unit: .day, timeZone: .utc))
    #expect(revenue.chart.isEmpty && revenue.countries.isEmpty && revenue.currencies.isEmpty)
    #expect(revenue.total == RevenueTotals())
    #expect(try website.currencies(CurrenciesRequest(scope: scope)).isEmpty)
    #expect(try website.journey(JourneyRequest(scope: scope, steps: 3)).isEmpty)
    #expect(try website.retention(RetentionRequest(scope: scope, timeZone: .utc)).isEmpty)
    #expect(try website.insights(InsightsRequest(scope: scope, fields: [.urlPath, .country])).rows.isEmpty)
    #expect(try website.goals(GoalsRequest(scope: scope, goals: [.path(step.pattern)])) == [.count(0)])
    let funnel = try website.funnel(
      SimpleFunnelRequest(scope: scope, steps: [step, step], windowMilliseconds: hour))
    #expect(funnel.map(\.visitors) == [0, 0])
    let attribution = try website.attribution(
      AttributionRequest(scope: scope, model: .firstClick, step: step, currency: "USD"))
    #expect((attribution.pageviews, attribution.visitors, attribution.visits) == (0, 0, 0))
    #expect(attribution.referrer.isEmpty && attribution.paidAds.isEmpty && attribution.utmTerm.isEmpty)
  }
}
