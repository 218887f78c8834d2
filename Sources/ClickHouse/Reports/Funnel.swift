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
    if request.breakdown != nil { throw .unsupported("breakdown") }
    if request.hasTiming { throw .unsupported("timing") }
    if request.trend != nil { throw .unsupported("trend") }
    if request.nextLimit != nil { throw .unsupported("next") }
    var query = try query(request.scope, on: executor)
    let counts: SQL
    if request.order == .any {
      counts = try anyOrder(request, &query)
    } else {
      if request.totalWindowMilliseconds != nil, request.links.contains(where: \.isOptional) {
        throw .unsupported("totalWindow with optional steps")
      }
      counts = try ChainsSQL(request, &query).counts
    }
    let numbers = try row(query.with + counts, on: executor) { row throws(ClickHouseError) in
      try row.list { row throws(ClickHouseError) in
        (visitors: try row.count(), continued: try row.count(), visits: try row.count())
      }
    }
    // By step: the last step before it that is not optional.
    var previous: [Int?] = []
    var latest: Int?
    for (step, link) in request.links.enumerated() {
      previous.append(latest)
      if !link.isOptional { latest = step }
    }
    return FunnelResult(
      steps: zip(numbers, previous).map { step, previous in
        FunnelStep(
          visitors: step.visitors, previous: previous.map { numbers[$0].visitors } ?? 0,
          entered: numbers[0].visitors, continued: request.isOpen ? step.continued : nil,
          visits: request.staysInVisit ? step.visits : nil)
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

extension EventQuery {
  /// Which steps an event matches: an array of flags.
  fileprivate mutating func steps(_ steps: [EventMatcher]) throws(ReportError) -> SQL {
    var flags: [SQL] = []
    for step in steps { flags.append("toUInt8(\(try test(step.condition)))") }
    return "[\(flags.joined(separator: ", "))]"
  }
}

/// Finds the chains of a funnel, step after step.
///
/// Of each event that ends a chain to a step, the statement keeps the time, the place among the visitor's events, and the time
/// at which the chain began. An event ends a chain to the next step if the latest event before it that ends one may precede it:
/// none of the earlier ones is nearer, begins later, or has fewer events behind it. So each step needs only the maximum of what
/// comes before, which a window keeps as it goes.
private struct ChainsSQL {
  private let request: FunnelRequest
  private let steps: SQL
  private let exclusions: SQL

  init(_ request: FunnelRequest, _ query: inout EventQuery) throws(ReportError) {
    self.request = request
    query.need(.visitor, .visit, .time, .tie)
    steps = try query.steps(request.steps)
    exclusions = try query.steps(request.exclusions.map(\.matcher))
  }

  /// For each step: its visitors, those who came from the step before, and its visits.
  var counts: SQL {
    let counts = request.steps.indices.map { step in
      let (reached, continued): (SQL, SQL) = (
        "isNotNull(time_\(number: step))", step == 0 ? "false" : "isNotNull(from_\(number: step))"
      )
      return """
        (toInt64(uniqExactIf(visitor, \(reached))), toInt64(uniqExactIf(visitor, \(continued))), \
        toInt64(uniqExactIf(visit, \(reached))))
        """ as SQL
    }
    return "SELECT [\(counts.joined(separator: ",\n  "))]\nFROM (\(chains(to: request.steps.count - 1)))"
  }

  /// Events with the chains to each step up to one.
  private func chains(to step: Int) -> SQL {
    guard step > 0 else {
      let columns = values.map { "if(steps[1], \($0.ofEvent), NULL) AS \($0.name)_0" as SQL }
      return "SELECT *, \(columns.joined(separator: ", "))\nFROM (\(events))"
    }
    var columns: [SQL] = []
    var froms: [SQL] = []
    for source in sources(of: step) {
      let name: SQL = "\(number: source)_\(number: step)"
      for value in values {
        columns.append(
          "max(\(value.name)_\(number: source)) OVER (\(frame(of: step))) AS \(value.name)_\(name)")
      }
      // Null if the link is not allowed.
      let first: SQL = request.totalWindowMilliseconds == nil ? "time" : "first"
      columns.append("if(\(link(from: source, to: step)), \(first)_\(name), NULL) AS from_\(name)")
      froms.append("from_\(name)")
    }
    columns.append("coalesce(\(froms.joined(separator: ", "))) AS from_\(number: step)")
    let isReached: SQL =
      request.isOpen ? "steps[\(number: step + 1)]" : "isNotNull(from_\(number: step))"
    columns += values.map { value in
      let ofEvent: SQL = value.name == "first" ? "from_\(number: step)" : value.ofEvent
      return "if(\(isReached), \(ofEvent), NULL) AS \(value.name)_\(number: step)"
    }
    return "SELECT *, \(columns.joined(separator: ",\n  "))\nFROM (\(chains(to: step - 1)))"
  }

  /// What is kept of an event that ends a chain to a step, and its value at the first step.
  private var values: [(name: SQL, ofEvent: SQL)] {
    var values: [(name: SQL, ofEvent: SQL)] = [("time", "t")]
    if needsPlaces { values.append(("place", "place")) }
    if request.totalWindowMilliseconds != nil { values.append(("first", "t")) }
    return values
  }

  /// The events that match a step, with their places among all of the visitor if those are needed.
  private var events: SQL {
    var events: SQL = "SELECT visitor, visit, t, tie, \(steps) AS steps FROM events"
    if needsPlaces {
      let ordered: SQL = "OVER (PARTITION BY visitor ORDER BY t, tie ROWS BETWEEN UNBOUNDED PRECEDING AND"
      events = """
        SELECT visitor, visit, t, tie, \(steps) AS steps, CAST(\(exclusions), 'Array(UInt8)') AS exclusions,
          toInt64(row_number() \(ordered) CURRENT ROW)) AS place
        FROM events
        """
      // The place of the latest event before it that each exclusion is about.
      let excluded = request.exclusions.indices.map { index in
        """
        , max(if(exclusions[\(number: index + 1)], place, 0)) \(ordered) 1 PRECEDING) AS excluded_\(number: index)
        """ as SQL
      }
      events = "SELECT *\(excluded.joined(separator: ""))\nFROM (\(events))"
    }
    return "SELECT * FROM (\(events)) WHERE has(steps, 1)"
  }

  private var needsPlaces: Bool { request.order == .strict || !request.exclusions.isEmpty }

  /// The steps from which a link may lead to a step.
  private func sources(of step: Int) -> [Int] {
    var sources = [step - 1]
    while request.links[sources[0]].isOptional { sources.insert(sources[0] - 1, at: 0) }
    return sources
  }

  /// The events that may precede one at a step.
  private func frame(of step: Int) -> SQL {
    let visitor: SQL = request.staysInVisit ? "PARTITION BY visitor, visit" : "PARTITION BY visitor"
    let wait = min(request.links[step].minimumWaitMilliseconds, Self.longest)
    if request.order == .strict {
      return "\(visitor) ORDER BY t, tie ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    }
    if wait > 0 {
      return "\(visitor) ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND \(number: Int(wait)) PRECEDING"
    }
    return request.isDistinct
      ? "\(visitor) ORDER BY t, tie ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
      : "\(visitor) ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
  }

  /// Whether the latest event at a step may precede the event.
  private func link(from source: Int, to step: Int) -> SQL {
    let (name, link): (SQL, FunnelLink) = ("\(number: source)_\(number: step)", request.links[step])
    var conditions: [SQL] = ["steps[\(number: step + 1)]", "isNotNull(time_\(name))"]
    if let window = link.windowMilliseconds, window < Self.longest {
      conditions.append("t - time_\(name) <= \(value: window)")
    }
    if let window = request.totalWindowMilliseconds, window < Self.longest {
      conditions.append("t - first_\(name) <= \(value: window)")
    }
    if request.order == .strict {
      conditions.append("place - place_\(name) = 1")
      conditions.append("t - time_\(name) >= \(value: link.minimumWaitMilliseconds)")
    }
    for (index, exclusion) in request.exclusions.enumerated()
    where source < exclusion.steps.upperBound && step > exclusion.steps.lowerBound {
      conditions.append("place_\(name) >= excluded_\(number: index)")
    }
    return "ifNull(\(conditions.allHold()), false)"
  }

  /// No two events are further apart, in milliseconds.
  private static let longest: Int64 = 1_000_000_000_000_000
}
