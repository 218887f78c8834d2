/// A format of times in the letters of strptime, such as `%d.%m.%Y %H:%M`.
///
/// Numbers may have fewer digits than usual if no other number is next to them; names are English, abbreviated or
/// whole, in any case; a space matches any number of spaces.
public struct TimeFormat: Sendable, Equatable {
  /// The format as it was written.
  public let text: String
  private let elements: [Element]

  /// An element of a format.
  fileprivate enum Element: Sendable, Equatable {
    case literal(UInt8)
    case spaces
    /// A number of exactly `digits` digits if `isFixed`, otherwise of at most as many.
    case number(Field, digits: Int, isFixed: Bool)
    case fraction, monthName, dayName, meridiem, offset, universalTime, epochSeconds
  }

  /// What a number is.
  fileprivate enum Field: Hashable, Sendable {
    case year, yearOfCentury, month, day, dayOfYear, hour, hourOfHalf, minute, second
  }

  /// The letters that a format may have.
  static let letters = "%Y %m %d %H %I %M %S %f %N %p %y %b %B %a %A %j %s %z %Z %T %F %D %e %n %t %%"

  /// Compiles a format.
  ///
  /// - Throws: Which letter is unknown, what is missing, or what is repeated. A format must have a date, and a
  ///   12-hour clock both `%I` and `%p`.
  public init(_ text: String) throws(TimeFormatError) {
    self.text = text
    elements = Self.fixed(try Self.elements(of: text))
    try Self.check(elements)
  }
}

// MARK: - Compiling

extension TimeFormat {
  private static func elements(of text: String) throws(TimeFormatError) -> [Element] {
    var elements: [Element] = []
    var isLetter = false
    for scalar in text.unicodeScalars {
      if isLetter {
        elements += try Self.elements(of: scalar)
        isLetter = false
      } else if scalar == "%" {
        isLetter = true
      } else if scalar.isASCII, isSpace(UInt8(ascii: scalar)) {
        elements.append(.spaces)
      } else {
        elements += String(scalar).utf8.map { .literal($0) }
      }
    }
    if isLetter { throw .endsWithPercent }
    return elements
  }

  private static func elements(of letter: Unicode.Scalar) throws(TimeFormatError) -> [Element] {
    func number(_ field: Field, _ digits: Int = 2) -> Element {
      .number(field, digits: digits, isFixed: false)
    }
    switch letter {
    case "Y": return [.number(.year, digits: 4, isFixed: true)]
    case "y": return [.number(.yearOfCentury, digits: 2, isFixed: true)]
    case "m": return [number(.month)]
    case "d": return [number(.day)]
    case "e": return [.spaces, number(.day)]
    case "j": return [number(.dayOfYear, 3)]
    case "H": return [number(.hour)]
    case "I": return [number(.hourOfHalf)]
    case "M": return [number(.minute)]
    case "S": return [number(.second)]
    case "f", "N": return [.fraction]
    case "p": return [.meridiem]
    case "b", "B": return [.monthName]
    case "a", "A": return [.dayName]
    case "s": return [.epochSeconds]
    case "z": return [.offset]
    case "Z": return [.universalTime]
    case "T":
      return [
        number(.hour), .literal(UInt8(ascii: ":")), number(.minute), .literal(UInt8(ascii: ":")),
        number(.second),
      ]
    case "F":
      return [
        .number(.year, digits: 4, isFixed: true), .literal(UInt8(ascii: "-")), number(.month),
        .literal(UInt8(ascii: "-")), number(.day),
      ]
    case "D":
      return [
        number(.month), .literal(UInt8(ascii: "/")), number(.day), .literal(UInt8(ascii: "/")),
        .number(.yearOfCentury, digits: 2, isFixed: true),
      ]
    case "n", "t": return [.spaces]
    case "%": return [.literal(UInt8(ascii: "%"))]
    default: throw .unknownLetter(letter)
    }
  }

  /// Gives numbers that are next to each other all their digits, since nothing else separates them.
  private static func fixed(_ elements: [Element]) -> [Element] {
    elements.indices.map { index in
      guard case .number(let field, let digits, false) = elements[index] else { return elements[index] }
      let isFixed =
        index > 0 && elements[index - 1].isDigits
        || index + 1 < elements.count && elements[index + 1].isDigits
      return .number(field, digits: digits, isFixed: isFixed)
    }
  }

  private static func check(_ elements: [Element]) throws(TimeFormatError) {
    var fields: Set<Field> = []
    for case .number(let field, _, _) in elements where !fields.insert(field).inserted { throw .repeated }
    let months = elements.count { $0 == .monthName } + (fields.contains(.month) ? 1 : 0)
    let years = [Field.year, .yearOfCentury].count { fields.contains($0) }
    let hours = [Field.hour, .hourOfHalf].count { fields.contains($0) }
    let once: [Element] = [.fraction, .meridiem, .offset, .universalTime, .epochSeconds]
    guard months < 2, years < 2, hours < 2, once.allSatisfy({ one in elements.count { $0 == one } < 2 })
    else {
      throw .repeated
    }
    if fields.contains(.hourOfHalf) != elements.contains(.meridiem) { throw .halfDay }
    let isDate = years > 0 && (months > 0 && fields.contains(.day) || fields.contains(.dayOfYear))
    guard isDate || elements.contains(.epochSeconds) else { throw .noDate }
  }
}

extension TimeFormat.Element {
  /// Whether its text begins and ends with a digit.
  fileprivate var isDigits: Bool {
    switch self {
    case .number, .fraction, .epochSeconds: true
    default: false
    }
  }
}

