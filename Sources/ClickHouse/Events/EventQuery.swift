import Engine

/// Builds the relations that the statement of a report reads: `in_range`, the events of the range, and `events`, those that
/// meet the conditions.
///
/// A report asks for columns, values of visits and conditions, which it uses in its own part of the statement, and then for
/// ``with``:
///
/// ```swift
/// var query = try EventQuery(request.scope, of: source)
/// let channel = query.visitValue(.channel)
/// query.need(.visitor)
/// let statement = query.with + "SELECT \(channel), uniqExact(visitor) FROM events GROUP BY 1"
/// ```
struct EventQuery {
  let source: EventSource
  let scope: ReportScope
  /// Columns of `events`, and those that conditions or values of visits need in `in_range`.
  private var columns: Set<EventColumn> = []
  private var rangeColumns: Set<EventColumn> = []
  /// In the order in which they were asked for.
  private var visitValues: [VisitValue] = []
  /// Whether they are columns of `events`.
  private var joinsVisitValues = false
  private var needsVisitStarts = false
  private var propertyKeys: [String] = []
  /// What the events of `events` meet.
  private var conditions: [SQL] = []

  /// The events of a scope.
  init(_ scope: ReportScope, of source: EventSource) throws(ReportError) {
    (self.scope, self.source) = (scope, source)
    for condition in scope.conditions { try select(condition) }
  }

  // MARK: What a report uses

  /// Adds columns to `events`.
  mutating func need(_ columns: EventColumn...) { self.columns.formUnion(columns) }
  mutating func need(_ columns: Set<EventColumn>) { self.columns.formUnion(columns) }

  /// Adds columns to `in_range` alone.
  mutating func needInRange(_ columns: EventColumn...) { rangeColumns.formUnion(columns) }

  /// Leaves only events that meet a condition in `events`.
  mutating func select(_ condition: EventCondition) throws(ReportError) {
    let test = try test(condition)
    if test != "true" { conditions.append(test) }
  }

  /// Leaves only events in `events` for which a condition on the columns of `in_range` holds.
  mutating func select(where condition: SQL) { conditions.append(condition) }

  /// A column of `events`.
  mutating func column(_ column: EventColumn) -> SQL {
    columns.insert(column)
    return column.alias
  }

  /// A value of the event's visit, as a column of `events`.
  mutating func visitValue(_ value: VisitValue) -> SQL {
    joinsVisitValues = true
    return visitValueOfVisit(value)
  }

  /// A value of a visit, as a column of `visit_values`, which has a row for each visit of the range.
  mutating func visitValueOfVisit(_ value: VisitValue) -> SQL {
    if !visitValues.contains(value) { visitValues.append(value) }
    let index = visitValues.firstIndex(of: value) ?? 0
    return "visit_value_\(number: index + 1)"
  }

  /// The place of a visit's first event, as a column of `visit_values`: a tuple of its time and of what orders the events of one
  /// instant. Only if a value of visits is asked for too.
  mutating func visitStart() -> SQL {
    needsVisitStarts = true
    return "visit_start"
  }

  /// The text of a property of the event, as a column of `events`.
  mutating func property(_ key: String) -> SQL {
    if !propertyKeys.contains(where: { $0.utf8.elementsEqual(key.utf8) }) { propertyKeys.append(key) }
    let index = propertyKeys.firstIndex { $0.utf8.elementsEqual(key.utf8) } ?? 0
    return "property_\(number: index + 1)"
  }

  /// The text of a dimension, as an expression over columns of `events`. Not for paths of counted events.
  mutating func dimension(_ dimension: Dimension) -> SQL {
    switch dimension {
    case .column(let text): return column(.text(text))
    case .fullPath:
      let (path, query) = (column(.text(.urlPath)), column(.text(.urlQuery)))
      return "if(\(query) = '', toString(\(path)), concat(\(path), '?', \(query)))"
    case .visit(let value): return visitValue(value)
    case .property(let key): return property(key)
    case .type: return Self.typeName(column(.type))
    case .firstPath, .lastPath: preconditionFailure("these depend on which events are counted")
    }
  }

