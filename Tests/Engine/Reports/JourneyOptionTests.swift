import Synchronization
import TestSupport
import Testing

@testable import Engine

/// Journeys from and to an event, with other items, runs and places.
@Suite struct JourneyOptionTests {
  /// The visit a b b c d b, a second apart.
  private static let events: [TestEvent] =
    zip(["/a", "/b", "/b", "/c", "/d", "/b"], 0...).map { page, time in
      TestEvent.page(page, Int64(time) * second, [.pageTitle: "T\(page)", .hostname: "h"])
    }

  /// Holds for events on a page.
  private static func path(_ pattern: String) -> EventCondition {
    .pattern(.urlPath, WildcardPattern(pattern))
  }

  private func request(_ steps: Int, _ change: (inout JourneyRequest) -> Void) -> JourneyRequest {
    var request = JourneyRequest(scope: scope(), steps: steps)
    change(&request)
    return request
  }

  /// The items of the only journey, `null` as a dash; nil if there is none.
  private func items(
    _ steps: Int, _ events: [TestEvent] = events, _ change: (inout JourneyRequest) -> Void
  ) throws -> String? {
    let rows = try website(events).journey(request(steps, change))
    #expect(rows.count <= 1)
    return rows.first?.items.map { $0 ?? "-" }.joined(separator: " ")
  }

  @Test(
    arguments: [
      (20, .after, nil, nil, "/a /b /c /d /b -"), (20, .none, nil, nil, "/a /b /b /c /d /b -"),
      (6, .none, nil, nil, "/a /b /b /c /d /b"), (5, .before, nil, nil, "/a /b /c /d /b"),
      (6, .before, nil, nil, "/a /b /c /d /b -"), (3, .before, nil, nil, "/a /b /c"),
      (3, .after, nil, nil, "/a /b"), (3, .none, nil, nil, "/a /b /b"),
      // From the first match on.
      (3, .after, "/b", nil, "/b /c"), (3, .none, "/b", nil, "/b /b /c"), (3, .before, "/b", nil, "/b /c /d"),
      (5, .after, "/b", nil, "/b /c /d /b"), (6, .after, "/b", nil, "/b /c /d /b -"),
      (3, .after, "/x", nil, nil),
      // Up to the last match.
      (3, .after, nil, "/b", "/c /d /b"), (3, .after, nil, "/c", "/b /c"), (3, .none, nil, "/c", "/b /b /c"),
      (3, .before, nil, "/c", "/a /b /c"), (4, .before, nil, "/c", "- /a /b /c"),
      (4, .none, nil, "/c", "/a /b /b /c"),
      (5, .after, nil, "/c", "- /a /b /c"), (20, .after, nil, "/a", "- /a"), (3, .after, nil, "/x", nil),
      // From the first match to the first after it.
      (2, .none, "/b", "/b", "/b /b"), (2, .before, "/b", "/b", "/b"), (2, .after, "/b", "/b", "/b"),
      (3, .none, "/b", "/c", "/b /b /c"), (2, .none, "/b", "/c", nil), (2, .before, "/b", "/c", "/b /c"),
      (2, .after, "/b", "/c", nil), (20, .after, "/d", "/a", nil), (20, .after, "/d", "/d", nil),
      (20, .after, "/a", "/*", "/a /b"), (20, .after, "/c", "/x", nil),
    ] as [(Int, JourneyCollapse, String?, String?, String?)])
  func `journeys start and end where they are to, and have so many items`(
    steps: Int, collapse: JourneyCollapse, from: String?, to: String?, expected: String?
  ) throws {
    let found = try items(steps) {
      $0.collapse = collapse
      $0.from = from.map(Self.path)
      $0.to = to.map(Self.path)
    }
    #expect(found == expected)
  }

  @Test func `what is asked of the first and the last item is asked of what is left`() throws {
    let events = Self.events + [.page("/x", 0, session: "2"), .page("/c", 1, session: "2")]
    func check(_ start: String?, _ end: String?, steps: Int = 3, _ expected: [String]) throws {
      let request = request(steps) {
        $0.to = Self.path("/c")
        ($0.startStep, $0.endStep) = (start, end)
      }
      let found = try website(events).journey(request).map {
        $0.items.map { $0 ?? "-" }.joined(separator: " ")
      }
      #expect(found == expected, "\(start ?? "any") \(end ?? "any")")
    }
    try check(nil, nil, ["- /x /c", "/b /c"])
    try check(nil, "/c", ["- /x /c", "/b /c"])
    // The first item of the other is null.
    try check("/x", nil, [])
    try check("/x", nil, steps: 2, ["/x /c"])
    try check("/b", "/c", ["/b /c"])
    try check(nil, "/d", [])
  }

