import CSQLite
import System

/// The details of a failed SQLite call.
public struct SQLiteFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The database.
  public let path: String
  /// The primary result code, such as `SQLITE_CONSTRAINT`.
  public let code: Int32
  /// The extended result code, such as `SQLITE_CONSTRAINT_UNIQUE`.
  public let extendedCode: Int32
  /// The operating system's error (`errno`); 0 if there is none.
  public let systemError: Int32
  /// SQLite's message, in English.
  public let message: String
  /// The statement; nil if none was being prepared or run.
  public let sql: String?

  public var description: String {
    let statement = sql.map { ", in: \($0)" } ?? ""
    return "\(path): SQLite error \(extendedCode): \(message)\(statement)"
  }

  /// Whether a file could not be created or written because the disk is full.
  fileprivate var hasNoRoom: Bool {
    [SQLITE_CANTOPEN, SQLITE_IOERR].contains(code) && [ENOSPC, EDQUOT].contains(systemError)
  }

  /// SQLite's message and, if there is one, the operating system's.
  fileprivate var reason: String {
    systemError == 0 ? message : "\(message) (\(String(cString: strerror(systemError))))"
  }
}

extension StoreError {
  /// The specific case for failures that callers distinguish; otherwise the failure unchanged.
  init(_ failure: SQLiteFailure) {
    func inputOutput(_ operation: String, _ reason: String = failure.reason) -> StoreError {
      failure.hasNoRoom
        ? .inputOutput(path: failure.path, operation: "write", reason: "database or disk is full")
        : .inputOutput(path: failure.path, operation: operation, reason: reason)
    }
    switch failure.code {
    // PROTOCOL means that a read lost a race with other connections; it can be retried like one that finds a
    // lock.
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: self = .busy(path: failure.path)
    case SQLITE_READONLY where failure.extendedCode == ExtendedCode.readOnlyMoved:
      self = inputOutput("write", "the file was moved or removed; try again")
    case SQLITE_READONLY: self = .readOnly(path: failure.path)
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(path: failure.path, sentence: failure.message)
    case SQLITE_CANTOPEN where failure.extendedCode == ExtendedCode.cannotOpenFolder:
      self = .isDirectory(path: failure.path)
    case SQLITE_CANTOPEN: self = inputOutput("open")
    case SQLITE_FULL: self = inputOutput("write", failure.message)
    case SQLITE_IOERR: self = Self.inputOutput(failure, inputOutput)
    case SQLITE_NOMEM: self = inputOutput("read", "out of memory")
    case SQLITE_PERM, SQLITE_AUTH, SQLITE_NOLFS: self = inputOutput("read")
    case SQLITE_INTERRUPT: self = .cancelled
    case SQLITE_TOOBIG:
      self = .unusableFile(
        path: failure.path, sentence: "cannot store a value or row of more than 1,000,000,000 bytes")
    default: self = .sqlite(failure)
    }
  }

  private static func inputOutput(
    _ failure: SQLiteFailure, _ inputOutput: (String, String) -> StoreError
  ) -> StoreError {
    switch failure.extendedCode {
    case ExtendedCode.memory: inputOutput("read", "out of memory")
    case ExtendedCode.damagedFileSystem: .damaged(path: failure.path, sentence: failure.message)
    case ExtendedCode.read, ExtendedCode.shortRead: inputOutput("read", failure.reason)
    case ExtendedCode.write, ExtendedCode.synchronize, ExtendedCode.truncate:
      inputOutput("write", failure.reason)
    default: inputOutput("read or write", failure.reason)
    }
  }

  /// SQLite's names that Swift cannot import because they are expressions.
  private enum ExtendedCode {
    static let read = SQLITE_IOERR | 1 << 8
    static let shortRead = SQLITE_IOERR | 2 << 8
    static let write = SQLITE_IOERR | 3 << 8
    static let synchronize = SQLITE_IOERR | 4 << 8
    static let truncate = SQLITE_IOERR | 6 << 8
    static let memory = SQLITE_IOERR | 12 << 8
    static let damagedFileSystem = SQLITE_IOERR | 33 << 8
    static let cannotOpenFolder = SQLITE_CANTOPEN | 2 << 8
    static let readOnlyMoved = SQLITE_READONLY | 4 << 8
  }
}