  /// Whether an event of `events` meets a condition: an expression over its columns.
  mutating func test(_ condition: EventCondition) throws(ReportError) -> SQL {
    switch condition {
    case .column(let filter):
      let test = try filter.condition.sql(column(.text(filter.column)))
      return filter.dropsSelfReferrals ? "(\(test)) AND \(isNoSelfReferral())" : test
    case .pattern(let text, let pattern): return pattern.sql(column(.text(text)))
    case .property(let key, let condition): return try hasProperty(key, condition)
    case .propertyNumber(let key, let condition):
      let numbers = condition.numbers
      return isEventOf(
        "SELECT id FROM (\(source.properties(key))) WHERE number >= \(decimal(numbers.lowerBound)) AND number < \(decimal(numbers.upperBound))"
      )
    case .type(let condition): return try condition.sql(Self.typeName(column(.type)))
    case .eventType(let type): return "\(column(.type)) = \(value: Int64(type))"
    case .visit(let value, let condition): return try condition.sql(visitValue(value))
    case .identifier(let group, let condition):
      let ids: SQL = "toString(\(column(group.column))) IN \(value: condition.ids)"
      return condition.isNegated ? "NOT (\(ids))" : ids
    case .isNoSelfReferral: return isNoSelfReferral()
    case .hasSeveralPageviews:
      let (visitor, visit) = (column(.visitor), column(.visit))
      needInRange(.visitor, .visit, .type)
      return """
        (\(visitor), \(visit)) \(source.global)IN (SELECT visitor, visit FROM in_range WHERE type = 1 \
        GROUP BY visitor, visit HAVING count() > 1)
        """
    case .all(let conditions): return try tests(conditions).allHold()
    case .any(let conditions): return try tests(conditions).oneHolds()
    case .not(let condition): return "NOT (\(try test(condition)))"
    case .did(let count): return try did(count)
    }
  }

  private mutating func tests(_ conditions: [EventCondition]) throws(ReportError) -> [SQL] {
    var tests: [SQL] = []
    for condition in conditions { tests.append(try test(condition)) }
    return tests
  }

  private mutating func isNoSelfReferral() -> SQL {
    let (referrer, host) = (column(.text(.referrerDomain)), column(.text(.hostname)))
    return "NOT (\(referrer) != '' AND \(referrer) = \(host))"
  }

  /// A missing property is the empty text: where that meets the condition, the events are those without another text.
  private mutating func hasProperty(_ key: String, _ condition: TextCondition) throws(ReportError) -> SQL {
    let test = try condition.sql("text")
    guard try condition.holdsForEmptyText() else {
      return isEventOf("SELECT id FROM (\(source.properties(key))) WHERE \(test)")
    }
    return "NOT (\(isEventOf("SELECT id FROM (\(source.properties(key))) WHERE NOT (\(test))")))"
  }

  private mutating func isEventOf(_ ids: SQL) -> SQL { "\(column(.id)) \(source.global)IN (\(ids))" }

  private mutating func did(_ count: EventCount) throws(ReportError) -> SQL {
    let scope = ReportScope(
      range: count.range ?? scope.range, conditions: [count.condition],
      sourceCategories: scope.sourceCategories)
    var counted = try EventQuery(scope, of: source)
    let group = count.group.column
    let own = column(group)
    counted.need(group)
    func groups(_ bounds: SQL) -> SQL {
      "\(own) \(source.global)IN (\(counted.with)SELECT \(group.alias) FROM events GROUP BY \(group.alias) HAVING \(bounds))"
    }
    // Groups without such events are in no list.
    if count.least <= 0 {
      guard let most = count.most else { return "true" }
      return "NOT (\(groups("count() > \(value: most)")))"
    }
    let most: SQL = count.most.map { " AND count() <= \(value: $0)" } ?? ""
    return groups("count() >= \(value: count.least)\(most)")
  }

  private static func typeName(_ type: SQL) -> SQL {
    "transform(\(type), [1, 2, 3, 4], ['pageview', 'event', 'link', 'pixel'], '')"
  }

  private func decimal(_ number: Int128) -> SQL { "toInt128(\(value: "\(number)"))" }

