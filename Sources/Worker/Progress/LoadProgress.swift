import Synchronization

/// Passes on how far the loading of events is, which the store tells, to the request that waits for it.
public final class LoadProgress: Sendable {
  private let listener = Mutex<ProgressReporter?>(nil)

  public init() {}

  /// Says that `done` of `total` are loaded, in any unit. May be called from any thread, as often as one likes.
  public func report(done: Int, of total: Int) {
    listener.withLock(\.self)?.report(done: done, of: total)
  }

  /// Who is told from now on; nil for nobody.
  func tell(_ reporter: ProgressReporter?) {
    listener.withLock { $0 = reporter }
  }
}
