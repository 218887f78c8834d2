extension InstantScanner {
  /// The length of `YYYY-MM-DD HH:MM:SS`.
  static let fixedFormLength = 19

  /// Milliseconds since 1970 of the `YYYY-MM-DD HH:MM:SS` with which the text begins, with a space or `T`
  /// between; nil where it begins otherwise or with no such date or time.
  ///
  /// Files have this form in every row, so it is read eight characters at a time.
  static func fixedForm(_ text: Span<UInt8>) -> Int64? {
    guard text.count >= fixedFormLength, text[10] == UInt8(ascii: " ") || text[10] == UInt8(ascii: "T"),
      let century = pair(text, at: 0), let (year, month, day) = pairs(text, at: 2, between: "-"),
      let (hour, minute, second) = pairs(text, at: 11, between: ":")
    else { return nil }
    let date = CivilDate(year: century * 100 + year, month: month, day: day)
    guard date.exists, hour < 24, minute < 60, second < 60 else { return nil }
    return (date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second) * 1000
  }

  /// The number of two digits.
  private static func pair(_ text: Span<UInt8>, at offset: Int) -> Int64? {
    let tens = text[offset] &- UInt8(ascii: "0")
    let ones = text[offset + 1] &- UInt8(ascii: "0")
    return tens < 10 && ones < 10 ? Int64(tens * 10 + ones) : nil
  }

  /// The three numbers of two digits each in eight characters, with a separator between.
  private static func pairs(
    _ text: Span<UInt8>, at offset: Int, between separator: Unicode.Scalar
  ) -> (Int64, Int64, Int64)? {
    // Sound: all bytes are valid numbers, and the load checks that there are eight.
    let word = UInt64(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    // Digits become their values and separators zero. What is more then has, or gets by adding, its high bit.
    let mark = UInt64(UInt8(ascii: separator))
    let values = word ^ (0x3030_0030_3000_3030 | mark << 16 | mark << 40)
    let sums = values &+ 0x7676_7F76_767F_7676
    guard (values | sums) & 0x8080_8080_8080_8080 == 0 else { return nil }
    // Each byte ten times and the byte after it: no sum is more than 99.
    let pairs = values &* 10 &+ values >> 8
    return (Int64(pairs & 0xFF), Int64(pairs >> 24 & 0xFF), Int64(pairs >> 48 & 0xFF))
  }
}
