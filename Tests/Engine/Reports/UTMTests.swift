import Testing

@testable import Engine

@Suite struct UTMTests {
  private func counts(_ queries: [String], type: UInt8 = 1, _ scope: ReportScope = scope()) throws -> [String]
  {
    let events = queries.enumerated().map { index, query in
      var event = TestEvent.page("/", Int64(index), [.urlQuery: query])
      event.type = type
      return event
    }
    return try website(events).utm(UTMRequest(scope: scope)).flatMap { key in
      key.values.map { "\(key.key)=\($0.value) \($0.numbers.views)" }
    }
  }

  @Test(arguments: [
    ("utm_source=google", ["utm_source=google 1"]),
    ("?utm_source=google", ["utm_source=google 1"]),
    ("??utm_source=google", []),
    ("a=b&utm_source=x&utm_source=x&utm_source=y", ["utm_source=x 2", "utm_source=y 1"]),
    ("utm_campaign=black+friday", ["utm_campaign=black friday 1"]),
    ("utm_campaign=black%20friday", ["utm_campaign=black friday 1"]),
    ("utm_banner=%C3%A4ktion", ["utm_banner=äktion 1"]),
    ("utm_x=%ff%", ["utm_x=\u{FFFD}% 1"]),
    ("utm_x=%zz", ["utm_x=%zz 1"]),
    ("utm%5Fsource=x", ["utm_source=x 1"]),
    ("utm_source", ["utm_source= 1"]),
    ("utm_source=a=b", ["utm_source=a=b 1"]),
    ("utm_=x&utm=y&UTM_source=z&xutm_source=z&utm_ü=z&utm_a-b=z", []),
    ("&&utm_A9_=1&", ["utm_A9_=1 1"]),
    ("", []),
  ]) func `queries are parsed as forms are`(query: String, expected: [String]) throws {
    #expect(try counts([query]) == expected)
  }

  @Test func `keys stand in their order, values by count, then name`() throws {
    let queries = [
      "utm_zz=1&utm_term=t&utm_content=c&utm_campaign=p&utm_medium=m&utm_source=s&utm_aa=2",
      "utm_source=b", "utm_source=a", "utm_source=b",
    ]
    #expect(
      try counts(queries) == [
        "utm_source=b 2", "utm_source=a 1", "utm_source=s 1", "utm_medium=m 1", "utm_campaign=p 1",
        "utm_content=c 1", "utm_term=t 1", "utm_aa=2 1", "utm_zz=1 1",
      ])
  }

  @Test func `only pageviews in range count`() throws {
    #expect(try counts(["utm_source=x"], type: 2) == [])
    #expect(try counts(["utm_source=x", "utm_source=y"], scope(1, 1)) == ["utm_source=y 1"])
  }

  private func numbers(_ events: [TestEvent], _ change: (inout UTMRequest) -> Void) throws -> [String] {
    var request = UTMRequest(scope: scope())
    change(&request)
    return try website(events).utm(request).flatMap { key in
      key.values.map {
        "\(key.key)=\($0.value) \($0.numbers.views) \($0.numbers.visitors) \($0.numbers.visits)"
      }
    }
  }

  private func page(_ query: String, _ time: Int64, _ session: String = "s", visit: String? = nil)
    -> TestEvent
  {
    .page("/", time, session: session, visit: visit, [.urlQuery: query])
  }

  @Test func `visitors and visits of a parameter are distinct, whatever else the queries have`() throws {
    let events = [
      page("utm_source=a&utm_term=1", 0, visit: "v"), page("utm_source=a&utm_source=a", 1, visit: "w"),
      page("utm_source=a&utm_term=2", 2, visit: "v"), page("utm_source=a", 3, "t"), page("", 4, "u"),
    ]
    #expect(
      try numbers(events) { $0.hasMetrics = true } == [
        "utm_source=a 5 2 3", "utm_term=1 1 1 1", "utm_term=2 1 1 1",
      ])
  }

  @Test func `a visit that several sessions share counts once`() throws {
    let events = [
      page("utm_source=a", 5, "s", visit: "v"), page("utm_source=a", 3, "t", visit: "v"),
      page("utm_source=b", 1, "u", visit: "v"), page("utm_source=a", 9, "t", visit: "w"),
    ]
    #expect(try numbers(events) { $0.hasMetrics = true } == ["utm_source=a 3 2 2", "utm_source=b 1 1 1"])
    let byVisit = try numbers(events) { ($0.hasMetrics, $0.isByVisit) = (true, true) }
    #expect(byVisit == ["utm_source=a 1 1 1", "utm_source=b 1 1 1"])
  }

  @Test func `by visit, only the first pageview counts that passes, and each pair once`() throws {
    let events = [
      page("utm_source=a&utm_source=a&utm_source=b", 0), page("utm_source=c", 1), page("", 2, "t"),
      page("utm_source=a", 3, "t"), page("utm_source=a", 4, "u"),
    ]
    #expect(try numbers(events) { $0.isByVisit = true } == ["utm_source=a 2 2 2", "utm_source=b 1 1 1"])
    let later = try numbers(events) { ($0.isByVisit, $0.scope) = (true, scope(1, 9)) }
    #expect(later == ["utm_source=a 1 1 1", "utm_source=c 1 1 1"])
  }

  @Test func `keys are taken as they are, besides campaign parameters`() throws {
    let events = [page("ref=x&utm_source=a&REF=y&gclid=", 0), page("ref=x", 1), page("a=1", 2)]
    #expect(
      try numbers(events) { $0.keys = ["ref", "gclid", "utm_source", "none"] } == [
        "utm_source=a 1 0 0", "gclid= 1 0 0", "ref=x 2 0 0",
      ])
    #expect(
      try numbers(events) { ($0.keys, $0.hasMetrics) = (["a"], true) } == ["utm_source=a 1 1 1", "a=1 1 1 1"])
  }
}
