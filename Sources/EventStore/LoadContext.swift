/// What a call of the store passes along while rows are read for it: who hears of the progress, and whether to stop.
public struct LoadContext: Sendable {
  /// Receives the progress of reading rows.
  let progress: ProgressReport?
  /// Called by any thread from time to time while rows are read or a statement runs. Once it has returned true it must
  /// not return false again during the call: the call throws `cancelled`, and the next call reads again.
  package let isCancelled: @Sendable () -> Bool

  /// By default, a context that is never cancelled and that nobody observes.
  public init(
    progress: ProgressReport? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.progress = progress
    self.isCancelled = isCancelled
  }
}
