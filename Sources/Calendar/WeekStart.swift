/// The day on which weeks begin.
public enum WeekStart: String, Sendable, CaseIterable {
  case monday, sunday, saturday

  /// The days from 1970-01-01, a Thursday, back to the last such day.
  var daysBeforeEpoch: Int64 {
    switch self {
    case .monday: 3
    case .sunday: 4
    case .saturday: 5
    }
  }
}
