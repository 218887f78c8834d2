import Testing

@testable import Engine

@Suite struct FunnelTests {
  private func visitors(
    _ steps: [String], window: Int64 = hour, _ events: [TestEvent], _ scope: ReportScope = scope()
  ) throws -> [Int] {
    let steps = steps.map { step in
      step.hasPrefix("!")
        ? EventMatcher.event(WildcardPattern(String(step.dropFirst())))
        : EventMatcher.path(WildcardPattern(step))
    }
    let request = SimpleFunnelRequest(scope: scope, steps: steps, windowMilliseconds: window)
    return try website(events).funnel(request).map(\.visitors)
  }

  @Test func `a visitor who goes from A to B, back to A and to B again counts once a step`() throws {
    let events: [TestEvent] = [.page("/a", 0), .page("/b", 1000), .page("/a", 2000), .page("/b", 3000)]
    #expect(try visitors(["/a", "/b"], events) == [1, 1])
    #expect(try visitors(["/a", "/b", "/a", "/b"], events) == [1, 1, 1, 1])
    #expect(try visitors(["/a", "/b", "/a", "/b", "/a"], events) == [1, 1, 1, 1, 0])
  }

  @Test func `the window of a step opens at the latest event that reached the step before`() throws {
    let events: [TestEvent] = [.page("/a", 0), .page("/a", 50 * minute), .page("/b", 100 * minute)]
    #expect(try visitors(["/a", "/b"], events) == [1, 1])
  }

  @Test func `the window runs from the previous step, not from the first`() throws {
    let events: [TestEvent] = [.page("/a", 0), .page("/b", 50 * minute), .page("/c", 100 * minute)]
    #expect(try visitors(["/a", "/b", "/c"], events) == [1, 1, 1])
  }

  @Test(arguments: [(hour - 1, 1), (hour, 1), (hour + 1, 0)])
  func `both ends of the window count, to the millisecond`(time: Int64, reached: Int) throws {
    #expect(try visitors(["/a", "/b"], [.page("/a", 0), .page("/b", time)]) == [1, reached])
    #expect(try visitors(["/a", "/b"], [.page("/a", 7), .page("/b", time + 7)]) == [1, reached])
  }

  @Test func `one event reaches a step that stands twice in a row`() throws {
    #expect(try visitors(["/a", "/a", "/nope"], [.page("/a", 0)]) == [1, 1, 0])
    #expect(try visitors(["/a", "/*", "!buy"], [.custom("buy", 0, on: "/a")]) == [1, 1, 1])
  }

  @Test func `events of one instant count in either order of arrival`() throws {
    #expect(try visitors(["/a", "/b"], [.page("/a", 0), .page("/b", 0)]) == [1, 1])
    #expect(try visitors(["/a", "/b"], [.page("/b", 0), .page("/a", 0)]) == [1, 1])
    #expect(
      try visitors(["/a", "/b", "/c"], [.page("/c", 5), .page("/b", 5), .page("/a", 5)]) == [1, 1, 1])
  }

  @Test func `a step before the first one does not count`() throws {
    #expect(try visitors(["/a", "/b"], [.page("/b", 0), .page("/a", 1)]) == [1, 0])
  }

  @Test func `steps are taken by one session, over all of its visits`() throws {
    #expect(
      try visitors(["/a", "/b"], [.page("/a", 0, session: "1"), .page("/b", 1, session: "2")]) == [1, 0])
    #expect(
      try visitors(["/a", "/b"], [.page("/a", 0, visit: "1"), .page("/b", 1, visit: "2")]) == [1, 1])
  }

  @Test func `a custom event on a page matches the page's step, and a url step no name`() throws {
    #expect(try visitors(["/", "!buy"], [.custom("buy", 0, on: "/")]) == [1, 1])
    #expect(try visitors(["buy", "!/"], [.custom("buy", 0, on: "/")]) == [0, 0])
  }

  @Test func `events out of range reach nothing`() throws {
    let events: [TestEvent] = [.page("/a", 0), .page("/b", 1000)]
    #expect(try visitors(["/a", "/b"], events, scope(0, 999)) == [1, 0])
    #expect(try visitors(["/a", "/b"], events, scope(0, 1000)) == [1, 1])
    #expect(try visitors(["/a", "/b"], events, scope(1, 1000)) == [0, 0])
  }

  @Test func `dropped, dropoff and remaining follow from the visitors`() throws {
    let events: [TestEvent] = (0..<4).flatMap { visitor -> [TestEvent] in
      let pages = ["/a", "/b", "/c"].prefix(visitor)
      return pages.enumerated().map { .page($1, Int64($0), session: "\(visitor)") }
    }
    let steps = ["/a", "/b", "/c", "/d", "/e"].map { EventMatcher.path(WildcardPattern($0)) }
    let result = try website(events).funnel(
      SimpleFunnelRequest(scope: scope(), steps: steps, windowMilliseconds: hour))
    #expect(result.map(\.visitors) == [3, 2, 1, 0, 0])
    #expect(result.map(\.previous) == [0, 3, 2, 1, 0])
    #expect(result.map(\.dropped) == [0, 1, 1, 1, 0])
    #expect(result.map(\.dropoff) == [nil, 1 - 2.0 / 3, 0.5, 1, nil])
    #expect(result.map(\.remaining) == [1, 2.0 / 3, 1.0 / 3, 0, 0])
  }

  @Test func `without a first step nothing remains of nothing`() throws {
    let result = try website([.page("/x", 0)]).funnel(
      SimpleFunnelRequest(
        scope: scope(), steps: ["/a", "/b"].map { EventMatcher.path(WildcardPattern($0)) },
        windowMilliseconds: 1))
    #expect(result.map(\.remaining) == [nil, nil])
  }

  @Test func `a funnel can have sixty-four steps`() throws {
    let events = (0..<64).map { TestEvent.page("/\($0)", Int64($0)) }
    #expect(try visitors((0..<64).map { "/\($0)" }, events) == Array(repeating: 1, count: 64))
  }
}
