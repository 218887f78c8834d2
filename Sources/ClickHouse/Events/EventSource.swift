import Engine

/// Where the events of one website are read.
struct EventSource: Sendable {
  let layout: TableLayout
  let website: String
  /// Whether an `event_id` may occur twice. Of such rows the first counts.
  var hasDuplicates = true
  /// Whether a property may occur twice: a `data_key` of one `event_id`. Of such rows the first counts.
  var hasDuplicateProperties = true

  /// Whether what is read are the measurements of performance, which are not among the events.
  var readsMeasurements = false

  /// How many rows of a table have the id, or the id and the key, that another row has too.
  func duplicates(_ table: DuplicateCache.Table) -> SQL {
    switch table {
    case .events:
      """
      SELECT toInt64(count() - uniqExact(event_id)) FROM \(layout.from(layout.events))
      WHERE \(isInIDScope(layout.events))
      """
    case .properties:
      """
      SELECT toInt64(count() - uniqExact(event_id, data_key)) FROM \(layout.from(layout.properties))
      WHERE \(isInIDScope(layout.properties))
      """
    }
  }

  /// The rows of a table among which an `event_id` is of one event: those of the website; or all, as in files, if a column
  /// says which of them came first.
  private func isInIDScope(_ table: TableLayout.Table) -> SQL {
    layout.arrivalColumn == nil ? table.isEqual("website_id", website) : "true"
  }

}

/// A column of the events that statements read, under the name that it has there.
enum EventColumn: Hashable, Sendable {
  /// `session_id`.
  case visitor
  /// `visit_id`.
  case visit
  /// `event_id`.
  case id
  /// Milliseconds since 1970.
  case time
  /// Orders the events of one instant.
  case tie
  /// `event_type`.
  case type
  case text(TextColumn)
  /// A column with the id of a click on an ad.
  case clickID(ClickID)
  /// What a measurement has measured, in ten-thousandths; null if it has not.
  case vital(WebVital)

  enum ClickID: String, CaseIterable, Sendable { case gclid, fbclid, msclkid, ttclid, li_fat_id, twclid }

  /// Its name in the relations `in_range` and `events`.
  var alias: SQL {
    switch self {
    case .visitor: "visitor"
    case .visit: "visit"
    case .id: "id"
    case .time: "t"
    case .tie: "tie"
    case .type: "type"
    case .text(let column): "\(name: column.columnName)"
    case .clickID(let id): "\(name: id.rawValue)"
    case .vital(let vital): "\(name: "vital_" + vital.name)"
    }
  }

  /// What orders columns in a statement.
  fileprivate var rank: Int {
    switch self {
    case .visitor: 0
    case .visit: 1
    case .id: 2
    case .time: 3
    case .tie: 4
    case .type: 5
    case .text(let column): 6 + column.rawValue
    case .clickID(let id): 100 + (ClickID.allCases.firstIndex(of: id) ?? 0)
    case .vital(let vital): 200 + vital.rawValue
    }
  }
}

extension Set<EventColumn> {
  /// In a fixed order, so that the same request makes the same statement.
  var sorted: [EventColumn] { sorted { $0.rank < $1.rank } }

  /// The place of an event among the others: by time, then by arrival.
  static let order: Set<EventColumn> = [.time, .tie]
}

extension EventSource {
  /// The type of measurements, which are no events.
  private static let measurement = Int64(EventType.performance)

