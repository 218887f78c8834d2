extension POSIXTimeZone {
  /// Reads a `TZ` string such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil when it is not one.
  init?(_ text: some Sequence<UInt8>) {
    var parser = POSIXTimeZoneParser(text)
    guard let zone = parser.zone(), parser.isAtEnd else { return nil }
    self = zone
  }
}

/// A recursive descent over the bytes of a `TZ` string. Every function reads one thing and is nil where it
/// does not stand.
private struct POSIXTimeZoneParser {
  private let text: [UInt8]
  private var position = 0

  init(_ text: some Sequence<UInt8>) {
    self.text = Array(text)
  }

  var isAtEnd: Bool { position == text.count }

  private var next: UInt8? { isAtEnd ? nil : text[position] }

  mutating func zone() -> POSIXTimeZone? {
    guard name(), let offset = time(maximumHours: 24) else { return nil }
    // In a TZ string offsets are positive west of Greenwich.
    var zone = POSIXTimeZone(standardOffset: -offset, daylight: nil)
    guard !isAtEnd else { return zone }
    guard let daylight = daylight(standardOffset: -offset) else { return nil }
    zone.daylight = daylight
    return zone
  }

  private mutating func daylight(standardOffset: Int64) -> POSIXTimeZone.Daylight? {
    guard name() else { return nil }
    var offset = standardOffset + 3600
    if next != UInt8(ascii: ",") {
      guard let written = time(maximumHours: 24) else { return nil }
      offset = -written
    }
    guard take(","), let start = change(), take(","), let end = change() else { return nil }
    return POSIXTimeZone.Daylight(offset: offset, start: start, end: end)
  }

  /// Three or more letters, or letters, digits and signs in angle brackets.
  private mutating func name() -> Bool {
    let isQuoted = take("<")
    let start = position
    while let byte = next, Self.isLetter(byte) || isQuoted && Self.isDigitOrSign(byte) { position += 1 }
    let length = position - start
    return length >= 3 && (!isQuoted || take(">"))
  }

  private mutating func change() -> POSIXTimeZone.Change? {
    guard let day = day() else { return nil }
    guard take("/") else { return POSIXTimeZone.Change(day: day, time: 7200) }
    return time(maximumHours: 167).map { POSIXTimeZone.Change(day: day, time: $0) }
  }

  private mutating func day() -> POSIXTimeZone.Day? {
    if take("J") { return number(1...365).map { .julian($0) } }
    guard take("M") else { return number(0...365).map { .zeroBased($0) } }
    guard let month = number(1...12), take("."), let week = number(1...5), take("."),
      let weekday = number(0...6)
    else { return nil }
    return .weekday(month: month, week: week, weekday: weekday)
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  private mutating func time(maximumHours: Int64) -> Int64? {
    let sign: Int64 = take("-") ? -1 : 1
    if sign > 0 { _ = take("+") }
    guard let hours = number(0...maximumHours) else { return nil }
    var (minutes, seconds): (Int64, Int64) = (0, 0)
    if take(":") {
      guard let written = number(0...59) else { return nil }
      minutes = written
      if take(":") {
        guard let written = number(0...59) else { return nil }
        seconds = written
      }
    }
    return sign * (hours * 3600 + minutes * 60 + seconds)
  }

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
    let start = position
    var value: Int64 = 0
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte, value <= range.upperBound {
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      position += 1
    }
    return position > start && range ~= value ? value : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  private static func isDigitOrSign(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
  }
}
