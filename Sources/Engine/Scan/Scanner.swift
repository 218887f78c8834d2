import Synchronization

/// Runs work over many pieces on several threads.
public struct Scanner: Sendable {
  /// How many threads work at once, the calling one among them.
  public let threads: Int

  /// Pieces that one thread should have before another one is worth waking.
  private static let piecesPerThread = 4

  public init(threads: Int = 1) { self.threads = max(threads, 1) }

  /// Calls `body` with each of `0..<count`, in any order, on as many threads as are worth it. Each thread has
  /// a state of its own, which `start` makes; the states are returned, in no order.
  func map<State: Sendable>(
    _ count: Int, start: @Sendable () -> State, _ body: @Sendable (Int, inout State) -> Void
  ) -> [State] {
    let threads = max(1, min(threads, count / Self.piecesPerThread))
    let next = Atomic(0)
    return concurrentMap(threads, threads: threads) { _ in
      var state = start()
      while true {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < count else { return state }
        body(piece, &state)
      }
    }
  }
}
