import Calendar
import Testing

@testable import Engine

@Suite struct RetentionTests {
  private func cells(
    _ times: [[Int64]], _ zoneName: String = "UTC", _ scope: ReportScope = scope()
  ) throws -> [String] {
    let events = times.enumerated().flatMap { visitor, times in
      times.map { TestEvent.page("/", $0, session: "\(visitor)") }
    }
    let request = RetentionRequest(scope: scope, timeZone: try zone(zoneName))
    return try website(events).retention(request).map { cell in
      "\(formatInstant(cell.dateMilliseconds)) +\(cell.day) \(cell.returnVisitors)/\(cell.visitors)"
    }
  }

  @Test func `a visitor belongs to the day of the first event and counts once on each later day`() throws {
    let day0 = "2025-03-01T00:00:00Z"
    #expect(
      try cells([[0, hour, day, day + hour, 3 * day]]) == [
        "\(day0) +0 1/1", "\(day0) +1 1/1", "\(day0) +3 1/1",
      ])
    #expect(
      try cells([[0, day], [hour], [day, 2 * day]]) == [
        "\(day0) +0 2/2", "\(day0) +1 1/2", "2025-03-02T00:00:00Z +0 1/1", "2025-03-02T00:00:00Z +1 1/1",
      ])
  }

  @Test func `visitors of all of time are counted by day, however far apart the days are`() throws {
    let (early, late) = (-730_000 * day, 2_900_000 * day)
    #expect(
      try cells(
        [[early, early + day], [0, 2 * day], [late, late + 31 * day], [0, late]], "UTC",
        scope(early, late + 40 * day)) == [
          "0026-06-29T00:00:00Z +0 1/1", "0026-06-29T00:00:00Z +1 1/1", "2025-03-01T00:00:00Z +0 2/2",
          "2025-03-01T00:00:00Z +2 1/2", "9965-02-04T00:00:00Z +0 1/1", "9965-02-04T00:00:00Z +31 1/1",
        ])
  }

  @Test func `days end at midnight to the millisecond`() throws {
    let day0 = "2025-03-01T00:00:00Z"
    #expect(try cells([[0, day - 1]]) == ["\(day0) +0 1/1"])
    #expect(try cells([[day - 1, day]]) == ["\(day0) +0 1/1", "\(day0) +1 1/1"])
  }

  @Test func `the thirty-first day after the first counts, the next does not`() throws {
    let day0 = "2025-03-01T00:00:00Z"
    #expect(try cells([[0, 31 * day]]) == ["\(day0) +0 1/1", "\(day0) +31 1/1"])
    #expect(try cells([[0, 32 * day]]) == ["\(day0) +0 1/1"])
  }

  @Test func `a day with a clock change is one day`() throws {
    // 2025-03-30 has 23 hours in Berlin, 2025-10-26 has 25.
    let spring = 28 * day + 23 * hour
    #expect(
      try cells([[spring, spring + 23 * hour - 1, spring + 23 * hour]], "Europe/Berlin") == [
        "2025-03-29T23:00:00Z +0 1/1", "2025-03-29T23:00:00Z +1 1/1",
      ])
    let autumn = 238 * day + 22 * hour
    #expect(
      try cells([[autumn, autumn + 25 * hour - 1, autumn + 25 * hour]], "Europe/Berlin") == [
        "2025-10-25T22:00:00Z +0 1/1", "2025-10-25T22:00:00Z +1 1/1",
      ])
  }

  @Test func `the first event in range makes the cohort, not the first of all`() throws {
    #expect(
      try cells([[0, day, 2 * day]], "UTC", scope(day, 2 * day)) == [
        "2025-03-02T00:00:00Z +0 1/1", "2025-03-02T00:00:00Z +1 1/1",
      ])
  }

  @Test func `a visitor of two months counts once in the cohort of the first`() throws {
    #expect(
      try cells([[0, 35 * day], [20 * day, 40 * day]], "UTC", scope(20 * day, 60 * day)) == [
        "2025-03-21T00:00:00Z +0 1/1", "2025-03-21T00:00:00Z +20 1/1", "2025-04-05T00:00:00Z +0 1/1",
      ])
  }

  @Test func `a visit over midnight counts on both days, also where its first events are filtered away`()
    throws
  {
    let times = [day - 2 * hour, day - 1, day + 1, day + hour]
    let day0 = "2025-03-01T00:00:00Z"
    #expect(try cells([times]) == ["\(day0) +0 1/1", "\(day0) +1 1/1"])
    #expect(try cells([times], "UTC", scope(day - 1, 2 * day)) == ["\(day0) +0 1/1", "\(day0) +1 1/1"])
    #expect(try cells([times], "UTC", scope(day, 2 * day)) == ["2025-03-02T00:00:00Z +0 1/1"])
    #expect(try cells([[0, 2 * day]], "UTC", scope(0, 2 * day)) == ["\(day0) +0 1/1", "\(day0) +2 1/1"])
  }

  @Test(arguments: [1, 1000]) func `times may lie far apart, whatever their unit`(unit: Int64) throws {
    // Offsets of 49 days and more in milliseconds, of 136 years and more in seconds, take eight bytes.
    let day0 = "2025-03-01T00:00:00Z"
    let far = (Int64(1) << 32) * unit
    #expect(try cells([[0, day, far], [unit, day + unit]]) == ["\(day0) +0 2/2", "\(day0) +1 2/2"])
  }

  @Test(arguments: [-1, 0, 1]) func `cohorts add up over the edges of blocks`(extra: Int) throws {
    let count = (Block.targetRows + extra) / 2
    let visitors = (0..<count).map { [Int64($0), day + Int64($0)] }
    let day0 = "2025-03-01T00:00:00Z"
    #expect(try cells(visitors) == ["\(day0) +0 \(count)/\(count)", "\(day0) +1 \(count)/\(count)"])
  }
}
