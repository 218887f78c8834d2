import Engine

extension ClickHouseBackend {
  func goals(_ request: GoalsRequest, on executor: ParallelExecutor) throws(ReportError) -> [GoalResult] {
    var request = request
    (request.countsVisitors, request.trend, request.by) = (false, nil, nil)
    return try goalsReport(request, on: executor).results
  }

  func goalsReport(_ request: GoalsRequest, on executor: ParallelExecutor) throws(ReportError) -> GoalsReport
  {
    let numbers = try goalNumbers(request, in: nil, on: executor)
    var all = GoalVisitors()
    if request.countsVisitors {
      var query = try query(request.scope, on: executor)
      query.need(.visitor, .visit)
      all = try row(
        query.with + "SELECT toInt64(uniqExact(visitor)), toInt64(uniqExact(visit)) FROM events", on: executor
      ) { row throws(ClickHouseError) in GoalVisitors(visitors: try row.count(), visits: try row.count()) }
    }
    let trend = try request.trend.map { starts throws(ReportError) in
      try goalNumbers(request, in: UnitSegments(starts), on: executor)
    }
    let values = try request.by.map { by throws(ReportError) in
      try goalValues(request, by, on: executor)
    }
    return GoalsReport(
      results: numbers.map { $0[0].result },
      visitors: request.countsVisitors ? (all, numbers.map { $0[0].visitors }) : nil,
      trend: trend.map { points in
        points.map { $0.map { GoalPoint(result: $0.result, visitors: $0.visitors.visitors) } }
      },
      values: values)
  }

  /// By goal: the numbers of each unit of time, or, without units, those of the whole range.
  private func goalNumbers(
    _ request: GoalsRequest, in units: UnitSegments?, on executor: ParallelExecutor
  ) throws(ReportError) -> [[GoalNumbers]] {
    var numbers: [[GoalNumbers]] = request.goals.map { goal in
      Array(repeating: .none(of: goal), count: units?.starts.count ?? 1)
    }
    let goals = request.goals.indices.filter { request.goals[$0].condition != nil }
    for (unit, row) in try eventNumbers(
      goals.compactMap { request.goals[$0].condition }, request, units, executor)
    {
      for (goal, found) in zip(goals, row) where numbers[goal].indices.contains(unit) {
        numbers[goal][unit] = found
      }
    }
    for (goal, kind) in request.goals.enumerated() {
      guard case .eventData(let event, let property, let aggregate) = kind, !property.isEmpty else {
        continue
      }
      for (unit, found) in try propertyNumbers(event, property, aggregate, request, units, executor)
      where numbers[goal].indices.contains(unit) {
        numbers[goal][unit] = found
      }
    }
    return numbers
  }

  /// By unit: the numbers of the events that meet each of some conditions.
  private func eventNumbers(
    _ conditions: [EventCondition], _ request: GoalsRequest, _ units: UnitSegments?,
    _ executor: ParallelExecutor
  ) throws(ReportError) -> [(unit: Int, numbers: [GoalNumbers])] {
    if conditions.isEmpty { return [] }
    var query = try query(request.scope, on: executor)
    query.need(.visitor, .visit, .time)
    let reached = try query.goals(conditions)
    let countsVisitors = request.countsVisitors || units != nil
    let aggregates = conditions.indices.map { goal in
      let visitors: SQL =
        countsVisitors
        ? """
        toInt64(uniqExactIf(visitor, reached[\(number: goal + 1)])), toInt64(uniqExactIf(visit, reached[\(number: goal + 1)]))
        """ : "toInt64(0), toInt64(0)"
      return "toInt64(countIf(reached[\(number: goal + 1)])), \(visitors)" as SQL
    }
    let grouping: SQL = units == nil ? "" : "\nGROUP BY unit"
    return try rows(
      query.with + """
        SELECT \(unit(units)) AS unit, [\(aggregates.joined(separator: ", "))]
        FROM (SELECT visitor, visit, t, \(reached) AS reached FROM events)\(grouping)
        """, on: executor
    ) { row throws(ClickHouseError) in
      let unit = try row.count()
      let counts = try row.list { row throws(ClickHouseError) in try row.count() }
      let numbers = stride(from: 0, to: counts.count - 2, by: 3).map { index in
        GoalNumbers(
          result: .count(counts[index]),
          visitors: GoalVisitors(visitors: counts[index + 1], visits: counts[index + 2]))
      }
      return (unit, numbers)
    }
  }

