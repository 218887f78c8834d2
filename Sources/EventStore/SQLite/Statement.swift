import CSQLite
import Engine

/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite.
///
/// Rows are lazy: ``step()`` goes to the next one, and bytes that a column gives live until then.
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

  /// Goes to the next row; false when there is none.
  func step() throws(StoreError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw connection.error(sql: sql)
    }
  }

  /// Runs a statement that gives no rows, and makes it ready to run again.
  func run() throws(StoreError) {
    defer { reset() }
    while try step() {}
  }

  /// The same of one that adds a row to `table`.
  func run(addingTo table: String) throws(StoreError) {
    do throws(StoreError) { try run() } catch { throw connection.explained(error, addingTo: table) }
  }

  /// Gives up the rows that are left, and the lock that reading them holds.
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

  /// Binds a copy of `text`, all of it: U+0000 does not end it.
  func bind(_ text: String, at index: Int32) throws(StoreError) {
    var text = text
    let code = text.withUTF8 { utf8 in
      // Sound: CChar and UInt8 have the same layout, and an empty text needs a place too, without which it were null.
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

  /// Binds `text` itself, which has to live until the statement has run; a null if it is empty.
  func bind(borrowing text: Bytes, at index: Int32) throws(StoreError) {
    guard let start = text.baseAddress, !text.isEmpty else { return try bindNull(at: index) }
    // Sound: CChar and UInt8 have the same layout.
    let code = start.withMemoryRebound(to: CChar.self, capacity: text.count) { characters in
      footfall_bind_text(handle, index, characters, UInt64(text.count), 0)
    }
    try check(code)
  }

  /// A text without characters.
  private static var nothing: UnsafePointer<CChar>? { UnsafePointer(bitPattern: 1) }

  /// What is longer than SQLite takes, and what a connection has no memory for, is an error and no null.
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

  /// The value as text, a blob as it is; empty for a null.
  func bytes(_ column: Int32) -> Bytes {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_NULL: return Bytes(start: nil, count: 0)
    case SQLITE_BLOB:
      // A blob must not be asked for as text: SQLite would look for a terminator.
      let start = sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
      return Bytes(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    default: break
    }
    guard let start = sqlite3_column_text(handle, column) else { return Bytes(start: nil, count: 0) }
    return Bytes(start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }

  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
