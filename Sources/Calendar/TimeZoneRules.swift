import System

/// The offsets of a time zone's local time from UTC, for every instant.
///
/// A table of transitions, built once from a TZif file. Seconds are always Unix time, without leap seconds.
public struct TimeZoneRules: Sendable {
  /// Coordinated Universal Time: offset 0 at every instant.
  public static let utc = TimeZoneRules(transitions: [], offsets: [0])

  /// The instants at which the offset changes, in seconds since 1970, ascending.
  let transitions: [Int64]

  /// Seconds east of UTC: `offsets[0]` before the first transition, `offsets[i + 1]` from transition `i` on.
  let offsets: [Int32]

  /// The start of the rule for the indefinite future, if there is one. The table then contains 400 years of
  /// it, and its last entry is their end. Later instants are looked up in these years, because the calendar
  /// with its weekdays repeats after 400 years.
  let cycleStart: Int64?

  static let cycleSeconds = CivilDate.daysOfCycle * 86_400

  init(transitions: [Int64], offsets: [Int32], cycleStart: Int64? = nil) {
    assert(offsets.count == transitions.count + 1, "an offset before, and one after each transition")
    self.transitions = transitions
    self.offsets = offsets
    self.cycleStart = cycleStart
  }

  /// Returns the seconds east of UTC of the zone's local time at an instant, in seconds since 1970.
  public func offsetSeconds(atUTCSeconds seconds: Int64) -> Int {
    // 36 billion years are enough, and leave room for additions.
    let reach: Int64 = 1 << 60
    return Int(span(at: max(-reach, min(seconds, reach))).offset)
  }
}

/// A span of time with one offset. Adjacent spans may have the same offset.
struct OffsetSpan {
  /// Seconds since 1970; `Int64.min` for the first span.
  let start: Int64
  /// Seconds since 1970, exclusive; `Int64.max` for the last span.
  let end: Int64
  /// Seconds east of UTC.
  let offset: Int64
}

extension TimeZoneRules {
  /// Returns the span that contains an instant, in seconds since 1970.
  func span(at seconds: Int64) -> OffsetSpan {
    let shift = cycleShift(at: seconds)
    let next = transitionCount(through: seconds - shift)
    return OffsetSpan(
      start: next == 0 ? .min : transitions[next - 1] + shift,
      end: next == transitions.count ? .max : transitions[next] + shift,
      offset: Int64(offsets[next]))
  }

  /// Returns the whole 400-year cycles, in seconds, by which an instant is after the years of the table.
  private func cycleShift(at seconds: Int64) -> Int64 {
    guard let cycleStart, seconds >= cycleStart else { return 0 }
    return (seconds - cycleStart) / Self.cycleSeconds * Self.cycleSeconds
  }

  /// Returns the number of transitions at or before an instant.
  private func transitionCount(through seconds: Int64) -> Int {
    transitions.indices.partitionPoint { transitions[$0] > seconds }
  }
}

/// The local date and time in a zone.
public struct LocalTime: Sendable, Equatable {
  /// The date that a calendar in the zone shows.
  public let date: CivilDate
  /// Since midnight.
  public let second: Int64

  public init(date: CivilDate, second: Int64) {
    self.date = date
    self.second = second
  }
}

extension TimeZoneRules {
  /// Returns the local time at an instant, in milliseconds since 1970.
  public func localTime(at milliseconds: Int64) -> LocalTime {
    let seconds = milliseconds.floorDivided(by: 1000).quotient
    let (day, second) = (seconds + Int64(offsetSeconds(atUTCSeconds: seconds))).floorDivided(by: 86_400)
    return LocalTime(date: CivilDate(dayNumber: day), second: second)
  }

  /// Returns the date at an instant, in milliseconds since 1970. Dates only go forward: it is the latest date
  /// that the clock has shown until then.
  public func date(at milliseconds: Int64) -> CivilDate {
    CivilDate(dayNumber: day(at: milliseconds.floorDivided(by: 1000).quotient))
  }
}
