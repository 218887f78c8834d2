import Calendar
import Engine

/// The calendar units of a range as an expression: most units of a kind have one length, so a few segments of equal units
/// find the unit of an instant without the server's time zones.
struct UnitSegments {
  /// The first instant of each unit, in milliseconds since 1970.
  let starts: [Int64]
  /// The first instant after the last unit.
  let end: Int64
  private var segmentStarts: [Int64] = []
  private var firstUnits: [Int64] = []
  private var lengths: [Int64] = []

  /// - Parameter starts: The first instant of each unit, and after them that of the next one.
  init(_ starts: [Int64]) {
    self.starts = Array(starts.dropLast())
    end = starts.last ?? 0
    for (index, (start, end)) in zip(starts, starts.dropFirst()).enumerated()
    where lengths.last != end - start {
      segmentStarts.append(start)
      firstUnits.append(Int64(index))
      lengths.append(end - start)
    }
  }

  /// The most segments that are compared one after the other: those of a zone's clock changes in six years.
  private static let maximumBranches = 24

  /// The index in ``starts`` of the unit of an instant, which must lie in one of them.
  func index(of time: SQL) -> SQL {
    // There is no instant to ask for.
    if segmentStarts.isEmpty { return "toInt64(0)" }
    if segmentStarts.count == 1 {
      return "intDiv(\(time) - \(value: segmentStarts[0]), \(value: lengths[0]))"
    }
    if segmentStarts.count <= Self.maximumBranches {
      let units = zip(segmentStarts, zip(lengths, firstUnits)).map { start, segment in
        "intDiv(\(time) - \(value: start - segment.0 * segment.1), \(value: segment.0))" as SQL
      }
      let branches = zip(segmentStarts.dropFirst(), units).map { next, unit in
        "\(time) < \(value: next), \(unit)" as SQL
      }
      return "multiIf(\(branches.joined(separator: ", ")), \(units[units.count - 1]))"
    }
    // The last segment that begins at the instant or before it.
    let segment: SQL = "arrayCount(start -> start <= \(time), \(value: segmentStarts))"
    return
      "arrayElement(\(value: firstUnits), \(segment)) + intDiv(\(time) - arrayElement(\(value: segmentStarts), \(segment)), arrayElement(\(value: lengths), \(segment)))"
  }
}
