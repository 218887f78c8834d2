import Engine

extension ClickHouseBackend {
  func retention(_ request: RetentionRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [RetentionCell]
  {
    var cells: [RetentionCell] = []
    try retentionReport(request, on: executor).table.forEachRow(isDense: false, on: executor) { row in
      cells.append(
        RetentionCell(
          dateMilliseconds: row.dateMilliseconds, day: row.period, visitors: row.visitors,
          returnVisitors: row.returnVisitors))
    }
    return cells
  }

  func retentionReport(_ request: RetentionRequest, on executor: ParallelExecutor) throws(ReportError)
    -> RetentionReport
  {
    let segments = try units(
      request.unit, weekStart: request.weekStart, in: request.timeZone, of: request.scope, on: executor)
    let units = RetentionUnits(starts: segments.starts + [segments.end], request, executor)
    var query = try query(request.scope, on: executor)
    let cells =
      request.isPlain
      ? plainRetentionCells(request, segments, &query)
      : try RetentionMembers(request, segments, &query).cells
    let rows = try rows(query.with + cells, on: executor) { row throws(ClickHouseError) in
      (
        value: try row.text(), cohort: try row.count(), unit: try row.count(), visitors: try row.count(),
        amount: try row.amount().tenThousandths
      )
    }
    func table(_ rows: some Sequence<(value: String, cohort: Int, unit: Int, visitors: Int, amount: Int128)>)
      -> RetentionTable
    {
      var counts: [RetentionPlace: Int] = [:]
      var sums: [RetentionPlace: Int128] = [:]
      for row in rows {
        let place = RetentionPlace(cohort: row.cohort, unit: row.unit)
        if row.visitors > 0 { counts[place, default: 0] += row.visitors }
        if row.amount != 0 { sums[place, default: 0] += row.amount }
      }
      return RetentionTable(
        request, units,
        counts: counts.keys.sorted().map { ($0.cohort, $0.unit, counts[$0] ?? 0) },
        sums: sums.keys.sorted().map { ($0.cohort, $0.unit, sums[$0] ?? 0) }, executor)
    }
    guard let breakdown = request.breakdown else { return RetentionReport(table: table(rows), groups: []) }
    // Each member of a cohort is in one row in which the unit is that of the cohort, or, if it returned for the last time
    // later, in one of those after it.
    var starts: [Int] = []
    var sizes: [Int] = []
    for (index, row) in rows.enumerated() {
      if index == 0 || !rows[index - 1].value.utf8.elementsEqual(row.value.utf8) {
        starts.append(index)
        sizes.append(0)
      }
      if request.criterion == .onOrAfter || row.unit == row.cohort { sizes[sizes.count - 1] += row.visitors }
    }
    let ends = starts.dropFirst() + [rows.count]
    // The rows are by value, so a stable order has equal sizes by value.
    let order = sizes.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
    let shown = order.prefix(max(breakdown.limit, 0))
    var groups = shown.map { index in
      RetentionReport.Group(
        value: rows[starts[index]].value, table: table(rows[starts[index]..<ends[ends.startIndex + index]]))
    }
    if breakdown.rest, shown.count < order.count {
      let others = order.dropFirst(shown.count).flatMap { starts[$0]..<ends[ends.startIndex + $0] }
      groups.append(RetentionReport.Group(value: nil, table: table(others.lazy.map { rows[$0] })))
    }
    return RetentionReport(table: table(rows), groups: groups)
  }
}

extension RetentionRequest {
  /// Whether cohorts are of each visitor's first event, and any event is a return.
  fileprivate var isPlain: Bool {
    start == nil && returns == nil && breakdown == nil && currency == nil && cohorts == .first
      && criterion == .on
  }
}

/// The rows of ``RetentionMembers/cells`` for a plain request, which needs only the units in which each visitor was there.
private func plainRetentionCells(
  _ request: RetentionRequest, _ segments: UnitSegments, _ query: inout EventQuery
) -> SQL {
  query.need(.visitor, .time)
  return """
    SELECT '' AS value, cohort, unit, toInt64(count()) AS visitors, '0' AS sum
    FROM (
      SELECT arrayMin(units) AS cohort, arrayJoin(arrayFilter(unit -> unit - cohort <= \(value: request.periods), units)) AS unit
      FROM (SELECT visitor, groupUniqArray(toInt64(\(segments.index(of: "t")))) AS units FROM events GROUP BY visitor))
    GROUP BY cohort, unit
    ORDER BY cohort, unit
    """
}

/// A unit of a cohort.
private struct RetentionPlace: Hashable, Comparable {
  let cohort: Int
  let unit: Int

