/// The columns of a table or view of an SQLite file; empty if the table does not exist.
struct TableColumns {
  let table: String
  /// In order, as the file writes them.
  let spellings: [String]
  /// In lowercase, because SQLite ignores case in names.
  private let names: Set<String>
  /// Whether rows have a rowid to order by.
  let hasRowID: Bool

  var isMissing: Bool { names.isEmpty }

  init(_ table: String, in connection: Connection) throws(StoreError) {
    self.table = table
    // Includes generated columns, but not the hidden columns of virtual tables.
    spellings = try connection.texts(
      "SELECT name FROM pragma_table_xinfo(\(sqlText(table))) WHERE hidden <> 1 ORDER BY cid")
    names = Set(spellings.map { $0.lowercased() })
    // Preparing a statement that selects rowid fails for a WITHOUT ROWID table. A view accepts rowid and
    // returns NULL, but only after it has computed and sorted all of its rows, and some views compute more
    // rows than they return.
    let isView =
      try connection.integer(
        """
        SELECT count(*) FROM pragma_table_list
        WHERE schema = 'main' AND name = \(sqlText(table)) COLLATE NOCASE AND type = 'view'
        """) > 0
    hasRowID =
      !names.isEmpty && !isView && (try? connection.prepare("SELECT rowid FROM \(quoted(table))")) != nil
  }

  func has(_ name: String) -> Bool { names.contains(name.lowercased()) }

  /// The first of `names` that is a column, qualified by `alias`; nil if none is.
  func column(_ names: [String], alias: String) -> String? {
    names.first(where: self.names.contains).map { "\(alias).\($0)" }
  }
}

/// `text` as a string literal of SQL.
func sqlText(_ text: String) -> String {
  var literal = "'"
  for scalar in text.unicodeScalars {
    if scalar == "'" { literal += "'" }
    literal.unicodeScalars.append(scalar)
  }
  return literal + "'"
}

extension TableColumns {
  /// The columns of the table of events that the rules name. Throws `noEventTable` if there is none.
  static func ofEvents(in connection: Connection, _ rules: ReadingRules) throws(StoreError) -> TableColumns {
    let name = rules.table ?? SQLiteTable.events
    let columns = try TableColumns(name, in: connection)
    guard columns.isMissing else { return columns }
    throw .noEventTable(
      path: connection.path, name: name,
      tables: try connection.texts(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"))
  }
}
