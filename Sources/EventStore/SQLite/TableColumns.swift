/// The columns that a table or view of an SQLite file has; none when there is no such table.
struct TableColumns {
  let table: String
  /// In small letters: SQLite's names ignore case.
  private let names: Set<String>
  /// Whether rows have a rowid to be ordered by.
  let hasRowID: Bool

  var isMissing: Bool { names.isEmpty }

  init(_ table: String, in connection: Connection) throws(StoreError) {
    self.table = table
    // All but what virtual tables hide: generated columns are columns too.
    names = Set(
      try connection.texts("SELECT lower(name) FROM pragma_table_xinfo('\(table)') WHERE hidden <> 1"))
    // Tables WITHOUT ROWID have none, which shows when it is asked for. Views let it be asked for and give NULL, but
    // only after all of their rows were made and sorted, of which some views make more than they give.
    let isView =
      try connection.integer(
        """
        SELECT count(*) FROM pragma_table_list
        WHERE schema = 'main' AND name = '\(table)' COLLATE NOCASE AND type = 'view'
        """) > 0
    hasRowID =
      !names.isEmpty && !isView && (try? connection.prepare("SELECT rowid FROM \(table)")) != nil
  }

  /// The first of `names` that is a column, qualified by `alias`; nil where none is.
  func column(_ names: [String], alias: String) -> String? {
    names.first(where: self.names.contains).map { "\(alias).\($0)" }
  }
}
