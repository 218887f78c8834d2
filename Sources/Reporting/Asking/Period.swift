import Engine

/// A stretch of time that a person has a word for, both ends included, in milliseconds since 1970.
public struct Period: Equatable, Sendable {
  public let start: Int64
  public let end: Int64

  init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }

  /// From the first of something to its last; nil where there is none.
  public init?(from first: Int64?, through last: Int64?) {
    guard let first, let last else { return nil }
    self.init(start: first, end: last)
  }

  /// Whole days of a zone, from the first up to the one before `end`, as days since 1970-01-01.
  init(days: Range<Int64>, in zone: TimeZoneRules) {
    start = zone.start(ofDay: days.lowerBound)
    end = zone.start(ofDay: days.upperBound) - 1
  }
}

extension Period {
  static let millisecondsOfDay: Int64 = 86_400_000

  /// Reads what a person wrote: `2026`, `2026-03`, `2026-03-15`, `today`, `last-month`, `7d`, or an instant.
  ///
  /// - Parameter now: Milliseconds since 1970.
  init(_ text: String, in zone: TimeZoneRules, now: Int64) throws(UnreadableText) {
    let today = zone.date(at: now)
    if let period = Self.named(text, today, zone) ?? Self.past(text, today, zone, now)
      ?? Self.dated(text, zone)
    {
      self = period
    } else if let instant = parseInstant(text) {
      self.init(start: instant, end: instant)
    } else {
      if Self.looksLikeDate(text) {
        throw UnreadableText(sentence: "must be a date that there is, is \"\(text)\"")
      }
      throw UnreadableText(
        sentence: """
          must be a day (2026-03-15), a month (2026-03), a year (2026), today, yesterday, this-week, last-week, \
          this-month, last-month, this-year, last-year, a time until now (12h, 7d, 4w, 6m, 1y) or an instant \
          (2026-03-15T10:00:00Z), is "\(text)"
          """)
    }
  }

  private static func named(_ text: String, _ today: LocalDate, _ zone: TimeZoneRules) -> Period? {
    let day = today.dayNumber
    // 1970-01-01 was a Thursday, three days after a Monday.
    let monday = day - ((day + 3) % 7 + 7) % 7
    let days: Range<Int64>
    switch text {
    case "today": days = day..<day + 1
    case "yesterday": days = day - 1..<day
    case "this-week": days = monday..<monday + 7
    case "last-week": days = monday - 7..<monday
    case "this-month": days = today.month(later: 0)
    case "last-month": days = today.month(later: -1)
    case "this-year": days = today.year(later: 0)
    case "last-year": days = today.year(later: -1)
    default: return nil
    }
    return Period(days: days, in: zone)
  }

  /// So many hours until now, or so many days, weeks, months or years with today as their last day.
  private static func past(_ text: String, _ today: LocalDate, _ zone: TimeZoneRules, _ now: Int64) -> Period?
  {
    guard let count = Int64(text.dropLast()), 1...10_000 ~= count, text.first != "+" else { return nil }
    let tomorrow = today.dayNumber + 1
    let first: Int64
    switch text.last {
    case "h": return Period(start: now - count * 3_600_000, end: now)
    case "d": first = tomorrow - count
    case "w": first = tomorrow - 7 * count
    case "m": first = LocalDate(dayNumber: tomorrow).earlier(months: count)
    case "y": first = LocalDate(dayNumber: tomorrow).earlier(months: 12 * count)
    default: return nil
    }
    return Period(days: first..<tomorrow, in: zone)
  }

  private static func dated(_ text: String, _ zone: TimeZoneRules) -> Period? {
    guard looksLikeDate(text), let date = LocalDate(text + "-01-01".dropFirst(text.utf8.count - 4)) else {
      return nil
    }
    switch text.utf8.count {
    case 4: return Period(days: date.year(later: 0), in: zone)
    case 7: return Period(days: date.month(later: 0), in: zone)
    default: return Period(days: date.dayNumber..<date.dayNumber + 1, in: zone)
    }
  }

  /// Whether it is as long as `2026`, `2026-03` or `2026-03-15`, with digits and hyphens in the same places.
  private static func looksLikeDate(_ text: String) -> Bool {
    let form = "0000-00-00".utf8
    return [4, 7, 10].contains(text.utf8.count)
      && zip(text.utf8, form).allSatisfy { byte, sign in
        sign == UInt8(ascii: "-") ? byte == sign : UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      }
  }
}
