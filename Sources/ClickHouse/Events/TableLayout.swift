import System

/// The columns of Umami's tables as the server describes them. A column that a table lacks is empty, as in files.
struct TableLayout: Sendable, Equatable {
  /// A table of the database.
  struct Table: Sendable, Equatable {
    let name: String
    /// Types by column, such as `LowCardinality(String)`.
    var types: [String: String] = [:]
    /// For example `MergeTree`.
    var engine = ""

    /// Whether rows may lie on several servers, so that what is read a second time must be sent to each of them.
    var isDistributed: Bool { !engine.hasSuffix("MergeTree") }
  }

  let database: String
  var events: Table
  var properties: Table
  /// The properties of sessions.
  var sessions = Table(name: "session_data")
  /// The column by which the events of one instant are ordered; nil: by `event_id`.
  let arrivalColumn: String?

  init(_ address: Address) {
    database = address.database
    events = Table(name: address.table)
    properties = Table(name: address.propertiesTable)
    arrivalColumn = address.arrivalColumn
  }

  /// The columns without which there are no reports.
  private static let required = ["website_id", "session_id", "visit_id", "event_id", "created_at"]

  /// Those without which there are no properties.
  private static let requiredInProperties = ["website_id", "event_id", "created_at"]

  /// The columns of both tables: table, column, type, engine of the table.
  var description: SQL {
    """
    SELECT c.table, c.name, c.type, t.engine
    FROM system.columns AS c
    INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
    WHERE c.database = \(value: database) AND c.table IN \(value: [events.name, properties.name, sessions.name])
    """
  }

  /// A number for the rows of each table, or null where the server has no parts of it: another one once rows were added or
  /// changed, the same one after parts were merged. Nil if the parts of the events are on other servers.
  var versions: SQL? {
    if events.isDistributed { return nil }
    func version(_ table: Table) -> SQL {
      "if(countIf(table = \(value: table.name)) = 0, NULL, \(sum(table)))"
    }
    func sum(_ table: Table) -> SQL {
      "toInt64(sumIf(toInt64(cityHash64(partition_id, block, mutation, number) % 1000000007), table = \(value: table.name)))"
    }
    // A part's name is its partition, its first and last block, its level and, if there was one, its mutation.
    return """
      SELECT \(version(events)), \(version(properties))
      FROM (
        SELECT table, partition_id, max(max_block_number) AS block, sum(rows) AS number,
          max(toInt64OrZero(splitByChar('_', substring(name, length(partition_id) + 2))[4])) AS mutation
        FROM system.parts
        WHERE database = \(value: database) AND table IN \(value: [events.name, properties.name]) AND active
        GROUP BY table, partition_id)
      """
  }

  /// Takes the rows of ``description``. Throws if the table of events is not there, or lacks a column that must be there.
  mutating func take(_ rows: [(table: String, column: String, type: String, engine: String)])
    throws(LayoutError)
  {
    for row in rows {
      if row.table == events.name {
        events.types[row.column] = row.type
        events.engine = row.engine
      }
      if row.table == properties.name {
        properties.types[row.column] = row.type
        properties.engine = row.engine
      }
      if row.table == sessions.name {
        sessions.types[row.column] = row.type
        sessions.engine = row.engine
      }
    }
    guard !events.types.isEmpty else {
      throw LayoutError(
        "the database \"\(database)\" has no table \"\(events.name)\" that this user may read; name another one with "
          + "?table=NAME behind the address")
    }
    let missing = Self.required.filter { events.types[$0] == nil }
    guard missing.isEmpty else {
      throw LayoutError(
        "the table \"\(events.name)\" lacks \(missing.joined(separator: ", ")); it must have the columns of Umami's "
          + "website_event")
    }
    let missingInProperties = Self.requiredInProperties.filter { properties.types[$0] == nil }
    guard properties.types["data_key"] == nil || missingInProperties.isEmpty else {
      throw LayoutError(
        "the table \"\(properties.name)\" lacks \(missingInProperties.joined(separator: ", ")); it must have the columns of "
          + "Umami's event_data")
    }
    if let arrivalColumn, events.types[arrivalColumn] == nil {
      let hint = nearestName(to: arrivalColumn, among: events.types.keys.sorted()).map {
        "; did you mean \($0)?"
      }
      throw LayoutError(
        "the table \"\(events.name)\" has no column \"\(arrivalColumn)\", which ?arrival= names"
          + (hint ?? ""))
    }
  }

  /// A table in a FROM clause.
  func from(_ table: Table) -> SQL { "\(name: database).\(name: table.name)" }
}

/// Why the tables are not Umami's.
struct LayoutError: Error, Equatable {
  let sentence: String

  init(_ sentence: String) { self.sentence = sentence }
}

extension TableLayout.Table {
  /// A text column; the empty text if there is none.
  func text(_ column: String) -> SQL {
    guard let type = types[column] else { return "''" }
    return type.hasPrefix("Nullable") || type.hasPrefix("LowCardinality(Nullable")
      ? "ifNull(\(name: column), '')" : "\(name: column)"
  }

  /// Whether a column of instants has no fractions of seconds.
  func hasWholeSeconds(_ column: String) -> Bool {
    let type = types[column] ?? ""
    return type == "DateTime" || type.utf8.starts(with: "DateTime('".utf8)
  }

  /// A column of instants, in milliseconds since 1970.
  func milliseconds(_ column: String) -> SQL {
    // Before 1970 and after 2106 there are only columns of the type with fractions.
    (types[column] ?? "").utf8.starts(with: "DateTime64".utf8)
      || (types[column] ?? "").utf8.starts(with: "Nullable(DateTime64".utf8)
      ? "toUnixTimestamp64Milli(toDateTime64(\(name: column), 3))"
      : "toInt64(toUnixTimestamp(\(name: column))) * 1000"
  }

  /// Whether a column has this value; for an id as the server keeps it, a UUID or a text.
  func isEqual(_ column: String, _ text: String) -> SQL {
    types[column] == "UUID"
      ? "\(name: column) = toUUIDOrZero(\(value: text))" : "\(name: column) = \(value: text)"
  }
}
