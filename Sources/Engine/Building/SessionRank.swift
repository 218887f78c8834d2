import Calendar

/// Where a session stands among those of a website: by the month of its first event, which is its partition, then
/// by that of its last, then by the time of the first.
///
/// Most visitors never come back. A block holds sessions that begin and end in the same two months, so that for
/// a month's report most blocks lie wholly inside it or wholly outside, and of the months before it only those
/// who did come back are looked at.
struct SessionRank {
  /// The calendar month (UTC) of the first event, counted from January 1970.
  let month: Int
  /// Orders sessions, those of all months.
  let key: UInt64

  private static let dayMilliseconds: Int64 = 86_400_000
  /// Of the key, from its highest bits: the month, the months from the first event to the last, milliseconds
  /// from the start of the month.
  private static let (monthShift, laterMonthsShift): (UInt64, UInt64) = (46, 32)
  private static let mostLaterMonths = 1 << 14 - 1
  /// Before every month that a time can be in.
  private static let earliestMonth = -(1 << 17)

  /// The times of the first and the last event, in milliseconds since 1970.
  init(first: Int64, last: Int64) {
    let start = CalendarMonth(ofUTCMilliseconds: first)
    month = start.number
    let isOver28Days = start.millisecondsInto + (last - first) >= 28 * Self.dayMilliseconds
    let laterMonths = isOver28Days ? CalendarMonth(ofUTCMilliseconds: last).number - month : 0
    key =
      UInt64(truncatingIfNeeded: month - Self.earliestMonth) << Self.monthShift
      | UInt64(min(laterMonths, Self.mostLaterMonths)) << Self.laterMonthsShift
      | UInt64(truncatingIfNeeded: start.millisecondsInto)
  }

  /// The calendar month (UTC) of an instant, and how far into it that is.
  private struct CalendarMonth {
    let number: Int
    let millisecondsInto: Int64

    init(ofUTCMilliseconds milliseconds: Int64) {
      let (day, ofDay) = milliseconds.floorDivided(by: dayMilliseconds)
      let date = CivilDate(dayNumber: day)
      number = Int((date.year - 1970) * 12 + date.month - 1)
      millisecondsInto = (Int64(date.day) - 1) * dayMilliseconds + ofDay
    }
  }
}
