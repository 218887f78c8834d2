/// A date of the Gregorian calendar, from year 1 on.
struct CalendarDate: Equatable {
  var year: Int
  var month: Int
  var day: Int

  /// Days from 0000-03-01 to 1970-01-01. Years start in March, so that a leap day is the last day.
  private static let daysBeforeEpoch = 719_468
  private static let daysOfCycle = 146_097

  /// The date of a day number: days since 1970-01-01.
  init(dayNumber: Int) {
    let days = dayNumber + Self.daysBeforeEpoch
    let (cycle, dayOfCycle) = days.quotientAndRemainder(dividingBy: Self.daysOfCycle)
    let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
    let yearOfCycle = (dayOfCycle - leapDays) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    year = 400 * cycle + yearOfCycle + (monthFromMarch < 10 ? 0 : 1)
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  }

  /// The date at the start of `text`, `YYYY-MM-DD`; nil if there is none or if it is not a valid date.
  init?(startOf text: String) {
    let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    // A day that does not exist converts to a day number and back to another date.
    guard year > 0, 1...12 ~= month, CalendarDate(dayNumber: dayNumber) == self else { return nil }
  }

  /// Days since 1970-01-01.
  var dayNumber: Int {
    let yearFromMarch = month > 2 ? year : year - 1
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    return 365 * yearFromMarch + yearFromMarch / 4 - yearFromMarch / 100 + yearFromMarch / 400
      + (153 * monthFromMarch + 2) / 5 + day - 1 - Self.daysBeforeEpoch
  }

  /// Months since January of year 0.
  var monthNumber: Int { year * 12 + month - 1 }

  /// The first day of a month, counted as in `monthNumber`.
  init(firstOfMonth number: Int) {
    (year, month, day) = (number / 12, number % 12 + 1, 1)
  }
}

extension CalendarDate: CustomStringConvertible {
  /// `YYYY-MM-DD`.
  var description: String {
    "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
  }
}

/// `number` with leading zeros to at least `width` digits.
func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
