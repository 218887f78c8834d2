extension TimeZoneRules {
  /// A range in local time as people write it: a day (`2026-03-10`) or two (`2026-03-01..2026-03-31`) if it consists of
  /// whole days, else two instants (`2026-03-01T10:00:00+01:00..2026-03-01T11:00:00+01:00`).
  public func text(of range: ClosedRange<Int64>) -> String {
    guard beginsDay(range.lowerBound), endsDay(range.upperBound) else {
      return "\(instantText(range.lowerBound))..\(instantText(range.upperBound))"
    }
    let (first, last) = (dayText(range.lowerBound), dayText(range.upperBound))
    return first == last ? first : "\(first)..\(last)"
  }

  /// The local date at an instant: `2026-03-10`.
  public func dayText(_ milliseconds: Int64) -> String {
    String(localText(milliseconds).prefix { $0 != "T" })
  }

  /// Whether an instant is the first of a local day.
  public func isStartOfDay(_ milliseconds: Int64) -> Bool { beginsDay(milliseconds) }

  /// The local time at an instant, to the second, with the offset from UTC: `2026-03-10T10:00:00+01:00`.
  public func instantText(_ milliseconds: Int64) -> String {
    let offset = offset(milliseconds)
    if offset == 0 { return localText(milliseconds) + "Z" }
    let minutes = abs(offset) / 60
    func digits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return localText(milliseconds)
      + "\(offset < 0 ? "-" : "+")\(digits(minutes / 60)):\(digits(minutes % 60))"
  }

  /// The number of calendar months that a range consists of; nil if it has other days too.
  public func wholeMonths(of range: ClosedRange<Int64>) -> Int64? {
    guard beginsDay(range.lowerBound), endsDay(range.upperBound) else { return nil }
    let (first, last) = (localTime(at: range.lowerBound).date, localTime(at: range.upperBound).date)
    guard first.day == 1, last.isLastOfMonth else { return nil }
    return 12 * (last.year - first.year) + last.month - first.month + 1
  }

  private func offset(_ milliseconds: Int64) -> Int64 {
    Int64(offsetSeconds(atUTCSeconds: milliseconds.floorDivided(by: 1000).quotient))
  }

  /// `2026-03-10T10:00:00`
  private func localText(_ milliseconds: Int64) -> String {
    let seconds = milliseconds.floorDivided(by: 1000).quotient + offset(milliseconds)
    let clamped = min(max(seconds * 1000, writableInstants.lowerBound), writableInstants.upperBound - 999)
    return String(formatInstant(clamped).dropLast())
  }
}
