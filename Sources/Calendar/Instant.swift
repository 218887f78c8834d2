// Instants are milliseconds since 1970-01-01T00:00:00Z, in 64 bits, without leap seconds. They are parsed
// from the formats below and written in one of them.

/// The instants of the years 0000 to 9999 in UTC: those that can be parsed and that replies can contain.
public let writableInstants: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

/// Parses an instant of a request. Returns milliseconds since 1970, or nil if the text is not an instant.
///
/// Accepted formats; the whole text must match, except for spaces around it:
/// - ISO 8601 and RFC 3339: `2025-05-17T22:00:00.000Z`, with a zone `Z`, `UTC`, `GMT`, `+02:00`, `+0200` or `+02`,
///   also after a space, or without one, which means UTC; a space or a lower-case `t` for `T`; seconds are
///   optional; a fraction, after a point or comma, has 1 to 9 digits, of which three are used. `2025-05-17` is its
///   midnight in UTC. The basic format too: `20250517T220000Z`.
/// - RFC 2822: `Sat, 17 May 2025 22:00:00 +0000`; the day name is optional.
/// - week dates: `2025-W20-6T22:00:00Z`, `2025W206`. A suffix after an offset, as in `+02:00[Europe/Berlin]` (RFC
///   9557), changes nothing.
/// - what `date`, `ctime` and others print: `Sat May 17 22:00:00 UTC 2025`, with or without a zone.
/// - what web servers log: `[17/May/2025:22:00:00 +0000]`, with or without brackets.
/// - what `Date` prints in JavaScript: `Thu Mar 27 2025 00:00:00 GMT+0100 (Central European Time)`. The zone
///   and the parentheses are optional.
/// - milliseconds since 1970 as digits, with `-` before 1970.
///
/// Dates must exist; the day of the week is not compared with the date. Second 60 is the first of the next minute,
/// as Unix time counts a leap second, and `24:00:00` the next midnight. The instant must be in the years 0000 to
/// 9999.
public func parseInstant(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
  try? instant(of: text.span)
}

/// Parses an instant in the same formats.
public func parseInstant(_ text: String) -> Int64? {
  try? instant(of: text.utf8.span)
}

/// Returns the reason why a text is not an instant in the formats of ``parseInstant(_:)``; nil if it is one.
public func instantError(_ text: String) -> InstantError? {
  do throws(InstantError) {
    _ = try instant(of: text.utf8.span)
    return nil
  } catch {
    return error
  }
}

/// Returns a sentence that states why a text is not an instant and which formats are accepted; nil if it is
/// one.
public func instantRefusal(_ text: String) -> String? {
  instantError(text).map { "\(text.quotedBriefly) is no instant: \($0.description). \(instantSpellings)" }
}

/// A sentence about the date formats of requests.
let instantSpellings =
  "Instants are written as 2025-05-17T22:00:00.000Z, 2025-05-17T22:00:00+02:00, 2025-05-17 22:00:00 (UTC), "
  + "1747519200000 (milliseconds since 1970) or Sat May 17 2025 22:00:00 GMT+0200; whole days, months and years as "
  + "2025-05-17, 2025-05 and 2025"

private func instant(of text: Span<UInt8>) throws(InstantError) -> Int64 {
  let (inner, start) = trimmed(text)
  do throws(InstantError) {
    if let number = try requestNumber(inner) { return try writable(number) }
    return try parsedTime(inner).instantInUTC()
  } catch {
    throw error.moved(by: start)
  }
}

/// Parses milliseconds since 1970; nil if the text has other characters than digits after an optional minus.
private func requestNumber(_ text: Span<UInt8>) throws(InstantError) -> Int64? {
  var scanner = InstantScanner(text)
  let isNegative = scanner.take("-")
  let start = scanner.position
  var value: Int64 = 0
  while let digit = scanner.nextDigit {
    // Larger than any instant; it stays so, and cannot overflow.
    value = min(value * 10 + digit, 1 << 56)
    scanner.position += 1
  }
  guard scanner.position == text.count else { return nil }
  if scanner.position == start, isNegative { throw .unexpected(at: start) }
  return scanner.position == start ? nil : isNegative ? -value : value
}

/// Parses a date and time in any accepted spelling, without spaces around it.
func parsedTime(_ text: Span<UInt8>) throws(InstantError) -> ParsedTime {
  if let time = InstantScanner.commonForm(text) { return time }
  var scanner = InstantScanner(text)
  do throws(InstantError) { return try scanner.parsedTime() } catch {
    throw likelyForm(of: text, after: error) ?? error
  }
}

extension ParsedTime {
  /// The instant, in UTC if the text names no zone; milliseconds since 1970.
  func instantInUTC() throws(InstantError) -> Int64 { try writable(clockMilliseconds - (offset ?? 0)) }
}

func writable(_ milliseconds: Int64) throws(InstantError) -> Int64 {
  guard writableInstants ~= milliseconds else { throw .outsideYears }
  return milliseconds
}

/// Returns a text without the spaces around it, and how many there are before it.
@_lifetime(copy text)
func trimmed(_ text: Span<UInt8>) -> (text: Span<UInt8>, start: Int) {
  var (start, end) = (0, text.count)
  while start < end, isSpace(text[start]) { start += 1 }
  while start < end, isSpace(text[end - 1]) { end -= 1 }
  return (text.extracting(start..<end), start)
}

/// Formats an instant as in replies: `2025-05-19T15:00:00Z`, and `2025-05-19T15:00:00.123Z` if the
/// milliseconds are not zero. A year outside 0000 to 9999 has a sign and six digits or more (ISO 8601).
public func formatInstant(_ milliseconds: Int64) -> String {
  format(milliseconds, alwaysWithMilliseconds: false)
}

/// Formats an instant always with milliseconds: `2025-05-19T15:00:00.000Z`.
public func formatInstantWithMilliseconds(_ milliseconds: Int64) -> String {
  format(milliseconds, alwaysWithMilliseconds: true)
}

private func format(_ instant: Int64, alwaysWithMilliseconds: Bool) -> String {
  let (seconds, milliseconds) = instant.floorDivided(by: 1000)
  let (day, secondOfDay) = seconds.floorDivided(by: 86_400)
  let date = CivilDate(dayNumber: day)
  var text: [UInt8] = []
  text.reserveCapacity(32)
  if 0...9999 ~= date.year {
    text.append(digits: date.year, width: 4)
  } else {
    text.append(date.year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    text.append(digits: abs(date.year), width: max(6, String(abs(date.year)).utf8.count))
  }
  text.append(separator: "-", digits: date.month)
  text.append(separator: "-", digits: date.day)
  text.append(separator: "T", digits: secondOfDay / 3600)
  text.append(separator: ":", digits: secondOfDay / 60 % 60)
  text.append(separator: ":", digits: secondOfDay % 60)
  if alwaysWithMilliseconds || milliseconds != 0 {
    text.append(separator: ".", digits: milliseconds, width: 3)
  }
  text.append(UInt8(ascii: "Z"))
  return String(decoding: text, as: UTF8.self)
}

extension [UInt8] {
  fileprivate mutating func append(separator: Unicode.Scalar, digits value: Int64, width: Int = 2) {
    append(UInt8(ascii: separator))
    append(digits: value, width: width)
  }

  /// Appends a non-negative number with `width` digits.
  fileprivate mutating func append(digits value: Int64, width: Int) {
    let start = count
    append(contentsOf: repeatElement(0, count: width))
    var rest = value
    for index in (start..<count).reversed() {
      self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}
