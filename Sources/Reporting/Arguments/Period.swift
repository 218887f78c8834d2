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
    if let period = zone.period(named: text, now: now) {
      self.init(start: period.start, end: period.end)
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
}
