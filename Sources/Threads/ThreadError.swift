/// The system could not create a thread.
public struct ThreadError: Error, Equatable, Sendable {
  /// The return value of `pthread_create`.
  public let code: Int32
}
