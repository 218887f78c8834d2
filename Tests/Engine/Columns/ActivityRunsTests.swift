import Testing

@testable import Engine

@Suite struct ActivityRunsTests {
  private static let pause = ActivityRuns.pauseMilliseconds

  @Test(arguments: [1, 1000]) func `a pause of half an hour begins a stretch, one that is shorter does not`(
    unit: Int64
  ) {
    check([[0, Self.pause - unit, 2 * Self.pause - unit, 2 * Self.pause]], [(0, true), (2, false)])
  }

  @Test func `a session begins one, be it earlier or later than the end of the one before`() {
    check(
      [[0, 5 * Self.pause], [second, 2 * second], [minute]], [(0, true), (1, false), (2, true), (4, true)])
  }

  @Test func `sessions of one event have one stretch each, those of one block are found`() {
    let count = 2 * Block.targetRows + 1
    let partition = website((0..<count).map { .page("/", Int64($0), session: "\($0)") }).partitions[0]
    #expect(partition.activityRuns.starts == (0...UInt32(count)).map(\.self))
    for block in partition.blocks { #expect(partition.activityRuns.indexRange(of: block.rows) == block.rows) }
  }

  @Test func `times may lie far apart`() {
    check([[0, 1, Int64(1) << 33, Int64(1) << 33 + 1]], [(0, true), (2, false)])
  }

  private func check(
    _ sessions: [[Int64]], _ expected: [(row: UInt32, beginsSession: Bool)],
    _ location: SourceLocation = #_sourceLocation
  ) {
    let events = sessions.enumerated().flatMap { session, times in
      times.map { TestEvent.page("/", $0, session: "\(session)") }
    }
    let partition = website(events).partitions[0]
    let activityRuns = partition.activityRuns
    #expect(
      activityRuns.starts == expected.map(\.row) + [UInt32(partition.rowCount)], sourceLocation: location)
    #expect(activityRuns.beginsSession == expected.map(\.beginsSession), sourceLocation: location)
    #expect(activityRuns.indexRange(of: 0..<partition.rowCount) == expected.indices, sourceLocation: location)
  }
}
