import System

/// A system call on one of the server's descriptors failed.
public struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The operation, as the end of "cannot …".
  public let operation: String
  /// The call's `errno`.
  public let code: Int32

  /// By default with the `errno` of the call that just failed.
  init(_ operation: String, code: Int32 = errno) {
    self.operation = operation
    self.code = code
  }

  public var description: String {
    "cannot \(operation): \(String(cString: strerror(code)))"
  }
}
