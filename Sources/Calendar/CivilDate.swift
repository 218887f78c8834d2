/// A date of the proleptic Gregorian calendar, with a year 0 and negative years before it (ISO 8601).
public struct CivilDate: Sendable, Equatable {
  /// 0 is 1 BC, −1 is 2 BC.
  public var year: Int64
  /// 1 to 12.
  public var month: Int64
  /// 1 to the length of the month.
  public var day: Int64

  /// Takes any numbers; ``exists`` says whether they are a date.
  public init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }
}

extension CivilDate {
  /// Days of 400 years, after which the calendar repeats; this is a whole number of weeks too.
  static let daysOfCycle: Int64 = 146_097

  /// Days from 0000-03-01 to 1970-01-01. Years are counted from March, so that a leap day comes last.
  private static let daysBeforeEpoch: Int64 = 719_468

  /// Creates the date of a day number, which counts days since 1970-01-01.
  public init(dayNumber: Int64) {
    let (cycle, dayOfCycle) = (dayNumber + Self.daysBeforeEpoch).floorDivided(by: Self.daysOfCycle)
    // Without the leap days passed so far, every year has 365 days.
    let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
    let yearOfCycle = (dayOfCycle - leapDays) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    self.init(
      year: 400 * cycle + yearOfCycle + (monthFromMarch < 10 ? 0 : 1),
      month: monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9,
      day: dayOfYear - Self.daysBefore(monthFromMarch: monthFromMarch) + 1)
  }

  /// Days since 1970-01-01.
  public var dayNumber: Int64 {
    let yearFromMarch = month > 2 ? year : year - 1
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let century = yearFromMarch.floorDivided(by: 100).quotient
    // Shifts to the right are divisions by four that round down, even before the year 0.
    let leapDays = (yearFromMarch >> 2) - century + (century >> 2)
    return 365 * yearFromMarch + leapDays + Self.daysBefore(monthFromMarch: monthFromMarch)
      + day - 1 - Self.daysBeforeEpoch
  }

  /// Whether the date exists; `month` and `day` may be any numbers.
  public var exists: Bool {
    1...12 ~= month && 1...Self.days(ofMonth: month, year: year) ~= day
  }

  /// Why the date does not exist and what would be right, for a sentence; empty if it exists.
  var nonexistence: String {
    if exists { return "" }
    guard 1...12 ~= month else { return "there is no month \(month); months are 01 to 12" }
    let last = Self.days(ofMonth: month, year: year)
    return "\(Self.monthNames[Int(month) - 1]) \(year) has no day \(day); its days are 01 to \(last)"
  }

  private static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
  ]

  func with(day: Int64) -> CivilDate {
    CivilDate(year: year, month: month, day: day)
  }

  /// The first day of the next month.
  var nextMonth: CivilDate {
    month == 12
      ? CivilDate(year: year + 1, month: 1, day: 1) : CivilDate(year: year, month: month + 1, day: 1)
  }

  static func isLeap(_ year: Int64) -> Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  static func days(ofMonth month: Int64, year: Int64) -> Int64 {
    // 31 and 30 alternate, but July and August both have 31.
    month == 2 ? (isLeap(year) ? 29 : 28) : 30 + ((month ^ (month >> 3)) & 1)
  }

  /// Returns the days from March 1; the five months from March, August or January on have 153 days.
  private static func daysBefore(monthFromMarch: Int64) -> Int64 {
    (153 * monthFromMarch + 2) / 5
  }
}

extension Int64 {
  /// Returns the quotient rounded down and the remainder in 0..<divisor, as times before 1970 require.
  /// `divisor` must be positive.
  @inlinable
  public func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// This number of seconds in milliseconds, clamped to 64 bits.
  var secondsAsMilliseconds: Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: 1000)
    return overflow ? (self < 0 ? .min : .max) : product
  }
}
