public import Calendar
import Engine

/// How times are read that name no instant by themselves.
public struct TimeRules: Sendable {
  /// The only format of times; nil for every format that names one instant.
  public var format: TimeFormat?
  /// The zone of times that name none, with its name; nil for UTC.
  public var zone: (name: String, rules: TimeZoneRules)?

  public init() {}

  /// Everything that decides which instant a text is.
  var spelling: String {
    let zone = zone.map { "\($0.name) \($0.rules.fingerprint)" } ?? "UTC"
    return "zone \(zone), times \(format?.text.debugDescription ?? "any")"
  }
}

/// Parses the times of rows, and counts those that a change of the clock made uncertain. Used by one thread.
final class TimestampParser {
  private let reader: InstantReader
  private let isStandard: Bool
  private(set) var clockChanges = ClockChangeCount()

  init(_ rules: TimeRules = TimeRules()) {
    reader = InstantReader(format: rules.format, zone: rules.zone?.rules)
    isStandard = rules.format == nil && rules.zone == nil
  }

  /// Parses a time; milliseconds since 1970.
  func milliseconds(_ text: Bytes) throws(InstantError) -> Int64 {
    let instant = try reader.instant(text)
    if let change = instant.clockChange { clockChanges.add(change) }
    return instant.milliseconds
  }

  /// The same for a field of a row, which is not parsed again if the scanner has read it already.
  func milliseconds(_ text: Bytes, of fields: RowFields) throws(InstantError) -> Int64 {
    if isStandard, let known = fields.knownTime, known.text.baseAddress == text.baseAddress {
      return known.milliseconds
    }
    return try milliseconds(text)
  }

  /// Whether a number that is not text is read by its size, not as digits in a format.
  var readsNumbers: Bool { reader.readsNumbers }
}

/// How many local times had no instant or two.
struct ClockChangeCount: Equatable {
  private(set) var skipped = 0
  private(set) var repeated = 0

  mutating func add(_ change: ClockChange) {
    switch change {
    case .skipped: skipped += 1
    case .repeated: repeated += 1
    }
  }

  mutating func add(_ other: ClockChangeCount) {
    skipped += other.skipped
    repeated += other.repeated
  }

  /// The changes that were counted after `earlier`.
  func since(_ earlier: ClockChangeCount) -> ClockChangeCount {
    var later = self
    later.skipped -= earlier.skipped
    later.repeated -= earlier.repeated
    return later
  }

  /// A line for each kind of change that there was.
  var lines: [String] { counts.map(\.line) }

  /// How many rows have each kind of change that there was, and a line that says so.
  var counts: [(count: Int, line: String)] {
    var lines: [(Int, String)] = []
    if skipped > 0 {
      let line =
        "the clock skipped the local times of \(rows(skipped)), which are read as later by as much as it skipped"
      lines.append((skipped, line))
    }
    if repeated > 0 {
      lines.append(
        (repeated, "the clock showed the local times of \(rows(repeated)) twice; the first time counts"))
    }
    return lines
  }

  private func rows(_ count: Int) -> String { counted(count, "row", "rows") }
}

/// Milliseconds since 1970; nil outside the years 0000 to 9999.
func writableInstant(_ milliseconds: Int64) -> Int64? {
  writableInstants ~= milliseconds ? milliseconds : nil
}
