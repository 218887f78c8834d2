import Synchronization

/// Why a report was given up that was under way.
public struct ScanFailure: Sendable {
  /// The place of the filter, among those of the scope, that cannot be carried out.
  public let filter: Int
  public let error: FilterError
}

/// Whether a scanner's work has failed. May be asked by any thread, for every piece.
final class ScanOutcome: Sendable {
  private let noted = Mutex<ScanFailure?>(nil)
  private let isNoted = Atomic(false)

  var hasFailed: Bool { isNoted.load(ordering: .acquiring) }
  var failure: ScanFailure? { hasFailed ? noted.withLock(\.self) : nil }

  func fail(_ failure: ScanFailure) {
    noted.withLock { $0 = $0 ?? failure }
    isNoted.store(true, ordering: .releasing)
  }
}
