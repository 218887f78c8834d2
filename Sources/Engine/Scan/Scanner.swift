import Synchronization

/// Runs work over many pieces on several threads.
public struct Scanner: Sendable {
  /// How many threads work at once, the calling one among them.
  public let threads: Int
  private let askIsCancelled: (@Sendable () -> Bool)?

  /// Pieces that one thread should have before another one is worth waking.
  private static let piecesPerThread = 4

  /// - Parameter isCancelled: is asked before every piece, by all threads; once it has said yes, it says so
  ///   for good.
  public init(threads: Int = 1, isCancelled: (@Sendable () -> Bool)? = nil) {
    self.threads = max(threads, 1)
    askIsCancelled = isCancelled
  }

  /// Whether work was cancelled. What a report that was under way returned is then incomplete, and to be
  /// thrown away.
  public var isCancelled: Bool { askIsCancelled?() ?? false }

  /// Calls `body` with each of `0..<count`, in any order, on as many threads as are worth it, until the
  /// scanner is cancelled. Each thread has a state of its own, which `start` makes; the states are returned,
  /// in no order.
  func map<State: Sendable>(
    _ count: Int, start: @Sendable () -> State, _ body: @Sendable (Int, inout State) -> Void
  ) -> [State] {
    let threads = max(1, min(threads, count / Self.piecesPerThread))
    let next = Atomic(0)
    return concurrentMap(threads, threads: threads) { _ in
      var state = start()
      while !isCancelled {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < count else { break }
        body(piece, &state)
      }
      return state
    }
  }
}
