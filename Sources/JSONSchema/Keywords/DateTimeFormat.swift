import Calendar

/// `date-time` of RFC 3339 section 5.6, with the rules of section 5.7: the day must exist in its month, and a
/// 60th second is valid only where a leap second may be, at the end of a day in UTC.
enum DateTimeFormat {
  static func accepts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var reader = DigitReader(text)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
      let day = reader.number(2), reader.skip("T", or: "t"),
      let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.skip(":"),
      let second = reader.number(2), reader.skipFraction(), let offset = offsetMinutes(&reader),
      reader.isAtEnd
    else { return false }
    guard CivilDate(year: Int64(year), month: Int64(month), day: Int64(day)).exists, hour < 24, minute < 60
    else { return false }
    return second < 60 || second == 60 && isEndOfDay(hour * 60 + minute - offset)
  }

  /// Parses `Z` or an offset from UTC, in minutes.
  private static func offsetMinutes(_ reader: inout DigitReader) -> Int? {
    if reader.skip("Z", or: "z") { return 0 }
    let sign = reader.skip("+") ? 1 : reader.skip("-") ? -1 : 0
    guard sign != 0, let hours = reader.number(2), reader.skip(":"), let minutes = reader.number(2),
      hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes)
  }

  private static func isEndOfDay(_ minuteUTC: Int) -> Bool {
    let minutesADay = 24 * 60
    return (minuteUTC + minutesADay) % minutesADay == minutesADay - 1
  }
}

/// Reads a text of digits and separators.
private struct DigitReader {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
  }

  var isAtEnd: Bool { position == text.count }

  /// Returns the number of the next `count` digits; nil if there are fewer.
  mutating func number(_ count: Int) -> Int? {
    var value = 0
    for _ in 0..<count {
      guard let digit = nextDigit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  mutating func skip(_ character: UnicodeScalar, or other: UnicodeScalar? = nil) -> Bool {
    guard position < text.count else { return false }
    let scalar = UnicodeScalar(text[position])
    guard scalar == character || scalar == other else { return false }
    position += 1
    return true
  }

  /// Skips a point and its digits if there is a point; returns false if no digit follows it.
  mutating func skipFraction() -> Bool {
    guard skip(".") else { return true }
    guard nextDigit() != nil else { return false }
    while nextDigit() != nil {}
    return true
  }

  private mutating func nextDigit() -> Int? {
    guard position < text.count, 0x30...0x39 ~= text[position] else { return nil }
    position += 1
    return Int(text[position - 1] - 0x30)
  }
}
