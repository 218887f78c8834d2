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

  /// Gives up the rows that are left, and the lock that reading them holds.
  func reset() { sqlite3_reset(handle) }
}

extension Statement {
  func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(handle, index, value) }

  func bind(_ value: Double, at index: Int32) { sqlite3_bind_double(handle, index, value) }

  func bindNull(at index: Int32) { sqlite3_bind_null(handle, index) }

  /// Binds a copy of `text`.
  func bind(_ text: String, at index: Int32) {
    sqlite3_bind_text(handle, index, text, -1, copies)
  }

  /// Binds a copy of `blob`.
  func bind(blob: [UInt8], at index: Int32) {
    sqlite3_bind_blob(handle, index, blob, Int32(blob.count), copies)
  }

  /// Binds `text` itself, which has to live until the statement has run; a null where it is empty.
  func bind(borrowing text: Bytes, at index: Int32) {
    guard let start = text.baseAddress, !text.isEmpty else { return bindNull(at: index) }
    // Sound: CChar and UInt8 have the same layout.
    start.withMemoryRebound(to: CChar.self, capacity: text.count) { characters in
      _ = sqlite3_bind_text(handle, index, characters, Int32(text.count), nil)
    }
  }

  /// SQLite's own sign that it has to copy what it is given.
  private var copies: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
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
