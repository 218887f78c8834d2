import Testing

@testable import Calendar

@Suite struct CivilDateTests {
  @Test func `day numbers count from 1970`() {
    func check(_ year: Int64, _ month: Int64, _ day: Int64, _ number: Int64) {
      let date = CivilDate(year: year, month: month, day: day)
      #expect(date.dayNumber == number, "\(date)")
      #expect(CivilDate(dayNumber: number) == date, "\(number)")
    }
    check(1970, 1, 1, 0)
    check(1969, 12, 31, -1)
    check(1970, 2, 28, 58)
    check(1970, 3, 1, 59)
    check(2000, 2, 29, 11_016)
    check(2000, 3, 1, 11_017)
    check(1900, 2, 28, -25_509)
    check(1900, 3, 1, -25_508)
    check(0, 2, 29, -719_469)
    check(0, 3, 1, -719_468)
    check(-1, 12, 31, -719_529)
    check(-400, 3, 1, -719_468 - 146_097)
    check(9999, 12, 31, 2_932_896)
  }

  @Test func `every day of two cycles follows the one before`() {
    var date = CivilDate(year: -401, month: 12, day: 31)
    let first = date.dayNumber
    for number in first + 1...first + 2 * CivilDate.daysOfCycle {
      let isLast = date.day == CivilDate.days(ofMonth: date.month, year: date.year)
      date = isLast ? date.nextMonth : date.with(day: date.day + 1)
      guard CivilDate(dayNumber: number) == date, date.dayNumber == number else {
        Issue.record("\(number) is \(CivilDate(dayNumber: number)), not \(date)")
        return
      }
    }
  }

  @Test func `only days of the calendar exist`() {
    func check(_ year: Int64, _ month: Int64, _ day: Int64, _ exists: Bool) {
      #expect(CivilDate(year: year, month: month, day: day).exists == exists, "\(year)-\(month)-\(day)")
    }
    let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for (month, length) in zip(Int64(1)..., lengths) {
      check(2025, month, 0, false)
      check(2025, month, 1, true)
      check(2025, month, length, true)
      check(2025, month, length + 1, false)
    }
    check(2025, 0, 1, false)
    check(2025, 13, 1, false)
    check(2024, 2, 29, true)
    check(1900, 2, 29, false)
    check(2000, 2, 29, true)
    check(0, 2, 29, true)
  }

  @Test func `division rounds down`() {
    func check(_ value: Int64, _ quotient: Int64, _ remainder: Int64) {
      #expect(value.floorDivided(by: 7) == (quotient, remainder), "\(value)")
    }
    check(0, 0, 0)
    check(6, 0, 6)
    check(7, 1, 0)
    check(-1, -1, 6)
    check(-7, -1, 0)
    check(-8, -2, 6)
  }
}
