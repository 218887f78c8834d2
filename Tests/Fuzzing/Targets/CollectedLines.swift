import Synchronization

/// Collects the lines that a store says, from any thread.
final class CollectedLines: Sendable {
  private let lines = Mutex<[String]>([])

  @Sendable func add(_ line: String) { lines.withLock { $0.append(line) } }

  var all: [String] { lines.withLock(\.self) }
}
