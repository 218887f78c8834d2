import Calendar
import Testing

@testable import Engine

@Suite struct InsightsTests {
  private func rows(
    _ events: [TestEvent], by fields: [TextColumn] = [.urlPath], _ scope: ReportScope = scope()
  ) throws -> [String] {
    try website(events).insights(InsightsRequest(scope: scope, fields: fields)).rows.map { row in
      "\(row.texts.joined(separator: "|")) \(row.numbers.five)"
    }
  }

  @Test func `a stay is a session's pageviews of one visit in one group`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, visit: "1"), .page("/b", 2 * second, visit: "1"), .page("/a", 10 * second, visit: "1"),
      .page("/a", hour, visit: "2"), .page("/a", hour, session: "other"),
    ]
    #expect(try rows(events) == ["/a 4 2 3 2 10", "/b 1 1 1 1 0"])
  }

  @Test func `the time of each stay is floored to whole seconds`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, visit: "1"), .page("/a", 1999, visit: "1"), .page("/a", hour, visit: "2"),
      .page("/a", hour + 999, visit: "2"),
    ]
    #expect(try rows(events) == ["/a 4 1 2 0 1"])
  }

  @Test func `custom events are not pageviews`() throws {
    #expect(try rows([.custom("buy", 0, on: "/a"), .page("/a", second)]) == ["/a 1 1 1 1 0"])
  }

  @Test func `overlapping visits of one visitor are told apart`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, visit: "1"), .page("/a", second, visit: "2"), .page("/a", 2 * second, visit: "1"),
      .page("/a", 3 * second, visit: "2"),
    ]
    #expect(try rows(events) == ["/a 4 1 2 0 4"])
  }

  @Test func `a visit id in two sessions is one visit of two stays`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, session: "1", visit: "v"), .page("/a", second, session: "2", visit: "v"),
      .page("/a", 40 * day, session: "3", visit: "v"), .page("/a", 40 * day, session: "4"),
    ]
    #expect(try rows(events) == ["/a 4 4 2 4 0"])
  }

  @Test func `a stay is no bounce by the rule for engaged visits if its visit has a custom event in range`()
    throws
  {
    func bounces(_ events: [TestEvent], _ bounce: BounceRule, _ scope: ReportScope = scope()) throws -> [Int]
    {
      var request = InsightsRequest(scope: scope, fields: [.urlPath])
      request.bounce = bounce
      return try website(events).insights(request).rows.map(\.numbers.bounces)
    }
    let alone: [TestEvent] = [
      .page("/a", 0, visit: "1"), .custom("buy", second, visit: "1"), .page("/a", hour, visit: "2"),
    ]
    #expect(try bounces(alone, .engaged) == [1])
    #expect(try bounces(alone, .single) == [2])
    #expect(try bounces(alone, .none) == [0])
    // The event counts though it is filtered out, but not out of range.
    let pages = try Filter(.eventName, .isNotSet)
    #expect(try bounces(alone, .engaged, scope(-day, day, [pages])) == [1])
    #expect(try bounces(alone, .engaged, scope(0, 0)) == [1])
    let shared: [TestEvent] = [
      .page("/a", 0, session: "1", visit: "v"), .custom("buy", 40 * day, session: "2", visit: "v"),
      .page("/a", 0, session: "3"),
    ]
    #expect(try bounces(shared, .engaged) == [1])
    #expect(try bounces(shared, .engaged, scope(0, day)) == [2])
  }

  @Test func `rows may be ordered by visitors before views`() throws {
    let events: [TestEvent] = [
      .page("/a", 0), .page("/a", 1), .page("/a", 2), .page("/b", 0), .page("/b", 0, session: "t"),
      .page("/c", 0, session: "u"), .page("/c", 0), .page("/c", 1),
    ]
    var request = InsightsRequest(scope: scope(), fields: [.urlPath])
    #expect(try website(events).insights(request).rows.map(\.texts) == [["/c"], ["/a"], ["/b"]])
    request.ordersByVisitors = true
    #expect(try website(events).insights(request).rows.map(\.texts) == [["/c"], ["/b"], ["/a"]])
  }

  @Test func `missing visits are derived by gaps of thirty minutes`() throws {
    let half = 30 * minute
    let events: [TestEvent] = [
      .page("/a", 0, visit: ""), .page("/a", half - 1, visit: ""), .page("/a", 2 * half - 1, visit: ""),
    ]
    #expect(try rows(events) == ["/a 3 1 2 1 1799"])
  }

  @Test func `several fields make a row for each combination`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, session: "1", [.country: "DE", .browser: "ios"]),
      .page("/a", 0, session: "2", [.country: "DE", .browser: "chrome"]),
      .page("/b", 1, session: "1", [.country: "DE", .browser: "ios"]),
      .page("/a", 0, session: "3"),
    ]
    #expect(
      try rows(events, by: [.country, .browser]) == [
        "DE|ios 2 1 1 0 0", "| 1 1 1 1 0", "DE|chrome 1 1 1 1 0",
      ])
    #expect(try rows(events, by: [.browser, .country, .urlPath]).count == 4)
  }

  @Test func `rows stand by views, then visitors, then values by bytes`() throws {
    let events: [TestEvent] = [
      .page("/b", 0, session: "1"), .page("/B", 0, session: "1"), .page("/two", 0, session: "1"),
      .page("/two", 0, session: "1"), .page("/other", 0, session: "1"), .page("/other", 0, session: "2"),
    ]
    #expect(
      try rows(events) == ["/other 2 2 2 2 0", "/two 2 1 1 0 0", "/B 1 1 1 1 0", "/b 1 1 1 1 0"])
  }

  @Test(arguments: [499, 500, 501]) func `the first five hundred rows are given`(count: Int) throws {
    #expect(try rows((0..<count).map { .page("/\($0)", 0) }).count == min(count, 500))
  }

  @Test func `a session of more rows than a block has is one visitor`() throws {
    let events = (0..<(2 * Block.targetRows)).map { TestEvent.page("/a", Int64($0) * second) }
    #expect(try rows(events) == ["/a \(events.count) 1 1 0 \(events.count - 1)"])
  }

  @Test(arguments: [-1, 0, 1]) func `visitors add up over the edges of blocks`(extra: Int) throws {
    let count = Block.targetRows + extra
    let events = (0..<count).map { TestEvent.page("/a", Int64($0), session: "\($0)") }
    #expect(try rows(events) == ["/a \(count) \(count) \(count) \(count) 0"])
  }

  @Test func `a stay goes on where its group comes back, and ends with its visit`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, visit: "1"), .page("/b", second, visit: "1"), .page("/a", 2 * second, visit: "1"),
      .page("/b", 3 * second, visit: "2"), .page("/a", 4 * second, visit: "2"),
      .page("/a", 9 * second, visit: "2"),
    ]
    #expect(try rows(events) == ["/a 4 1 2 0 7", "/b 2 1 2 2 0"])
  }

  @Test func `only selected pageviews make a stay`() throws {
    let events = (0..<5).map { TestEvent.page("/a", Int64($0) * second) }
    #expect(try rows(events, by: [.urlPath], scope(second, 3 * second)) == ["/a 3 1 1 0 2"])
    #expect(try rows(events, by: [.urlPath], scope(second, second)) == ["/a 1 1 1 1 0"])
  }
}

extension InsightsRow {
  var texts: [String] {
    values.map { value in
      switch value {
      case .text(let text): text
      case .number(let number): "\(number)"
      case .instant(let instant): formatInstant(instant)
      }
    }
  }
}

extension InsightsNumbers {
  /// Views, visitors, visits, bounces and seconds.
  var five: String { "\(views) \(visitors) \(visits) \(bounces) \(totalSeconds)" }
}
