import Calendar

/// Assigns dense numbers to calendar units, in order of first appearance, and caches the units of many hours:
/// events of one session are close in time, but those of the next may be days earlier.
struct UnitNumbering: Sendable {
  private static let hourMilliseconds: Int64 = 3_600_000
  /// More hours than 12 weeks have, and few enough for a fast look-up.
  private static let remembered = 2048

  /// By number: the instant at which the unit begins, in milliseconds since 1970.
  private(set) var starts: [Int64] = []

  private let unit: CalendarUnit
  private let weekStart: WeekStart
  private let rules: TimeZoneRules
  /// By start.
  private var numbers: [Int64: Int] = [:]
  /// By hour since 1970, modulo `remembered`: the unit that was looked up last; initially empty.
  private var units: [Unit]
  /// The unit that was looked up last.
  private var latest: Unit = (0, 0, 0)

  private typealias Unit = (start: Int64, end: Int64, number: Int)

  init(_ unit: CalendarUnit, weekStart: WeekStart = .monday, in rules: TimeZoneRules) {
    self.unit = unit
    self.weekStart = weekStart
    self.rules = rules
    units = Array(repeating: (0, 0, 0), count: Self.remembered)
  }

  /// Returns the number of the unit that contains an instant.
  mutating func number(containing milliseconds: Int64) -> Int {
    let index = Int(truncatingIfNeeded: milliseconds / Self.hourMilliseconds) & (Self.remembered - 1)
    if !holds(units[index], milliseconds) {
      if !holds(latest, milliseconds) {
        let (start, end) = rules.bounds(of: unit, weekStart: weekStart, containing: milliseconds)
        latest = (start, end, number(startingAt: start))
      }
      units[index] = latest
    }
    return units[index].number
  }

  private func holds(_ unit: Unit, _ milliseconds: Int64) -> Bool {
    unit.start <= milliseconds && milliseconds < unit.end
  }

  /// Returns the number of the unit that begins at an instant.
  mutating func number(startingAt start: Int64) -> Int {
    if let number = numbers[start] { return number }
    starts.append(start)
    numbers[start] = starts.count - 1
    return starts.count - 1
  }
}
