extension TimeZoneRules {
  /// The greatest hour of an offset. The zones in use are from -12:00 to +14:00; other software, such as
  /// Java, accepts up to 18 hours.
  static let maximumOffsetHours: Int32 = 18

  /// Creates the rules of a zone that is always at one offset from UTC: `+02:00`, `-0530`, `+2`, and the same
  /// after `UTC` or `GMT` in any case, as in `UTC+2`. A plus is east of Greenwich, ahead of UTC, as in ISO 8601.
  /// (The zones `Etc/GMT-2` of the IANA database have the opposite sign, as POSIX does.)
  ///
  /// Nil if the text is no offset.
  init?(offset text: String) {
    var bytes = Self.withoutPrefix(text)
    guard let sign = bytes.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      let (hours, minutes) = Self.hoursAndMinutes(Array(bytes)), minutes < 60,
      hours < Self.maximumOffsetHours || hours == Self.maximumOffsetHours && minutes == 0
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    self.init(transitions: [], offsets: [sign == UInt8(ascii: "-") ? -seconds : seconds])
  }

  /// Whether a text that is no zone was probably meant as an offset, such as `UTC+25`.
  static func resemblesOffset(_ text: String) -> Bool {
    let bytes = withoutPrefix(text)
    let isSign = bytes.first.map { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } ?? false
    return isSign || bytes.count < text.utf8.count && !bytes.isEmpty
  }

  /// The bytes after `UTC` or `GMT`; all if the text does not begin with them.
  private static func withoutPrefix(_ text: String) -> Substring.UTF8View {
    let bytes = text.utf8[...]
    let beginning = bytes.prefix(3).map { $0 | 0x20 }
    return beginning == Array("utc".utf8) || beginning == Array("gmt".utf8) ? bytes.dropFirst(3) : bytes
  }

  /// The numbers of `h`, `hh`, `h:mm`, `hh:mm` or `hhmm`.
  private static func hoursAndMinutes(_ text: [UInt8]) -> (hours: Int32, minutes: Int32)? {
    let colon = text.firstIndex(of: UInt8(ascii: ":"))
    let split = colon ?? (text.count == 4 ? 2 : text.count)
    let hours = text[..<split]
    let minutes = text[(colon.map { $0 + 1 } ?? split)...]
    guard (1...2).contains(hours.count), minutes.count == 2 || minutes.isEmpty && colon == nil else {
      return nil
    }
    guard let hours = number(hours), let minutes = number(minutes) else { return nil }
    return (hours, minutes)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int32? {
    digits.reduce(0) { number, byte in
      guard let number, case let digit = byte &- UInt8(ascii: "0"), digit < 10 else { return nil }
      return number * 10 + Int32(digit)
    }
  }
}
