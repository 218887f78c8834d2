/// The times of a partition's events, as offsets from the earliest one.
///
/// If every time is a whole number of seconds after the first, as in most exports, offsets are in seconds and
/// fit four bytes for 136 years; otherwise they are in milliseconds.
struct TimeColumn: Sendable {
  enum Offsets {
    case four(Column<UInt32>)
    case eight(Column<UInt64>)
  }

  let baseMilliseconds: Int64
  let unitMilliseconds: Int64
  let offsets: Offsets

  init(baseMilliseconds: Int64, unitMilliseconds: Int64, offsets: Offsets) {
    self.baseMilliseconds = baseMilliseconds
    self.unitMilliseconds = unitMilliseconds
    self.offsets = offsets
  }

  /// Creates a column of `count` times; `milliseconds` returns the time of a row, since 1970.
  init(count: Int, milliseconds: (Int) -> Int64) {
    var (earliest, latest) = (Int64.max, Int64.min)
    for row in 0..<count {
      earliest = min(earliest, milliseconds(row))
      latest = max(latest, milliseconds(row))
    }
    let base = count == 0 ? 0 : earliest
    let areSeconds = (0..<count).allSatisfy { (milliseconds($0) &- base) % 1000 == 0 }
    let unit: Int64 = areSeconds ? 1000 : 1
    (baseMilliseconds, unitMilliseconds) = (base, unit)
    if count == 0 || UInt64(latest - base) / UInt64(unit) <= UInt64(UInt32.max) {
      offsets = .four(
        Column(count: count) { out in
          for row in 0..<count { out[row] = UInt32((milliseconds(row) - base) / unit) }
        })
    } else {
      offsets = .eight(
        Column(count: count) { out in
          for row in 0..<count { out[row] = UInt64((milliseconds(row) - base) / unit) }
        })
    }
  }

  /// Fails if the sections do not contain `count` times, or their base is not `earliest`.
  init?(_ sections: StoredSections, count: Int, earliest: Int64) {
    guard let scale = sections.numbers("time_scale", atMost: 2), scale.count == 2, scale[0] == earliest,
      scale[1] == 1 || scale[1] == 1000
    else { return nil }
    (baseMilliseconds, unitMilliseconds) = (scale[0], scale[1])
    if let column = sections.column("created_at", of: UInt32.self, count: count) {
      offsets = .four(column)
    } else if let column = sections.column("created_at", of: UInt64.self, count: count) {
      offsets = .eight(column)
    } else {
      return nil
    }
  }

  /// The sections that are verified on first use.
  static let sectionNames = ["created_at"]

  var sections: [StoredSection] {
    let scale = StoredSection("time_scale", Column([baseMilliseconds, unitMilliseconds]))
    return switch offsets {
    case .four(let column): [scale, StoredSection("created_at", column)]
    case .eight(let column): [scale, StoredSection("created_at", column)]
    }
  }

  /// Returns the time of `row` in milliseconds since 1970.
  subscript(row: Int) -> Int64 {
    switch offsets {
    case .four(let column): baseMilliseconds + Int64(column[row]) * unitMilliseconds
    case .eight(let column): baseMilliseconds + Int64(column[row]) * unitMilliseconds
    }
  }
}

extension TimeColumn {
  /// Returns the time of the last event of every session.
  ///
  /// - Parameter starts: The row at which each session starts; the last entry is the end of the last session.
  func sessionEnds(_ starts: Column<UInt32>) -> TimeColumn {
    let offsets: Offsets =
      switch offsets {
      case .four(let column): .four(lastOfSessions(column, starts))
      case .eight(let column): .eight(lastOfSessions(column, starts))
      }
    return TimeColumn(
      baseMilliseconds: baseMilliseconds, unitMilliseconds: unitMilliseconds, offsets: offsets)
  }

  private func lastOfSessions<Offset>(_ offsets: Column<Offset>, _ starts: Column<UInt32>) -> Column<Offset> {
    let (offsets, starts) = (offsets.span, starts.span)
    return Column(count: starts.count - 1) { ends in
      for session in 0..<starts.count - 1 { ends[session] = offsets[Int(starts[session + 1]) - 1] }
    }
  }
}
