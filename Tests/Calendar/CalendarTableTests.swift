import Testing

@testable import Calendar

/// Tables, against the look-up of single instants, and that against a clock read minute by minute.
@Suite struct CalendarTableTests {
  private let zones = [
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Havana",
    "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein",
    "Antarctica/Troll", "America/Juneau", "Africa/Monrovia",
  ]

  @Test func `a table of days has the starts of single days`() throws {
    for name in zones {
      let rules = try zone(name)
      let (from, through) = (try instant("1966-12-31T10:00Z"), try instant("2026-01-01T00:00Z"))
      let days = rules.days(from: from, through: through)
      #expect(days.starts.count == days.count + 1)
      #expect(
        days.starts == unitStarts(of: .day, in: rules, from: from, through: days.starts[days.count]),
        "\(name)")
      #expect(days.starts[0] <= from && days.starts[1] > from)
      #expect(days.starts[days.count - 1] <= through && days.starts[days.count] > through)
      for (start, number) in zip(days.starts, days.dayNumbers) {
        guard rules.day(at: start / 1000) == Int64(number) else {
          Issue.record("\(name) \(formatInstant(start)): \(number)")
          return
        }
      }
    }
  }

  @Test func `a skipped date leaves a gap in the day numbers`() throws {
    let days = try zone("Pacific/Apia")
      .days(from: instant("2011-12-29T12:00Z"), through: instant("2011-12-31T12:00Z"))
    #expect(
      days.starts.map(formatInstant) == [
        "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z", "2012-01-01T10:00:00Z",
      ])
    #expect(days.dayNumbers == [15_337, 15_339, 15_340])
  }

  @Test func `a table of one day, of none and of all`() throws {
    let rules = try zone("Europe/Berlin")
    func check(_ from: Int64, _ through: Int64, _ count: Int) {
      let days = rules.days(from: from, through: through)
      #expect(days.count == count)
      #expect(days.starts.count == count + 1)
    }
    let midnight = try instant("2025-03-29T23:00:00Z")
    check(midnight, midnight, 1)
    check(midnight, midnight + 23 * 3_600_000 - 1, 1)
    check(midnight, midnight + 23 * 3_600_000, 2)
    check(midnight - 1, midnight, 2)
    check(midnight, midnight - 1, 0)
    check(.max, .min, 0)
    // The last instant in UTC is of a year 10000 in Berlin.
    check(.min, .max, 3_652_426)
    check(.min, .min, 0)
    check(.max, .max, 0)
  }

  @Test func `the row of an instant is the day that holds it`() throws {
    let days = try zone("Pacific/Apia")
      .days(from: instant("2010-01-01T12:00Z"), through: instant("2013-01-01T12:00Z"))
    for (row, start) in days.starts.dropLast().enumerated() {
      #expect(days.index(containing: start) == row)
      #expect(days.index(containing: days.starts[row + 1] - 1) == row)
    }
    #expect(days.index(containing: .min) == 0)
    #expect(days.index(containing: .max) == days.count - 1)
  }

  @Test func `starts cover the range with both its ends`() throws {
    let rules = try zone("Europe/Berlin")
    func check(_ unit: CalendarUnit, _ from: String, _ through: String, _ starts: [String]) throws {
      let found = unitStarts(of: unit, in: rules, from: try instant(from), through: try instant(through))
      #expect(found.map(formatInstant) == starts, "\(unit)")
    }
    try check(
      .hour, "2025-10-26T00:30Z", "2025-10-26T02:00Z",
      ["2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z"])
    try check(
      .month, "2025-03-01T00:00Z", "2025-04-30T22:00Z",
      ["2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z", "2025-04-30T22:00:00Z"])
    try check(
      .month, "2025-03-01T00:00Z", "2025-04-30T21:59:59.999Z",
      [
        "2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z",
      ])
    try check(.year, "2025-01-01", "2025-01-01", ["2024-12-31T23:00:00Z"])
    try check(.year, "2025-01-02", "2025-01-01", [])
    #expect(unitStarts(of: .year, in: rules, from: .max - 1, through: .max).count == 1)
  }

  /// Reads the zone's clock minute by minute around every change, and applies the rules of
  /// hours and days as they are written.
  @Test func `starts agree with a clock that is watched`() throws {
    for name in zones.filter({ $0 != "UTC" }) {
      let rules = try zone(name)
      for transition in rules.transitions where transition % 60 == 0 && transition < 2_000_000_000 {
        try watch(rules, around: transition, name)
      }
    }
  }

  private func watch(_ rules: TimeZoneRules, around transition: Int64, _ name: String) throws {
    let step: Int64 = 60
    var previous: Int64?
    var (hourStart, dayStart): (Int64?, Int64?)
    var latestDay = Int64.min
    for seconds in stride(from: transition - 5400, through: transition + 5400, by: Int(step)) {
      let local = seconds + Int64(rules.offsetSeconds(atUTCSeconds: seconds))
      guard let before = previous else {
        // Offsets of odd seconds cannot be watched in steps.
        if local % step != 0 { return }
        (previous, latestDay) = (local, rules.day(at: seconds))
        continue
      }
      let hour = local.floorDivided(by: 3600)
      if hour.remainder == 0 || hour.quotient != before.floorDivided(by: 3600).quotient {
        hourStart = seconds
      }
      let day = local.floorDivided(by: 86_400).quotient
      if day > latestDay { (latestDay, dayStart) = (day, seconds) }
      previous = local

      if let hourStart, rules.bounds(of: .hour, containing: seconds * 1000).start != hourStart * 1000 {
        Issue.record("\(name): the hour of \(formatInstant(seconds * 1000))")
      }
      if let dayStart, rules.bounds(of: .day, containing: seconds * 1000).start != dayStart * 1000 {
        Issue.record("\(name): the day of \(formatInstant(seconds * 1000))")
      }
      #expect(rules.day(at: seconds) == latestDay)
    }
  }

  /// The starts of all units that overlap a range, both ends included.
  private func unitStarts(
    of unit: CalendarUnit, in rules: TimeZoneRules, from: Int64, through: Int64
  ) -> [Int64] {
    guard from <= through else { return [] }
    var starts: [Int64] = []
    var bounds = rules.bounds(of: unit, containing: from)
    starts.append(bounds.start)
    // The last unit of all ends with the numbers.
    while bounds.end <= through, bounds.end < .max {
      starts.append(bounds.end)
      bounds = rules.bounds(of: unit, containing: bounds.end)
    }
    return starts
  }
}
