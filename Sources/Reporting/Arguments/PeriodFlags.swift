public import Calendar
import Engine

/// The flags of a command that select a range of time, as those of a report do.
public struct PeriodFlags: Sendable {
  /// The flags that ``take(_:_:)`` accepts.
  public static let names = ["--from", "--to", "--during", "--timezone"]

  /// The usage of the flags.
  public static var options: [CommandUsage.Option] {
    [
      CommandUsage.Option("--from", "WHEN", ReportFlag.from.syntax),
      CommandUsage.Option("--to", "WHEN", ReportFlag.to.syntax),
      CommandUsage.Option("--during", "WHEN", ReportFlag.during.syntax),
      timezoneOption,
    ]
  }

  /// The usage of `--timezone` alone.
  public static let timezoneOption = CommandUsage.Option(
    "--timezone", "ZONE", "The zone of the days, such as Europe/Berlin. Default: UTC.")

  private var texts: [String: String] = [:]

  /// No flags: a range without ends, in UTC.
  public init() {}

  /// Takes the value of one of ``names``; it is read later, because the zone may follow. The last value counts.
  public mutating func take(_ name: String, _ text: String) { texts[name] = text }

  /// The zone of the days, such as `Europe/Berlin`; it may be unknown.
  public var timeZoneName: String { texts["--timezone"] ?? "UTC" }

  /// Throws if flags exclude each other.
  func checkCombination() throws(FlagError) {
    guard texts["--during"] == nil || (texts["--from"] == nil && texts["--to"] == nil) else {
      throw FlagError(flag: "--during", sentence: "is --from and --to in one; leave out the others")
    }
  }

  /// The first and the last instant of the range, in milliseconds since 1970; nil for an end that is not limited.
  ///
  /// - Parameter now: Milliseconds since 1970.
  public func bounds(in zone: TimeZoneRules, now: Int64) throws(FlagError) -> (first: Int64?, last: Int64?) {
    try checkCombination()
    if let during = try period("--during", zone, now) {
      guard during.start <= during.end else {
        throw FlagError(
          flag: "--during",
          sentence: "must be of days that the time zone has; it left out \(texts["--during"] ?? "")")
      }
      return (during.start, during.end)
    }
    let (from, to) = (try period("--from", zone, now), try period("--to", zone, now))
    if let from, let to, from.start > to.end {
      throw FlagError(
        flag: "--to",
        sentence: "\(texts["--to"] ?? "") ends before --from \(texts["--from"] ?? "") begins; swap them")
    }
    return (from?.start, to?.end)
  }

  private func period(_ name: String, _ zone: TimeZoneRules, _ now: Int64) throws(FlagError) -> Period? {
    try texts[name].map { text throws(FlagError) in try Self.period(name, text, zone, now) }
  }

  private static func period(
    _ name: String, _ text: String, _ zone: TimeZoneRules, _ now: Int64
  ) throws(FlagError) -> Period {
    do throws(FlagValueError) {
      return try Period(text, in: zone, now: now)
    } catch {
      throw FlagError(flag: name, sentence: error.sentence)
    }
  }

  /// The first instant of a day or another time that the flag `name` gives, in milliseconds since 1970.
  public static func start(
    of text: String, given name: String, in zone: TimeZoneRules, now: Int64
  ) throws(FlagError) -> Int64 {
    try period(name, text, zone, now).start
  }
}
