import Calendar
import Engine

extension ClickHouseBackend {
  func insights(_ request: InsightsRequest, on executor: ParallelExecutor) throws(ReportError) -> Insights {
    var query = try query(request.scope, on: executor)
    try query.select(request.events ?? .eventType(EventType.pageview))
    let fields = try fields(request, &query, on: executor)
    let groups = try InsightsGroups(request, fields, &query)
    let allVisitors =
      request.usesShares
      ? try row(query.with + "SELECT toInt64(uniqExact(visitor)) FROM events", on: executor) {
        row throws(ClickHouseError) in try row.count()
      } : 0
    let ranked = InsightsRanking(request, groups, allVisitors: allVisitors)
    let rows: [InsightsRow]
    if let wanted = request.rows {
      rows = try self.rows(wanted, ranked, on: executor)
    } else {
      rows = try self.rows(ranked.rows, on: executor) { row throws(ClickHouseError) in
        try groups.row(&row)
      }
    }
    var insights = Insights(rows: rows, count: 0, rest: nil, total: nil, allVisitors: allVisitors)
    guard request.rest || request.total else { return insights }
    let unions = try self.rows(ranked.unions, on: executor) { row throws(ClickHouseError) in
      (isRest: try row.count() == 1, groups: try row.count(), numbers: try groups.numbers(&row))
    }
    let total = unions.first { !$0.isRest }
    insights = Insights(
      rows: rows, count: total?.groups ?? 0,
      rest: request.rest ? unions.first { $0.isRest }?.numbers : nil,
      total: request.total ? total?.numbers ?? groups.noNumbers : nil, allVisitors: allVisitors)
    return insights
  }

  /// The rows with these values, in this order.
  private func rows(
    _ wanted: [[InsightsValue]], _ ranking: InsightsRanking, on executor: ParallelExecutor
  ) throws(ReportError) -> [InsightsRow] {
    let groups = ranking.groups
    if wanted.isEmpty { return [] }
    let found = try rows(ranking.wantedRows, on: executor) { row throws(ClickHouseError) in
      try groups.row(&row)
    }
    var rows: [InsightsKey: InsightsRow] = [:]
    for row in found { rows[InsightsKey(row.values)] = row }
    return wanted.map { values in
      rows[InsightsKey(values)] ?? InsightsRow(values: values, numbers: groups.noNumbers)
    }
  }

  private func fields(
    _ request: InsightsRequest, _ query: inout EventQuery, on executor: ParallelExecutor
  ) throws(ReportError) -> [InsightsFieldSQL] {
    var clock: LocalClock?
    var fields: [InsightsFieldSQL] = []
    for field in request.fields {
      switch field {
      case .dimension(let dimension):
        let text = query.dimension(request.isByVisit ? dimension.ofVisit : dimension)
        fields.append(InsightsFieldSQL(kind: .text, value: "toString(\(text))"))
      case .unit(let unit):
        let segments = try units(
          unit, weekStart: request.weekStart, in: request.timeZone, of: request.scope, on: executor)
        fields.append(
          InsightsFieldSQL(kind: .unit(segments), value: "toInt64(\(segments.index(of: "time")))"))
      case .hour, .weekday:
        let local: LocalClock
        if let clock {
          local = clock
        } else {
          local = try self.clock(request.timeZone, of: request.scope, on: executor)
        }
        clock = local
        let isHour = if case .hour = field { true } else { false }
        fields.append(
          InsightsFieldSQL(
            kind: .number, value: "toInt64(\(isHour ? local.hour("time") : local.weekday("time")))"))
      }
    }
    return fields
  }
}

/// A field as an expression over columns of `events` and `time`, the instant that fields of time are about.
private struct InsightsFieldSQL {
  enum Kind {
    case text, number
    /// The expression is the index of the unit.
    case unit(UnitSegments)
  }

  let kind: Kind
  let value: SQL

  func read(_ row: inout RowReader) throws(ClickHouseError) -> InsightsValue {
    switch kind {
    case .text: .text(try row.text())
    case .number: .number(try row.count())
    case .unit(let units): .instant(units.starts[try row.count()])
    }
  }
}

/// The values of a row. Texts are compared by their bytes.
private struct InsightsKey: Hashable {
  private let bytes: [[UInt8]]

  init(_ values: [InsightsValue]) {
    bytes = values.map { value in
      switch value {
      case .text(let text): Array(text.utf8)
      case .number(let number): Array("\(number)".utf8)
      case .instant(let instant): Array("\(instant)".utf8)
      }
    }
  }
}

/// The relation with a row for each group.
private struct InsightsGroups {
  let fields: [InsightsFieldSQL]
  private let goals: Int
  /// Whether numbers of groups are added up, for which their visitors are kept.
  private let isUnited: Bool
  private let isByVisit: Bool
  /// `WITH …, stays AS (…)`.
  let with: SQL

  /// `field_1, …`.
  var names: [SQL] { fields.indices.map { "field_\(number: $0 + 1)" } }

