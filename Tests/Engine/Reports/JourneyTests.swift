import Testing

@testable import Engine

@Suite struct JourneyTests {
  private func journeys(
    _ events: [TestEvent], steps: Int = 3, start: String? = nil, end: String? = nil,
    _ scope: ReportScope = scope()
  ) throws -> [Journey] {
    try website(events).journey(JourneyRequest(scope: scope, steps: steps, startStep: start, endStep: end))
  }

  /// One visit through these pages, a second apart.
  private func visit(_ pages: [String], session: String = "s", visit: String? = nil) -> [TestEvent] {
    pages.enumerated().map { .page($1, Int64($0) * second, session: session, visit: visit) }
  }

  @Test func `a visit with fewer events than steps ends with null, one with as many does not`() throws {
    #expect(try journeys(visit(["/a", "/b"])) == [Journey(items: ["/a", "/b", nil], count: 1)])
    #expect(try journeys(visit(["/a", "/b", "/c"])) == [Journey(items: ["/a", "/b", "/c"], count: 1)])
    #expect(try journeys(visit(["/a", "/b", "/c", "/d"])) == [Journey(items: ["/a", "/b", "/c"], count: 1)])
  }

  @Test func `repeats collapse into one and still count as events`() throws {
    #expect(try journeys(visit(["/a", "/a", "/b"])) == [Journey(items: ["/a", "/b"], count: 1)])
    #expect(try journeys(visit(["/a", "/a"])) == [Journey(items: ["/a", nil], count: 1)])
    #expect(try journeys(visit(["/a", "/b", "/a"])) == [Journey(items: ["/a", "/b", "/a"], count: 1)])
    #expect(try journeys(visit(["/a", "/a", "/a", "/b"])) == [Journey(items: ["/a"], count: 1)])
  }

  @Test func `an event is shown by its name, or its path where it has none`() throws {
    let events: [TestEvent] = [.page("/a", 0), .custom("buy", 1, on: "/a"), .page("/b", 2)]
    #expect(try journeys(events) == [Journey(items: ["/a", "buy", "/b"], count: 1)])
  }

  @Test func `a name and a path of the same text are the same item`() throws {
    let events: [TestEvent] = [.page("same", 0), .custom("same", 1, on: "/x"), .page("/b", 2)]
    #expect(try journeys(events) == [Journey(items: ["same", "/b"], count: 1)])
    let two = [TestEvent.page("same", 0, session: "1"), .custom("same", 0, session: "2", on: "/x")]
    #expect(try journeys(two) == [Journey(items: ["same", nil], count: 2)])
  }

  @Test func `the start is compared with the first item, the end with the last that is not null`() throws {
    let events = visit(["/a", "/b"], session: "1") + visit(["/b", "/a", "/c"], session: "2")
    #expect(try journeys(events, start: "/a") == [Journey(items: ["/a", "/b", nil], count: 1)])
    #expect(try journeys(events, end: "/b") == [Journey(items: ["/a", "/b", nil], count: 1)])
    #expect(try journeys(events, end: "/c") == [Journey(items: ["/b", "/a", "/c"], count: 1)])
    #expect(try journeys(events, start: "/a", end: "/c") == [])
    #expect(try journeys(events, start: "/nowhere") == [])
    #expect(try journeys(events, end: "/nowhere") == [])
  }

  @Test func `equal counts stand by name, null first, and a beginning before what it begins`() throws {
    let events =
      visit(["/a"], session: "1") + visit(["/a", "/b"], session: "2")
      + visit(["/a", "/a", "/a"], session: "3")
      + visit(["/Z"], session: "4") + visit(["/é"], session: "5")
    #expect(
      try journeys(events).map(\.items) == [
        ["/Z", nil], ["/a"], ["/a", nil], ["/a", "/b", nil], ["/é", nil],
      ])
  }

  @Test func `the events of one instant follow in order of arrival`() throws {
    let events: [TestEvent] = [.page("/b", 5), .page("/a", 5), .page("/first", 1)]
    #expect(try journeys(events) == [Journey(items: ["/first", "/b", "/a"], count: 1)])
  }

  @Test func `each visit of a session is a journey of its own, also where visits overlap`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, visit: "1"), .page("/x", 1, visit: "2"), .page("/b", 2, visit: "1"),
      .page("/y", 3, visit: "2"),
    ]
    #expect(
      try journeys(events) == [
        Journey(items: ["/a", "/b", nil], count: 1), Journey(items: ["/x", "/y", nil], count: 1),
      ])
  }

  @Test func `a visit id in two sessions is one visit`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, session: "1", visit: "v"), .page("/b", 1, session: "2", visit: "v"),
      .page("/c", 2, session: "1", visit: "v"), .page("/d", 3, session: "2", visit: "v"),
    ]
    #expect(try journeys(events) == [Journey(items: ["/a", "/b", "/c"], count: 1)])
  }

  @Test func `events of one instant follow in order of arrival, whichever sessions of the visit they are of`()
    throws
  {
    // Sessions stand in the order of their first events, so that the rows of 2 come behind those of 1.
    let events: [TestEvent] = [
      .page("/first", 0, session: "1", visit: "v"), .page("/b", 5, session: "2", visit: "v"),
      .page("/a", 5, session: "1", visit: "v"), .page("/c", 5, session: "2", visit: "v"),
      .page("/d", 5, session: "1", visit: "v"), .page("/e", 5, session: "later", visit: "v"),
      .page("/f", 60 * day, session: "later", visit: "v"),
    ]
    #expect(
      try journeys(events, steps: 7) == [
        Journey(items: ["/first", "/b", "/a", "/c", "/d", "/e", "/f"], count: 1)
      ])
  }

  @Test func `only events in range make a journey`() throws {
    let events = visit(["/a", "/b", "/c"])
    #expect(try journeys(events, scope(second, 2 * second)) == [Journey(items: ["/b", "/c", nil], count: 1)])
  }

  @Test(arguments: [99, 100, 101]) func `the hundred most frequent are given`(count: Int) throws {
    let events = (0..<count).flatMap { visit(["/\($0)"], session: "\($0)") }
    #expect(try journeys(events).count == min(count, 100))
  }
}