  /// The events of a range, before any filter: a SELECT of these columns.
  func events(in range: InstantRange, _ columns: Set<EventColumn>) -> SQL {
    let table = layout.events
    let list = columns.sorted.map { "\(expression($0)) AS \($0.alias)" as SQL }.joined(separator: ", ")
    var condition: SQL = "\(table.isEqual("website_id", website))"
    condition += " AND \(isIn(range))"
    if table.types["event_type"] != nil {
      condition += " AND event_type \(readsMeasurements ? "=" : "!=") \(value: Self.measurement)"
    } else if readsMeasurements {
      condition += " AND false"
    }
    let columnList: SQL = columns.isEmpty ? "1 AS one" : list
    guard hasDuplicates else { return "SELECT \(columnList) FROM \(layout.from(table)) WHERE \(condition)" }
    // The first row with an id counts, wherever the others are.
    let order: SQL =
      layout.arrivalColumn.map { "\(name: $0)" } ?? "created_at, session_id, visit_id, cityHash64(*)"
    return """
      SELECT \(columnList) FROM (
        SELECT * FROM \(layout.from(table)) WHERE \(isInIDScope(table)) ORDER BY \(order) LIMIT 1 BY event_id)
      WHERE \(condition)
      """
  }

  /// Whether the row of the table lies in a range. In this form the index of the table decides.
  private func isIn(_ range: InstantRange) -> SQL {
    if range == .always { return "true" }
    if layout.events.hasWholeSeconds("created_at") {
      // Without fractions, the server need not convert each row.
      let last = range.end.quotientRoundedDown(by: 1000)
      let first = range.start.quotientRoundedDown(by: 1000) + (range.start % 1000 == 0 ? 0 : 1)
      guard first <= Self.seconds.upperBound, last >= Self.seconds.lowerBound else { return "false" }
      return """
        created_at >= toDateTime(\(value: max(first, Self.seconds.lowerBound)), 'UTC') \
        AND created_at <= toDateTime(\(value: min(last, Self.seconds.upperBound)), 'UTC')
        """
    }
    return """
      created_at >= fromUnixTimestamp64Milli(\(value: range.start), 'UTC') \
      AND created_at <= fromUnixTimestamp64Milli(\(value: range.end), 'UTC')
      """
  }

  /// The seconds since 1970 that a column of the type DateTime can have.
  private static let seconds: ClosedRange<Int64> = 0...Int64(UInt32.max)

  /// The instants that a table can have: the years 1 to 9999.
  static let instants: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

  private func expression(_ column: EventColumn) -> SQL {
    let table = layout.events
    switch column {
    case .visitor: return "session_id"
    case .visit: return "visit_id"
    case .id: return "event_id"
    case .time: return table.milliseconds("created_at")
    case .tie:
      // Several rows may have arrived at one time.
      if let arrival = layout.arrivalColumn { return "(\(name: arrival), event_id)" }
      if table.types["event_id"] != "UUID" { return "toString(event_id)" }
      // A number that orders ids as their texts do. A UUID itself is ordered by its second half first.
      return """
        bitOr(bitShiftLeft(reinterpretAsUInt128(event_id), 64), bitShiftRight(reinterpretAsUInt128(event_id), 64))
        """
    case .type:
      if table.types["event_type"] != nil { return "event_type" }
      return "if(\(table.text("event_name")) = '', 1, 2)"
    case .text(let column): return table.text(column.columnName)
    case .clickID(let id): return table.text(id.rawValue)
    case .vital(let vital):
      if table.types[vital.name] == nil { return "CAST(NULL, 'Nullable(Int64)')" }
      return "toInt64(toDecimal128(\(name: vital.name), 4) * 10000)"
    }
  }

  /// `GLOBAL` where a sub-query must be sent to other servers.
  var global: SQL { layout.events.isDistributed || layout.properties.isDistributed ? "GLOBAL " : "" }
}

// MARK: Properties

extension EventSource {
  /// The properties with one key, a row for each event that has it: `id`, `text` and `number`, which is in ten-thousandths
  /// and null if there is none.
  func properties(_ key: String) -> SQL {
    guard layout.properties.types["data_key"] != nil else {
      return
        "SELECT event_id AS id, '' AS text, CAST(NULL, 'Nullable(Int128)') AS number FROM \(layout.from(layout.events)) WHERE false"
    }
    return """
      SELECT id, \(Self.propertyText) AS text, \(Self.propertyNumber) AS number
      FROM (\(propertyRows("data_key = \(value: key)", grouping: "id")))
      """
  }

