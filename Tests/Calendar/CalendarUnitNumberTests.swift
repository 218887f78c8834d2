import Testing

@testable import Calendar

@Suite struct CalendarUnitNumberTests {
  @Test(arguments: [
    ("UTC", "2025-03-01"), ("Europe/Berlin", "2025-03-28"), ("Europe/Berlin", "2025-10-24"),
    ("Australia/Lord_Howe", "2025-04-04"), ("Australia/Lord_Howe", "2025-10-03"),
    ("Asia/Kathmandu", "1985-12-30"), ("Pacific/Apia", "2011-12-28"), ("America/St_Johns", "2006-10-27"),
  ]) func `units of the clock are counted as if one by one`(name: String, from: String) throws {
    let rules = try zone(name)
    for unit in [CalendarUnit.hour, .minute] {
      let first = rules.bounds(of: unit, containing: try instant(from)).start
      var (current, count) = (first, 0)
      while count < (unit == .hour ? 120 : 5_000) {
        let next = rules.bounds(of: unit, containing: current).end
        for instant in [current, next - 1] {
          #expect(rules.clockUnits(unit, from: first, to: instant, limit: .max) == count, "\(name) \(count)")
        }
        (current, count) = (next, count + 1)
      }
      #expect(rules.clockUnits(unit, from: first, to: current, limit: count) == count)
      #expect(rules.clockUnits(unit, from: first, to: current, limit: count - 1) == count - 1)
    }
  }

  @Test func `units of dates have successive numbers, also around a day that was left out`() throws {
    func number(_ unit: CalendarUnit, _ text: String, _ weekStart: WeekStart = .monday) throws -> Int64 {
      let rules = try zone("Pacific/Apia")
      return try #require(rules.dateNumber(of: unit, weekStart: weekStart, containing: try instant(text)))
    }
    // 29 December, and 31 December, which came next.
    let (before, after) = ("2011-12-30T09:59:59.999Z", "2011-12-30T10:00:00Z")
    #expect(try number(.day, after) == number(.day, before) + 2)
    #expect(try number(.week, after) == number(.week, before))
    #expect(try number(.week, after, .saturday) == number(.week, before, .saturday) + 1)
    #expect(try number(.month, "2011-12-31T10:00:00Z") == number(.month, before) + 1)
    #expect(try number(.year, "2011-12-31T10:00:00Z") == number(.year, before) + 1)
    #expect(TimeZoneRules.utc.dateNumber(of: .hour, containing: 0) == nil)
    #expect(TimeZoneRules.utc.dateNumber(of: .week, containing: -1) == 0)
    #expect(TimeZoneRules.utc.dateNumber(of: .week, containing: 4 * 86_400_000) == 1)
  }
}
