import TestSupport
import Testing

@testable import Engine

/// Reports over what one visitor can send, or one request ask for, take time that grows with it and no faster.
@Suite(.enabled(if: !Sanitizer.isOn)) struct ReportGrowthTests {
  private func check(_ growth: Growth, _ location: SourceLocation = #_sourceLocation) {
    #expect(growth.isLinear, "\(growth)", sourceLocation: location)
  }

  private func dictionary(_ texts: some Sequence<String>) -> TextDictionary {
    var interner = TextInterner.forDictionary()
    for text in texts {
      var text = text
      _ = text.withUTF8 { interner.code(of: $0) }
    }
    return interner.dictionary()
  }

  @Test func `parameters of one query string`() {
    check(
      Growth.ofThreadTime(1000) { count in
        dictionary(["?" + (0..<count).map { "utm_a\($0)=1" }.joined(separator: "&")])
      } work: {
        _ = Campaigns($0, ParallelExecutor())
      })
  }

  @Test func `amounts and currencies of one event`() throws {
    check(
      try Growth.ofThreadTime(400) { count in
        let amounts = (0..<count).map { TestProperty.number("revenue \($0)", Int64($0)) }
        let currencies = (0..<count).map { TestProperty.text("currency \($0)", "C\($0)") }
        return [TestEvent.custom("buy", 0, [:], amounts + currencies)]
      } work: {
        _ = try website($0).currencies(CurrenciesRequest(scope: scope()))
      })
  }

  private func attribution(_ model: AttributionRequest.Model) -> AttributionRequest {
    AttributionRequest(scope: scope(), model: model, step: EventMatcher.path(WildcardPattern("*")))
  }

  @Test func `visits of one session`() throws {
    check(
      try Growth.ofThreadTime(2000) { count in
        website((0..<count).map { .page("/", Int64($0), visit: "\($0)") })
      } work: {
        _ = try $0.attribution(attribution(.lastClick))
      })
  }

  @Test func `visits and conversions of one session, with models`() throws {
    let models: [AttributionModel] = [
      .first, .last, .lastNonDirect, .linear, .position(first: 1, middle: 2, last: 3), .shapley,
    ]
    var request = AttributionCreditRequest(
      scope: scope(), models: models, steps: [.path(WildcardPattern("*"))])
    (request.conversions, request.by, request.limit, request.rest) = (.every, [.column(.utmSource)], 1, true)
    let credits = request
    check(
      try Growth.ofThreadTime(1000) { count in
        website(
          (0..<count).map { .page("/", Int64($0), visit: "\($0)", [.utmSource: "\($0 % (count / 3))"]) })
      } work: {
        _ = try $0.attributionCredit(credits)
      })
  }

  @Test func `touches at one instant`() throws {
    check(
      try Growth.ofThreadTime(2000) { count in
        website((0..<count).map { .page("/", 0, [.utmTerm: "\($0)"]) })
      } work: {
        _ = try $0.attribution(attribution(.firstClick))
      })
  }

  @Test func `names that are looked for among paths, and hosts among referrers`() {
    check(
      Growth.ofThreadTime(4000) { count in
        (
          dictionary((0..<count).map { "a\(100_000 + $0)" }),
          dictionary((0..<count).map { "b\(100_000 + $0)" })
        )
      } work: {
        _ = $0.0.codes(of: $0.1, on: ParallelExecutor())
      })
  }

  @Test func `values of a list`() throws {
    check(
      try Growth.ofThreadTime(2000) { count in
        (
          dictionary((0..<count).map { "a\(100_000 + $0)" }),
          try TextCondition(.equals, (0..<count).map { "b\(100_000 + $0)" })
        )
      } work: {
        _ = try $0.1.flags(of: $0.0)
      })
  }

  /// The worst for a search that begins anew behind each place where a part of the needle was found.
  @Test(arguments: ["c", "*"]) func `needles half as long as the text`(kind: String) throws {
    check(
      try Growth.ofThreadTime(10_000) { count in
        let needle = String(repeating: "a", count: count / 2) + "b"
        return (
          dictionary([String(repeating: "a", count: count)]), try TextCondition(.contains, [needle]),
          WildcardPattern("*\(needle)*")
        )
      } work: {
        if kind == "c" {
          _ = try $0.1.flags(of: $0.0)
        } else {
          _ = $0.0.codes(matching: [$0.2], on: ParallelExecutor())
        }
      })
  }

  @Test func `stars of a pattern`() {
    check(
      Growth.ofThreadTime(10_000) { count in
        (
          dictionary([String(repeating: "a", count: count)]),
          WildcardPattern(String(repeating: "*a", count: count / 2) + "*b*")
        )
      } work: {
        _ = $0.0.codes(matching: [$0.1], on: ParallelExecutor())
      })
  }

  /// More groups than the report has rows, so that both sizes are cut.
  @Test func `groups of many fields`() throws {
    let fields = TextColumn.allCases.prefix(16)
    check(
      try Growth.ofThreadTime(1_000) { count in
        website(
          (0..<count).map { row in
            .page(
              "/\(row)", 0, session: "\(row % 7)",
              Dictionary(uniqueKeysWithValues: fields.map { ($0, "\(row * ($0.rawValue + 1))") }))
          })
      } work: {
        _ = try $0.insights(InsightsRequest(scope: scope(), fields: Array(fields)))
      })
  }

  /// Each visitor comes in a month of its own, and once more at the end of time.
  @Test func `months with visitors who come back much later`() throws {
    let rules = try zone("UTC")
    check(
      try Growth.ofThreadTime(150) { count in
        var events: [TestEvent] = []
        for month in 0..<Int64(count) {
          for time in [31 * month * day, (31 * month + 1) * day, 2_000_000 * day] {
            events.append(.page("/", time, session: "\(month)"))
          }
        }
        return website(events)
      } work: {
        _ = try $0.retention(RetentionRequest(scope: scope(-day, 2_100_000 * day), timeZone: rules))
      })
  }

  @Test func `months with hostnames of their own`() {
    check(
      Growth.ofThreadTime(300) { count in
        website(
          (0..<count).map { .page("/", Int64($0) * 31 * day, session: "\($0)", [.hostname: "\($0).com"]) })
      } work: { website in
        let copies = StoredCopies().website(website, website.partitions.map(\.sections))?.partitions ?? []
        _ = WebsiteOverview(copies, hostnames: website.dictionary(.hostname))
      })
  }
}
