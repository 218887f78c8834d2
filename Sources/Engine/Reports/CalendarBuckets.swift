/// Looks up the unit of a calendar that holds an instant, and remembers those of many hours: events of one
/// session follow each other, but those of the next may be days before.
struct CalendarBuckets: Sendable {
  private static let hourMilliseconds: Int64 = 3_600_000
  /// As many hours as three weeks have, and so many as are quickly found.
  private static let remembered = 512

  private let unit: CalendarUnit
  private let rules: TimeZoneRules
  /// By hour since 1970, modulo `remembered`: a unit that was looked up; empty at first.
  private var units: [(start: Int64, end: Int64)]

  init(_ unit: CalendarUnit, in rules: TimeZoneRules) {
    self.unit = unit
    self.rules = rules
    units = Array(repeating: (0, 0), count: Self.remembered)
  }

  /// The instant at which the unit that holds an instant begins, both in milliseconds since 1970.
  mutating func start(containing milliseconds: Int64) -> Int64 {
    let place = Int(truncatingIfNeeded: milliseconds / Self.hourMilliseconds) & (Self.remembered - 1)
    if milliseconds < units[place].start || milliseconds >= units[place].end {
      units[place] = rules.bounds(of: unit, containing: milliseconds)
    }
    return units[place].start
  }
}
