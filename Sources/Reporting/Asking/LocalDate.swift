import Engine

/// A date of a zone's calendar.
struct LocalDate: Equatable {
  let year: Int64
  let month: Int64
  let day: Int64
  /// Days since 1970-01-01.
  let dayNumber: Int64

  /// Reads `2026-03-15`; nil where there is no such date.
  init?(_ text: String) {
    let parts = text.split(separator: "-").compactMap { Int64($0) }
    guard parts.count == 3, let midnight = parseInstant("\(text)T00:00:00Z") else { return nil }
    (year, month, day) = (parts[0], parts[1], parts[2])
    dayNumber = midnight / Period.millisecondsOfDay
  }

  /// The date of a day of the years 0000 to 9999.
  init(dayNumber: Int64) {
    let text = formatInstant(dayNumber * Period.millisecondsOfDay).prefix { $0 != "T" }
    guard let date = LocalDate(String(text)) else {
      preconditionFailure("day \(dayNumber) cannot be written")
    }
    self = date
  }

  /// The days of the month that is so many months later.
  func month(later months: Int64) -> Range<Int64> {
    firstOfMonth(later: months)..<firstOfMonth(later: months + 1)
  }

  /// The days of the year that is so many years later.
  func year(later years: Int64) -> Range<Int64> {
    let january = 12 * years - (month - 1)
    return firstOfMonth(later: january)..<firstOfMonth(later: january + 12)
  }

  /// The same day of a month that is so many months earlier, or its last day where it has no such one.
  func earlier(months: Int64) -> Int64 {
    let days = month(later: -months)
    return min(days.lowerBound + day - 1, days.upperBound - 1)
  }

  /// The number of a month's first day; the years end at both ends of what can be written.
  private func firstOfMonth(later months: Int64) -> Int64 {
    let first: Int64 = 0
    let last: Int64 = 12 * 10_000 - 1
    let total = min(max(12 * year + month - 1 + months, first), last)
    let (year, month) = (digits(total / 12, 4), digits(total % 12 + 1, 2))
    return LocalDate("\(year)-\(month)-01")?.dayNumber ?? 0
  }
}

private func digits(_ number: Int64, _ count: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
}

extension TimeZoneRules {
  /// The date that the zone's clock shows, at milliseconds since 1970.
  func date(at milliseconds: Int64) -> LocalDate {
    let clamped = min(max(milliseconds, writableInstants.lowerBound), writableInstants.upperBound)
    return LocalDate(dayNumber: Int64(days(from: clamped, through: clamped).dayNumbers[0]))
  }

  /// What the zone's clock shows at milliseconds since 1970: `2026-03-15T10:00:00Z`, where Z means nothing.
  func clockText(at milliseconds: Int64) -> String {
    let seconds = (Double(milliseconds) / 1000).rounded(.down)
    return formatInstant(milliseconds + 1000 * Int64(offsetSeconds(atUTCSeconds: Int64(seconds))))
  }

  /// When a day begins, in milliseconds since 1970; for a date that the zone skipped, when the next one does.
  func start(ofDay dayNumber: Int64) -> Int64 {
    let near = dayNumber * Period.millisecondsOfDay
    let days = days(from: near - 2 * Period.millisecondsOfDay, through: near + 2 * Period.millisecondsOfDay)
    let index = days.dayNumbers.firstIndex { $0 >= dayNumber } ?? days.count
    return days.starts[index]
  }
}
