/// Returns why a text that is no instant may have several meanings; nil if nothing is known about it.
func ambiguity(of text: Span<UInt8>) -> InstantError? {
  var scanner = InstantScanner(text)
  let first = scanner.skipDigits()
  if let separator = scanner.skipSeparator() {
    let second = scanner.skipDigits()
    let isDate = scanner.skipSeparator() == separator && scanner.skipDigits() > 0
    if isDate, 1...2 ~= first, 1...2 ~= second { return .dayOrMonthFirst }
    if isDate, first == 4, separator != UInt8(ascii: "-") { return .otherSeparator }
  }
  return endsWithMeridiem(text) ? .twelveHourClock : nil
}

extension InstantScanner {
  fileprivate mutating func skipDigits() -> Int {
    let start = position
    while nextDigit != nil { position += 1 }
    return position - start
  }

  /// Skips a slash, point or hyphen, and returns it.
  fileprivate mutating func skipSeparator() -> UInt8? {
    guard isNext("/") || isNext(".") || isNext("-") else { return nil }
    position += 1
    return text[position - 1]
  }
}

/// Whether a text ends with `AM`, `pm` or `p.m.`, after a digit or a space.
func endsWithMeridiem(_ text: Span<UInt8>) -> Bool {
  var end = text.count
  func takeLast(_ letters: StaticString) -> Bool {
    if end > 0, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
    // Sound: the literals are ASCII, and have two letters at most.
    let isFound =
      end > 0 && (0..<letters.utf8CodeUnitCount).contains { letters.utf8Start[$0] == text[end - 1] | 0x20 }
    if isFound { end -= 1 }
    return isFound
  }
  guard takeLast("m"), takeLast("ap"), end > 0 else { return false }
  return isSpace(text[end - 1]) || text[end - 1] &- UInt8(ascii: "0") < 10
}