  init(_ request: InsightsRequest, _ fields: [InsightsFieldSQL], _ query: inout EventQuery)
    throws(ReportError)
  {
    self.fields = fields
    goals = request.goals.count
    (isUnited, isByVisit) = (request.rest || request.total, request.isByVisit)
    query.need(.visitor, .visit, .time, .type)
    let bounce: SQL
    switch request.bounce {
    case .none: bounce = "false"
    case .single: bounce = "events = 1"
    case .engaged:
      query.needInRange(.visit, .type)
      bounce =
        "events = 1 AND NOT (visit \(query.source.global)IN (SELECT visit FROM in_range WHERE type = 2))"
    }
    var goals: SQL = ""
    for (index, goal) in request.goals.enumerated() {
      var reached = try EventQuery(
        ReportScope(
          range: request.scope.range, conditions: [goal], sourceCategories: request.scope.sourceCategories),
        of: query.source)
      reached.need(.visitor)
      goals += """
        ,
            arrayFilter(v -> v \(query.source.global)IN (\(reached.with)SELECT visitor FROM events), visitors) \
        AS goal_\(number: index + 1)
        """
    }
    let list = zip(fields, fields.indices).map { "\($0.value) AS field_\(number: $1 + 1)" as SQL }
      .joined(separator: ", ")
    let names = fields.indices.map { "field_\(number: $0 + 1)" as SQL }.joined(separator: ", ")
    let time: SQL = request.isByVisit ? "min(t) OVER (PARTITION BY visit)" : "t"
    let stay: SQL = request.isByVisit ? "visit" : "visitor, visit"
    let visitors: SQL = request.isByVisit ? "groupUniqArray(visitor)" : "[visitor]"
    with =
      query.with + """
        , stays AS (
          SELECT *, \(bounce) AS bounce\(goals)
          FROM (
            SELECT \(names), visit, \(visitors) AS visitors, count() AS events, countIf(type = 1) AS views,
              intDiv(max(t) - min(t), 1000) AS seconds
            FROM (SELECT \(list), visitor, visit, type, t FROM (SELECT *, \(time) AS time FROM events))
            GROUP BY \(names), \(stay)))

        """
  }

  /// What the stays of a group add up to, as columns with names.
  var sums: SQL {
    var list: SQL = """
      sum(events) AS event_count, sum(views) AS view_count, countIf(bounce) AS bounce_count, sum(seconds) AS total_seconds,
            \(isByVisit ? "uniqExactArray(visitors)" : "uniqExact(visitors[1])") AS visitor_count, uniqExact(visit) AS visit_count
      """
    if isUnited {
      list += """
        , uniqExactArrayState(visitors) AS visitor_state, uniqExactArrayState([visit]) AS visit_state
        """
    }
    for goal in 0..<goals {
      list += ", uniqExactArrayState(goal_\(number: goal + 1)) AS goal_state_\(number: goal + 1)"
    }
    return list
  }

  /// The columns that ``row(_:)`` reads.
  var rowColumns: SQL {
    let values = names.joined(separator: ", ")
    return """
      \(values), \(numberColumns { $0 == "visitor_state" ? "visitor_count" : $0 == "visit_state" ? "visit_count" : "finalizeAggregation(\($0))" } sum: { $0 })
      """
  }

  /// The columns that ``numbers(_:)`` reads, over rows of groups.
  var unionColumns: SQL {
    numberColumns { state in
      "uniqExactArrayMerge(\(state))"
    } sum: {
      "sum(\($0))"
    }
  }

  private func numberColumns(_ distinct: (SQL) -> SQL, sum: (SQL) -> SQL) -> SQL {
    var list: [SQL] = [
      sum("event_count"), sum("view_count"), distinct("visitor_state"), distinct("visit_state"),
      sum("bounce_count"), sum("total_seconds"),
    ]
    for goal in 0..<goals { list.append(distinct("goal_state_\(number: goal + 1)")) }
    return list.map { "toInt64(\($0))" as SQL }.joined(separator: ", ")
  }

  func row(_ row: inout RowReader) throws(ClickHouseError) -> InsightsRow {
    var values: [InsightsValue] = []
    for field in fields { values.append(try field.read(&row)) }
    return InsightsRow(values: values, numbers: try numbers(&row))
  }

  func numbers(_ row: inout RowReader) throws(ClickHouseError) -> InsightsNumbers {
    var numbers = InsightsNumbers()
    (numbers.events, numbers.views) = (try row.count(), try row.count())
    (numbers.visitors, numbers.visits) = (try row.count(), try row.count())
    (numbers.bounces, numbers.totalSeconds) = (try row.count(), try row.integer())
    for _ in 0..<goals { numbers.goalVisitors.append(try row.count()) }
    return numbers
  }

  var noNumbers: InsightsNumbers {
    var numbers = InsightsNumbers()
    numbers.goalVisitors = Array(repeating: 0, count: goals)
    return numbers
  }
}

