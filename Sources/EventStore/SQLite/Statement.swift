import CSQLite
import Engine

/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite.
///
/// Rows are lazy: ``step()`` moves to the next row, and the bytes of a column are valid until then.
final class Statement {
  private let connection: Connection
  private let handle: OpaquePointer
  private let sql: String

  init(_ connection: Connection, _ handle: OpaquePointer, _ sql: String) {
    self.connection = connection
    self.handle = handle
    self.sql = sql
  }

  deinit { sqlite3_finalize(handle) }

  /// Moves to the next row; returns false if there is none.
  func step() throws(StoreError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw connection.error(sql: sql)
    }
  }

  /// Runs a statement without result rows, and resets it so that it can run again.
  func run() throws(StoreError) {
    defer { reset() }
    while try step() {}
  }

  /// The same for a statement that adds a row to `table`.
  func run(addingTo table: String) throws(StoreError) {
    do throws(StoreError) { try run() } catch { throw connection.explained(error, addingTo: table) }
  }

  /// The largest number of a parameter.
  var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }

  /// Discards the remaining rows and releases the read lock.
  func reset() { sqlite3_reset(handle) }
}

extension Statement {
  func bind(_ value: Int64, at index: Int32) throws(StoreError) {
    try check(sqlite3_bind_int64(handle, index, value))
  }

  func bind(_ value: Double, at index: Int32) throws(StoreError) {
    try check(sqlite3_bind_double(handle, index, value))
  }

  func bindNull(at index: Int32) throws(StoreError) { try check(sqlite3_bind_null(handle, index)) }

  /// Binds a copy of the whole `text`: U+0000 does not end it.
  func bind(_ text: String, at index: Int32) throws(StoreError) {
    var text = text
    let code = text.withUTF8 { utf8 in
      // Sound: CChar and UInt8 have the same layout. An empty text needs a non-null address, because a null
      // pointer would bind NULL.
      utf8.withMemoryRebound(to: CChar.self) { characters in
        footfall_bind_text(handle, index, characters.baseAddress ?? Self.nothing, UInt64(characters.count), 1)
      }
    }
    try check(code)
  }

  /// Binds a copy of `blob`.
  func bind(blob: [UInt8], at index: Int32) throws(StoreError) {
    let code = blob.withUnsafeBytes { footfall_bind_blob(handle, index, $0.baseAddress, UInt64($0.count)) }
    try check(code)
  }

  /// Binds `text` without a copy; it must stay valid until the statement has run. Binds NULL if it is empty.
  func bind(borrowing text: Bytes, at index: Int32) throws(StoreError) {
    guard let start = text.baseAddress, !text.isEmpty else { return try bindNull(at: index) }
    // Sound: CChar and UInt8 have the same layout.
    let code = start.withMemoryRebound(to: CChar.self, capacity: text.count) { characters in
      footfall_bind_text(handle, index, characters, UInt64(text.count), 0)
    }
    try check(code)
  }

  /// The address of an empty text.
  private static var nothing: UnsafePointer<CChar>? { UnsafePointer(bitPattern: 1) }

  /// A value that is too long for SQLite, or for which there is no memory, is an error, not a NULL.
  private func check(_ code: Int32) throws(StoreError) {
    if code != SQLITE_OK { throw connection.error(sql: sql) }
  }
}

extension Statement {
  enum ColumnType {
    case integer, real, text, blob, null
  }

  func type(_ column: Int32) -> ColumnType {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  /// The value as text, or the bytes of a blob; empty for a NULL.
  func bytes(_ column: Int32) -> Bytes {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_NULL: return Bytes(start: nil, count: 0)
    case SQLITE_BLOB:
      // A blob must not be read as text: SQLite would look for a terminator.
      let start = sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
      return Bytes(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    default: break
    }
    guard let start = sqlite3_column_text(handle, column) else { return Bytes(start: nil, count: 0) }
    return Bytes(start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }

  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