  // MARK: The relations

  /// The beginning of a statement: `WITH in_range AS (…), events AS (…) `.
  var with: SQL {
    var inRange = columns.union(rangeColumns)
    if !visitValues.isEmpty {
      inRange.formUnion(Set<EventColumn>.order.union([.visit]))
      for value in visitValues { inRange.formUnion(value.columns) }
    }
    if !propertyKeys.isEmpty { inRange.insert(.id) }
    var parts: [SQL] = ["in_range AS (\n  \(source.events(in: scope.range, inRange)))"]
    var list = columns.sorted.map(\.alias)
    var joins: SQL = ""
    if !visitValues.isEmpty {
      parts.append("visit_values AS (\n\(visitValueRelation))")
      if joinsVisitValues {
        joins += "\n  \(source.global)LEFT JOIN visit_values USING (visit)"
        list += visitValues.indices.map { "visit_value_\(number: $0 + 1)" }
      }
    }
    for (index, key) in propertyKeys.enumerated() {
      joins += """
        \n  \(source.global)LEFT JOIN (SELECT id, text AS property_\(number: index + 1) FROM \
        (\(source.properties(key)))) AS properties_\(number: index + 1) USING (id)
        """
      list.append("property_\(number: index + 1)")
    }
    if list.isEmpty { list = ["1 AS one"] }
    let condition: SQL = conditions.isEmpty ? "" : "\n  WHERE \(conditions.allHold())"
    parts.append(
      "events AS (\n  SELECT \(list.joined(separator: ", "))\n  FROM in_range\(joins)\(condition))")
    return "WITH \(parts.joined(separator: ",\n"))\n"
  }

  /// A row for each visit of the range: the values that were asked for.
  private var visitValueRelation: SQL {
    var firsts: Set<EventColumn> = []
    for value in visitValues { firsts.formUnion(value.firstColumns) }
    let first = firsts.sorted
    var inner: [SQL] = ["visit"]
    for column in first {
      inner.append("argMin(\(column.alias), (t, tie)) AS first_\(number: first.firstIndex(of: column) ?? 0)")
    }
    func firstValue(_ column: EventColumn) -> SQL { "first_\(number: first.firstIndex(of: column) ?? 0)" }
    var outer: [SQL] = ["visit"]
    if needsVisitStarts {
      inner.append("min((t, tie)) AS visit_start")
      outer.append("visit_start")
    }
    for (index, value) in visitValues.enumerated() {
      let expression: SQL
      switch value {
      case .entry:
        inner.append("argMinIf(url_path, (t, tie), type = 1) AS entry_path")
        expression = "entry_path"
      case .exit:
        inner.append("argMaxIf(url_path, (t, tie), type = 1) AS exit_path")
        expression = "exit_path"
      case .column(let column): expression = firstValue(.text(column))
      case .type: expression = Self.typeName(firstValue(.type))
      case .channel: expression = "channel"
      }
      outer.append("\(expression) AS visit_value_\(number: index + 1)")
    }
    var visits: SQL = """
      SELECT \(inner.joined(separator: ", "))
          FROM in_range
          GROUP BY visit
      """
    if visitValues.contains(.channel) {
      visits = ChannelSQL(scope.sourceCategories).selection(from: visits, firstValue)
    }
    return "  SELECT \(outer.joined(separator: ", "))\n  FROM (\n    \(visits))"
  }
}

extension VisitValue {
  /// The columns whose values at the visit's first event decide it.
  fileprivate var firstColumns: Set<EventColumn> {
    switch self {
    case .entry, .exit: []
    case .column(let column): [.text(column)]
    case .type: [.type]
    case .channel: ChannelSQL.columns
    }
  }

  /// The columns of events that decide it.
  fileprivate var columns: Set<EventColumn> {
    switch self {
    case .entry, .exit: [.text(.urlPath), .type]
    default: firstColumns
    }
  }
}

extension EventGroup {
  /// The column with the id.
  var column: EventColumn {
    switch self {
    case .visitor: .visitor
    case .visit: .visit
    }
  }
}
