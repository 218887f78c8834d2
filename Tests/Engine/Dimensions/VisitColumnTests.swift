import Testing

@testable import Engine

@Suite struct VisitColumnTests {
  private func rows(_ website: WebsiteColumns, by value: VisitValue, through end: Int64 = 10_000 * day) throws
    -> [String]
  {
    var request = TrafficBreakdownRequest(
      traffic: TrafficRequest(scope: scope(0, end)), dimension: .visit(value), limit: 100)
    request.order = .visitorsAndVisits
    return try website.trafficBreakdown(request).map { "\($0.key.value) \($0.numbers.views)" }
  }

  private static let events: [TestEvent] = [
    .page("/a", 0, session: "1", [.country: "DE"]), .page("/b", 10, session: "1", [.country: "FR"]),
    .page("/c", 30, session: "1", [.country: "US"]), .page("/d", 5, session: "2", [.country: "US"]),
    .page("/e", 20, session: "2", visit: "2b", [.country: "IT"]),
  ]

  @Test func `a visit has the values of the range, also when those of another range are known`() throws {
    let website = website(Self.events)
    for _ in 1...2 {
      #expect(try rows(website, by: .exit) == ["/c 3", "/d 1", "/e 1"])
      #expect(try rows(website, by: .exit, through: 15) == ["/b 2", "/d 1"])
      #expect(try rows(website, by: .entry) == ["/a 3", "/d 1", "/e 1"])
      #expect(try rows(website, by: .column(.country)) == ["DE 3", "IT 1", "US 1"])
    }
  }

  @Test func `the first event of a visit of several sessions decides, in whichever order they are stored`()
    throws
  {
    let events: [TestEvent] = [
      .page("/late", 20, session: "1", visit: "v", [.country: "US"]),
      .page("/early", 10, session: "2", visit: "v", [.country: "DE"]),
    ]
    for events in [events, events.reversed()] {
      let website = website(events)
      #expect(try rows(website, by: .column(.country)) == ["DE 2"])
      #expect(try rows(website, by: .entry) == ["/early 2"])
      #expect(try rows(website, by: .exit) == ["/late 2"])
    }
  }

  @Test func `a channel is that of the source categories of the request`() throws {
    let website = website([.page("/", 0, [.utmSource: "acme"])])
    var categories = SourceCategories()
    categories.add(name: "acme", .social)
    for (categories, channel) in [
      (SourceCategories(), "Unassigned"), (categories, "Organic Social"), (SourceCategories(), "Unassigned"),
    ] {
      var scope = scope()
      scope.sourceCategories = categories
      let rows = try website.trafficBreakdown(
        TrafficBreakdownRequest(
          traffic: TrafficRequest(scope: scope), dimension: .visit(.channel), limit: 10))
      #expect(rows.map(\.key.value) == [channel])
    }
  }
}
