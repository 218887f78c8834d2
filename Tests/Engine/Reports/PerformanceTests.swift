import Calendar
import TestSupport
import Testing

@testable import Engine

@Suite struct PerformanceTests {
  private func measurement(
    _ vitals: [WebVital: Int64], _ time: Int64 = 0, path: String = "/", session: String = "s",
    _ texts: [TextColumn: String] = [:], id: String = ""
  ) -> TestEvent {
    var event = TestEvent.page(path, time, session: session, texts, id: id)
    event.type = EventType.performance
    event.vitals = vitals
    return event
  }

  private func report(
    _ columns: WebsiteColumns, _ scope: ReportScope = scope(), _ vital: WebVital = .lcp, threads: Int = 1,
    _ change: (inout PerformanceRequest) -> Void = { _ in }
  ) throws -> PerformanceReport {
    var request = PerformanceRequest(scope: scope, units: SeriesUnits(.day, in: .utc))
    request.vital = vital
    change(&request)
    return try columns.performance(request, on: ParallelExecutor(threads: threads))
  }

  /// In millionths, by the definition.
  private func percentile(_ percent: Int, _ values: [Int64]) -> Int128 {
    let sorted = values.sorted()
    let place = (sorted.count - 1) * percent
    let (low, part) = (sorted[place / 100], Int128(place % 100))
    let high = sorted[min(place / 100 + 1, sorted.count - 1)]
    return Int128(low) * 100 + (Int128(high) - Int128(low)) * part
  }

