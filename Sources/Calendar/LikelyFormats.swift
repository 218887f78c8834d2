/// Formats in which a text may be meant that is not read as it is.
public struct LikelyFormats: Equatable, Sendable {
  /// As `--time-format` takes them, the likeliest first.
  public let formats: [String]
  /// Whether they describe the whole text; otherwise only its date.
  public let areWhole: Bool

  init(_ formats: [String], areWhole: Bool = true) {
    self.formats = formats
    self.areWhole = areWhole
  }

  /// The options, as part of a sentence.
  var options: String {
    formats.map { "--time-format \"\($0)\"" }.joined(separator: " or ")
      + (areWhole ? "" : ", with its own separators")
  }
}

/// Returns why a text that is no instant, because of `error`, may have several meanings or which form it has; nil if
/// nothing is known about it.
func likelyForm(of text: Span<UInt8>, after error: InstantError) -> InstantError? {
  var scanner = InstantScanner(text)
  guard let date = scanner.dateForm() else { return nil }
  let rest = scanner.formatOfRest()
  let formats = LikelyFormats(
    date.formats.map { $0 + (rest?.format ?? " %H:%M:%S") }, areWhole: rest != nil)
  switch date.form {
  case .numbers(let first, let second):
    switch (first > 12, second > 12) {
    case (false, false): return .dayOrMonthFirst(formats)
    case (true, false): return .dayFirst(formats)
    case (false, true): return .monthFirst(formats)
    case (true, true): return nil
    }
  case .otherSeparator: return .otherSeparator(formats)
  case .iso: return rest?.isHalfDay == true ? .twelveHourClock(formats) : nil
  case .monthName:
    guard case .unexpected = error, rest != nil else { return nil }
    return .monthName(formats)
  }
}

/// A form of dates.
private struct DateForm {
  enum Kind {
    /// The first two of three numbers are day and month.
    case numbers(Int64, Int64)
    case otherSeparator, iso, monthName
  }

  let form: Kind
  let formats: [String]
}

extension InstantScanner {
  /// Skips a date and returns its form; nil if there is none that is known.
  fileprivate mutating func dateForm() -> DateForm? {
    nextDigit == nil ? wordsFirst() : numbersFirst()
  }

  private mutating func numbersFirst() -> DateForm? {
    guard let first = shortNumber(digits: 1...4), let separator = dateSeparator() else { return nil }
    let mark = String(separator)
    if first.digits <= 2, let month = monthLetter() {
      guard dateSeparator() == separator, let year = yearLetter() else { return nil }
      return DateForm(form: .monthName, formats: ["%d\(mark)\(month)\(mark)\(year)"])
    }
    guard separator != " ", let second = shortNumber(digits: 1...2), dateSeparator() == separator else {
      return nil
    }
    if first.digits == 4 {
      guard shortNumber(digits: 1...2) != nil else { return nil }
      return DateForm(form: separator == "-" ? .iso : .otherSeparator, formats: ["%Y\(mark)%m\(mark)%d"])
    }
    guard first.digits <= 2, let year = yearLetter() else { return nil }
    var orders: [String] = []
    if second.value <= 12 { orders.append("%d\(mark)%m\(mark)\(year)") }
    if first.value <= 12 { orders.append("%m\(mark)%d\(mark)\(year)") }
    return DateForm(form: .numbers(first.value, second.value), formats: orders)
  }

  /// A date that begins with the name of a day or of a month.
  private mutating func wordsFirst() -> DateForm? {
    var format = ""
    if let day = letter(of: dayNames, "%a", "%A") { format = day + literals() }
    if let month = monthLetter() {
      format += month + literals()
      guard shortNumber(digits: 1...2) != nil else { return nil }
      format += "%d" + literals()
    } else {
      guard !format.isEmpty, shortNumber(digits: 1...2) != nil else { return nil }
      format += "%d" + literals()
      guard let month = monthLetter() else { return nil }
      format += month + literals()
    }
    guard let year = yearLetter() else { return nil }
    return DateForm(form: .monthName, formats: [format + year])
  }

  /// Skips the rest after a date and returns its format, and whether it has a 12-hour clock; nil if it is unknown.
  fileprivate mutating func formatOfRest() -> (format: String, isHalfDay: Bool)? {
    if position == text.count { return ("", false) }
    var format = literals()
    if format.isEmpty { format = take("T") ? "T" : "" }
    guard !format.isEmpty, shortNumber(digits: 1...2) != nil, take(":"), shortNumber(digits: 2...2) != nil
    else {
      return nil
    }
    var time = ":%M"
    if take(":") {
      guard shortNumber(digits: 2...2) != nil else { return nil }
      time += ":%S"
      if take(".") {
        guard shortNumber(digits: 1...9) != nil else { return nil }
        time += ".%f"
      }
    }
    let spaces = literals()
    if position == text.count { return (format + "%H" + time, false) }
    if endsWithMeridiem(text), text.count - position <= 4, isLetter(at: position), !isNext("Z") {
      return (format + "%I" + time + spaces + "%p", true)
    }
    let zone = isNext("+") || isNext("-") ? "%z" : takesUniversalTime() ? "%Z" : nil
    guard let zone, zone == "%z" ? (try? offset()) != nil : true, position == text.count else { return nil }
    return (format + "%H" + time + spaces + zone, false)
  }

  private mutating func shortNumber(digits: ClosedRange<Int>) -> (value: Int64, digits: Int)? {
    let start = position
    var value: Int64 = 0
    while let digit = nextDigit, position - start < digits.upperBound {
      value = value * 10 + digit
      position += 1
    }
    return digits ~= position - start && nextDigit == nil ? (value, position - start) : nil
  }

  private mutating func dateSeparator() -> Character? {
    for separator: Unicode.Scalar in ["/", ".", "-", " "] where take(separator) {
      return Character(separator)
    }
    return nil
  }

  private mutating func monthLetter() -> String? { letter(of: monthNames, "%b", "%B") }

  private mutating func letter(of names: [StaticString], _ short: String, _ long: String) -> String? {
    let start = position
    guard take(anyOf: names, abbreviatedOnly: false) != nil else { return nil }
    return position - start == 3 ? short : long
  }

  private mutating func yearLetter() -> String? {
    switch shortNumber(digits: 2...4)?.digits {
    case 2: "%y"
    case 4: "%Y"
    default: nil
    }
  }

  /// Skips commas and spaces, and returns them.
  private mutating func literals() -> String {
    var found = ""
    while isNext(",") || isNext(" ") {
      found += isNext(",") ? "," : " "
      position += 1
    }
    return found
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
