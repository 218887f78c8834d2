import System

/// A system call on one of the server's descriptors failed.
public struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was tried, as the end of "cannot …".
  public let operation: String
  /// The call's `errno`.
  public let code: Int32

  /// Takes `errno` as the failed call left it.
  init(_ operation: String, code: Int32 = errno) {
    self.operation = operation
    self.code = code
  }

  public var description: String {
    "cannot \(operation): \(String(cString: strerror(code)))"
  }
}
