import Calendar
import Engine

// Dates of a time zone's calendar, and the text form of dates and local times.

extension CivilDate {
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
