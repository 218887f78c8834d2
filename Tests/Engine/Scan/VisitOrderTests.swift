import Testing

@testable import Engine

@Suite struct VisitOrderTests {
  /// Calls `body` with every block of the events' partitions and its selection.
  private func forEachBlock(
    _ events: [TestEvent], _ scope: ReportScope = scope(), _ body: (BlockRows) throws -> Void
  ) throws {
    let website = website(events)
    let scope = try CompiledScope(scope, website, ParallelExecutor())
    var selection = SelectionMask()
    var evaluator = scope.makeEvaluator()
    for partition in website.partitions {
      for block in partition.blocks {
        scope.select(block, of: partition, number: 0, &evaluator, into: &selection)
        try body(BlockRows(partition: partition, number: 0, block: block, selection: selection))
      }
    }
  }

  private func orders(_ events: [TestEvent], _ scope: ReportScope = scope()) throws -> [String] {
    var order = VisitOrder()
    var starts: [UInt32] = []
    var texts: [String] = []
    try forEachBlock(events, scope) { block in
      order.load(block, where: block.selected)
      let visits = order.listVisits(into: &starts)
      let places = (0..<order.count).map { "\(order.rows[$0]):\(order.sessions[$0])+\(order.ordinal($0))" }
      texts.append("\(places.joined(separator: " ")) | \(starts.prefix(visits + 1))")
    }
    return texts
  }

  @Test func `rows stand by session, then visit, then time`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, session: "1", visit: "a"), .page("/b", 1, session: "1", visit: "b"),
      .page("/c", 2, session: "1", visit: "a"), .page("/d", 3, session: "2", visit: "c"),
    ]
    #expect(try orders(events) == ["0:0+0 2:0+0 1:0+1 3:3+0 | [0, 2, 3, 4]"])
    #expect(try orders(events, scope(1, 2)) == ["2:0+0 1:0+1 | [0, 1, 2]"])
    #expect(try orders(events, scope(4, 5)) == [" | [0]"])
  }

  @Test(arguments: [255, 256, 257, 65_536, 65_537])
  func `a session may have any number of visits`(visits: Int) throws {
    let events = (0..<visits).map { TestEvent.page("/a", Int64($0), visit: "\($0)") }
    var order = VisitOrder()
    var starts: [UInt32] = []
    try forEachBlock(events) { block in
      order.load(block, where: block.selected)
      #expect(order.listVisits(into: &starts) == visits)
      #expect(starts[visits] == visits)
      #expect(order.visits.prefix(visits).elementsEqual(0..<UInt32(visits)))
    }
  }

  @Test(arguments: [-1, 0, 1]) func `visits are told apart on both sides of the end of a block`(extra: Int)
    throws
  {
    let count = Block.targetRows + extra
    let events = (0..<count).map { TestEvent.page("/a", Int64($0), session: "\($0 / 2)") }
    var order = VisitOrder()
    var starts: [UInt32] = []
    var visits = 0
    try forEachBlock(events) { block in
      order.load(block, where: block.selected)
      #expect(order.count == block.count)
      visits += order.listVisits(into: &starts)
    }
    #expect(visits == (count + 1) / 2)
  }
}
