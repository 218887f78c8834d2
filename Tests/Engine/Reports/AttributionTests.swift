import Testing

@testable import Engine

@Suite struct AttributionTests {
  private func report(
    _ events: [TestEvent], _ model: AttributionRequest.Model, event name: String? = "buy", path: String = "",
    currency: String? = nil, _ scope: ReportScope = scope()
  ) throws -> AttributionReport {
    let step =
      name.map { EventMatcher.event(WildcardPattern($0)) } ?? EventMatcher.path(WildcardPattern(path))
    return try website(events).attribution(
      AttributionRequest(scope: scope, model: model, step: step, currency: currency))
  }

  private func text(_ sources: [AttributedSource]) -> [String] {
    sources.map { source in
      switch source.value {
      case .visitors(let count): "\(source.name) \(count)"
      case .amount(let amount): "\(source.name) $\(amount.tenThousandths)"
      }
    }
  }

  private func from(_ source: String, _ time: Int64, session: String = "s") -> TestEvent {
    .page("/", time, session: session, [.utmSource: source])
  }

  @Test func `the first click is the first event in range, the last click the last before the conversion`()
    throws
  {
    let events = [from("one", 0), from("two", 1), .custom("buy", 2), from("three", 3)]
    #expect(try text(report(events, .firstClick).utmSource) == ["one 1"])
    #expect(try text(report(events, .lastClick).utmSource) == ["two 1"])
    #expect(try text(report(events, .firstClick, scope(1)).utmSource) == ["two 1"])
  }

  @Test func `the last conversion decides the last click`() throws {
    let events = [from("one", 0), .custom("buy", 1), from("two", 2), .custom("buy", 3)]
    #expect(try text(report(events, .lastClick).utmSource) == ["two 1"])
  }

  @Test func `a conversion that is the first event has itself as first click and no last click`() throws {
    let events: [TestEvent] = [.custom("buy", 0, [.utmSource: "ad"]), from("later", 1)]
    #expect(try text(report(events, .firstClick).utmSource) == ["ad 1"])
    let last = try report(events, .lastClick)
    #expect(last.utmSource.isEmpty)
    #expect((last.pageviews, last.visitors, last.visits) == (1, 1, 1))
  }

  @Test func `an event at the instant of the conversion is not before it`() throws {
    let events = [from("before", 0), from("same", 5), .custom("buy", 5)]
    #expect(try text(report(events, .lastClick).utmSource) == ["before 1"])
  }

  @Test func `all events of the touch's instant are touches, and a session counts once a name`() throws {
    let events = [from("b", 0), from("a", 0), from("b", 0), .custom("buy", 1)]
    #expect(try text(report(events, .firstClick).utmSource) == ["a 1", "b 1"])
    #expect(try text(report(events, .lastClick).utmSource) == ["a 1", "b 1"])
  }

  @Test func `a url step takes pageviews only, an event step custom events only`() throws {
    let events: [TestEvent] = [
      .custom("buy", 0, session: "1", on: "/thanks"), .page("/thanks", 0, session: "2"),
      .page("/x", 0, session: "3", [.eventName: "buy"]),
    ]
    #expect(try report(events, .firstClick, event: nil, path: "/thanks").visitors == 1)
    #expect(try report(events, .firstClick).visitors == 1)
  }

  @Test func `self-referrals and empty names are dropped without a currency`() throws {
    func visit(_ session: String, _ referrer: String) -> [TestEvent] {
      [
        .page("/", 0, session: session, [.referrerDomain: referrer, .hostname: "own.com"]),
        .custom(
          "buy", 1, session: session, [:], [.number("revenue", 7), .text("currency", "USD")]),
      ]
    }
    let events = visit("1", "own.com") + visit("2", "google.com") + visit("3", "")
    #expect(try text(report(events, .firstClick).referrer) == ["google.com 1"])
    #expect(
      try text(report(events, .firstClick, currency: "USD").referrer) == [
        " $7", "google.com $7", "own.com $7",
      ])
    #expect(try text(report(events, .firstClick, currency: "USD").paidAds) == [" $21"])
  }

  @Test func `with a currency, sessions weigh what they spent on the step`() throws {
    func session(_ name: String, _ source: String, _ amounts: [(Int64, String)]) -> [TestEvent] {
      [from(source, 0, session: name)]
        + amounts.enumerated().map { index, amount in
          .custom(
            "buy", Int64(index) + 1, session: name, [:],
            [.number("revenue", amount.0), .text("currency", amount.1)])
        }
    }
    let events =
      session("1", "ad", [(5, "USD"), (6, "USD"), (100, "EUR")]) + session("2", "mail", [(20, "USD")])
      + session("3", "none", [(1, "EUR")]) + session("4", "ad", [(1, "USD")])
    #expect(try text(report(events, .firstClick, currency: "USD").utmSource) == ["mail $20", "ad $12"])
    #expect(try report(events, .firstClick, currency: "USD").visitors == 4)
    #expect(try text(report(events, .firstClick, currency: "XXX").utmSource) == [])
  }

  @Test func `paid ads go by the network`() throws {
    let events: [TestEvent] = [
      .page("/", 0, session: "1", paidAd: .google), .custom("buy", 1, session: "1"),
      .page("/", 0, session: "2", paidAd: .twitter), .custom("buy", 1, session: "2"),
      .page("/", 0, session: "3", paidAd: .google), .custom("buy", 1, session: "3"),
      .page("/", 0, session: "4"), .custom("buy", 1, session: "4"),
    ]
    #expect(try text(report(events, .firstClick).paidAds) == ["Google Ads 2", "Twitter Ads (X) 1"])
  }

  @Test func `the total counts conversion events, their visitors and their visits`() throws {
    let events: [TestEvent] = [
      .custom("buy", 0, session: "1", visit: "a"), .custom("buy", 1, session: "1", visit: "a"),
      .custom("buy", 2, session: "1", visit: "b"), .custom("buy", 3, session: "2", visit: "c"),
      .custom("buy", 4, session: "3", visit: "c"),
    ]
    let report = try report(events, .firstClick)
    #expect((report.pageviews, report.visitors, report.visits) == (5, 3, 3))
  }

  @Test(arguments: [19, 20, 21]) func `the twenty largest sources are given`(count: Int) throws {
    let events = (0..<count).flatMap { number -> [TestEvent] in
      [from("source \(number)", 0, session: "\(number)"), .custom("buy", 1, session: "\(number)")]
    }
    #expect(try report(events, .firstClick).utmSource.count == min(count, 20))
  }
}
