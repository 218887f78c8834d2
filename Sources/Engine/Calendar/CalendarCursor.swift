/// Looks up the unit that holds an instant, and remembers it: as long as the instants that follow are in the
/// same unit, a look-up is two comparisons.
public struct CalendarCursor: Sendable {
  private let rules: TimeZoneRules
  private let unit: CalendarUnit
  /// The remembered unit, in milliseconds since 1970; empty at first.
  private var current: (start: Int64, end: Int64) = (0, 0)

  public init(_ unit: CalendarUnit, in rules: TimeZoneRules) {
    self.unit = unit
    self.rules = rules
  }

  /// The instant at which the unit that holds an instant begins, both in milliseconds since 1970.
  public mutating func start(containing milliseconds: Int64) -> Int64 {
    if milliseconds < current.start || milliseconds >= current.end {
      current = rules.bounds(of: unit, containing: milliseconds)
    }
    return current.start
  }
}
