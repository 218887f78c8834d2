import EventStore
import Synchronization

/// Shows on the standard error how far reading has come: on a terminal a bar that is drawn over itself,
/// elsewhere a line every few seconds. What is over within two seconds is not spoken of.
final class ProgressDisplay: Sendable {
  private static let firstMilliseconds: Int64 = 2_000

  private let bar = ProgressBar()
  private let isTerminal: Bool
  private let now: @Sendable () -> Int64
  private let write: @Sendable (String) -> Void
  private let pace: Mutex<ProgressPace>

  init(
    isTerminal: Bool, now: @escaping @Sendable () -> Int64,
    write: @escaping @Sendable (String) -> Void = standardError
  ) {
    self.isTerminal = isTerminal
    self.now = now
    self.write = write
    pace = Mutex(Self.newPace(isTerminal))
  }

  private static func newPace(_ isTerminal: Bool) -> ProgressPace {
    ProgressPace(firstMilliseconds: firstMilliseconds, intervalMilliseconds: isTerminal ? 100 : 5_000)
  }

  func show(_ progress: ReadingProgress) {
    pace.withLock { pace in
      if progress.bytesDone >= progress.bytesTotal {
        clear(pace)
        // What is read next begins anew.
        pace = Self.newPace(isTerminal)
      } else if let seconds = pace.secondsIfDue(at: now()) {
        if isTerminal {
          write(Self.clearedLine + bar.line(progress, seconds: seconds))
        } else {
          write(diagnosis(bar.text(progress, seconds: seconds)))
        }
      }
    }
  }

  /// Makes place for another line.
  func clear() {
    pace.withLock { clear($0) }
  }

  private func clear(_ pace: ProgressPace) {
    if isTerminal, pace.hasShown { write(Self.clearedLine) }
  }

  private static let clearedLine = "\r\u{1B}[K"
}
