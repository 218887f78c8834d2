import CSQLite

/// What SQLite says of a call that failed.
public struct SQLiteFailure: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  /// The primary result code, such as `SQLITE_CONSTRAINT`.
  public let code: Int32
  /// The extended result code, such as `SQLITE_CONSTRAINT_UNIQUE`.
  public let extendedCode: Int32
  public let message: String
  public let sql: String?

  public var description: String {
    let statement = sql.map { ", in: \($0)" } ?? ""
    return "\(path): SQLite error \(extendedCode): \(message)\(statement)"
  }
}

extension StoreError {
  /// The case that callers tell apart, or the failure as it is.
  init(_ failure: SQLiteFailure) {
    switch failure.code {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy(path: failure.path)
    case SQLITE_READONLY: self = .readOnly(path: failure.path)
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(path: failure.path, sentence: failure.message)
    case SQLITE_CANTOPEN:
      self = .inputOutput(path: failure.path, operation: "open", reason: failure.message)
    case SQLITE_FULL:
      self = .inputOutput(path: failure.path, operation: "write", reason: failure.message)
    case SQLITE_IOERR:
      self = .inputOutput(path: failure.path, operation: "read or write", reason: failure.message)
    default: self = .sqlite(failure)
    }
  }
}