/// The groups that meet `having`, in order.
private struct InsightsRanking {
  let groups: InsightsGroups
  private let request: InsightsRequest
  private let allVisitors: Int

  init(_ request: InsightsRequest, _ groups: InsightsGroups, allVisitors: Int) {
    (self.request, self.groups, self.allVisitors) = (request, groups, allVisitors)
  }

  private var grouped: SQL {
    """
    SELECT \(groups.names.joined(separator: ", ")), \(groups.sums)
        FROM stays GROUP BY \(groups.names.joined(separator: ", "))
    """
  }

  /// The rows that are returned.
  var rows: SQL {
    groups.with + """
      SELECT \(groups.rowColumns)
      FROM (\(grouped)) WHERE \(having)
      ORDER BY \(order)
      LIMIT \(value: max(request.limit, 0)) OFFSET \(value: max(request.offset, 0))
      """
  }

  /// The rows that are asked for by their values.
  var wantedRows: SQL {
    groups.with + """
      SELECT \(groups.rowColumns)
      FROM (\(grouped)) WHERE \(isWanted)
      """
  }

  /// The numbers of all groups together, and of those that are not returned, if there are any: 0 or 1, the number of groups,
  /// and ``InsightsGroups/numbers(_:)``.
  var unions: SQL {
    let isShown: SQL =
      request.rows != nil
      ? isWanted
      : "place > \(value: request.offset) AND place - \(value: request.offset) <= \(value: request.limit)"
    return groups.with + """
      SELECT toInt64(arrayJoin(if(\(isShown), [0], [0, 1]))) AS is_rest, toInt64(count()), \(groups.unionColumns)
      FROM (SELECT *, toInt64(row_number() OVER (ORDER BY \(order))) AS place FROM (\(grouped)) WHERE \(having))
      GROUP BY is_rest
      """
  }

  /// Whether a group is one of those that are asked for. Lists are cut, since a parameter has a maximum length.
  private var isWanted: SQL {
    let rows = request.rows ?? []
    if rows.isEmpty { return "false" }
    return stride(from: 0, to: rows.count, by: 100).map { first in
      let part = rows[first..<min(first + 100, rows.count)]
      let lists = groups.fields.indices.map { field -> SQL in
        switch groups.fields[field].kind {
        case .text: return "\(value: part.map { $0[field].text })"
        case .number: return "\(value: part.map { $0[field].number })"
        case .unit(let units):
          return
            "\(value: part.map { value in Int64(units.starts.firstIndex(of: value[field].number) ?? -1) })"
        }
      }
      let tuples: SQL =
        lists.count == 1
        ? "(\(lists[0]))" : "(SELECT arrayJoin(arrayZip(\(lists.joined(separator: ", ")))))"
      return lists.count == 1
        ? "\(groups.names[0]) IN \(tuples)"
        : "(\(groups.names.joined(separator: ", "))) IN \(tuples)"
    }.oneHolds()
  }

  private var having: SQL {
    request.having.map { condition -> SQL in
      let comparison: SQL =
        switch condition.comparison {
        case .isGreater: ">"
        case .isGreaterOrEqual: ">="
        case .isLess: "<"
        case .isLessOrEqual: "<="
        case .isEqual: "="
        case .isNotEqual: "!="
        }
      return "\(metric(condition.metric)) \(comparison) \(value: SQLValue.number(condition.bound))"
    }.allHold()
  }

  private var order: SQL {
    var order = request.order.map { order -> SQL in
      let key: SQL =
        switch order.key {
        case .field(let index): groups.names[index]
        case .metric(let name): metric(name)
        }
      return order.isDescending ? "\(key) DESC" : key
    }
    order +=
      request.ordersByVisitors
      ? ["visitor_count DESC", "view_count DESC"] : ["view_count DESC", "visitor_count DESC"]
    order += groups.names
    return order.joined(separator: ", ")
  }

  private func metric(_ metric: InsightsMetric) -> SQL {
    switch metric {
    case .views: "toFloat64(view_count)"
    case .visitors: "toFloat64(visitor_count)"
    case .visits: "toFloat64(visit_count)"
    case .bounces: "toFloat64(bounce_count)"
    case .totalSeconds: "toFloat64(total_seconds)"
    case .events: "toFloat64(event_count)"
    case .bounceRate: "bounce_count / visit_count"
    case .viewsPerVisit: "view_count / visit_count"
    // In whole milliseconds, halves up.
    case .averageSeconds: "intDiv(total_seconds * 2000 + visit_count, visit_count * 2) / 1000"
    case .share: "visitor_count / \(value: allVisitors)"
    }
  }
}

extension InsightsValue {
  fileprivate var text: String { if case .text(let text) = self { text } else { "" } }

  fileprivate var number: Int64 {
    switch self {
    case .text: 0
    case .number(let number): Int64(number)
    case .instant(let instant): instant
    }
  }
}