  /// The properties whose keys meet a condition, each of an event once: `id`, `data_key`, the columns of their values, and
  /// `data_type`.
  func propertyRows(_ condition: SQL, grouping keys: SQL) -> SQL {
    let table = layout.properties
    func value(_ column: String, _ type: SQL) -> SQL {
      table.types[column] == nil ? "CAST(NULL, \(type))" : "\(name: column)"
    }
    let time: SQL =
      table.types["date_value"] == nil
      ? "CAST(NULL, 'Nullable(Int64)')"
      : "\(table.milliseconds("date_value"))"
    // An unknown `data_type` counts as text, as in files.
    let kind: SQL =
      table.types["data_type"] == nil ? "1" : "if(data_type BETWEEN 1 AND 9, toInt64(data_type), 1)"
    let order: SQL =
      if let arrival = layout.arrivalColumn, table.types[arrival] != nil { "\(name: arrival)" } else {
        "(created_at, ifNull(s, ''), ifNull(n, 0), ifNull(d, 0), k)"
      }
    let rows: SQL = """
      FROM (
        SELECT event_id AS id, *, \(value("string_value", "'Nullable(String)'")) AS s,
          \(value("number_value", "'Nullable(Decimal(22, 4))'")) AS n, \(time) AS d, \(kind) AS k
        FROM \(layout.from(table))
        WHERE \(isInIDScope(table)) AND \(condition))
      """
    guard hasDuplicateProperties else {
      return "SELECT \(keys), s AS string_value, n AS number_value, d AS date_value, k AS data_type\n\(rows)"
    }
    return """
      SELECT \(keys), argMin((s, n, d, k), \(order)) AS v, v.1 AS string_value, v.2 AS number_value, v.3 AS date_value,
        v.4 AS data_type
      \(rows)
      GROUP BY \(keys)
      """
  }

  /// The text of a property: the text, else the number without trailing zeros, else the date.
  static let propertyText: SQL = """
    multiIf(ifNull(string_value, '') != '', assumeNotNull(string_value), \
    isNotNull(number_value), toString(assumeNotNull(number_value)), \
    isNotNull(date_value), \(dateText("assumeNotNull(date_value)")), '')
    """

  /// An instant in milliseconds as replies write it.
  private static func dateText(_ milliseconds: SQL) -> SQL {
    """
    concat(formatDateTime(fromUnixTimestamp64Milli(\(milliseconds), 'UTC'), '%Y-%m-%dT%H:%i:%S'), \
    if(\(milliseconds) % 1000 = 0, '', concat('.', leftPad(toString(positiveModulo(\(milliseconds), 1000)), 3, '0'))), 'Z')
    """
  }

  /// The number of a property in ten-thousandths: the number, else the text read as a decimal, rounded half away from zero.
  static let propertyNumber: SQL = """
    multiIf(isNotNull(number_value), \(numberValue), \
    match(ifNull(string_value, ''), '^[+-]?([0-9]+\\\\.?[0-9]*|\\\\.[0-9]+)([eE][+-]?[0-9]+)?$'), \
    \(rounded("toDecimal256OrNull(ifNull(string_value, ''), 5)")), NULL)
    """

  /// `number_value` in ten-thousandths; null beyond 64 bits.
  static let numberValue: SQL = inRange("toInt128(toDecimal128(assumeNotNull(number_value), 4) * 10000)")

  /// A whole number; null beyond 64 bits.
  private static func inRange(_ number: SQL) -> SQL {
    "if(abs(\(number)) <= 9223372036854775807, \(number), NULL)"
  }

  /// A decimal with five digits in ten-thousandths; null beyond 64 bits.
  private static func rounded(_ decimal: SQL) -> SQL {
    // Far beyond them, the product would overflow.
    """
    if(abs(\(decimal)) < 922337203685478, \
    \(inRange("toInt128(intDiv(toInt256(\(decimal) * 100000) + sign(\(decimal)) * 5, 10))")), NULL)
    """
  }
}
