import Calendar

/// Which of a series' units of time are marked on its axis, and with what.
struct TimeAxis {
  struct Tick {
    /// The index of the unit.
    let index: Int
    let text: String
  }

  let ticks: [Tick]

  /// Marks the beginnings of the finest of minutes, hours, days, weeks, months and years of which there are at most
  /// `maximumTicks`. Several beginnings of years are marked as years, not as days, and so on.
  ///
  /// - Parameter starts: The local times at which the units begin, ascending.
  init(_ starts: [LocalTime], maximumTicks: Int) {
    let isCoarse = { (step: Step) in starts.count > 1 && !starts.contains(where: step.isPartial) }
    for step in Self.steps[(Self.steps.lastIndex(where: isCoarse) ?? 0)...] {
      var indices: [Int] = []
      var latest: Int64?
      for (index, start) in starts.enumerated() {
        let number = step.number(start)
        if number != latest { indices.append(index) }
        latest = number
      }
      // What the range has of the first is often only its end, and would be mistaken for its beginning.
      if let first = indices.first, step.isPartial(starts[first]), indices.count > 1 { indices.removeFirst() }
      if indices.count <= max(1, maximumTicks) {
        ticks = indices.map { Tick(index: $0, text: step.text(starts[$0])) }
        return
      }
    }
    ticks = []
  }

  /// A distance of marks.
  private struct Step: Sendable {
    /// The number of the step in which a time lies.
    let number: @Sendable (LocalTime) -> Int64
    let text: @Sendable (LocalTime) -> String

    /// Whether a time is not the first of its step.
    func isPartial(_ time: LocalTime) -> Bool {
      if time.second >= 60 {
        return number(time) == number(LocalTime(date: time.date, second: time.second - 60))
      }
      let dayBefore = LocalTime(date: CivilDate(dayNumber: time.date.dayNumber - 1), second: 86_340)
      return number(time) == number(dayBefore)
    }
  }

  private static let steps: [Step] =
    [1, 5, 15, 30].map { minutes in
      Step(number: { ($0.date.dayNumber * 1440 + $0.second / 60) / minutes }, text: clockText)
    }
    + [1, 3, 6, 12].map { hours in
      Step(number: { ($0.date.dayNumber * 24 + $0.second / 3600) / hours }, text: clockText)
    }
    + [1, 2].map { days in Step(number: { $0.date.dayNumber / days }, text: dayText) }
    + [1, 2].map { weeks in
      // Day 0, 1 January 1970, was a Thursday.
      Step(number: { ($0.date.dayNumber + 3).floorDivided(by: 7 * weeks).quotient }, text: dayText)
    }
    + [1, 3].map { months in
      Step(number: { ($0.date.year * 12 + $0.date.month - 1) / months }, text: monthText)
    }
    + [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].map { years in
      Step(number: { $0.date.year / years }, text: { $0.date.yearText })
    }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  @Sendable private static func clockText(_ time: LocalTime) -> String {
    time.second < 60 ? dayText(time) : String(time.minuteText.suffix(5))
  }

  @Sendable private static func dayText(_ time: LocalTime) -> String {
    "\(monthNames[Int(time.date.month) - 1]) \(time.date.day)"
  }

  @Sendable private static func monthText(_ time: LocalTime) -> String {
    time.date.month == 1 ? time.date.yearText : monthNames[Int(time.date.month) - 1]
  }
}
