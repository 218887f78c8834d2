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
      key.values.map { "\(key.key)=\($0.value) \($0.count)" }
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
}