  @Test(arguments: [1, 2, 3, 4, 5, 20, 21, 63, 64, 65, 101, 1000])
  func `percentiles are on the line between two values`(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    for largest in [1, 3, 10_000_000] as [Int64] {
      let values = (0..<count).map { _ in Int64.random(in: -1...largest, using: &random) }
      var copy = [Int64.min] + values + [Int64.max]
      let found = VitalPercentiles(&copy, in: 1..<(count + 1))
      #expect(found.count == count)
      #expect(
        [found.p50, found.p75, found.p95] == [50, 75, 95].map { percentile($0, values) }, "\(values)")
      #expect(copy.first == .min && copy.last == .max)
    }
  }

  @Test func `percentiles of the largest and the smallest numbers do not overflow`() {
    var values = [Int64.max, Int64.min + 1]
    let found = VitalPercentiles(&values, in: 0..<2)
    #expect(found.p50 == 0)
    #expect(found.p95 == percentile(95, [.max, .min + 1]))
    var none: [Int64] = []
    #expect(VitalPercentiles(&none, in: 0..<0) == .none)
  }

  @Test func `a website without measurements has none of anything`() throws {
    for columns in [website([]), website([.page("/", 0)])] {
      let found = try report(columns)
      #expect(found.measurements == 0 && found.chart == [] && found.pages == [] && found.browsers == [])
      #expect(
        found.summary
          == WebVital.allCases.map { _ in
            VitalSummary(percentiles: .none, good: 0, poor: 0)
          })
    }
  }

  @Test func `what was not measured does not count, and the limits are good and not poor`() throws {
    let columns = website([
      .page("/", 0), measurement([.lcp: 25_000_000, .cls: 1000]),
      measurement([.lcp: 25_000_001, .cls: 2500]),
      measurement([.lcp: 40_000_000, .cls: 2501]), measurement([.lcp: 40_000_001]), measurement([:]),
    ])
    let found = try report(columns)
    #expect(found.measurements == 5)
    #expect(found.summary.map(\.percentiles.count) == [4, 0, 3, 0, 0])
    #expect(found.summary.map(\.good) == [1, 0, 1, 0, 0])
    #expect(found.summary.map(\.poor) == [1, 0, 1, 0, 0])
    #expect(found.pages.map(\.percentiles.count) == [4])
    #expect(try report(columns, scope(), .inp).pages == [])
  }

  @Test func `lists are by p75, then by name, and are cut; the empty name is one`() throws {
    let columns = website([
      measurement([.lcp: 10], path: "/a", [.browser: "b"]), measurement([.lcp: 30], path: "/b"),
      measurement([.lcp: 30], path: ""), measurement([.lcp: 20], path: "/a", [.pageTitle: "T"]),
      measurement([.inp: 99], path: "/z"),
    ])
    let found = try report(columns)
    #expect(found.pages.map(\.name) == ["", "/b", "/a"])
    #expect(found.pages.map(\.percentiles.p50) == [3000, 3000, 1500])
    #expect(found.pageTitles.map(\.name) == ["", "T"])
    #expect(found.browsers.map(\.name) == ["", "b"])
    #expect(found.devices.map(\.percentiles.count) == [4])
    #expect(try report(columns) { $0.limit = 1 }.pages.map(\.name) == [""])
    #expect(try report(columns) { $0.limit = .max }.pages.count == 3)
  }

  @Test func `the range has both ends, and the chart only units with a value`() throws {
    let columns = website([
      measurement([.lcp: 1], -1), measurement([.lcp: 2], 0), measurement([.inp: 2], day),
      measurement([.lcp: 3], 2 * day, session: "t"), measurement([.lcp: 4], 3 * day - 1),
      measurement([.lcp: 5], 3 * day),
    ])
    let found = try report(columns, scope(0, 3 * day - 1))
    #expect(found.measurements == 4)
    #expect(found.chart.map(\.startMilliseconds) == [start, start + 2 * day])
    #expect(found.chart.map(\.percentiles.p50) == [200, 350])
  }

  @Test func `filters choose measurements by their columns and ids`() throws {
    let columns = website([
      measurement([.lcp: 1], session: "s", [.device: "mobile"]),
      measurement([.lcp: 2], session: "t", [.device: "desktop"]),
      .page("/", 0, [.device: "mobile"]),
    ])
    #expect(try report(columns, scope(0, day, [try Filter(.device, .equals, ["mobile"])])).measurements == 1)
    var visitor = scope()
    visitor.conditions = [.identifier(.visitor, IdentifierCondition(["s"], isNegated: true))]
    #expect(try report(columns, visitor).summary[0].percentiles.p50 == 200)
    visitor.conditions = [.type(try TextCondition(.equals, ["pageview"]))]
    #expect(try report(columns, visitor).measurements == 0)
  }

  @Test func `a measurement that repeats an id counts once, and never as an event`() throws {
    let columns = website([
      measurement([.lcp: 1], id: "x"), measurement([.lcp: 2], id: "x"), .page("/", 0, id: "y"),
      measurement([.lcp: 3], id: "y"),
    ])
    let found = try report(columns)
    #expect(found.measurements == 1 && found.summary[0].percentiles.p50 == 100)
    #expect(columns.eventCount == 1)
  }

  @Test func `conditions about other rows than the measurement's are told apart`() throws {
    let one: [EventCondition] = [
      .column(try Filter(.device, .isSet)), .eventType(5), .identifier(.visit, .init([], isNegated: false)),
      .isNoSelfReferral, .every, .not(.any([.pattern(.urlPath, WildcardPattern("*"))])),
    ]
    for condition in one { #expect(condition.isAboutOneRow, "\(condition)") }
    let others: [EventCondition] = [
      .property(key: "k", try TextCondition(.isSet)), .visit(.channel, try TextCondition(.isSet)),
      .hasSeveralPageviews, .did(EventCount(of: .visitor, .every, least: 1)),
    ]
    for condition in others {
      #expect(!condition.isAboutOneRow)
      #expect(!EventCondition.not(.any([.every, condition])).isAboutOneRow)
    }
  }

  @Test func `many measurements give the same numbers as one after the other, whatever the threads`() throws {
    var random = SeededGenerator(seed: 11)
    let events = (0..<30_000).map { number -> TestEvent in
      var event = measurement(
        [.lcp: Int64.random(in: 0...50_000_000, using: &random)],
        Int64.random(in: 0...(400 * day), using: &random), path: "/\(number % 7)",
        session: "s\(number % 500)",
        [.browser: number % 3 == 0 ? "chrome" : "firefox"])
      if number % 5 == 0 { event.vitals[.cls] = Int64(number) }
      if number % 9 == 0 { event.type = 1 }
      return event
    }
    let columns = website(events)
    let (from, to) = (20 * day, 300 * day)
    let found = try report(columns, scope(from, to), threads: 4)
    let one = try report(columns, scope(from, to))
    #expect(found.summary == one.summary && found.chart == one.chart && found.pages == one.pages)
    let wanted = events.filter { $0.type == 5 && from...to ~= $0.time }
    let values = wanted.compactMap { $0.vitals[.lcp] }
    #expect(found.measurements == wanted.count)
    #expect(found.summary[0].percentiles.p75 == percentile(75, values))
    #expect(found.chart.reduce(0) { $0 + $1.percentiles.count } == values.count)
    for page in found.pages {
      let values = wanted.filter { $0.texts[.urlPath] == page.name }.compactMap { $0.vitals[.lcp] }
      #expect(page.percentiles.p95 == percentile(95, values) && page.percentiles.count == values.count)
    }
  }

  @Test func `time grows with the number of values, also if all are the same or have their own page`() throws
  {
    for pages in [1, Int.max] {
      let growth = try Growth.ofThreadTime(4000) { count in
        website(
          (0..<count).map { measurement([.lcp: 7], Int64($0), path: "/\($0 % pages)", session: "s\($0)") })
      } work: { columns in
        let found = try report(columns) { $0.limit = 3 }
        #expect(found.summary[0].percentiles.p95 == 700)
      }
      #expect(growth.isLinear, "\(growth)")
    }
  }
}
