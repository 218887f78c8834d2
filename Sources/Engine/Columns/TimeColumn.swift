/// The times of a partition's events, as offsets from its earliest one.
///
/// Where every time is a whole number of seconds from the first, which is what most exports hold,
/// offsets count seconds and fit four bytes for 136 years; otherwise they count milliseconds.
struct TimeColumn: Sendable {
  enum Offsets {
    case four(Column<UInt32>)
    case eight(Column<UInt64>)
  }

  let baseMilliseconds: Int64
  let unitMilliseconds: Int64
  let offsets: Offsets

  /// The times of `count` rows; `milliseconds` gives the one of a row, since 1970.
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

  /// Nil where the sections are not those of `count` times.
  init?(_ sections: StoredSections, count: Int) {
    guard let scale = sections.numbers("time_scale"), scale.count == 2 else { return nil }
    (baseMilliseconds, unitMilliseconds) = (scale[0], scale[1])
    if let column = sections.column("created_at", of: UInt32.self, count: count) {
      offsets = .four(column)
    } else if let column = sections.column("created_at", of: UInt64.self, count: count) {
      offsets = .eight(column)
    } else {
      return nil
    }
  }

  /// The sections that are looked at when a time is first asked for.
  static let sectionNames = ["created_at"]

  var sections: [StoredSection] {
    let scale = StoredSection("time_scale", Column([baseMilliseconds, unitMilliseconds]))
    return switch offsets {
    case .four(let column): [scale, StoredSection("created_at", column)]
    case .eight(let column): [scale, StoredSection("created_at", column)]
    }
  }

  /// The time of `row` in milliseconds since 1970.
  subscript(row: Int) -> Int64 {
    switch offsets {
    case .four(let column): baseMilliseconds + Int64(column[row]) * unitMilliseconds
    case .eight(let column): baseMilliseconds + Int64(column[row]) * unitMilliseconds
    }
  }

  /// Writes the times of `rows`, in milliseconds since 1970, to the start of `output`.
  func copy(_ rows: Range<Int>, to output: inout [Int64]) {
    switch offsets {
    case .four(let column): copy(column.span.extracting(rows), to: &output)
    case .eight(let column): copy(column.span.extracting(rows), to: &output)
    }
  }

  private func copy<Offset: UnsignedInteger & FixedWidthInteger>(
    _ offsets: Span<Offset>, to output: inout [Int64]
  ) {
    var output = output.mutableSpan
    for row in offsets.indices {
      output[row] = baseMilliseconds &+ Int64(truncatingIfNeeded: offsets[row]) &* unitMilliseconds
    }
  }

  /// Takes the flag from each row of `selected` whose time is not in `range`.
  func narrow(_ selected: inout [Bool], _ rows: Range<Int>, to range: TimeRange) {
    switch offsets {
    case .four(let column): narrow(column.span.extracting(rows), &selected, range)
    case .eight(let column): narrow(column.span.extracting(rows), &selected, range)
    }
  }

  private func narrow<Offset: UnsignedInteger & FixedWidthInteger>(
    _ offsets: Span<Offset>, _ selected: inout [Bool], _ range: TimeRange
  ) {
    // The range in offsets, so that a row costs one comparison.
    let first = max(range.start, baseMilliseconds).subtractingClamped(
      baseMilliseconds, roundedUpTo: unitMilliseconds)
    let last =
      range.end < baseMilliseconds ? nil : range.end.subtractingClamped(baseMilliseconds) / unitMilliseconds
    guard let last, let lowest = Offset(exactly: first), first <= last else {
      for row in offsets.indices { selected[row] = false }
      return
    }
    let width = Offset(clamping: last) - lowest
    var selected = selected.mutableSpan
    precondition(selected.count >= offsets.count)
    for row in offsets.indices {
      let isWithin = offsets[unchecked: row] &- lowest <= width
      selected[unchecked: row] = selected[unchecked: row] && isWithin
    }
  }
}

extension Int64 {
  /// The distance from `other`, which is not above, as far as 64 bits hold it.
  fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
    let (distance, overflow) = subtractingReportingOverflow(other)
    return overflow ? .max : distance
  }

  /// The same in whole units, rounded up.
  fileprivate func subtractingClamped(_ other: Int64, roundedUpTo unit: Int64) -> Int64 {
    let distance = subtractingClamped(other)
    return distance / unit + (distance % unit == 0 ? 0 : 1)
  }
}
