import Testing

@testable import Engine

@Suite struct AttributionCreditTests {
  private static let every: [AttributionModel] = [
    .first, .last, .lastNonDirect, .linear, .position(first: 40, middle: 20, last: 40),
    .timeDecay(halfLifeMilliseconds: Double(day)), .shapley,
  ]

  private func report(
    _ events: [TestEvent], _ models: [AttributionModel] = [.linear], _ scope: ReportScope = scope(),
    threads: Int = 1, _ change: (inout AttributionCreditRequest) -> Void = { _ in }
  ) throws -> AttributionCreditReport {
    var request = AttributionCreditRequest(
      scope: scope, models: models, steps: [.event(WildcardPattern("buy"))])
    request.by = [.column(.utmSource)]
    change(&request)
    return try website(events).attributionCredit(request, on: ParallelExecutor(threads: threads))
  }

  /// The name, and the conversions by each model in ten-thousandths; with money those of the value.
  private func lines(_ report: AttributionCreditReport, money: Bool = false) -> [String] {
    let names = report.names[0]
    return (names.rows + [names.rest].compactMap(\.self)).map { row in
      ([row.name ?? "rest"]
        + row.credits.map { "\((money ? $0.value : $0.conversions).tenThousandths)" }).joined(separator: " ")
    }
  }

  private func counts(_ report: AttributionCreditReport) -> [String] {
    let names = report.names[0]
    return (names.rows + [names.rest].compactMap(\.self)).map {
      "\($0.name ?? "rest") \($0.visitors) \($0.assisted)"
    }
  }

  /// A visit on each of some days, from these sources.
  private func visits(_ sources: [String], session: String = "s") -> [TestEvent] {
    sources.enumerated().map { index, source in
      .page("/", Int64(index) * day, session: session, visit: "\(session)\(index)", [.utmSource: source])
    }
  }

  /// A purchase in the visit of a day.
  private func buy(
    _ number: Int, session: String = "s", after milliseconds: Int64 = 0, _ amounts: [Int64] = []
  ) -> TestEvent {
    .custom(
      "buy", Int64(number) * day + milliseconds, session: session, visit: "\(session)\(number)", [:],
      amounts.enumerated().map { .number("revenue \($0)", $1) }
        + (amounts.isEmpty ? [] : [.text("currency", "EUR")]))
  }

  /// The credits of one conversion in the last of visits from these sources, by visit.
  private func credits(
    _ model: AttributionModel, _ count: Int, amounts: [Int64] = []
  ) throws -> [Int128] {
    let names = (0..<count).map { "\(100 + $0)" }
    let report = try report(visits(names) + [buy(count - 1, amounts)], [model]) {
      if !amounts.isEmpty { $0.currency = "EUR" }
    }
    let rows = report.names[0].rows.sorted { ($0.name ?? "") < ($1.name ?? "") }
    return rows.map { (amounts.isEmpty ? $0.credits[0].conversions : $0.credits[0].value).tenThousandths }
  }

