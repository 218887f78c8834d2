import JSONRPC
import Synchronization

/// Connects the loading of events with the request that waits for it: forwards progress to the client, and cancellation
/// to the store. Thread-safe.
public final class LoadProgress: Sendable {
  private let listener = Mutex<ProgressReporter?>(nil)
  private let context = Mutex<RequestContext?>(nil)

  public init() {}

  /// Reports that `done` of `total` are loaded, in any unit. Cheap; call it often.
  public func report(done: Int, of total: Int) {
    listener.withLock(\.self)?.report(done: done, of: total)
  }

  /// Whether the request that waits was cancelled.
  public var isCancelled: Bool { context.withLock(\.self)?.isCancelled ?? false }

  /// Sets the request that waits and the reporter of its progress; nil for none.
  func setListener(_ reporter: ProgressReporter?, waiting request: RequestContext? = nil) {
    listener.withLock { $0 = reporter }
    context.withLock { $0 = request }
  }
}
