import Calendar
import Engine

/// A time range that a user can name, both ends included, in milliseconds since 1970.
public struct Period: Equatable, Sendable {
  /// The first instant.
  public let start: Int64
  /// The last instant. Before `start` if the time zone has none of the days.
  public let end: Int64

  init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }

  /// From `first` to `last`; nil if either is missing.
  public init?(from first: Int64?, through last: Int64?) {
    guard let first, let last else { return nil }
    self.init(start: first, end: last)
  }

  /// Whole days of a time zone, given as days since 1970-01-01.
  init(days: Range<Int64>, in zone: TimeZoneRules) {
    let instants = zone.instants(of: days)
    start = instants.first
    end = instants.last
  }
}

extension Period {
  /// Parses a user's text: `2026`, `2026-03`, `2026-03-15`, `today`, `last-month`, `7d`, or an instant.
  ///
  /// - Parameter now: Milliseconds since 1970.
  init(_ text: String, in zone: TimeZoneRules, now: Int64) throws(FlagValueError) {
    let today = zone.date(at: now)
    if let period = Self.named(text, today, zone) ?? Self.past(text, today, zone, now) {
      self = period
      return
    }
    do throws(CalendarDateError) {
      let date = try CalendarDate(text)
      self.init(start: date.start(in: zone), end: date.end(in: zone))
    } catch {
      switch error {
      case .noSuchDate, .looksLikeSeconds, .looksLikeSmallUnit, .looksLikeDay, .outsideYears:
        throw FlagValueError(sentence: error.description)
      case .unreadable where instantError(text)?.isGuess == true:
        throw FlagValueError(sentence: error.description)
      case .unreadable where Self.ends(text) != nil:
        let (first, last) = Self.ends(text) ?? ("", "")
        throw FlagValueError(
          sentence: "takes one day, month or year; for a range write --from \(first) --to \(last)")
      case .unreadable:
        throw FlagValueError(
          sentence: """
            must be a day (2026-03-15), a month (2026-03), a year (2026), today, yesterday, this-week, last-week, \
            this-month, last-month, this-year, last-year, a time until now (12h, 7d, 4w, 6m, 1y) or an instant \
            (2026-03-15T10:00:00Z), is "\(text)"
            """)
      }
    }
  }

  /// The ends of a range of two dates that is written in one: `2026-09-01..2026-09-30`.
  private static func ends(_ text: String) -> (String, String)? {
    guard text.utf8.count < 100 else { return nil }
    for separator in ["..", "/", ",", ":", " to ", " - "] {
      for start in text.indices where text[start...].hasPrefix(separator) {
        let (first, last) = (trimmed(text[..<start]), trimmed(text[start...].dropFirst(separator.count)))
        if (try? CalendarDate(first)) != nil, (try? CalendarDate(last)) != nil { return (first, last) }
      }
    }
    return nil
  }

  private static func named(_ text: String, _ today: CivilDate, _ zone: TimeZoneRules) -> Period? {
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

  /// The given number of hours until now, or of days, weeks, months or years that end with today.
  private static func past(_ text: String, _ today: CivilDate, _ zone: TimeZoneRules, _ now: Int64) -> Period?
  {
    guard let count = Int64(text.dropLast()), 1...10_000 ~= count, text.first != "+" else { return nil }
    let tomorrow = today.dayNumber + 1
    let first: Int64
    switch text.last {
    case "h":
      return Period(start: max(now - count * 3_600_000, writableInstants.lowerBound), end: now)
    case "d": first = tomorrow - count
    case "w": first = tomorrow - 7 * count
    case "m": first = CivilDate(dayNumber: tomorrow).earlier(months: count)
    case "y": first = CivilDate(dayNumber: tomorrow).earlier(months: 12 * count)
    default: return nil
    }
    return Period(days: first..<tomorrow, in: zone)
  }
}