  @Test func `each model gives the credit of a conversion to other touches`() throws {
    let events = visits(["a", "b", ""]) + [buy(2)]
    let report = try report(events, Self.every)
    // First, last, last not direct, linear, position, timeDecay (1 : 2 : 4), shapley.
    #expect(
      lines(report) == [
        "a 10000 0 0 3333 4000 1429 3333", " 0 10000 0 3334 4000 5714 3334",
        "b 0 0 10000 3333 2000 2857 3333",
      ])
  }

  @Test func `a conversion of one touch gives it all by every model`() throws {
    #expect(
      try lines(report([buy(0)], Self.every)) == [
        " " + Self.every.map { _ in "10000" }.joined(separator: " ")
      ])
    for model in Self.every { #expect(try credits(model, 1, amounts: [-7]) == [-7]) }
  }

  @Test(
    arguments: [
      (2, [40, 20, 40], [5000, 5000]), (2, [1, 9, 2], [3333, 6667]), (2, [0, 5, 0], [5000, 5000]),
      (2, [0, 0, 1], [0, 10000]), (3, [1, 1, 1], [3333, 3333, 3334]), (3, [0, 1, 0], [0, 10000, 0]),
      (4, [7, 3, 11], [3334, 714, 714, 5238]), (4, [50, 0, 50], [5000, 0, 0, 5000]),
      (5, [1_000_000, 999_999, 1_000_000], [3333, 1111, 1111, 1111, 3334]),
    ] as [(Int, [Int], [Int128])])
  func `position weighs the first, the last and those between`(
    count: Int, weights: [Int], parts: [Int128]
  ) throws {
    let model = AttributionModel.position(first: weights[0], middle: weights[1], last: weights[2])
    #expect(try credits(model, count) == parts)
  }

  @Test func `units that are left go to the largest remainders, of equal ones to the later touch`() throws {
    #expect(try credits(.linear, 7) == [1428, 1428, 1428, 1429, 1429, 1429, 1429])
    // 10000 × 1, 2 and 4 sevenths have the remainders 4, 1 and 2.
    #expect(try credits(.timeDecay(halfLifeMilliseconds: Double(day)), 3) == [1429, 2857, 5714])
  }

  @Test func `parts of negative amounts are rounded down too, and add up`() throws {
    #expect(try credits(.linear, 3, amounts: [-10]) == [-4, -3, -3])
    #expect(try credits(.shapley, 3, amounts: [-10]) == [-4, -3, -3])
    #expect(try credits(.linear, 3, amounts: [5, -5]) == [0, 0, 0])
  }

  @Test func `amounts of more than 64 bits are divided exactly`() throws {
    let amounts = Array(repeating: Int64.max - 1, count: 9)
    for model in Self.every {
      #expect(try credits(model, 3, amounts: amounts).reduce(0, +) == 9 * Int128(Int64.max - 1))
    }
  }

  @Test(arguments: [0, 1, 1e-300, 1e9, .infinity] as [Double])
  func `a touch of any age keeps a weight`(halfLife: Double) throws {
    let parts = try credits(.timeDecay(halfLifeMilliseconds: max(halfLife, .leastNonzeroMagnitude)), 3)
    #expect(parts.reduce(0, +) == 10000)
    if halfLife <= 1 { #expect(parts == [0, 0, 10000]) }
    if halfLife == .infinity { #expect(parts == [3333, 3333, 3334]) }
  }

  @Test func `shapley divides among distinct names in the order of their last touches`() throws {
    #expect(try lines(report(visits(["a", "b", "a", "b"]) + [buy(3)], [.shapley])) == ["a 5000", "b 5000"])
    #expect(
      try lines(report(visits(["a", "b", "c", "a"]) + [buy(3)], [.shapley])) == [
        "a 3334", "b 3333", "c 3333",
      ])
    #expect(try lines(report(visits(["a", "b", "a"]) + [buy(2)])) == ["a 6667", "b 3333"])
  }

  @Test func `the last touch that is not direct is by channel another one than Direct`() throws {
    let events: [TestEvent] = [
      .page("/", 0, visit: "s0", [.utmMedium: "email"]), .page("/", day, visit: "s1", [:]), buy(1, after: 1),
    ]
    let byChannel = try report(events, [.lastNonDirect]) { $0.by = [.channel] }
    #expect(lines(byChannel) == ["Email 10000", "Direct 0"])
    #expect(try lines(report([buy(0)], [.lastNonDirect]) { $0.by = [.channel] }) == ["Direct 10000"])
  }

  @Test func `the last, the first or every conversion counts`() throws {
    let events = visits(["a", "b", "c"]) + [buy(0, after: 1), buy(1, after: 1), buy(2, after: 1)]
    func credits(_ which: AttributionCreditRequest.Conversions) throws -> [String] {
      try lines(report(events, [.last, .linear]) { $0.conversions = which })
    }
    #expect(try credits(.last) == ["c 10000 3334", "a 0 3333", "b 0 3333"])
    #expect(try credits(.first) == ["a 10000 10000"])
    #expect(try credits(.every) == ["a 10000 18333", "b 10000 8333", "c 10000 3334"])
  }

  @Test func `with a currency only conversions with an amount count, before one is chosen`() throws {
    let events = visits(["a", "b", "c"]) + [buy(0, [30]), buy(1, [50, 20]), buy(2)]
    let report = try report(events, [.last]) { $0.currency = "EUR" }
    #expect(lines(report, money: true) == ["b 70", "a 0"] && lines(report) == ["b 10000", "a 0"])
    #expect(
      report.names[0].total
        == AttributionCredit(conversions: Amount(tenThousandths: 10000), value: Amount(tenThousandths: 70)))
    #expect((report.pageviews, report.visitors, report.visits) == (3, 1, 3))
    #expect(try self.report(events) { $0.currency = "USD" }.names[0].rows.isEmpty)
  }

  @Test func `lookback counts both ends, and leaves conversions without a touch`() throws {
    let events = visits(["a", "b"]) + [buy(1)]
    #expect(try lines(report(events) { $0.lookbackMilliseconds = day }) == ["a 5000", "b 5000"])
    #expect(try lines(report(events) { $0.lookbackMilliseconds = day - 1 }) == ["b 10000"])
    let late = try report(visits(["a"]) + [buy(0, after: 10)], Self.every) { $0.lookbackMilliseconds = 9 }
    #expect(late.names[0].rows.isEmpty)
    #expect(late.names[0].unattributed.conversions == late.names[0].total.conversions)
    #expect(late.names[0].total.conversions.tenThousandths == 10000)
  }

  @Test func `a visit touches a conversion if its first event in range is not after it`() throws {
    let same: [TestEvent] = [
      .page("/", 5, visit: "v", [.utmSource: "a"]), .custom("buy", 5, visit: "w", [.utmSource: "b"]),
      .page("/", 5, visit: "x", [.utmSource: "c"]),
    ]
    #expect(try lines(report(same)) == ["a 5000", "b 5000"])
    // Visits that overlap are ordered by their first events in range, and these give their values.
    let overlapping: [TestEvent] = [
      .page("/", 1, visit: "v", [.utmSource: "a"]), .page("/", 2, visit: "w", [.utmSource: "b"]),
      .page("/", 3, visit: "v", [.utmSource: "c"]), .custom("buy", 4, visit: "w"),
    ]
    #expect(try lines(report(overlapping, [.first, .last])) == ["a 10000 0", "b 0 10000"])
    #expect(try lines(report(overlapping, [.first, .last], scope(2))) == ["b 10000 0", "c 0 10000"])
  }

  @Test func `of a visit that sessions share, the first event of all decides`() throws {
    let events: [TestEvent] = [
      .page("/", 0, session: "t", visit: "v", [.utmSource: "a"]),
      .page("/", 1, session: "s", visit: "w", [.utmSource: "b"]),
      .custom("buy", 2, session: "s", visit: "v", [.utmSource: "c"]),
    ]
    #expect(try lines(report(events, [.first, .last])) == ["a 10000 0", "b 0 10000"])
    #expect(try counts(report(events)) == ["a 2 1", "b 1 0"])
  }

  @Test func `filters select conversions, but neither touches nor visitors`() throws {
    let events =
      visits(["a", "b"]) + visits(["a"], session: "t") + [buy(1), buy(0, session: "t", after: 1)]
    let filter = Filter(.utmSource, try TextCondition(.equals, [""]))
    let onlyBuys = try report(events, [.linear], scope(0, day, [filter]))
    #expect(lines(onlyBuys) == ["a 15000", "b 5000"] && counts(onlyBuys) == ["a 2 1", "b 1 0"])
    #expect(try report(events, [.linear], scope(1, day)).names[0].rows.map(\.name) == ["", "b"])
  }

  @Test func `the rest counts each visitor and each conversion once`() throws {
    let events =
      visits(["a", "b", "c"]) + [buy(2)] + visits(["b", "c", "b"], session: "t") + [buy(2, session: "t")]
      + visits(["c"], session: "u")
    let all = try report(events, [.last])
    #expect(counts(all) == ["b 2 1", "c 3 1", "a 1 1"] && all.names[0].rest == nil)
    let cut = try report(events, [.last, .linear]) { ($0.limit, $0.rest) = (1, true) }
    #expect(lines(cut) == ["b 10000 10000", "rest 10000 10000"] && counts(cut) == ["b 2 1", "rest 3 2"])
    let onlyC = try report(events, [.linear]) { ($0.limit, $0.rest) = (2, true) }
    #expect(counts(onlyC) == ["b 2 1", "c 3 1", "rest 1 1"])
    #expect(try counts(report(events) { ($0.limit, $0.rest) = (.max, true) }).count == 3)
  }

  @Test func `any of several steps is a conversion, a path on pageviews and a name on custom events`() throws
  {
    let events: [TestEvent] = [
      .page("/a", 0, [.utmSource: "a"]), .custom("buy", 1, on: "/a"), .custom("other", 2, on: "/a"),
    ]
    let report = try report(events) {
      $0.steps = [.path(WildcardPattern("/a")), .event(WildcardPattern("buy"))]
      $0.conversions = .every
    }
    #expect(lines(report) == ["a 20000"] && report.pageviews == 2)
  }

  @Test func `too many weights are reported, on both sides of the limit`() throws {
    let events = visits(["a", "b", "c"]) + [buy(0, after: 1), buy(2, after: 1)]
    for (limit, sum) in [(3, 0), (4, 20000)] as [(Int, Int128)] {
      let report = try report(events, [.timeDecay(halfLifeMilliseconds: 1)]) {
        $0.maximumDecayWeights = limit
        $0.conversions = .every
      }
      #expect(report.decayWeights == 4)
      #expect(report.names[0].rows.reduce(0) { $0 + $1.credits[0].conversions.tenThousandths } == sum)
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `rows, rest and unattributed add up to the total, however threads divide the work`(seed: UInt64) throws
  {
    var random = RandomEvents(seed: seed, sessions: 5, instants: 40)
    var events: [TestEvent] = []
    for number in 0..<120 {
      let (session, visit) = (
        random.pick(["s", "t", "u", "v"]), random.pick(["1", "2", "3", "4", "5", "6"])
      )
      let time = Int64(random.pick(Array(0..<40))) * day / 8
      let source: [TextColumn: String] = [.utmSource: random.pick(["", "a", "b", "c", "d"])]
      // Every other store has visits that several sessions share.
      let id = seed.isMultiple(of: 2) ? visit : session + visit
      events.append(
        number.isMultiple(of: 3)
          ? .custom(
            "buy", time, session: session, visit: id, source,
            [.number("revenue", Int64(random.pick(Array(-9..<20)))), .text("currency", "EUR")])
          : .page("/", time, session: session, visit: id, source))
    }
    let limit = random.pick([1, 2, 20])
    let lookback = random.pick([nil, day, 2 * day])
    for which in [AttributionCreditRequest.Conversions.first, .last, .every] {
      let reports = try [1, 3].map { threads in
        try report(events, Self.every, threads: threads) {
          ($0.conversions, $0.currency, $0.limit, $0.rest) = (which, "EUR", limit, true)
          $0.lookbackMilliseconds = lookback
        }
      }
      #expect(reports[0].names == reports[1].names)
      let names = reports[0].names[0]
      for model in Self.every.indices {
        let sum = (names.rows + [names.rest].compactMap(\.self)).map { $0.credits[model] }
          .reduce(names.unattributed) {
            AttributionCredit(conversions: $0.conversions + $1.conversions, value: $0.value + $1.value)
          }
        #expect(sum == names.total, "model \(model)")
      }
    }
  }

  @Test func `many visits and conversions of one visitor take time in proportion to both`() throws {
    let count = 20_000
    let events = (0..<count).flatMap { number -> [TestEvent] in
      let (time, visit) = (Int64(number) * 1000, "\(number)")
      return [
        .page("/", time, visit: visit, [.utmSource: "\(number % 7000)"]),
        .custom("buy", time + 1, visit: visit, [.utmSource: "x"]),
      ]
    }
    let models: [AttributionModel] = [
      .first, .last, .lastNonDirect, .linear, .position(first: 1, middle: 2, last: 3), .shapley,
    ]
    let report = try report(events, models) {
      ($0.conversions, $0.rest, $0.lookbackMilliseconds) = (.every, true, 9_000_000)
    }
    for model in models.indices {
      let sum = (report.names[0].rows + [report.names[0].rest].compactMap(\.self)).reduce(0) {
        $0 + $1.credits[model].conversions.tenThousandths
      }
      #expect(sum == Int128(count) * 10_000)
    }
  }
}
