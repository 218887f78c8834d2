/// What a zone's clock shows.
public struct LocalTime: Sendable, Equatable {
  public let date: CivilDate
  /// Since midnight.
  public let second: Int64
}

extension TimeZoneRules {
  /// What the zone's clock shows at an instant, in milliseconds since 1970.
  public func localTime(at milliseconds: Int64) -> LocalTime {
    let seconds = milliseconds.floorDivided(by: 1000).quotient
    let (day, second) = (seconds + Int64(offsetSeconds(atUTCSeconds: seconds))).floorDivided(by: 86_400)
    return LocalTime(date: CivilDate(dayNumber: day), second: second)
  }

  /// The date at an instant, in milliseconds since 1970. Dates only go forward: it is the latest one that the clock has
  /// shown until then.
  public func date(at milliseconds: Int64) -> CivilDate {
    CivilDate(dayNumber: day(at: milliseconds.floorDivided(by: 1000).quotient))
  }
}
