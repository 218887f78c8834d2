/// How times in files are read: in which format, and in which zone if they name none.
public struct InstantReader: Sendable {
  private let format: TimeFormat?
  private let zone: TimeZoneRules?
  /// Whether there is neither a format nor a zone, as for nearly all files.
  private let isStandard: Bool

  /// - Parameters:
  ///   - format: The only accepted format. Nil for every format of ``parseInstant(_:)-(UnsafeBufferPointer<UInt8>)``,
  ///     and for numbers in a unit since 1970 in which they are between 1990 and 2200.
  ///   - zone: The zone of times that name none; nil for UTC.
  public init(format: TimeFormat? = nil, zone: TimeZoneRules? = nil) {
    self.format = format
    self.zone = zone
    isStandard = format == nil && zone == nil
  }

  /// Parses an instant.
  public func instant(_ text: UnsafeBufferPointer<UInt8>) throws(InstantError) -> ResolvedInstant {
    let text = text.span
    if isStandard, let time = InstantScanner.commonForm(text) {
      // The last millisecond of the year 9999 is the last that this form has.
      return ResolvedInstant(milliseconds: time.clockMilliseconds)
    }
    let (inner, start) = trimmed(text)
    do throws(InstantError) { return try self.instant(trimmed: inner) } catch { throw error.moved(by: start) }
  }

  private func instant(trimmed text: Span<UInt8>) throws(InstantError) -> ResolvedInstant {
    if let format { return try instant(try format.time(text)) }
    if text.isEmpty { throw .empty }
    if let number = InstantNumber(text) { return ResolvedInstant(milliseconds: try number.instant()) }
    return try instant(try parsedTime(text))
  }

  private func instant(_ time: ParsedTime) throws(InstantError) -> ResolvedInstant {
    guard let zone, time.offset == nil else { return ResolvedInstant(milliseconds: try time.instantInUTC()) }
    let found = zone.instant(reading: time.clockMilliseconds)
    return ResolvedInstant(milliseconds: try writable(found.milliseconds), clockChange: found.clockChange)
  }

  /// Interprets a number that is not text by its size.
  public static func instant(_ number: Int64) throws(InstantError) -> Int64 {
    try InstantNumber(number).instant()
  }

  /// Interprets a number that is not text by its size.
  public static func instant(_ number: Double) throws(InstantError) -> Int64 {
    try InstantNumber(number).instant()
  }

  /// Whether numbers that are not text are read by their size, not as digits in a format.
  public var readsNumbers: Bool { format == nil }
}

/// An instant, and whether a clock change made it uncertain.
public struct ResolvedInstant: Equatable, Sendable {
  /// Since 1970.
  public let milliseconds: Int64
  /// Nil if the text names exactly one instant.
  public let clockChange: ClockChange?

  init(milliseconds: Int64, clockChange: ClockChange? = nil) {
    self.milliseconds = milliseconds
    self.clockChange = clockChange
  }
}

/// What a change of the clock did to a local time.
public enum ClockChange: Equatable, Sendable {
  /// The clock never showed it. The instant is later by as much as the clock was set forward.
  case skipped
  /// The clock showed it twice. The instant is the first.
  case repeated
}

extension TimeZoneRules {
  /// A number that differs if the rules do, with near certainty (FNV-1a of 64 bits).
  public var fingerprint: UInt64 {
    let numbers = transitions + offsets.map(Int64.init) + [cycleStart ?? 0]
    return numbers.reduce(0xCBF2_9CE4_8422_2325) { hash, number in
      (hash ^ UInt64(bitPattern: number)) &* 0x100_0000_01B3
    }
  }

  /// Returns the instant at which the clock shows a local time, in milliseconds since 1970-01-01T00:00.
  func instant(reading clockMilliseconds: Int64) -> ResolvedInstant {
    let (seconds, milliseconds) = clockMilliseconds.floorDivided(by: 1000)
    let first = firstInstant(reading: seconds)
    let span = span(at: first)
    if first + span.offset > seconds {
      let before = self.span(at: first - 1).offset
      return ResolvedInstant(milliseconds: (seconds - before) * 1000 + milliseconds, clockChange: .skipped)
    }
    return ResolvedInstant(
      milliseconds: first * 1000 + milliseconds,
      clockChange: span.end != .max && isShown(seconds, from: span.end) ? .repeated : nil)
  }

  /// Whether the clock shows a local time in the span that begins at a transition.
  private func isShown(_ localSeconds: Int64, from transition: Int64) -> Bool {
    let span = span(at: transition)
    return localSeconds - span.offset >= span.start && localSeconds - span.offset < span.end
  }
}
