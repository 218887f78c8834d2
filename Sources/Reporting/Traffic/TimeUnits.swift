import Calendar
import JSON

private let timeUnits = ["minute", "hour", "day", "week", "month", "year"]

extension ReportFlag {
  /// `--unit`.
  ///
  /// - Parameter member: The params member that it sets; nil if it belongs to the range.
  static func timeUnit(member: String?) -> ReportFlag {
    ReportFlag("--unit", "UNIT", member: member, "minute, hour, day, week, month or year.", words: timeUnits)
    {
      text throws(FlagValueError) in
      guard timeUnits.contains(text) else {
        throw FlagValueError(sentence: "must be one of \(timeUnits.joined(separator: ", ")), is \"\(text)\"")
      }
      return [.string(text)]
    }
  }

  /// `--week-start`.
  static let weekStart = ReportFlag(
    "--week-start", "DAY", member: "weekStart", "monday, sunday or saturday.",
    words: ["monday", "sunday", "saturday"]
  ) { text in [.string(text)] }
}

extension ReportContext {
  /// The start of a unit of time in the zone of the report, as exact as the unit is.
  func unitText(_ start: JSONValue?, _ unit: String) -> String {
    let clock = localTime(start)
    let text =
      switch unit {
      case "minute", "hour": clock?.minuteText
      case "month": clock?.date.monthText
      case "year": clock?.date.yearText
      default: clock?.date.text
      }
    return text ?? ""
  }
}
