import Engine

/// Finds the tables of events in a dump: one pass over its lines and over the literals of its INSERT statements.
///
/// Of PostgreSQL's COPY each block of rows is a table. INSERT statements that begin with the same bytes are one
/// table. Tables that hold no events are passed over.
struct SQLDump {
  private let contents: FileContents
  private let bytes: Bytes
  private let dialect: SQLDialect
  private let pages: MappedPageReleaser
  private var text: SQLText
  /// The columns of tables that were created before, by name.
  private var createdColumns: [String: [String]] = [:]
  private var tables: [FileTable] = []
  /// The index in `tables` of INSERT statements, by the bytes with which they begin.
  private var tableOfHead: [[UInt8]: Int] = [:]
  /// The names of tables that were passed over, or that have no rows.
  private var otherTables: Set<String> = []

  /// The tables of Umami that hold what is read here.
  static let knownTables: Set<String> = [
    "website_event", "event_data", "session", "session_data", "revenue", "website", "report", "segment",
    // Of Umami 1.
    "pageview", "event",
  ]
  /// How many tables, and ways to begin an INSERT statement, a dump may have.
  static let maximumTables = 256

  private init(_ contents: FileContents, _ dialect: SQLDialect, _ isCancelled: @escaping () -> Bool) {
    self.contents = contents
    self.dialect = dialect
    bytes = contents.bytes
    let pages = MappedPageReleaser(contents, from: 0)
    self.pages = pages
    text = SQLText(contents.bytes, dialect) { offset in
      pages.didRead(upTo: offset)
      return isCancelled()
    }
  }

  /// The tables of a dump in the order in which they begin.
  ///
  /// Throws `unusableFile` if it has none, and `cancelled`.
  static func tables(
    in contents: FileContents, _ dialect: SQLDialect, isCancelled: @escaping () -> Bool
  ) throws(StoreError) -> [FileTable] {
    defer { withExtendedLifetime(contents) {} }
    guard !contents.bytes.isEmpty else { return [] }
    var dump = SQLDump(contents, dialect, isCancelled)
    try dump.run()
    return try dump.found()
  }

  private func found() throws(StoreError) -> [FileTable] {
    if !tables.isEmpty { return tables }
    throw .unusableFile(
      path: contents.path,
      sentence:
        "is \(dialect.dumpName) without rows of Umami's tables website_event or pageview; "
        + "its tables are: \(list(otherTables.sorted()))")
  }

  private mutating func run() throws(StoreError) {
    var start = contents.textStart
    while start < bytes.count {
      if text.check(start) { throw .cancelled }
      switch SQLStatement(bytes, at: start, dialect) {
      case nil: start = try nextLine(after: start)
      case .create(let table, let columns, let end):
        createdColumns[table] = columns
        if otherTables.count < Self.maximumTables { otherTables.insert(table) }
        start = try nextLine(after: end)
      case .copy(let table, let columns):
        start = try addCopy(of: table, columns, at: start)
      case .insert(let table, let columns, let rowsStart):
        start = try addInsert(into: table, columns, start: start, rowsStart: rowsStart)
      }
    }
  }

  private mutating func addCopy(
    of table: String, _ columns: [String], at start: Int
  ) throws(StoreError) -> Int {
    let rowsStart = try nextLine(after: start)
    var rowsEnd = rowsStart
    while !isCopyEnd(at: rowsEnd) {
      guard rowsEnd < bytes.count else { throw truncated("the COPY of table \(table)", start) }
      rowsEnd = try nextLine(after: rowsEnd)
    }
    if let columns = try columnsOf(table, columns, at: start) {
      try add(
        FileTable(contents: contents, name: table, columns: columns, rows: rowsStart..<rowsEnd, syntax: .copy)
      )
    }
    return try nextLine(after: rowsEnd)
  }

  /// Whether the line at `offset` is `\.`, which ends the rows of a COPY.
  private func isCopyEnd(at offset: Int) -> Bool {
    guard offset + 1 < bytes.count, bytes[offset] == backslash, bytes[offset + 1] == UInt8(ascii: ".") else {
      return false
    }
    return offset + 2 == bytes.count || bytes[offset + 2] == UInt8(ascii: "\n")
      || bytes[offset + 2] == UInt8(ascii: "\r")
  }

  private mutating func addInsert(
    into table: String, _ columns: [String], start: Int, rowsStart: Int
  ) throws(StoreError) -> Int {
    let end: Int
    switch text.statementEnd(from: rowsStart) {
    case .at(let found): end = found + 1
    case .end: throw truncated("the INSERT statement", start)
    case .abandoned: throw .cancelled
    }
    let next = try nextLine(after: end)
    if Self.knownTables.contains(table.lowercased()) {
      let head = Array(bytes[start..<rowsStart])
      if let index = tableOfHead[head] {
        tables[index].rows = tables[index].rows.lowerBound..<next
      } else if let columns = try columnsOf(table, columns, at: start) {
        let syntax = InsertSyntax(dialect: dialect, head: start..<rowsStart)
        tableOfHead[head] = tables.count
        try add(
          FileTable(
            contents: contents, name: table, columns: columns, rows: start..<next, syntax: .insert(syntax)))
      }
    } else if otherTables.count < Self.maximumTables {
      otherTables.insert(table)
    }
    return next
  }

  /// The columns of the rows of a statement at `start`: those that it lists, otherwise those with which the table
  /// was created. Nil if the table holds nothing that is read here.
  private mutating func columnsOf(
    _ table: String, _ listed: [String], at start: Int
  ) throws(StoreError) -> [String]? {
    guard Self.knownTables.contains(table.lowercased()) else {
      if otherTables.count < Self.maximumTables { otherTables.insert(table) }
      return nil
    }
    let columns = listed.isEmpty ? createdColumns[table] ?? [] : listed
    guard !columns.isEmpty else {
      var lines = LineCounter(contents)
      throw .unusableFile(
        path: contents.path,
        sentence:
          "does not name the columns of table \(table), whose rows begin on line \(lines.line(of: start)); "
          + "dump the table definitions as well, or use pg_dump --column-inserts or mysqldump --complete-insert"
      )
    }
    // Umami 1 kept all properties of an event in one JSON value.
    if table.lowercased() == "event_data",
      !columns.contains(where: { PropertyField.dataKey.names.contains($0.lowercased()) })
    {
      return nil
    }
    return columns
  }

  private mutating func add(_ table: FileTable) throws(StoreError) {
    guard tables.count < Self.maximumTables else {
      throw .unusableFile(
        path: contents.path,
        sentence:
          "has more than \(Self.maximumTables) tables of events, or ways to begin an INSERT statement, which is the limit"
      )
    }
    tables.append(table)
  }

  private mutating func nextLine(after offset: Int) throws(StoreError) -> Int {
    switch text.nextLine(after: offset) {
    case .at(let found): return found
    case .end: return bytes.count
    case .abandoned: throw .cancelled
    }
  }

  private func truncated(_ what: String, _ start: Int) -> StoreError {
    var lines = LineCounter(contents)
    return .unusableFile(
      path: contents.path,
      sentence: "is truncated: \(what) on line \(lines.line(of: start)) has no end; make the dump again")
  }
}
