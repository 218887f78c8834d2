import Testing

@testable import Engine

@Suite struct FilterTests {
  private static let rows: [(Filter.Operator, Filter.Operator, [String], String, Bool)] = [
    (.equals, .notEquals, ["DE"], "DE", true),
    (.equals, .notEquals, ["DE"], "de", false),
    (.equals, .notEquals, ["DE", "FR"], "FR", true),
    (.equals, .notEquals, [], "FR", false),
    (.equals, .notEquals, ["c", "a", "b", "ab", ""], "ab", true),
    (.equals, .notEquals, ["c", "a", "b", "ab", "a"], "abc", false),
    (.equals, .notEquals, ["c", "a", "b", "ab", "ü"], "ü", true),
    (.equals, .notEquals, [""], "", true),
    (.equals, .notEquals, ["\u{E9}"], "e\u{301}", false),
    (.contains, .doesNotContain, ["BLOG"], "/my-blog/1", true),
    (.contains, .doesNotContain, ["äö"], "xÄÖx", true),
    (.contains, .doesNotContain, [""], "", true),
    (.contains, .doesNotContain, ["x"], "", false),
    (.contains, .doesNotContain, ["aab"], "xAAaB", true),
    (.contains, .doesNotContain, ["i\u{307}"], "\u{130}", true),
    (.contains, .doesNotContain, ["\u{2C65}"], "\u{23A}", true),
    (.isSet, .isNotSet, [], "x", true),
    (.isSet, .isNotSet, [], "", false),
    (.matches, .doesNotMatch, ["^/blog/[0-9]+$"], "/blog/12", true),
    (.matches, .doesNotMatch, ["^/blog/[0-9]+$"], "/blog/x", false),
    (.matches, .doesNotMatch, ["log"], "/blog/x", true),
    (.matches, .doesNotMatch, ["LOG"], "/blog/x", false),
    (.matches, .doesNotMatch, ["^$"], "", true),
  ]

  /// Each row is tried with the operator and with its negation, which must say the opposite.
  @Test(arguments: rows) func `an operator and its negation say the opposite`(
    plain: Filter.Operator, negated: Filter.Operator, values: [String], text: String, passes: Bool
  ) throws {
    let texts = TextDictionary(offsets: [0, 0, UInt64(text.utf8.count)], bytes: Array(text.utf8))
    let (positive, negative) = (try TextCondition(plain, values), try TextCondition(negated, values))
    #expect(try positive.flags(of: texts)[1] == passes)
    #expect(try negative.flags(of: texts)[1] == !passes)
  }

  @Test(arguments: ["[", "(", "a{2,1}", "*"]) func `a bad regular expression is an error that names it`(
    pattern: String
  ) throws {
    #expect {
      try Filter(.country, .matches, [pattern])
    } throws: { error in
      "\(error)".hasPrefix("\"\(pattern)\" is not a regular expression: ")
    }
  }

  @Test
  func `an expression that takes too many steps is refused before the scan, and the error says which it is`()
    throws
  {
    let texts = (0..<40).map { String(repeating: "a", count: 60 + $0) + "!" }
    let website = website(texts.enumerated().map { .page($1, Int64($0)) })
    let filters = [
      try Filter(.urlPath, .matches, ["(a+)+$"]), try Filter(.urlPath, .doesNotMatch, [#"(a*)*\1[bc]"#]),
    ]
    let goals = [GoalsRequest.Goal.path(WildcardPattern("*"))]
    let error = try #require(throws: ReportError.self) {
      try website.goals(
        GoalsRequest(scope: scope(0, 99, filters), goals: goals), on: ParallelExecutor(threads: 2))
    }
    guard case .condition(let error, index: 1) = error else { return #expect(Bool(false), "\(error)") }
    let steps = 1_000_000 + 32 * texts.reduce(0) { $0 + $1.utf8.count }
    #expect(
      error.description
        == "expected a regular expression that takes at most \(steps) steps for the 41 values of the column, found that "
        + #""(a*)*\1[bc]" takes more; one without backreferences, lookaround and large counts takes less"#)
  }

  @Test func `an expression that takes long is given up with its request`() throws {
    let text = String(repeating: "a", count: 100)
    let texts = TextDictionary(offsets: [0, 0, 100], bytes: Array(text.utf8))
    let filter = try TextCondition(.matches, [#"(a*)*\1[bc]"#])
    // It would throw if it went on.
    #expect(try filter.flags(of: texts, ParallelExecutor(isCancelled: { true })) == [false, false])
  }

  @Test func `all filters of a request must hold`() throws {
    let events: [TestEvent] = [
      .page("/a", 0, [.country: "DE"]), .page("/b", 1, [.country: "DE"]), .page("/a", 2, [.country: "FR"]),
    ]
    let filters = [try Filter(.country, .equals, ["DE"]), try Filter(.urlPath, .notEquals, ["/b"])]
    let goals: [GoalsRequest.Goal] = [.path(WildcardPattern("*"))]
    #expect(try website(events).goals(GoalsRequest(scope: scope(0, 9, filters), goals: goals)) == [.count(1)])
  }

  @Test func `filters select events before a funnel looks at them`() throws {
    let events: [TestEvent] = [.page("/a", 0, [.tag: "x"]), .page("/b", 1), .page("/b", 2, [.tag: "x"])]
    let steps = ["/a", "/b"].map { EventMatcher.path(WildcardPattern($0)) }
    func visitors(_ filter: Filter) throws -> [Int] {
      try website(events).funnel(
        SimpleFunnelRequest(scope: scope(0, 9, [filter]), steps: steps, windowMilliseconds: 1)
      ).map(\.visitors)
    }
    #expect(try visitors(Filter(.tag, .isSet)) == [1, 0])
    #expect(try visitors(Filter(.urlPath, .isSet)) == [1, 1])
  }

  @Test func `a filter on the referrer drops self-referrals`() throws {
    let events: [TestEvent] = [
      .page("/1", 0, [.referrerDomain: "own.com", .hostname: "own.com"]),
      .page("/2", 0, [.referrerDomain: "own.com", .hostname: "www.own.com"]),
      .page("/3", 0, [.referrerDomain: "", .hostname: ""]), .page("/4", 0, [.hostname: "own.com"]),
    ]
    func paths(_ filter: Filter) throws -> [String] {
      try website(events).insights(InsightsRequest(scope: scope(0, 9, [filter]), fields: [.urlPath]))
        .rows.flatMap(\.texts)
    }
    #expect(try paths(Filter(.referrerDomain, .contains, ["own"])) == ["/2"])
    #expect(try paths(Filter(.referrerDomain, .notEquals, ["x"])) == ["/2", "/3", "/4"])
    #expect(try paths(Filter(.hostname, .contains, ["own"])) == ["/1", "/2", "/4"])
  }

  @Test(arguments: TextColumn.allCases) func `every column can be asked for by each of its names`(
    column: TextColumn
  ) {
    for name in column.requestNames { #expect(TextColumn(requestName: name) == column) }
    #expect(TextColumn(requestName: column.requestNames[0] + "x") == nil)
  }
}
