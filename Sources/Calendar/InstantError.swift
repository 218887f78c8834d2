/// The reason why a text is not an instant: what is wrong with it, or what it might be instead.
public enum InstantError: Error, Equatable, Sendable {
  /// The text is empty, or only white space.
  case empty
  /// The byte at this position, counted from 0, is not what the format requires.
  case unexpected(at: Int)
  /// A date that the calendar does not have, such as 2026-02-30.
  case noSuchDate(CivilDate)
  /// A time of day that no clock shows, such as 25:00.
  case noSuchTime
  /// A week date whose week or day is not in its year.
  case noSuchWeek
  /// An offset from UTC of 24 hours or more, or of 60 minutes or more.
  case noSuchZone
  /// An abbreviation or a name of a zone, such as `CET`.
  case zoneName
  /// An instant before the year 0000 or after 9999.
  case outsideYears
  /// `20191001`.
  case compactDay
  /// `20191001120000`.
  case compactTime
  /// `43739.5`: days since the end of 1899.
  case spreadsheetDay
  /// `2458757.5`: days since 4713 BC.
  case julianDay
  /// `1.57188E+12`.
  case roundedNumber
  /// A number that is between 1990 and 2200 in no unit.
  case numberWithoutUnit
  /// `10/01/2019`, `01.10.2019`.
  case dayOrMonthFirst(LikelyFormats)
  /// `13/01/2019`.
  case dayFirst(LikelyFormats)
  /// `01/13/2019`.
  case monthFirst(LikelyFormats)
  /// `2019/10/01`, `2019.10.01`.
  case otherSeparator(LikelyFormats)
  /// `2019-10-01 03:00:00 PM`.
  case twelveHourClock(LikelyFormats)
  /// `October 1, 2019`.
  case monthName(LikelyFormats)
  /// The text is not of the form that a ``TimeFormat`` describes, from this position on, counted from 0.
  case otherFormat(at: Int)
}

extension InstantError: CustomStringConvertible {
  /// What is wrong, or what the text might be: the part of a sentence after a colon.
  public var description: String {
    switch self {
    case .empty: "it is empty"
    case .unexpected(at: 0): "it begins like no date and no number"
    case .unexpected(let position): "it cannot be read from character \(position + 1) on"
    case .noSuchDate(let date): date.nonexistence
    case .noSuchTime: "there is no such time of day"
    case .noSuchWeek: "its year has no such week, or a week no such day"
    case .noSuchZone: "there is no such offset from UTC"
    case .zoneName: "the name of its time zone does not say which offset from UTC is meant"
    case .outsideYears: "it is not in the years 0000 to 9999"
    case .compactDay: "it looks like a day"
    case .compactTime: "it looks like a date and time without separators"
    case .spreadsheetDay: "it looks like a day number of a spreadsheet"
    case .julianDay: "it looks like a Julian day"
    case .roundedNumber: "it looks like a number whose last digits were rounded away"
    case .numberWithoutUnit:
      "as seconds, milliseconds, microseconds or nanoseconds since 1970 it is not between 1990 and 2200"
    case .dayOrMonthFirst: "its first number may be the day or the month"
    case .dayFirst: "its first number is the day"
    case .monthFirst: "its first number is the month"
    case .monthName: "its month has a name"
    case .otherSeparator: "the parts of its date are not separated by hyphens"
    case .twelveHourClock: "it has a 12-hour clock"
    case .otherFormat(let position): "it differs from --time-format at character \(position + 1)"
    }
  }

  /// What to do if the text is in a file: a clause that begins with a verb.
  public var adviceForFiles: String {
    switch self {
    case .compactDay: "use --time-format %Y%m%d"
    case .compactTime: "use --time-format %Y%m%d%H%M%S"
    case .spreadsheetDay, .julianDay: "export the column as a date and time, such as 2025-03-05 21:54:42"
    case .roundedNumber: "export the column with all its digits"
    case .dayOrMonthFirst(let likely), .dayFirst(let likely), .monthFirst(let likely),
      .otherSeparator(let likely), .twelveHourClock(let likely), .monthName(let likely):
      "use \(likely.options)"
    case .zoneName:
      "use --time-format \"%Y-%m-%d %H:%M:%S CET\" with its own name, and --time-zone, such as Europe/Berlin"
    case .otherFormat: "correct the format or the row"
    case .empty, .unexpected, .noSuchDate, .noSuchTime, .noSuchWeek, .noSuchZone, .outsideYears,
      .numberWithoutUnit:
      "use 2025-03-05 21:54:42, or seconds or milliseconds since 1970, or describe it with --time-format"
    }
  }

  /// Whether this says what the text might be, not only that it is unknown.
  public var isGuess: Bool {
    switch self {
    case .empty, .unexpected: false
    default: true
    }
  }

  /// The same error if the text is preceded by `count` bytes.
  func moved(by count: Int) -> InstantError {
    switch self {
    case .unexpected(let position): .unexpected(at: position + count)
    case .otherFormat(let position): .otherFormat(at: position + count)
    default: self
    }
  }
}

extension String {
  /// The text in quotation marks, as errors show input: control characters are escaped, and a long text is
  /// truncated.
  var quotedBriefly: String {
    let limit = 64
    let scalars = unicodeScalars
    return scalars.count > limit
      ? (String(scalars.prefix(limit)) + "…").debugDescription : debugDescription
  }
}