  /// By unit: the numbers of the properties with one key, of the events with one name.
  private func propertyNumbers(
    _ event: String, _ property: String, _ aggregate: PropertyAggregate, _ request: GoalsRequest,
    _ units: UnitSegments?, _ executor: ParallelExecutor
  ) throws(ReportError) -> [(unit: Int, numbers: GoalNumbers)] {
    var query = try query(request.scope, readsProperties: true, on: executor)
    query.need(.id)
    let name = query.column(.text(.eventName))
    query.select(where: "\(name) = \(value: event)")
    let numbers: SQL =
      switch aggregate {
      case .count: "toInt64(countIf(found = 1)), toInt64(0), ''"
      case .distinct: "toInt64(uniqExactIf(text, text != '')), toInt64(0), ''"
      case .sum, .average: "toInt64(0), toInt64(count(number)), toString(sum(ifNull(number, 0)))"
      case .minimum: "toInt64(0), toInt64(count(number)), toString(ifNull(min(number), 0))"
      case .maximum: "toInt64(0), toInt64(count(number)), toString(ifNull(max(number), 0))"
      case .median:
        """
        toInt64(0), toInt64(count(number)), \
        toString(arraySort(groupArray(number))[intDiv(50 * count(number) + 99, 100)])
        """
      }
    let properties: SQL = "(\(query.source.numbers(property))) AS properties"
    let relation: SQL
    var visitors: SQL = "toInt64(0), toInt64(0)"
    if request.countsVisitors || units != nil {
      query.need(.visitor, .visit, .time)
      visitors = "toInt64(uniqExactIf(visitor, found = 1)), toInt64(uniqExactIf(visit, found = 1))"
      // An inner join would let ClickHouse 26 remember, beyond this statement, that parts of the table have no row that
      // counts.
      relation = "events \(query.source.global)LEFT JOIN \(properties) USING (id)"
    } else {
      relation = "\(properties) WHERE id \(query.source.global)IN (SELECT id FROM events)"
    }
    let grouping: SQL = units == nil ? "" : "\nGROUP BY unit"
    return try rows(
      query.with + """
        SELECT \(unit(units)) AS unit, \(visitors), \(numbers)
        FROM \(relation)\(grouping)
        """, on: executor
    ) { row throws(ClickHouseError) in
      let unit = try row.count()
      let visitors = GoalVisitors(visitors: try row.count(), visits: try row.count())
      let (count, numbers, text) = (try row.count(), try row.count(), try row.text())
      let amount = Amount(tenThousandths: Int128(text) ?? 0)
      let result: GoalResult =
        switch aggregate {
        case .count, .distinct: .count(count)
        case .average: .average(numbers == 0 ? 0 : Double(amount.tenThousandths) / 10_000 / Double(numbers))
        default: .amount(numbers == 0 ? .zero : amount)
        }
      return (unit, GoalNumbers(result: result, visitors: visitors))
    }
  }

  private func unit(_ units: UnitSegments?) -> SQL {
    units.map { "toInt64(\($0.index(of: "t")))" } ?? "toInt64(0)"
  }

