import JSONRPC
import Synchronization

/// Stands between the loading of events and the request that waits for it: passes on how far the store is,
/// and whether the client has given the request up.
public final class LoadProgress: Sendable {
  private let listener = Mutex<ProgressReporter?>(nil)
  private let context = Mutex<RequestContext?>(nil)

  public init() {}

  /// Says that `done` of `total` are loaded, in any unit. May be called from any thread, as often as one likes.
  public func report(done: Int, of total: Int) {
    listener.withLock(\.self)?.report(done: done, of: total)
  }

  /// Whether nobody waits any more for what is being loaded. May be called from any thread.
  public var isCancelled: Bool { context.withLock(\.self)?.isCancelled ?? false }

  /// Which request waits from now on, and who is told; nil for nobody.
  func tell(_ reporter: ProgressReporter?, waiting request: RequestContext? = nil) {
    listener.withLock { $0 = reporter }
    context.withLock { $0 = request }
  }
}
