/// Renders `created_at`, `YYYY-MM-DD HH:MM:SS` in UTC. Times arrive in order, so each day's date is rendered
/// once.
struct TimestampFields {
  private let firstDay: Int
  private var dayOfDate = -1
  private var date: [UInt8] = []

  /// Times are counted from the start of the day `start`.
  init(from start: CalendarDate) { firstDay = start.dayNumber }

  mutating func append(seconds: Int, to text: inout [UInt8]) {
    let (day, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
    if day != dayOfDate {
      dayOfDate = day
      date = Array("\"\(CalendarDate(dayNumber: firstDay + day)) ".utf8)
    }
    text += date
    append(twoDigits: secondOfDay / 3600, then: ":", to: &text)
    append(twoDigits: secondOfDay / 60 % 60, then: ":", to: &text)
    append(twoDigits: secondOfDay % 60, then: "\"", to: &text)
  }

  private func append(twoDigits number: Int, then end: Unicode.Scalar, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "0") + UInt8(number / 10))
    text.append(UInt8(ascii: "0") + UInt8(number % 10))
    text.append(UInt8(ascii: end))
  }
}
