import Engine

extension EventQuery {
  /// Which steps an event matches: an array of flags.
  mutating func steps(_ steps: [EventMatcher]) throws(ReportError) -> SQL {
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
///
/// With a total window, a chain that leaves out an optional step may begin later than one that ends at a later event. So the
/// chains with the same optional steps are searched by themselves: a path.
///
/// Where more than its end matters of a witness, it keeps the chain too, which leads over the latest event each time. Backward,
/// chains begin at the last step, and time runs from the last event to the first.
struct ChainsSQL {
  private let request: FunnelRequest
  private let isBackward: Bool
  private let steps: SQL
  private let exclusions: SQL
  /// What is told about witnesses; nil if they are not looked at.
  private let witness: Witness?
  /// The value of an event by which the funnel is divided.
  private var value: SQL?
  /// What is shown of an event as the next one.
  private var item: SQL?
  /// The steps in the order in which they are searched.
  private let order: [Int]

  enum Witness {
    case times, next
    case value(FunnelBreakdown)
  }

  init(
    _ request: FunnelRequest, _ query: inout EventQuery, isBackward: Bool = false, witness: Witness? = nil
  ) throws(ReportError) {
    (self.request, self.isBackward, self.witness) = (request, isBackward, witness)
    let indices = Array(request.steps.indices)
    order = isBackward ? indices.reversed() : indices
    query.need(.visitor, .visit, .time, .tie)
    steps = try query.steps(request.steps)
    exclusions = try query.steps(request.exclusions.map(\.matcher))
    switch witness {
    case .value(let breakdown): value = "toString(\(query.dimension(breakdown.compiledDimension)))"
    case .next:
      let (name, path) = (query.column(.text(.eventName)), query.column(.text(.urlPath)))
      // A letter before it tells an empty path from nothing.
      item = "concat('=', if(\(name) != '', toString(\(name)), toString(\(path))))"
    case .times, nil: break
    }
  }

  // MARK: What cannot be computed

  /// A statement has a few expressions for each step of each path, and servers read only so much.
  private static let maximumEnds = 128

  /// Throws if a funnel cannot be computed.
  static func check(_ request: FunnelRequest) throws(ReportError) {
    let optional = request.links.count(where: \.isOptional)
    if request.totalWindowMilliseconds != nil, optional > 0,
      request.steps.count << min(optional, 8) > maximumEnds
    {
      throw .unsupported(
        "totalWindow with \(optional) optional steps of \(request.steps.count), since each of them doubles the chains that "
          + "are searched")
    }
  }

  // MARK: What is told about chains

  /// For each step: its visitors, those who came from the step before, and its visits.
  var counts: SQL {
    let counts = request.steps.indices.map { step in
      // Open funnels have no paths, and only they tell who came from the step before.
      let (reached, continued): (SQL, SQL) = (
        isReached(step), step == 0 || hasPaths ? "false" : "isNotNull(from_\(number: step))"
      )
      return """
        (toInt64(uniqExactIf(visitor, \(reached))), toInt64(uniqExactIf(visitor, \(continued))), \
        toInt64(uniqExactIf(visit, \(reached))))
        """ as SQL
    }
    return "SELECT [\(counts.joined(separator: ",\n  "))]\nFROM (\(chains(to: request.steps.count - 1)))"
  }

  /// A row for each visitor with a chain: `visitor`, and of the witness
  ///
  /// - for times: `chain`, its events, the last one first, each with its place, its step and its time;
  /// - for next items: `step`, its last one, and `next`, the item of the event after it;
  /// - for a breakdown: `value`; `reached`, by step whether there is a chain; and, if chains stay in visits, `visits_0` …, by
  ///   step the visits with a chain to it.
  var witnesses: SQL {
    let steps = request.steps.indices
    // Of the chains to the deepest step, the one that ends first.
    func atEnd(_ column: SQL) -> SQL { "argMax(\(column), (deepest, -place))" }
    let best: SQL = "best_\(number: steps.count - 1)"
    var columns: [SQL] = ["visitor"]
    switch witness {
    case .times, nil: columns.append("\(atEnd(best)) AS chain")
    case .next: columns.append("max(deepest) AS step, \(atEnd("next_item")) AS next")
    case .value:
      columns.append("\(atEnd(keepsChain ? "\(best)[-1].3" : "event_value")) AS value")
      columns.append("maxForEach([\(steps.map(isReached).joined(separator: ", "))]) AS reached")
      if request.staysInVisit {
        columns += steps.map { "groupUniqArrayIf(visit, \(isReached($0))) AS visits_\(number: $0)" }
      }
    }
    let deepest = steps.reversed().map { "\(isReached($0)), \(number: $0)" as SQL }.joined(separator: ", ")
    return """
      SELECT \(columns.joined(separator: ",\n  "))
      FROM (SELECT *, toInt64(multiIf(\(deepest), -1)) AS deepest FROM (\(chains(to: steps.count - 1))))
      WHERE deepest >= 0
      GROUP BY visitor
      """
  }

  /// A row for each event of the first step: `visitor`, `entered`, its time, and `is_converted`, whether a chain to the last step
  /// begins there. The search must be backward.
  var entrances: SQL {
    """
    SELECT visitor, -t AS entered, \(isReached(0)) AS is_converted
    FROM (\(chains(to: request.steps.count - 1))) WHERE steps[1]
    """
  }

  /// Whether an event ends a chain to a step.
  private func isReached(_ step: Int) -> SQL {
    ends(at: order.firstIndex(of: step) ?? 0).map { "isNotNull(time_\($0.name))" as SQL }.joined(
      separator: " OR ")
  }

  // MARK: Steps and paths

  /// A step to which chains are searched.
  private struct End {
    let step: Int
    /// Which optional steps the chains include, a bit for each; nil if that does not matter.
    let path: Int?

    var name: SQL { path.map { "\(number: step)_path_\(number: $0)" } ?? "\(number: step)" }
  }

  private var hasPaths: Bool {
    request.totalWindowMilliseconds != nil && request.links.contains(where: \.isOptional)
  }

  private func isOptional(_ position: Int) -> Bool { request.links[order[position]].isOptional }

  /// The bit of an optional step in paths.
  private func bit(_ position: Int) -> Int {
    isOptional(position) ? 1 << order[..<position].count(where: { request.links[$0].isOptional }) : 0
  }

  /// The ends at the step that has a position in the search.
  private func ends(at position: Int) -> [End] {
    guard hasPaths else { return [End(step: order[position], path: nil)] }
    let earlier = order[..<position].count(where: { request.links[$0].isOptional })
    return (0..<1 << earlier).map { End(step: order[position], path: $0 | bit(position)) }
  }

  /// The ends from which a link may lead to one.
  private func sources(of end: End, at position: Int) -> [End] {
    guard let path = end.path else {
      var sources = [position - 1]
      while isOptional(sources[0]) { sources.insert(sources[0] - 1, at: 0) }
      return sources.map { End(step: order[$0], path: nil) }
    }
    let own = bit(position)
    var source = position - 1
    while isOptional(source), path & bit(source) == 0 { source -= 1 }
    return [End(step: order[source], path: path & ~own)]
  }

  // MARK: Chains

  /// Events with the chains to each step up to the one at a position of the search.
  private func chains(to position: Int) -> SQL {
    guard position > 0 else { return firstStep }
    let step = order[position]
    let ends = ends(at: position)
    let isShifted = ends.contains { end in
      sources(of: end, at: position).contains { isFar(link($0.step, step)) }
    }
    var columns: [SQL] = []
    for end in ends {
      var froms: [SQL] = []
      var before: [SQL] = []
      let sources = sources(of: end, at: position)
      for source in sources {
        let name: SQL = "\(source.name)_\(end.name)"
        let link = link(source.step, step)
        let (frame, isFar) = (frame(link, isShifted: isShifted), isFar(link))
        for value in values {
          let candidate: SQL = "\(value.name)_\(source.name)"
          columns.append(
            "max(\(isFar ? "if(is_later, \(candidate), NULL)" : candidate)) OVER (\(frame)) AS \(value.name)_\(name)"
          )
        }
        // Null if the link is not allowed.
        let first: SQL = request.totalWindowMilliseconds == nil ? "time" : "first"
        columns.append("if(\(isLinked(source, to: end)), \(first)_\(name), NULL) AS from_\(name)")
        froms.append("from_\(name)")
        if keepsChain {
          let place: SQL = "place_\(source.name)"
          columns.append(
            """
            argMax(chain_\(source.name), \(isFar ? "if(is_later, \(place), NULL)" : place)) OVER (\(frame)) AS chain_\(name)
            """)
          before.append(
            sources.count == 1 ? "chain_\(name)" : "if(isNull(from_\(name)), [], chain_\(name))")
        }
      }
      columns.append("coalesce(\(froms.joined(separator: ", "))) AS from_\(end.name)")
      let isReached: SQL =
        request.isOpen ? "steps[\(number: step + 1)]" : "isNotNull(from_\(end.name))"
      columns += values.map { value in
        let ofEvent: SQL = value.name == "first" ? "from_\(end.name)" : value.ofEvent
        return "if(\(isReached), \(ofEvent), NULL) AS \(value.name)_\(end.name)"
      }
      if keepsChain {
        columns.append(
          "if(\(isReached), arrayPushFront(\(latest(before)), \(element(of: step))), []) AS chain_\(end.name)"
        )
      }
    }
    if keepsChain {
      columns.append(
        """
        if(\(isReached(step)), \(latest(ends.map { "chain_\($0.name)" })), best_\(number: order[position - 1])) \
        AS best_\(number: step)
        """)
    }
    let list = columns.joined(separator: ",\n  ")
    let events = chains(to: position - 1)
    guard isShifted else { return "SELECT *, \(list)\nFROM (\(events))" }
    // An event is there twice: as one that ends chains, and, later, as one that precedes others.
    return """
      SELECT * EXCEPT (is_later)
      FROM (
        SELECT *, \(list)
        FROM (SELECT *, is_later FROM (\(events)) ARRAY JOIN [false, true] AS is_later))
      WHERE NOT is_later
      """
  }

  private var firstStep: SQL {
    let end = ends(at: 0)[0]
    var columns = values.map {
      "if(steps[\(number: end.step + 1)], \($0.ofEvent), NULL) AS \($0.name)_\(end.name)" as SQL
    }
    if keepsChain {
      columns.append(
        "if(steps[1], [\(element(of: 0))], []) AS chain_\(end.name), chain_\(end.name) AS best_0")
    }
    return "SELECT *, \(columns.joined(separator: ", "))\nFROM (\(events))"
  }

  /// Whether more than the end of a witness matters.
  private var keepsChain: Bool {
    switch witness {
    case .times: true
    case .value(let breakdown): breakdown.place != .lastEvent
    case .next, nil: false
    }
  }

  /// An event of a chain: its place, its step, and what is told of it.
  private func element(of step: Int) -> SQL {
    let told: SQL = value == nil ? "t" : step == 0 ? "event_value" : "''"
    return "(place, toInt64(\(number: step)), \(told))"
  }

  /// Of several chains, the one whose events are later; of equal events, those at higher steps.
  private func latest(_ chains: [SQL]) -> SQL {
    chains.count == 1 ? chains[0] : "arrayReverseSort([\(chains.joined(separator: ", "))])[1]"
  }

  /// What is kept of an event that ends a chain to a step, and its value at the first step.
  private var values: [(name: SQL, ofEvent: SQL)] {
    var values: [(name: SQL, ofEvent: SQL)] = [("time", "t")]
    if needsPlaces || keepsChain { values.append(("place", "place")) }
    if request.totalWindowMilliseconds != nil { values.append(("first", "t")) }
    return values
  }

  /// The events that match a step, with their places if those are needed.
  private var events: SQL {
    var columns: SQL = "visitor, visit, t, tie, \(steps) AS steps"
    if let value { columns += ", \(value) AS event_value" }
    if let item {
      columns += """
        , any(\(item)) OVER (PARTITION BY visitor ORDER BY \(eventOrder) ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS next_item
        """
    }
    let source: SQL = isBackward ? "(SELECT * REPLACE (-t AS t) FROM events)" : "events"
    let ordered: SQL =
      "OVER (PARTITION BY visitor ORDER BY \(eventOrder) ROWS BETWEEN UNBOUNDED PRECEDING AND"
    let place: SQL = "toInt64(row_number() \(ordered) CURRENT ROW)) AS place"
    var events: SQL = "SELECT \(columns) FROM \(source)"
    if needsPlaces {
      events = """
        SELECT \(columns), CAST(\(exclusions), 'Array(UInt8)') AS exclusions,
          \(place)
        FROM \(source)
        """
      // The place of the latest event before it that each exclusion is about.
      let excluded = request.exclusions.indices.map { index in
        """
        , max(if(exclusions[\(number: index + 1)], place, 0)) \(ordered) 1 PRECEDING) AS excluded_\(number: index)
        """ as SQL
      }
      events = "SELECT *\(excluded.joined(separator: ""))\nFROM (\(events))"
    }
    events = "SELECT * FROM (\(events)) WHERE has(steps, 1)"
    // Among these events, their order suffices.
    return witness != nil && !needsPlaces ? "SELECT *, \(place) FROM (\(events))" : events
  }

  /// Whether the places of events among all of the visitor matter.
  private var needsPlaces: Bool { request.order == .strict || !request.exclusions.isEmpty }

  private var eventOrder: SQL { isBackward ? "t, tie DESC" : "t, tie" }

  // MARK: Links

  /// The rules of the links between the events of two steps.
  private func link(_ step: Int, _ other: Int) -> FunnelLink { request.links[max(step, other)] }

  /// The events that may precede one.
  ///
  /// - Parameter isShifted: Whether each event is there twice.
  private func frame(_ link: FunnelLink, isShifted: Bool) -> SQL {
    let visitor: SQL = request.staysInVisit ? "PARTITION BY visitor, visit" : "PARTITION BY visitor"
    let wait = min(link.minimumWaitMilliseconds, Self.longest)
    let order: SQL = isShifted ? "\(eventOrder), is_later" : eventOrder
    let ordered: SQL = "\(visitor) ORDER BY \(order) ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    if request.order == .strict { return ordered }
    if isFar(link) {
      return """
        \(visitor) ORDER BY t + if(is_later, \(value: wait), 0) RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        """
    }
    if wait > 0 {
      return "\(visitor) ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND \(number: Int(wait)) PRECEDING"
    }
    return request.isDistinct
      ? ordered : "\(visitor) ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
  }

  /// Whether the minimum time is longer than ClickHouse's windows can be. Then events precede others at the instant at which
  /// they may.
  private func isFar(_ link: FunnelLink) -> Bool {
    request.order != .strict && link.minimumWaitMilliseconds > Self.longestOffset
  }

  /// Whether the latest event at a step may precede the event.
  private func isLinked(_ source: End, to end: End) -> SQL {
    let (name, link): (SQL, FunnelLink) = ("\(source.name)_\(end.name)", link(source.step, end.step))
    var conditions: [SQL] = ["steps[\(number: end.step + 1)]", "isNotNull(time_\(name))"]
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
    let (first, last) = (min(source.step, end.step), max(source.step, end.step))
    for (index, exclusion) in request.exclusions.enumerated()
    where first < exclusion.steps.upperBound && last > exclusion.steps.lowerBound {
      conditions.append("place_\(name) >= excluded_\(number: index)")
    }
    return "ifNull(\(conditions.allHold()), false)"
  }

  /// No two events are further apart, in milliseconds.
  private static let longest: Int64 = 1_000_000_000_000_000
  /// The largest offset of a window: ClickHouse takes less than 31 bits.
  private static let longestOffset: Int64 = 2_147_483_646
}