  static func < (a: Self, b: Self) -> Bool { (a.cohort, a.unit) < (b.cohort, b.unit) }
}

/// The members of cohorts as relations: one of what each visitor did in each unit, and from it the cohorts.
private struct RetentionMembers {
  /// A statement with rows by value, cohort and unit: the value, the indices of the units, the members of the cohort who
  /// returned in the unit, and the sum of their amounts in ten-thousandths.
  let cells: SQL

  init(_ request: RetentionRequest, _ segments: UnitSegments, _ query: inout EventQuery) throws(ReportError) {
    query.need(.visitor, .time, .tie)
    let isStart: SQL = if let start = request.start { try query.test(start) } else { "true" }
    let isReturn: SQL = if let returns = request.returns { try query.test(returns) } else { "true" }
    let value: SQL = request.breakdown.map { query.dimension($0.dimension) } ?? "''"
    var money: SQL = ""
    var (amounts, ownAmounts): (SQL, SQL) = ("toInt128(0)", "toInt128(0)")
    if let currency = request.currency {
      query.need(.id)
      money = query.moneyJoin(in: currency)
      amounts = "sum(amount)"
      // In the unit of the start event, amounts count from it on.
      ownAmounts = """
        arraySum(event -> if(tupleElement(event, 1) >= start, tupleElement(event, 2), toInt128(0)), \
        groupArrayIf(((t, tie), amount), amount != 0))
        """
    }
    // What each visitor did in each unit.
    let unitsOfVisitors: SQL = """
      SELECT visitor, unit, countIf(is_start) > 0 AS starts, countIf(is_return) > 0 AS returns,
        minIf((t, tie), is_start) AS start, argMinIf(value, (t, tie), is_start) AS start_value,
        \(amounts) AS unit_amount, \(ownAmounts) AS own_amount
      FROM (
        SELECT *, toInt64(\(segments.index(of: "t"))) AS unit, \(isStart) AS is_start, \(isReturn) AS is_return,
          toString(\(value)) AS value
        FROM events\(money))
      GROUP BY visitor, unit
      """
    let cohorts: SQL =
      switch request.cohorts {
      case .first: "arraySlice(arraySort(groupArrayIf((unit, start_value, own_amount), starts)), 1, 1)"
      case .every: "groupArrayIf((unit, start_value, own_amount), starts)"
      }
    // Units may be farther apart than their indices are, but not nearer.
    let isNear: SQL = " AND u.1 - cohort <= \(value: request.periods)"
    let hasMoney = request.currency != nil
    let later: SQL =
      hasMoney
      ? "arrayMap(u -> (u.1, u.3), arrayFilter(u -> u.1 > cohort\(isNear), units))"
      : "[]::Array(Tuple(Int64, Int128))"
    let returns: SQL =
      switch request.criterion {
      case .on:
        "arrayConcat([cohort], arrayMap(u -> u.1, arrayFilter(u -> u.1 > cohort AND u.2\(isNear), units)))"
      case .onOrAfter: "[arrayMax(arrayConcat([cohort], arrayMap(u -> u.1, arrayFilter(u -> u.2, units))))]"
      }
    cells = """
      SELECT value, cohort, tupleElement(cell, 1) AS unit, toInt64(sum(tupleElement(cell, 2))) AS visitors,
        toString(sum(tupleElement(cell, 3))) AS sum
      FROM (
        SELECT tupleElement(member, 2) AS value, tupleElement(member, 1) AS cohort, arrayJoin(arrayConcat(
            arrayMap(u -> (u, toInt64(1), toInt128(0)), \(returns)),
            arrayMap(u -> (u.1, toInt64(0), u.2), arrayConcat([(cohort, tupleElement(member, 3))], \(later))))) AS cell
        FROM (
          SELECT arrayJoin(\(cohorts)) AS member, groupArray((unit, returns, unit_amount)) AS units
          FROM (\(unitsOfVisitors)) GROUP BY visitor))
      GROUP BY value, cohort, unit
      ORDER BY value, cohort, unit
      """
  }
}