  /// By goal: the values of visits with the numbers of the events that reach it; the rest comes last.
  private func goalValues(
    _ request: GoalsRequest, _ by: GoalsRequest.By, on executor: ParallelExecutor
  ) throws(ReportError) -> [[GoalValue]] {
    var query = try query(request.scope, on: executor)
    query.need(.visitor)
    let value = query.visitValue(by.value)
    // Goals about properties have no values.
    let reached = try query.goals(request.goals.map { $0.condition ?? .any([]) })
    // The states of distinct visitors can be merged into those of the rest.
    let values: SQL = """
      (SELECT goal, value, countIf(is_reached) AS result, uniqExactStateIf(visitor, is_reached) AS visitors,
          uniqExactState(visitor) AS total
        FROM (SELECT visitor, toString(\(value)) AS value, \(reached) AS reached FROM events)
        ARRAY JOIN reached AS is_reached, arrayEnumerate(reached) AS goal
        GROUP BY goal, value HAVING result > 0)
      """
    var found: [[GoalValue]] = request.goals.map { _ in [] }
    func add(_ sql: SQL) throws(ReportError) {
      let rows = try rows(query.with + sql, on: executor) { row throws(ClickHouseError) in
        (
          goal: try row.count(),
          value: GoalValue(
            value: try row.optional { row throws(ClickHouseError) in try row.text() },
            result: try row.count(),
            visitors: try row.count(), total: try row.count())
        )
      }
      for row in rows where found.indices.contains(row.goal - 1) { found[row.goal - 1].append(row.value) }
    }
    try add(
      """
      SELECT toInt64(goal), toNullable(value), toInt64(result) AS number, toInt64(finalizeAggregation(visitors)),
        toInt64(finalizeAggregation(total))
      FROM \(values)
      ORDER BY goal, number DESC, value LIMIT \(value: by.limit) BY goal
      """)
    if by.rest, found.contains(where: { $0.count >= by.limit }) {
      try add(
        """
        SELECT toInt64(goal), CAST(NULL, 'Nullable(String)'), toInt64(sum(result)), toInt64(uniqExactMerge(visitors)),
          toInt64(uniqExactMerge(total))
        FROM (
          SELECT goal, result, visitors, total, row_number() OVER (PARTITION BY goal ORDER BY result DESC, value) AS place
          FROM \(values))
        WHERE place > \(value: by.limit) GROUP BY goal
        """)
    }
    return found
  }
}

/// What is counted of one goal.
private struct GoalNumbers {
  let result: GoalResult
  let visitors: GoalVisitors

  /// Those without any event.
  static func none(of goal: GoalsRequest.Goal) -> GoalNumbers {
    let result: GoalResult =
      switch goal {
      case .eventData(_, _, .average): .average(0)
      case .eventData(_, _, .sum), .eventData(_, _, .minimum), .eventData(_, _, .maximum),
        .eventData(_, _, .median):
        .amount(.zero)
      default: .count(0)
      }
    return GoalNumbers(result: result, visitors: GoalVisitors())
  }
}

extension GoalsRequest.Goal {
  /// The condition on the events that reach it; nil if it is about properties.
  fileprivate var condition: EventCondition? {
    switch self {
    case .path(let pattern): .pattern(.urlPath, pattern)
    case .event(let pattern): .pattern(.eventName, pattern)
    case .condition(let condition): condition
    case .eventData: nil
    }
  }
}

extension EventQuery {
  /// Which conditions an event meets: an array of flags.
  fileprivate mutating func goals(_ conditions: [EventCondition]) throws(ReportError) -> SQL {
    var flags: [SQL] = []
    for condition in conditions { flags.append("toUInt8(\(try test(condition)))") }
    return "[\(flags.joined(separator: ", "))]"
  }
}

extension EventSource {
  /// The properties with one key: `id`, `text`, `found`, which is 1, and `number`, which is `number_value` in
  /// ten-thousandths. It is null if there is none, or if it needs more than 64 bits.
  fileprivate func numbers(_ key: String) -> SQL {
    guard layout.properties.types["data_key"] != nil else {
      return "SELECT id, text, number, toUInt8(1) AS found FROM (\(properties(key)))"
    }
    return """
      SELECT id, \(Self.propertyText) AS text,
        if(isNotNull(number_value), \(Self.numberValue), NULL) AS number,
        toUInt8(1) AS found
      FROM (\(propertyRows("data_key = \(value: key)", grouping: "id")))
      """
  }
}
