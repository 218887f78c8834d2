/// Says when the next line about progress is due: not while it may be over at once, and then now and then.
public struct ProgressPace: Sendable {
  private let firstMilliseconds: Int64
  private let intervalMilliseconds: Int64
  private var start: Int64?
  private var latest: Int64?

  /// The first line is due so long after the beginning, the others so long after the one before.
  public init(firstMilliseconds: Int64, intervalMilliseconds: Int64) {
    self.firstMilliseconds = firstMilliseconds
    self.intervalMilliseconds = intervalMilliseconds
  }

  /// Whether a line was due already.
  public var hasShown: Bool { latest != nil }

  /// The seconds since the beginning, which is the first call, where a line is due now; else nil.
  public mutating func secondsIfDue(at milliseconds: Int64) -> Double? {
    let start = start ?? milliseconds
    self.start = start
    let isDue =
      latest.map { milliseconds - $0 >= intervalMilliseconds } ?? (milliseconds - start >= firstMilliseconds)
    guard isDue else { return nil }
    latest = milliseconds
    return Double(milliseconds - start) / 1000
  }
}
