extension TimeZoneRules {
  /// The period that a text names, both ends included, in milliseconds since 1970: `today`, `yesterday`, `this-week`,
  /// `last-week`, `this-month`, `last-month`, `this-year`, `last-year`, a number of hours until now (`12h`), or of days,
  /// weeks, months or years that end with today (`7d`, `4w`, `6m`, `1y`). Nil for any other text.
  ///
  /// - Parameter now: Milliseconds since 1970.
  public func period(named text: String, now: Int64) -> (start: Int64, end: Int64)? {
    if text.last == "h", let count = Self.count(text) {
      return (max(now - count * 3_600_000, writableInstants.lowerBound), now)
    }
    return days(named: text, date(at: now)).map { days in
      let instants = instants(of: days)
      return (instants.first, instants.last)
    }
  }

  private static func count(_ text: String) -> Int64? {
    guard let count = Int64(text.dropLast()), 1...10_000 ~= count, text.first != "+" else { return nil }
    return count
  }

  /// As days since 1970-01-01.
  private func days(named text: String, _ today: CivilDate) -> Range<Int64>? {
    let day = today.dayNumber
    // 1970-01-01 was a Thursday, three days after a Monday.
    let monday = day - ((day + 3) % 7 + 7) % 7
    switch text {
    case "today": return day..<day + 1
    case "yesterday": return day - 1..<day
    case "this-week": return monday..<monday + 7
    case "last-week": return monday - 7..<monday
    case "this-month": return today.month(later: 0)
    case "last-month": return today.month(later: -1)
    case "this-year": return today.year(later: 0)
    case "last-year": return today.year(later: -1)
    default: break
    }
    guard let count = Self.count(text) else { return nil }
    let tomorrow = CivilDate(dayNumber: day + 1)
    switch text.last {
    case "d": return day + 1 - count..<day + 1
    case "w": return day + 1 - 7 * count..<day + 1
    case "m": return tomorrow.earlier(months: count)..<day + 1
    case "y": return tomorrow.earlier(months: 12 * count)..<day + 1
    default: return nil
    }
  }
}

extension CivilDate {
  /// The days of the month `months` months later, as days since 1970-01-01.
  func month(later months: Int64) -> Range<Int64> {
    firstOfMonth(later: months)..<firstOfMonth(later: months + 1)
  }

  /// The days of the year `years` years later, as days since 1970-01-01.
  func year(later years: Int64) -> Range<Int64> {
    let january = 12 * years - (month - 1)
    return firstOfMonth(later: january)..<firstOfMonth(later: january + 12)
  }

  /// The same day of the month `months` months earlier, or the last day of that month if it is shorter.
  func earlier(months: Int64) -> Int64 {
    let days = month(later: -months)
    return min(days.lowerBound + day - 1, days.upperBound - 1)
  }

  private func firstOfMonth(later months: Int64) -> Int64 {
    let total = 12 * year + month - 1 + months
    let monthOfYear = (total % 12 + 12) % 12
    return CivilDate(year: (total - monthOfYear) / 12, month: monthOfYear + 1, day: 1).dayNumber
  }
}
