// The loops over times. Each has one generic body, which is specialised for the two widths.

extension TimeColumn {
  /// Writes the times of `rows`, in milliseconds since 1970, to the start of `output`, which grows as needed.
  func copy(_ rows: Range<Int>, to output: inout [Int64]) {
    extend(&output, to: rows.count, with: 0)
    switch offsets {
    case .four(let column): copy(column.span.extracting(rows), to: &output)
    case .eight(let column): copy(column.span.extracting(rows), to: &output)
    }
  }

  private func copy<Offset: UnsignedInteger & FixedWidthInteger>(
    _ offsets: Span<Offset>, to output: inout [Int64]
  ) {
    var output = output.mutableSpan
    precondition(output.count >= offsets.count)
    var row = 0
    while row < offsets.count {
      output[unchecked: row] =
        baseMilliseconds &+ Int64(truncatingIfNeeded: offsets[unchecked: row]) &* unitMilliseconds
      row &+= 1
    }
  }

  /// Clears the flag of each row of `selected` whose time is not in `range`.
  func narrow(_ selected: inout [Bool], _ rows: Range<Int>, to range: InstantRange) {
    switch offsets {
    case .four(let column): narrow(column.span.extracting(rows), &selected, range)
    case .eight(let column): narrow(column.span.extracting(rows), &selected, range)
    }
  }

  private func narrow<Offset: UnsignedInteger & FixedWidthInteger>(
    _ offsets: Span<Offset>, _ selected: inout [Bool], _ range: InstantRange
  ) {
    let window: OffsetWindow<Offset>? = window(range)
    selected.withMutableBytes { selected in
      precondition(selected.count >= offsets.count)
      if let window {
        keep(window, offsets, &selected)
      } else {
        for row in offsets.indices { selected[row] = 0 }
      }
    }
  }

  /// Returns the offsets of the times in `range`; nil if no offset is in it.
  func window<Offset: UnsignedInteger & FixedWidthInteger>(_ range: InstantRange) -> OffsetWindow<
    Offset
  >? {
    if range.end < baseMilliseconds { return nil }
    let first = max(range.start, baseMilliseconds).subtractingClamped(
      baseMilliseconds, roundedUpTo: unitMilliseconds)
    let last = range.end.subtractingClamped(baseMilliseconds) / unitMilliseconds
    guard first <= last, let lowest = Offset(exactly: first) else { return nil }
    return OffsetWindow(lowest: lowest, width: Offset(clamping: last) - lowest)
  }
}

/// The offsets from `lowest` to `lowest + width`, so that testing a row takes one comparison.
struct OffsetWindow<Offset: UnsignedInteger & FixedWidthInteger> {
  let lowest: Offset
  let width: Offset

  @inline(__always)
  func contains(_ offset: Offset) -> Bool { offset &- lowest <= width }
}

/// Clears the flag of each row whose offset is not in `window`.
private func keep<Offset: UnsignedInteger & FixedWidthInteger>(
  _ window: OffsetWindow<Offset>, _ offsets: Span<Offset>, _ selected: inout MutableSpan<UInt8>
) {
  var row = 0
  while row < offsets.count {
    selected[unchecked: row] &= window.contains(offsets[unchecked: row]) ? 1 : 0
    row &+= 1
  }
}

extension Int64 {
  /// Returns the distance from `other`, which must not be greater, clamped to 64 bits.
  fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
    let (distance, overflow) = subtractingReportingOverflow(other)
    return overflow ? .max : distance
  }

  /// Returns the same in whole units, rounded up.
  fileprivate func subtractingClamped(_ other: Int64, roundedUpTo unit: Int64) -> Int64 {
    let distance = subtractingClamped(other)
    return distance / unit + (distance % unit == 0 ? 0 : 1)
  }
}
