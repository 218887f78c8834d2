import Engine

/// The start of a statement of a dump that matters here.
enum SQLStatement {
  /// Rows follow on the lines after the statement, up to a line `\.`; no columns if it lists none.
  case copy(table: String, columns: [String])
  /// Rows follow in the statement, from `rowsStart` on; no columns if it lists none.
  case insert(table: String, columns: [String], rowsStart: Int)
  /// The definition ends before `end`.
  case create(table: String, columns: [String], end: Int)

  /// How much of a statement is read to find its rows.
  static let headBytes = DataLimits.standard.csvHeaderBytes

  /// Nil if the line at `start` begins no such statement.
  init?(_ bytes: Bytes, at start: Int, _ dialect: SQLDialect) {
    guard start < bytes.count else { return nil }
    var cursor = SQLCursor(bytes, at: start, before: start + Self.headBytes)
    switch lowercased(bytes[start]) {
    case UInt8(ascii: "c"):
      if cursor.word("COPY") {
        self.init(copy: &cursor)
      } else {
        self.init(create: &cursor, dialect)
      }
    case UInt8(ascii: "i"), UInt8(ascii: "r"): self.init(insert: &cursor)
    default: return nil
    }
  }

  private init?(copy cursor: inout SQLCursor) {
    guard let name = cursor.qualifiedName() else { return nil }
    let columns = cursor.names() ?? []
    guard cursor.word("FROM"), cursor.word("stdin") else { return nil }
    self = .copy(table: name.last, columns: columns)
  }

  private init?(create cursor: inout SQLCursor, _ dialect: SQLDialect) {
    guard cursor.word("CREATE") else { return nil }
    _ = cursor.word("UNLOGGED") || cursor.word("TEMPORARY")
    guard cursor.word("TABLE") else { return nil }
    if cursor.word("IF") { guard cursor.word("NOT"), cursor.word("EXISTS") else { return nil } }
    guard let name = cursor.qualifiedName(), let columns = cursor.columnDefinitions(dialect) else {
      return nil
    }
    self = .create(table: name.last, columns: columns, end: cursor.position)
  }

  private init?(insert cursor: inout SQLCursor) {
    guard cursor.word("INSERT") || cursor.word("REPLACE") else { return nil }
    while cursor.word("LOW_PRIORITY") || cursor.word("DELAYED") || cursor.word("HIGH_PRIORITY")
      || cursor.word("IGNORE")
    {}
    guard cursor.word("INTO"), let name = cursor.qualifiedName() else { return nil }
    let columns = cursor.names() ?? []
    if cursor.word("OVERRIDING") {
      guard cursor.word("SYSTEM") || cursor.word("USER"), cursor.word("VALUE") else { return nil }
    }
    guard cursor.word("VALUES") else { return nil }
    self = .insert(table: name.last, columns: columns, rowsStart: cursor.position)
  }
}