  @Test func `only events of one type count, and none that are excluded`() throws {
    let events: [TestEvent] = [
      .page("/a", 0), .custom("buy", 1, on: "/a"), .page("/b", 2), .custom("sell", 3, on: "/b"),
      .page("/a", 4),
    ]
    #expect(try items(9, events) { $0.onlyType = EventType.pageview } == "/a /b /a -")
    #expect(try items(9, events) { $0.onlyType = EventType.custom } == "buy sell -")
    #expect(try items(9, events) { $0.excluded = [Self.path("/a")] } == "/b sell -")
    let excluded = [Self.path("/b"), .pattern(.eventName, WildcardPattern("buy"))]
    #expect(try items(9, events) { $0.excluded = excluded } == "/a -")
    #expect(try items(9, events) { $0.excluded = [.every] } == nil)
  }

  @Test func `events without a name show their title, hostname, property or group`() throws {
    let events: [TestEvent] = [
      .page("/blog/1", 0, [.pageTitle: "One", .hostname: "h"]),
      .custom("One", 1, on: "/blog/1", [.hostname: "h"]),
      .page("/blog/2", 2, [.hostname: "g"]), .custom("", 3, on: "/shop", [:], [.number("size", 420_000)]),
    ]
    #expect(try items(9, events) { $0.item = .column(.pageTitle) } == "One  -")
    #expect(try items(9, events) { $0.item = .column(.hostname) } == "h One g  -")
    #expect(try items(9, events) { $0.item = .property("size") } == " One  42 -")
    #expect(try items(9, events) { $0.item = .property("none") } == " One  -")
    func groups(_ groups: [(String, String)], _ change: (inout JourneyRequest) -> Void = { _ in }) throws
      -> String?
    {
      try items(9, events) {
        $0.groups = groups.map { JourneyGroup(WildcardPattern($0), name: $1) }
        change(&$0)
      }
    }
    #expect(try groups([("/blog/*", "Blog"), ("*1", "Ones")]) == "Blog One Blog /shop -")
    #expect(try groups([("*1", "Ones"), ("/blog/*", "Blog")]) == "Ones One Blog /shop -")
    // Names of groups that are items already, and that are the same.
    #expect(try groups([("/blog/1", "One"), ("/shop", "/blog/2")]) == "One /blog/2 -")
    #expect(try groups([("/blog/1", "G"), ("/blog/2", "G"), ("/shop", "G")]) == "G One G -")
    #expect(try groups([("*", "")]) == " One  -")
    #expect(try groups([("/blog/*", "Blog")]) { $0.startStep = "Blog" } == "Blog One Blog /shop -")
    #expect(try groups([("/blog/*", "Blog")]) { $0.startStep = "/blog/1" } == nil)
    #expect(try groups([("One", "Two")]) == "/blog/1 One /blog/2 /shop -")
  }

