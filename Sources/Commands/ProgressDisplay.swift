import EventStore
import Synchronization

/// Displays the progress of reading on stderr: on a terminal a bar that is redrawn in place, elsewhere a line
/// every few seconds. Reading that takes less than two seconds shows nothing.
final class ProgressDisplay: Sendable {
  private static let firstMilliseconds: Int64 = 2_000

  private let bar = ProgressBar()
  private let isTerminal: Bool
  private let now: @Sendable () -> Int64
  private let write: @Sendable (String) -> Void
  private let pace: Mutex<ProgressPace>

  init(
    isTerminal: Bool, now: @escaping @Sendable () -> Int64,
    write: @escaping @Sendable (String) -> Void = writeStandardError
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
        // The next reading starts from zero.
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

  /// Clears the bar to make room for another line.
  func clear() {
    pace.withLock { clear($0) }
  }

  private func clear(_ pace: ProgressPace) {
    if isTerminal, pace.hasShown { write(Self.clearedLine) }
  }

  private static let clearedLine = "\r\u{1B}[K"
}

/// Formats the progress of reading for users.
struct ProgressBar: Sendable {
  /// The length of the bar in characters.
  let width: Int

  init(width: Int = 24) { self.width = max(width, 1) }

  /// One line for a terminal, without a line feed: the bar and ``text(_:seconds:)``.
  func line(_ progress: ReadingProgress, seconds: Double) -> String {
    let filled = Int(Double(width) * Self.fraction(progress))
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    return "[\(bar)] \(text(progress, seconds: seconds))"
  }

  /// The same without the bar: ` 50 %  145 of 290 MB  390,000 rows  36 MB/s  4 s left`; only the rows if
  /// there is less than a megabyte.
  func text(_ progress: ReadingProgress, seconds: Double) -> String {
    // For a small file the bytes mean nothing, for example if its views generate their rows.
    if progress.bytesTotal < 1_000_000 { return "\(grouped(progress.rows)) rows" }
    let fraction = Self.fraction(progress)
    let done = min(max(progress.bytesDone, 0), max(progress.bytesTotal, 0))
    let percent = String(Int(100 * fraction))
    let padding = String(repeating: " ", count: 3 - percent.count)
    var text = "\(padding)\(percent) %  \(done / 1_000_000) of \(progress.bytesTotal / 1_000_000) MB  "
    text += "\(grouped(progress.rows)) rows"
    if seconds > 0, done > 0 {
      text += "  \(Int(Double(done) / seconds / 1_000_000)) MB/s"
      text += "  \(duration(seconds * (1 - fraction) / fraction)) left"
    }
    return text
  }

  private static func fraction(_ progress: ReadingProgress) -> Double {
    let total = max(progress.bytesTotal, 1)
    return Double(min(max(progress.bytesDone, 0), total)) / Double(total)
  }

  private func grouped(_ number: Int) -> String {
    var text = ""
    for (position, digit) in String(number).reversed().enumerated() {
      if position > 0, position.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  private func duration(_ seconds: Double) -> String {
    // At most 99:59:59 hours, because no import takes longer.
    let whole = Int(min(seconds.rounded(.up), 359_999))
    return whole < 60 ? "\(whole) s" : whole < 3_600 ? "\(whole / 60) min" : "\(whole / 3_600) h"
  }
}

/// Decides when the next progress line is due: not at the very start, because reading may soon be done, and
/// then at intervals.
struct ProgressPace: Sendable {
  private let firstMilliseconds: Int64
  private let intervalMilliseconds: Int64
  private var start: Int64?
  private var latest: Int64?

  /// The first line is due `firstMilliseconds` after the start, each further line `intervalMilliseconds`
  /// after the previous one.
  init(firstMilliseconds: Int64, intervalMilliseconds: Int64) {
    self.firstMilliseconds = firstMilliseconds
    self.intervalMilliseconds = intervalMilliseconds
  }

  /// Whether a line was due already.
  var hasShown: Bool { latest != nil }

  /// The seconds since the start, which is the first call, if a line is due now; else nil.
  mutating func secondsIfDue(at milliseconds: Int64) -> Double? {
    let start = start ?? milliseconds
    self.start = start
    let isDue =
      latest.map { milliseconds - $0 >= intervalMilliseconds } ?? (milliseconds - start >= firstMilliseconds)
    guard isDue else { return nil }
    latest = milliseconds
    return Double(milliseconds - start) / 1000
  }
}
