/// The system has given no thread.
public struct ThreadError: Error, Equatable, Sendable {
  /// What `pthread_create` has returned.
  public let code: Int32
}