  @Test func `visits that sessions share are followed in the order of their events`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, session: "1", visit: "v"), .page("/b", 1, session: "2", visit: "v"),
      .page("/c", 1, session: "1", visit: "v"), .page("/d", 2, session: "2", visit: "v"),
      .page("/own", 0, session: "1", visit: "o"), .page("/b", 3, session: "1", visit: "o"),
    ]
    let request = request(3) {
      $0.from = Self.path("/b")
      $0.item = .column(.urlPath)
    }
    #expect(
      try website(events).journey(request).map(\.items) == [["/b", nil], ["/b", "/c", "/d"]])
    let backwards = self.request(2) { $0.to = Self.path("/c") }
    #expect(try website(events).journey(backwards).map(\.items) == [["/b", "/c"]])
  }

  @Test func `a list has so many journeys of so many visits, and totals of all`() throws {
    let events = (0..<10).flatMap { index in
      (0...index).map { TestEvent.page("/\(index)", 0, session: "\(index) \($0)") }
    }
    func check(_ limit: Int, minimum: Int, shows counts: [Int]) throws {
      var request = JourneyRequest(scope: scope(), steps: 2)
      (request.limit, request.minimumCount, request.countsPaths) = (limit, minimum, true)
      let list = try website(events).journeyList(request)
      #expect(list.rows.map(\.count) == counts)
      #expect(list.visits == 55 && list.paths == 10)
      request.collapse = .none
      #expect(try website(events).journeyList(request) == list)
    }
    try check(3, minimum: 1, shows: [10, 9, 8])
    try check(3, minimum: 9, shows: [10, 9])
    try check(3, minimum: 11, shows: [])
    try check(100, minimum: 9, shows: [10, 9])
    try check(10_000, minimum: 1, shows: Array((1...10).reversed()))
  }

  // MARK: Graphs

  private func graph(_ events: [TestEvent], nodes: Int? = nil, _ request: JourneyRequest) throws -> [String] {
    let graph = try website(events).journeyGraph(request, nodeLimit: nodes)
    return graph.nodes.map { "\($0.step) \($0.item ?? "-"): \($0.count) \($0.ends) \($0.cut)" }
      + graph.links.map { "\($0.step) \($0.from ?? "-") > \($0.to ?? "-"): \($0.count)" }
  }

  private static let visits: [TestEvent] =
    [["/a", "/b"], ["/a", "/b", "/c"], ["/a", "/c", "/d", "/e"], ["/b"]].enumerated().flatMap {
      visit, pages in
      pages.enumerated().map { TestEvent.page($1, Int64($0), session: "\(visit)") }
    }

  @Test func `a graph has the visits at each place, their links, and where they end`() throws {
    #expect(
      try graph(Self.visits, JourneyRequest(scope: scope(), steps: 3)) == [
        "1 /a: 3 0 0", "1 /b: 1 1 0", "2 /b: 2 1 0", "2 /c: 1 0 0", "3 /c: 1 1 0", "3 /d: 1 0 1",
        "1 /a > /b: 2", "1 /a > /c: 1", "2 /b > /c: 1", "2 /c > /d: 1",
      ])
  }

  @Test func `a graph of ways to an event counts places from the end`() throws {
    #expect(try graph(Self.visits, request(2) { $0.to = Self.path("/x") }) == [])
    #expect(
      try graph(Self.visits, request(2) { $0.to = Self.path("/c") }) == [
        "-1 /c: 2 0 0", "-2 /a: 1 1 0", "-2 /b: 1 0 1", "-2 /a > /c: 1", "-2 /b > /c: 1",
      ])
    let found = try graph(Self.visits, request(2) { ($0.from, $0.to) = (Self.path("/a"), Self.path("/c")) })
    #expect(found == ["1 /a: 1 0 0", "2 /c: 1 1 0", "1 /a > /c: 1"])
  }

  @Test func `items beyond the limit of nodes are one node, which comes first of equal ones`() throws {
    let request = JourneyRequest(scope: scope(), steps: 3)
    #expect(
      try graph(Self.visits, nodes: 1, request) == [
        "1 /a: 3 0 0", "1 -: 1 1 0", "2 /b: 2 1 0", "2 -: 1 0 0", "3 -: 1 0 1", "3 /c: 1 1 0",
        "1 /a > /b: 2", "1 /a > -: 1", "2 - > -: 1", "2 /b > /c: 1",
      ])
    #expect(try graph(Self.visits, nodes: 2, request) == graph(Self.visits, request))
  }

  @Test func `a store without events has an empty graph`() throws {
    #expect(try graph([], JourneyRequest(scope: scope(), steps: 3)) == [])
    #expect(try graph(Self.visits, request(3) { $0.startStep = "/nowhere" }) == [])
  }

  private func randomRequest(_ random: inout RandomEvents) -> JourneyRequest {
    let (from, through) = random.range()
    var request = JourneyRequest(
      scope: scope(from, through), steps: Int.random(in: 2...20, using: &random.source))
    if random.pick([true, false]) { request.steps = random.pick([2, 3, 4]) }
    request.collapse = random.pick([.before, .after, .none])
    request.onlyType = random.pick([nil, nil, 1, 2])
    request.item = random.pick([.column(.urlPath), .column(.hostname), .property("revenue")])
    request.groups = random.pick([[], [JourneyGroup(WildcardPattern("/a*"), name: "same")]])
    request.from = random.pick([nil, nil, Self.path(random.pick(RandomEvents.paths))])
    request.to = random.pick([
      nil, nil, .pattern(.eventName, WildcardPattern(random.pick(RandomEvents.names))),
    ])
    request.startStep = random.pick([nil, nil, nil, "/a"])
    return request
  }

  @Test func `parts of every graph add up, and to the list of the same visits`() throws {
    for seed in 0..<UInt64(Thoroughness.rounds(300, thorough: 10_000)) {
      var random = RandomEvents(seed: seed, sessions: 1 + Int(seed % 5), instants: 1 + Int(seed / 5 % 9))
      let website = website(random.events(Int.random(in: 0...40, using: &random.source)))
      var request = randomRequest(&random)
      let executor = ParallelExecutor(threads: 1 + Int(seed % 2))
      let nodeLimit = random.pick([nil, 1, 2])
      let graph = try website.journeyGraph(request, nodeLimit: nodeLimit, on: executor)
      (request.countsPaths, request.limit) = (true, WebsiteColumns.maximumJourneys)
      let list = try website.journeyList(request, on: executor)
      #expect(list.rows.reduce(0) { $0 + $1.count } == list.visits && list.rows.count == list.paths)
      let first = graph.countsFromEnd ? -1 : 1
      #expect(
        graph.nodes.filter { $0.step == first }.reduce(0) { $0 + $1.count } == list.visits, "seed \(seed)")
      for node in graph.nodes {
        let out = graph.links.filter { $0.step == node.step && $0.from == node.item }.reduce(0) {
          $0 + $1.count
        }
        let into = graph.links.filter { $0.step == node.step - 1 && $0.to == node.item }.reduce(0) {
          $0 + $1.count
        }
        let (onward, back) = graph.countsFromEnd ? (into, out) : (out, into)
        #expect(node.count == onward + node.ends + node.cut, "seed \(seed): \(node)")
        if node.step != first { #expect(node.count == back, "seed \(seed): \(node)") }
      }
      let places = Dictionary(grouping: graph.nodes, by: \.step).values
      #expect(places.allSatisfy { $0.count <= (nodeLimit ?? .max - 1) + 1 })
      if nodeLimit == nil { checkNodes(graph, list, "seed \(seed)") }
    }
  }

  /// The visits at each place are those of the list that have the item there.
  private func checkNodes(_ graph: JourneyGraph, _ list: JourneyList, _ place: String) {
    var counts: [String: Int] = [:]
    for row in list.rows {
      let items = row.items.compactMap(\.self)
      for (index, item) in (graph.countsFromEnd ? items.reversed() : items).enumerated() {
        counts["\(graph.countsFromEnd ? -index - 1 : index + 1) \(item)", default: 0] += row.count
      }
    }
    let found = graph.nodes.map { ("\($0.step) \($0.item ?? "-")", $0.count) }
    #expect(Dictionary(found) { $0 + $1 } == counts, "\(place)")
  }

  @Test(arguments: [2, 3]) func `several threads give what one gives`(threads: Int) throws {
    var random = RandomEvents(seed: 7, sessions: 3000, instants: 100)
    let website = website(random.events(60_000))
    for _ in 0..<8 {
      let request = randomRequest(&random)
      let (one, several) = (ParallelExecutor(), ParallelExecutor(threads: threads))
      #expect(
        try website.journeyList(request, on: one) == website.journeyList(request, on: several))
      #expect(
        try website.journeyGraph(request, on: one) == website.journeyGraph(request, on: several))
    }
  }

  @Test func `a cancelled request ends, wherever it is`() throws {
    var random = RandomEvents(seed: 1, sessions: 200, instants: 100)
    let website = website(random.events(20_000))
    let request = request(5) {
      ($0.from, $0.item) = (Self.path("/*"), .property("revenue"))
      $0.groups = [JourneyGroup(WildcardPattern("*1*"), name: "ones")]
    }
    var checks = 0
    var isOver = false
    while !isOver {
      let asked = Atomic(0)
      let limit = checks
      let isCancelled: @Sendable () -> Bool = { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= limit }
      let executor = ParallelExecutor(isCancelled: isCancelled)
      _ = try website.journeyGraph(request, nodeLimit: 2, on: executor)
      _ = try website.journeyList(request, on: executor)
      isOver = asked.load(ordering: .relaxed) <= limit
      checks += 1 + checks / 4
    }
    #expect(checks > 50)
  }

  @Test(.enabled(if: !Sanitizer.isOn))
  func `events of one visit, and items of a graph, take time that grows with them`()
    throws
  {
    func check(_ make: (Int) -> [TestEvent]) throws {
      for collapse in [JourneyCollapse.before, .none] {
        let growth = try Growth.ofThreadTime(1000, doublings: 2) { count in
          website(make(count))
        } work: { website in
          let request = request(20) {
            ($0.collapse, $0.to) = (collapse, .pattern(.urlPath, WildcardPattern("*9")))
          }
          _ = try website.journeyGraph(request, nodeLimit: 10)
          _ = try website.journeyGraph(request)
          _ = try website.journeyList(request)
        }
        #expect(growth.isLinear, "\(growth)")
      }
    }
    try check { count in (0..<count).map { .page("/\($0)", Int64($0)) } }
    try check { count in (0..<count).map { .page("/\($0)", Int64($0), session: "\($0)", visit: "\($0 / 3)") }
    }
  }
}
