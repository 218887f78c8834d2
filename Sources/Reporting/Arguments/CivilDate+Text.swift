import Calendar
import Engine

// Dates of a time zone's calendar, and the text form of dates and local times.

extension CivilDate {
  /// The days of the month `months` months later, as days since 1970-01-01.
  func month(later months: Int64) -> Range<Int64> {
    firstOfMonth(later: months)..<firstOfMonth(later: months + 1)
  }

  /// The days of the year `years` years later, as days since 1970-01-01.
  func year(later years: Int64) -> Range<Int64> {
    let january = 12 * years - (month - 1)
    return firstOfMonth(later: january)..<firstOfMonth(later: january + 12)
  }

  /// The same day of the month `months` months earlier, or the last day of that month if it is shorter.
  func earlier(months: Int64) -> Int64 {
    let days = month(later: -months)
    return min(days.lowerBound + day - 1, days.upperBound - 1)
  }

  private func firstOfMonth(later months: Int64) -> Int64 {
    let total = 12 * year + month - 1 + months
    let monthOfYear = (total % 12 + 12) % 12
    return CivilDate(year: (total - monthOfYear) / 12, month: monthOfYear + 1, day: 1).dayNumber
  }

  /// `2026-03-15`. Local time may fall just outside the years 0000 to 9999; such a year has a sign (ISO 8601)
  /// or a fifth digit.
  var text: String { "\(monthText)-\(digits(day, 2))" }

  /// `2026-03`.
  var monthText: String { "\(yearText)-\(digits(month, 2))" }

  /// `2026`.
  var yearText: String { (year < 0 ? "-" : "") + digits(abs(year), 4) }
}

extension LocalTime {
  /// `2026-03-15 10:00`.
  var minuteText: String { "\(date.text) \(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2))" }
}

private func digits(_ number: Int64, _ count: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
}
