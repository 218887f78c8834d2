import Calendar

@testable import Engine

/// A small website as it is written down, and every report over it.
struct StoredReports {
  typealias Report = (WebsiteColumns, ReportScope) throws -> String

  static let sound = website(events())
  /// The sections of the partitions, each in many blocks.
  static let partitions = divided(sound)

  /// Some months of sessions, with all that reports look at.
  private static func events() -> [TestEvent] {
    (0..<120).map { index in
      let session = index % 9 + index / 40 * 7
      var event = TestEvent.custom(
        index % 5 == 0 ? "buy" : "", Int64(index) * 19 * hour + Int64(index % 3), session: "s\(session)",
        visit: index % 11 == 0 ? "shared" : "v\(session) \(index / 20)", on: "/\(index % 6)")
      for (number, column) in TextColumn.allCases.enumerated() where event.texts[column] == nil {
        event.texts[column] = (index + number) % 4 == 0 ? "" : "\(column.columnName) \(index % (number + 2))"
      }
      if index % 2 == 0 { event.texts[.urlQuery] = "utm_source=m\(index % 3)&gclid=1" }
      event.type = index % 5 == 0 ? 2 : 1
      event.paidAd = AdNetwork.allCases[index % AdNetwork.allCases.count]
      if index % 5 == 0 {
        event.properties = [
          .number("revenue", Int64(index)), .text("currency", index % 3 == 0 ? "EUR" : "USD"),
        ]
      }
      return event
    }
  }

  /// The same website in partitions of many blocks.
  private static func divided(_ website: WebsiteColumns) -> [[StoredSection]] {
    website.partitions.map { partition in
      let starts = (0..<partition.sessionStarts.count).map { Int64(partition.sessionStarts[$0]) }
      var numbers: [Int64] = []
      for session in 1..<starts.count where session % 3 == 0 || session == starts.count - 1 {
        let firstRow = numbers.isEmpty ? 0 : Int(numbers[numbers.count - 3])
        let times = (firstRow..<Int(starts[session])).map { partition.times[$0] }
        numbers += [Int64(session), starts[session], times.min() ?? 0, times.max() ?? 0]
      }
      let blocks = StoredSection("blocks", Column(numbers))
      return partition.sections.map { $0.name == "blocks" ? blocks : $0 }
    }
  }

  let scopes: [ReportScope] = {
    func filter(_ column: TextColumn, _ operation: Filter.Operator, _ value: [String]) -> Filter {
      guard let filter = try? Filter(column, operation, value) else { fatalError("a test's filter is wrong") }
      return filter
    }
    return [
      scope(),
      scope(
        9 * day + 5, 50 * day,
        [filter(.country, .isSet, []), filter(.referrerDomain, .notEquals, ["hostname 1"])]),
    ]
  }()

  /// Every report, by name.
  let reports: [(name: String, run: Report)] = {
    let executor = ParallelExecutor(threads: 2)
    let (page, buy) = (EventMatcher.path(WildcardPattern("/1")), EventMatcher.event(WildcardPattern("b*")))
    var reports: [(name: String, run: Report)] = [
      ("utm", { "\(try $0.utm(UTMRequest(scope: $1), on: executor))" }),
      (
        "revenue",
        {
          let request = RevenueRequest(scope: $1, currency: "USD", unit: .day, timeZone: .utc)
          return "\(try $0.revenue(request, on: executor))"
        }
      ),
      ("currencies", { "\(try $0.currencies(CurrenciesRequest(scope: $1), on: executor))" }),
      ("journey", { "\(try $0.journey(JourneyRequest(scope: $1, steps: 4), on: executor))" }),
      (
        "journey from a step",
        {
          "\(try $0.journey(JourneyRequest(scope: $1, steps: 3, startStep: "/1", endStep: "buy"), on: executor))"
        }
      ),
      ("retention", { "\(try $0.retention(RetentionRequest(scope: $1, timeZone: .utc), on: executor))" }),
      (
        "funnel",
        {
          let steps = [EventMatcher.path(WildcardPattern("/*")), EventMatcher.path(WildcardPattern("/2"))]
          let request = SimpleFunnelRequest(scope: $1, steps: steps, windowMilliseconds: 30 * day)
          return "\(try $0.funnel(request, on: executor))"
        }
      ),
      (
        "goals",
        {
          let goals: [GoalsRequest.Goal] =
            [.path(page.pattern), .event(buy.pattern)]
            + PropertyAggregate.allCases.map { .eventData(event: "buy", property: "revenue", $0) }
          return "\(try $0.goals(GoalsRequest(scope: $1, goals: goals), on: executor))"
        }
      ),
    ]
    reports.append(
      ("goals under conditions", { "\(try $0.goals(Self.goalsUnderConditions(in: $1), on: executor))" }))
    for model in [AttributionRequest.Model.firstClick, .lastClick] {
      for (step, currency) in [(page, nil), (buy, "USD")] {
        let run: Report = {
          let request = AttributionRequest(scope: $1, model: model, step: step, currency: currency)
          return "\(try $0.attribution(request, on: executor))"
        }
        reports.append(("attribution by \(model) in \(currency ?? "visitors")", run))
      }
    }
    for column in stride(from: 0, to: TextColumn.allCases.count, by: 3) {
      let fields = Array(TextColumn.allCases[column..<(column + 3)])
      reports.append(
        (
          "insights by \(fields)",
          { "\(try $0.insights(InsightsRequest(scope: $1, fields: fields), on: executor))" }
        ))
    }
    return reports
  }()

  /// A condition of every kind that is not about a text column.
  private static func goalsUnderConditions(in scope: ReportScope) throws -> GoalsRequest {
    let isSet = try TextCondition(.isSet)
    let count = EventCount(of: .visit, .not(.eventType(2)), least: 1, most: 50)
    var scope = scope
    scope.conditions.append(
      .any([
        .identifier(.visitor, IdentifierCondition(["s1", "s2"], isNegated: false)),
        .identifier(.visit, IdentifierCondition(["shared", "v3 0"], isNegated: false)),
        .property(key: "currency", isSet),
        .propertyNumber(key: "revenue", NumberCondition(.isGreater, tenThousandths: 30, isExact: true)),
        .all([
          .visit(.channel, try TextCondition(.notEquals, ["Direct"])), .visit(.entry, isSet), .did(count),
        ]),
        .all([.hasSeveralPageviews, .type(isSet), .visit(.exit, isSet), .isNoSelfReferral]),
      ]))
    return GoalsRequest(scope: scope, goals: [.path(WildcardPattern("*")), .event(WildcardPattern("buy"))])
  }

  /// What every report answers for every scope.
  func answers(_ website: WebsiteColumns) -> [[String]] {
    reports.map { report in scopes.map { scope in (try? report.run(website, scope)) ?? "refused" } }
  }
}
