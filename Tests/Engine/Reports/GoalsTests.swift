import Testing

@testable import Engine

@Suite struct GoalsTests {
  private func results(
    _ goals: [GoalsRequest.Goal], _ events: [TestEvent], _ scope: ReportScope = scope()
  ) throws -> [GoalResult] {
    try website(events).goals(GoalsRequest(scope: scope, goals: goals))
  }

  @Test func `goals count matching events, in the order of the request`() throws {
    let events: [TestEvent] = [
      .page("/a", 0), .page("/a", 1), .page("/b", 2), .custom("buy", 3, on: "/a"), .custom("bye", 4),
    ]
    #expect(
      try results(
        [
          .event(WildcardPattern("b*")), .path(WildcardPattern("/a")), .path(WildcardPattern("/nope")),
          .event(WildcardPattern("buy")),
        ], events) == [.count(2), .count(3), .count(0), .count(1)])
  }

  @Test func `event data is counted, added up and averaged over the properties of a key, one an event`()
    throws
  {
    let events: [TestEvent] = [
      .custom("buy", 0, [:], [.number("price", 10_000), .number("other", 5)]),
      .custom("buy", 1, [:], [.number("price", 20_001), .number("price", 7)]),
      .custom("buy", 1, [:], [.text("price", "free")]),
      .custom("sell", 2, [:], [.number("price", 70_000)]),
    ]
    let goals: [GoalsRequest.Goal] = [PropertyAggregate.count, .sum, .average].map {
      .eventData(event: "buy", property: "price", $0)
    }
    #expect(
      try results(goals, events) == [
        .count(3), .amount(Amount(tenThousandths: 30_001)), .average(1.50005),
      ])
  }

  @Test func `count, sum and mean are 0 if no event has the property`() throws {
    let goals: [GoalsRequest.Goal] = [PropertyAggregate.count, .sum, .average].map {
      .eventData(event: "buy", property: "price", $0)
    }
    let none: [GoalResult] = [.count(0), .amount(.zero), .average(0)]
    #expect(try results(goals, []) == none)
    #expect(try results(goals, [.custom("buy", 0)]) == none)
    #expect(try results(goals, [.custom("buy", 0, [:], [.number("Price", 1)])]) == none)
  }

  @Test func `only events in range count, both ends included`() throws {
    let events: [TestEvent] = [.page("/", 0), .page("/", 1000), .page("/", 2000)]
    func count(_ from: Int64, _ through: Int64) throws -> [GoalResult] {
      try results([.path(WildcardPattern("/"))], events, scope(from, through))
    }
    #expect(try count(0, 2000) == [.count(3)])
    #expect(try count(1, 1999) == [.count(1)])
    #expect(try count(1000, 1000) == [.count(1)])
    #expect(try count(-9, -1) == [.count(0)])
    #expect(try count(2001, 3000) == [.count(0)])
    #expect(try count(-1, 0) == [.count(1)])
  }
}
