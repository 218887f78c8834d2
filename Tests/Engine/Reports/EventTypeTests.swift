import Testing

@testable import Engine

/// Performance measurements are events to no report; links and pixels are, but neither pageviews nor custom events.
@Suite struct EventTypeTests {
  private func event(_ type: UInt8, _ time: Int64, session: String = "s", id: String = "") -> TestEvent {
    var event = TestEvent.page("/a", time, session: session, [.hostname: "\(type).com"], id: id)
    event.type = type
    return event
  }

  private func all(_ website: WebsiteColumns) throws -> [GoalResult] {
    try website.goals(GoalsRequest(scope: scope(), goals: [.path(WildcardPattern("*"))]))
  }

  @Test func `a measurement counts nowhere`() throws {
    let columns = website([
      event(5, -40 * day), event(1, 0), event(5, day), event(5, 50 * day, session: "other"),
    ])
    #expect(
      columns.overview == WebsiteOverview(events: 1, extentMilliseconds: start...start, mainHostname: "1.com")
    )
    #expect(columns.partitions.count == 1)
    #expect(try all(columns) == [.count(1)])
    let days = try columns.retention(RetentionRequest(scope: scope(), timeZone: try zone("UTC")))
    #expect(days.map(\.day) == [0])
    #expect(
      try columns.journey(JourneyRequest(scope: scope(), steps: 3)) == [
        Journey(items: ["/a", nil], count: 1)
      ])
  }

  @Test func `a website with measurements alone is known, and has no events`() throws {
    let set = columnSet([event(5, 0)])
    #expect(set.websites.map(\.overview) == [WebsiteOverview()])
    #expect(try all(#require(set["w"])) == [.count(0)])
  }

  @Test func `a measurement that repeats an event makes no website known`() {
    var other = event(5, 0, id: "x")
    other.website = "other"
    #expect(columnSet([event(1, 0, id: "x"), other]).websites.map(\.id) == ["w"])
  }

  @Test func `properties of a measurement are nobody's, and no orphans`() throws {
    var measurement = event(5, 0)
    measurement.properties = [.number("revenue", 1), .text("currency", "EUR")]
    let set = columnSet([event(1, 0), measurement])
    #expect(set.orphanProperties == 0)
    #expect(try set["w"]?.currencies(CurrenciesRequest(scope: scope())) == [])
  }

  @Test func `an event that repeats a measurement's id is left out`() {
    #expect(columnSet([event(5, 0, id: "x"), event(1, 1, id: "x"), event(1, 2)])["w"]?.eventCount == 1)
    #expect(columnSet([event(1, 1, id: "x"), event(5, 0, id: "x")])["w"]?.eventCount == 1)
  }

  @Test(arguments: [3, 4, 0, 255] as [UInt8])
  func `other types are ordinary events, but no pageviews or custom events`(
    type: UInt8
  ) throws {
    let columns = website([event(type, 0), event(1, day)])
    #expect(try all(columns) == [.count(2)])
    let insights = try columns.insights(InsightsRequest(scope: scope(), fields: [.urlPath]))
    #expect(insights.rows.map(\.numbers.views) == [1])
    let report = try columns.attribution(
      AttributionRequest(scope: scope(), model: .firstClick, step: EventMatcher.path(WildcardPattern("*"))))
    #expect(report.pageviews == 1)
    let days = try columns.retention(RetentionRequest(scope: scope(), timeZone: try zone("UTC")))
    #expect(days.map(\.day) == [0, 1])
  }
}
