import Engine

extension ClickHouseBackend {
  func funnel(_ request: SimpleFunnelRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [FunnelStep]
  {
    let link = FunnelLink(windowMilliseconds: request.windowMilliseconds)
    return try funnel(
      FunnelRequest(
        scope: request.scope, steps: request.steps, links: request.steps.map { _ in link }), on: executor
    ).steps
  }

  func funnel(_ request: FunnelRequest, on executor: ParallelExecutor) throws(ReportError) -> FunnelResult {
    try ChainsSQL.check(request)
    var query = try query(request.scope, on: executor)
    let counts: SQL
    if request.order == .any {
      counts = try anyOrder(request, &query)
    } else {
      counts = try ChainsSQL(request, &query).counts
    }
    let numbers = try row(query.with + counts, on: executor) { row throws(ClickHouseError) in
      try row.list(StepNumbers.init)
    }
    var steps = request.steps(numbers)
    if request.hasTiming { try addTiming(request, to: &steps, on: executor) }
    if let limit = request.nextLimit { try addNext(request, limit: limit, to: &steps, on: executor) }
    return FunnelResult(
      steps: steps,
      breakdown: try request.breakdown.map { breakdown throws(ReportError) in
        try rows(request, by: breakdown, on: executor)
      },
      trend: try request.trend.map { units throws(ReportError) in
        try trend(request, by: units, on: executor)
      })
  }

  /// The numbers of a funnel whose steps count in any order: of each event, how many different steps follow within the total
  /// window.
  private func anyOrder(_ request: FunnelRequest, _ query: inout EventQuery) throws(ReportError) -> SQL {
    query.need(.visitor, .time)
    let steps = try query.steps(request.steps)
    let window = request.totalWindowMilliseconds ?? 0
    // Null if no event of the step follows.
    let next = request.steps.indices.map { step in
      """
      ifNull(min(if(steps[\(number: step + 1)], t, NULL)) OVER following - t <= \(value: window), false)
      """ as SQL
    }
    let counts = request.steps.indices.map { step in
      "(toInt64(countIf(deepest >= \(number: step + 1))), toInt64(0), toInt64(0))" as SQL
    }
    return """
      SELECT [\(counts.joined(separator: ", "))]
      FROM (
        SELECT visitor, max(\(request.steps.indices.map { "has_\(number: $0)" as SQL }.joined(separator: " + "))) AS deepest
        FROM (
          SELECT visitor, \(next.enumerated().map { "\($1) AS has_\(number: $0)" as SQL }.joined(separator: ", "))
          FROM (SELECT visitor, t, \(steps) AS steps FROM events)
          WINDOW following AS (PARTITION BY visitor ORDER BY t DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
        GROUP BY visitor)
      """
  }
}

// MARK: What witnesses tell

extension ClickHouseBackend {
  /// Adds the times from step to step.
  private func addTiming(
    _ request: FunnelRequest, to steps: inout [FunnelStep], on executor: ParallelExecutor
  )
    throws(ReportError)
  {
    var query = try query(request.scope, on: executor)
    let witnesses = try ChainsSQL(request, &query, witness: .times).witnesses
    func distribution(of time: SQL) -> SQL {
      func percentile(_ percent: Int) -> SQL {
        "arraySort(groupArray(\(time)))[intDiv(\(number: percent) * count() + 99, 100)]"
      }
      return """
        toInt64(count()), toString(sum(toInt128(\(time)))), \
        [min(\(time)), \(percentile(50)), \(percentile(90)), max(\(time))]
        """
    }
    // The first event of a chain is its last element.
    let found = try rows(
      query.with + """
        SELECT toInt64(tupleElement(link, 1)) AS step, \(distribution(of: "tupleElement(link, 2)")),
          \(distribution(of: "tupleElement(link, 3)"))
        FROM (
          SELECT arrayJoin(arrayMap((event, before) -> (event.2, event.3 - before.3, event.3 - begin),
            arrayPopBack(chain), arrayPopFront(chain))) AS link
          FROM (SELECT chain, chain[-1].3 AS begin FROM (\(witnesses))))
        GROUP BY step
        """, on: executor
    ) { row throws(ClickHouseError) in
      (step: try row.count(), fromPrevious: try FunnelTimes(&row), fromFirst: try FunnelTimes(&row))
    }
    for step in steps.indices.dropFirst() {
      steps[step].timing = FunnelTiming(fromPrevious: .none, fromFirst: .none)
    }
    for row in found where steps.indices.contains(row.step) {
      steps[row.step].timing = FunnelTiming(fromPrevious: row.fromPrevious, fromFirst: row.fromFirst)
    }
  }

  /// Adds what visitors did after their last step.
  private func addNext(
    _ request: FunnelRequest, limit: Int, to steps: inout [FunnelStep], on executor: ParallelExecutor
  ) throws(ReportError) {
    var query = try query(request.scope, on: executor)
    let witnesses = try ChainsSQL(request, &query, witness: .next).witnesses
    let found = try rows(
      query.with + """
        SELECT step, next, toInt64(count()) AS visitors
        FROM (\(witnesses))
        GROUP BY step, next
        ORDER BY step, visitors DESC, next LIMIT \(value: limit) BY step
        """, on: executor
    ) { row throws(ClickHouseError) in
      (step: try row.count(), item: try row.text(), visitors: try row.count())
    }
    for step in steps.indices.dropLast() { steps[step].next = [] }
    for row in found where steps.indices.dropLast().contains(row.step) {
      let item = row.item.isEmpty ? nil : String(row.item.unicodeScalars.dropFirst())
      steps[row.step].next?.append(FunnelNext(item: item, visitors: row.visitors))
    }
  }