// MARK: - Reading

extension TimeFormat {
  /// Parses a text, without spaces around it.
  func time(_ text: Span<UInt8>) throws(InstantError) -> ParsedTime {
    var scanner = InstantScanner(text)
    var fields = Fields()
    if text.isEmpty { throw .empty }
    do throws(InstantError) {
      for element in elements { try Self.read(element, &scanner, &fields) }
    } catch {
      throw .otherFormat(at: scanner.position)
    }
    scanner.skipSpaces()
    guard scanner.position == text.count else { throw .otherFormat(at: scanner.position) }
    return try fields.time()
  }

  private static func read(
    _ element: Element, _ scanner: inout InstantScanner, _ fields: inout Fields
  ) throws(InstantError) {
    switch element {
    case .literal(let byte):
      guard scanner.position < scanner.text.count, scanner.text[scanner.position] == byte else {
        throw .unexpected(at: scanner.position)
      }
      scanner.position += 1
    case .spaces: scanner.skipSpaces()
    case .number(let field, let digits, let isFixed):
      fields.set(field, isFixed ? try scanner.digits(digits) : try scanner.number(maximumDigits: digits))
    case .fraction: fields.fraction = try scanner.fraction()
    case .monthName:
      guard let index = scanner.take(anyOf: monthNames, abbreviatedOnly: false) else {
        throw .unexpected(at: scanner.position)
      }
      fields.month = Int64(index) + 1
    case .dayName:
      guard scanner.take(anyOf: dayNames, abbreviatedOnly: false) != nil else {
        throw .unexpected(at: scanner.position)
      }
    case .meridiem:
      fields.isAfternoon = scanner.take("PM") || scanner.take("p.m.")
      guard fields.isAfternoon || scanner.take("AM") || scanner.take("a.m.") else {
        throw .unexpected(at: scanner.position)
      }
    case .offset: fields.offset = scanner.takesUniversalTime() ? 0 : try scanner.offset()
    case .universalTime:
      guard scanner.takesUniversalTime() else { throw .unexpected(at: scanner.position) }
      fields.offset = fields.offset ?? 0
    case .epochSeconds:
      let isNegative = scanner.take("-")
      let seconds = try scanner.number(maximumDigits: 12)
      fields.epochSeconds = isNegative ? -seconds : seconds
    }
  }

  /// What the elements of a format have read.
  private struct Fields {
    var year: Int64 = 0
    var month: Int64 = 1
    var day: Int64 = 1
    var dayOfYear: Int64?
    var hour: Int64 = 0
    var halfHour: Int64?
    var isAfternoon = false
    var minute: Int64 = 0
    var second: Int64 = 0
    var fraction: Int64 = 0
    var offset: Int64?
    var epochSeconds: Int64?

    mutating func set(_ field: Field, _ value: Int64) {
      switch field {
      case .year: year = value
      // As POSIX has it: 1969 to 2068.
      case .yearOfCentury: year = value < 69 ? 2000 + value : 1900 + value
      case .month: month = value
      case .day: day = value
      case .dayOfYear: dayOfYear = value
      case .hour: hour = value
      case .hourOfHalf: halfHour = value
      case .minute: minute = value
      case .second: second = value
      }
    }

    func time() throws(InstantError) -> ParsedTime {
      if let epochSeconds {
        return ParsedTime(clockMilliseconds: epochSeconds * 1000 + fraction, offset: 0)
      }
      let midnight = try midnight()
      guard 1...12 ~= halfHour ?? 12 else { throw .noSuchTime }
      let hour = halfHour.map { $0 % 12 + (isAfternoon ? 12 : 0) } ?? hour
      let time = try InstantScanner.milliseconds(
        hour: hour, minute: minute, second: second, fraction: fraction)
      return ParsedTime(clockMilliseconds: midnight + time, offset: offset)
    }

    private func midnight() throws(InstantError) -> Int64 {
      guard let dayOfYear else {
        return try InstantScanner.milliseconds(of: CivilDate(year: year, month: month, day: day))
      }
      guard 1...(CivilDate.isLeap(year) ? 366 : 365) ~= dayOfYear else {
        throw .noSuchDate(CivilDate(year: year, month: 1, day: dayOfYear))
      }
      return (CivilDate(year: year, month: 1, day: 1).dayNumber + dayOfYear - 1) * 86_400_000
    }
  }
}

/// The reason why a text is not a format of times.
public enum TimeFormatError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The character after a `%` is none of the letters.
  case unknownLetter(Unicode.Scalar)
  /// A `%` without a letter; a percent sign is written `%%`.
  case endsWithPercent
  /// Neither a year with month and day, nor `%Y` with `%j`, nor `%s`.
  case noDate
  /// `%I` without `%p`, or the reverse.
  case halfDay
  /// A field of a time is in the format twice.
  case repeated

  public var description: String {
    switch self {
    case .unknownLetter(let letter):
      "%\(letter.isASCII && letter.value > 0x20 && letter.value < 0x7F ? String(letter) : letter.escaped(asASCII: true)) "
        + "is unknown; the letters are \(TimeFormat.letters)"
    case .endsWithPercent: "ends with %; a percent sign is written %%"
    case .noDate:
      "must have a date: a year with month and day, such as %Y-%m-%d, a year with %j, or %s for seconds since 1970"
    case .halfDay: "must have both %I and %p for a 12-hour clock, or %H without %p"
    case .repeated: "names a part of the time twice"
    }
  }
}
