import Calendar
import TestSupport
import Testing

@testable import Engine

@Suite struct ColumnsTests {
  @Test(arguments: [0, 1, 255, 256, 65535, 65536]) func `codes take as few bytes as the largest needs`(
    largest: UInt32
  ) {
    let column = CodeColumn(count: 3, largest: largest) { $0 == 1 ? largest : 0 }
    #expect((0..<3).map { column[$0] } == [0, largest, 0])
    switch column {
    case .one: #expect(largest <= 255)
    case .two: #expect(256...65535 ~= largest)
    case .four: #expect(largest >= 65536)
    }
    var copy: [UInt32] = []
    column.copy(1..<3, to: &copy)
    #expect(copy == [largest, 0])
  }

  private static let times: [([Int64], Int64)] = [
    ([], 1000), ([0], 1000), ([5, 2005, 1_000_005], 1000), ([5, 2006], 1), ([-1, 1_999], 1000),
    ([0, 4_294_967_295], 1), ([0, 4_294_967_296], 1), ([0, 4_294_967_295_000], 1000),
    ([0, 4_294_967_296_000], 1000), ([Int64.min / 4, Int64.max / 4 + 1], 1),
  ]

  @Test(arguments: times)
  func `times come back to the millisecond, in seconds where they can`(times: [Int64], unit: Int64) {
    let column = TimeColumn(count: times.count) { times[$0] }
    #expect(times.indices.map { column[$0] } == times)
    #expect(column.unitMilliseconds == unit)
    var copy = Array(repeating: Int64(0), count: times.count)
    column.copy(0..<times.count, to: &copy)
    #expect(copy == times)
  }

  @Test func `sessions stand by their first event, in the month of which they stay`() {
    let columns = website([
      .page("/late", 40 * day, session: "b"), .page("/early", 35 * day, session: "c"),
      .page("/first", 30 * day, session: "b"), .page("/second", 32 * day, session: "b"),
    ])
    #expect(columns.partitions.map(\.month) == [662, 663])
    let first = columns.partitions[0]
    #expect(
      (0..<first.rowCount).map { columns.dictionary(.urlPath)[Int(first[.urlPath][$0])] } == [
        "/first", "/second", "/late",
      ])
    #expect(columns.eventCount == 4)
    #expect(columns.extentMilliseconds == start + 30 * day...start + 40 * day)
  }

  @Test func `an event id that is known already is not counted twice`() {
    let set = columnSet([.page("/a", 0, id: "1"), .page("/b", 1, id: "1"), .page("/c", 2, id: "2")])
    #expect(set.websites.map(\.eventCount) == [2])
  }

  @Test func `websites stand by id, each with its own sessions`() {
    let set = columnSet([
      .page("/", 0, website: "b"), .page("/", 0, website: "a"), .page("/", 1, website: "b"),
    ])
    #expect(set.websites.map(\.id) == ["a", "b"])
    #expect(set.websites.map(\.eventCount) == [1, 2])
    #expect(set["c"] == nil)
  }

  @Test func `the order of arrival changes no report, but for events of one instant`() throws {
    var random = SeededGenerator(seed: 7)
    let events = (0..<3000).map { index in
      TestEvent.page(
        "/\(index * 7 % 40)", Int64(index) * 37 * minute, session: "\(index * 31 % 200)",
        visit: "\(index * 31 % 200)-\(index / 600)", id: "\(index)")
    }
    let steps = ["/1", "/2*"].map { EventMatcher.path(WildcardPattern($0)) }
    func answers(_ events: [TestEvent]) throws -> ([InsightsRow], [Journey], [FunnelStep], [RetentionCell]) {
      let columns = website(events)
      return (
        try columns.insights(InsightsRequest(scope: scope(), fields: [.urlPath])).rows,
        try columns.journey(JourneyRequest(scope: scope(), steps: 5)),
        try columns.funnel(SimpleFunnelRequest(scope: scope(), steps: steps, windowMilliseconds: 9 * day)),
        try columns.retention(RetentionRequest(scope: scope(), timeZone: .utc))
      )
    }
    #expect(try answers(events) == answers(events.shuffled(using: &random)))
  }

  @Test func `properties may come before their events`() throws {
    var builder = ColumnsBuilder()
    let memory = TextMemory()
    var property = PropertyRow()
    property.eventID = memory.bytes("e")
    property.key = memory.bytes("k")
    property.numberTenThousandths = 5
    builder.append(property)
    var row = EventRow()
    row.sessionID = memory.bytes("s")
    row.eventID = memory.bytes("e")
    row[.eventName] = memory.bytes("n")
    builder.append(row)
    let set = builder.finish()
    let goal = GoalsRequest.Goal.eventData(event: "n", property: "k", .sum)
    let range = ReportScope(range: InstantRange(start: 0, end: 0) ?? scope().range)
    #expect(set.orphanProperties == 0)
    #expect(
      try set.websites.first?.goals(GoalsRequest(scope: range, goals: [goal])) == [
        .amount(Amount(tenThousandths: 5))
      ])
  }
}

@Suite struct InstantRangeTests {
  /// Around the ends of ranges, whatever the unit and the width of offsets.
  @Test(arguments: [
    [0, 1000, 2000, 5_000_000], [0, 1, 999, 1000, 1001], [0, 4_294_967_296_500], [-5000, -4000, 0],
    [Int64.min / 4, 0, Int64.max / 4],
  ]) func `rows are narrowed to a range as each of them is compared`(times: [Int64]) throws {
    let column = TimeColumn(count: times.count) { times[$0] }
    let steps: [Int64] = [-1001, -1000, -1, 0, 1, 999, 1000]
    var edges: [Int64] = [.min, .max]
    for time in times { edges += steps.map { time + $0 } }
    for first in edges {
      for last in edges where first <= last {
        let range = try #require(InstantRange(start: first, end: last))
        var flags = Array(repeating: true, count: times.count)
        column.narrow(&flags, 0..<times.count, to: range)
        let wanted = times.map { range.contains($0) }
        #expect(flags == wanted, "\(first)...\(last)")
      }
    }
  }
}