  /// The rows of a breakdown. A visitor has one value, so only the visits of those that are cut off could count twice.
  private func rows(
    _ request: FunnelRequest, by breakdown: FunnelBreakdown, on executor: ParallelExecutor
  ) throws(ReportError) -> [FunnelRow] {
    var query = try query(request.scope, on: executor)
    let witnesses = try ChainsSQL(request, &query, witness: .value(breakdown)).witnesses
    let visits = request.staysInVisit ? request.steps.indices.map { "visits_\(number: $0)" as SQL } : []
    let numbers = request.steps.indices.map { step in
      """
      (toInt64(sum(visitors[\(number: step + 1)])), toInt64(0), \
      toInt64(\(request.staysInVisit ? "uniqExactArray(\(visits[step]))" : "0")))
      """ as SQL
    }
    let visitsOfValue = visits.map { ", groupUniqArrayArray(\($0)) AS \($0)" as SQL }.joined(separator: "")
    let limit = min(breakdown.limit, 1 << 40)
    // The rest has the last place.
    return try rows(
      query.with + """
        SELECT any(if(place <= \(value: limit), toNullable(value), NULL)), [\(numbers.joined(separator: ", "))]
        FROM (
          SELECT *, toInt64(row_number() OVER (ORDER BY visitors[1] DESC, value)) AS place
          FROM (
            SELECT value, sumForEach(reached) AS visitors\(visitsOfValue)
            FROM (\(witnesses))
            GROUP BY value))
        WHERE place <= \(value: limit) OR \(breakdown.hasRest ? "true" : "false")
        GROUP BY least(place, \(value: limit + 1)) AS slot ORDER BY slot
        """, on: executor
    ) { row throws(ClickHouseError) in
      FunnelRow(
        value: try row.optional { row throws(ClickHouseError) in try row.text() },
        steps: request.steps(try row.list(StepNumbers.init)))
    }
  }

  /// The visitors who entered in each unit of the range.
  private func trend(_ request: FunnelRequest, by units: SeriesUnits, on executor: ParallelExecutor)
    throws(ReportError) -> [FunnelBucket]
  {
    guard let starts = units.starts(of: request.scope.range) else { return [] }
    let segments = UnitSegments(starts)
    var query = try query(request.scope, on: executor)
    let entrances = try ChainsSQL(request, &query, isBackward: true).entrances
    let found = try rows(
      query.with + """
        SELECT toInt64(\(segments.index(of: "entered"))) AS unit, toInt64(uniqExact(visitor)),
          toInt64(uniqExactIf(visitor, is_converted))
        FROM (\(entrances))
        GROUP BY unit
        """, on: executor
    ) { row throws(ClickHouseError) in
      (unit: try row.count(), entered: try row.count(), converted: try row.count())
    }
    var numbers: [Int64: (entered: Int, converted: Int)] = [:]
    for row in found where starts.indices.contains(row.unit) {
      numbers[starts[row.unit]] = (row.entered, row.converted)
    }
    return request.buckets(units) { numbers[$0] ?? (0, 0) }
  }
}

/// What is counted of one step.
private struct StepNumbers {
  let visitors: Int
  /// Those who came from the step before.
  let continued: Int
  let visits: Int

  init(_ row: inout RowReader) throws(ClickHouseError) {
    (visitors, continued, visits) = (try row.count(), try row.count(), try row.count())
  }
}

extension FunnelRequest {
  fileprivate func steps(_ numbers: [StepNumbers]) -> [FunnelStep] {
    // By step: the last step before it that is not optional.
    var previous: [Int?] = []
    var latest: Int?
    for (step, link) in links.enumerated() {
      previous.append(latest)
      if !link.isOptional { latest = step }
    }
    return zip(numbers, previous).map { step, previous in
      FunnelStep(
        visitors: step.visitors, previous: previous.map { numbers[$0].visitors } ?? 0,
        entered: numbers[0].visitors, continued: isOpen ? step.continued : nil,
        visits: staysInVisit ? step.visits : nil)
    }
  }
}

extension FunnelTimes {
  fileprivate static let none = FunnelTimes(
    count: 0, minimum: nil, average: nil, median: nil, p90: nil, maximum: nil)

  /// Reads the count, the sum as a text, and the other numbers.
  fileprivate init(_ row: inout RowReader) throws(ClickHouseError) {
    let (count, sum) = (try row.count(), Int128(try row.text()) ?? 0)
    let times = try row.list { row throws(ClickHouseError) in try row.integer() }
    guard count > 0, times.count == 4 else { throw .damagedAnswer("a distribution of times has no times") }
    self.init(
      count: count, minimum: times[0], average: Int64(roundedQuotient(sum, Int128(count))), median: times[1],
      p90: times[2], maximum: times[3])
  }
}
