// The checks of the columns that divide rows into sessions and visits.

extension StoredSection {
  /// Returns whether the first session starts at the first row, each other one after the previous one, and
  /// sessions end where `blocks` end.
  ///
  /// - Parameter starts: The elements of the section.
  func hasSessionStarts(_ blocks: [Block], _ starts: Column<UInt32>) -> Bool {
    var (areAscending, previous): (Bool, UInt32?) = (true, nil)
    return check(UInt32.self) { starts in
      guard starts.count > 0 else { return }
      areAscending =
        areAscending && previous.map { $0 < starts[0] } ?? (starts[0] == 0)
        && isStrictlyAscending(starts)
      previous = starts[starts.count - 1]
    } isSound: {
      areAscending && blocks.allSatisfy { Int(starts[$0.sessions.upperBound]) == $0.rows.upperBound }
    }
  }

  /// Returns whether the ordinals of each session's visits ascend from 0 by first appearance.
  func hasVisits(_ starts: Column<UInt32>) -> Bool {
    switch width {
    case 1: hasVisits(UInt8.self, starts)
    case 2: hasVisits(UInt16.self, starts)
    default: hasVisits(UInt32.self, starts)
    }
  }

  private func hasVisits<Ordinal: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
    _: Ordinal.Type, _ starts: Column<UInt32>
  ) -> Bool {
    var (hasJumps, previous): (Bool, Ordinal) = (false, 0)
    return check(Ordinal.self) { ordinals in
      guard ordinals.count > 0 else { return }
      hasJumps = hasJumps || jumps(ordinals, after: previous)
      previous = ordinals[ordinals.count - 1]
    } isSound: {
      let ordinals = Column<Ordinal>(self)
      // Usually the visits of a visitor do not overlap. If each session begins with 0 and no ordinal exceeds
      // the previous row's by more than one, no ordinal is skipped.
      return hasJumps ? ascendByAppearance(ordinals, starts) : beginWithZero(ordinals, starts)
    }
  }
}

extension TimeColumn {
  /// Returns whether the offsets in `section` ascend in each session and lie within their blocks' times, and
  /// whether the earliest and the latest time of `blocks` are times of events.
  func areSound(_ section: StoredSection, _ blocks: [Block], _ starts: Column<UInt32>) -> Bool {
    switch offsets {
    case .four: areSound(section, UInt32.self, blocks, starts)
    case .eight: areSound(section, UInt64.self, blocks, starts)
    }
  }

  private func areSound<Offset: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ section: StoredSection, _: Offset.Type, _ blocks: [Block], _ starts: Column<UInt32>
  ) -> Bool {
    let bounds = blocks.compactMap { offsets(Offset.self, of: $0.times) }
    var walk = TimeWalk(blocks, bounds, starts)
    return section.check(Offset.self) {
      if bounds.count == blocks.count { walk.check($0) }
    } isSound: {
      bounds.count == blocks.count && walk.isSound
    }
  }

  /// Returns the offsets of the bounds of `times`; nil if they cannot be expressed as offsets.
  private func offsets<Offset: FixedWidthInteger>(
    _: Offset.Type, of times: ClosedRange<Int64>
  ) -> ClosedRange<Offset>? {
    func offset(_ instant: Int64) -> Offset? {
      let (quotient, remainder) = (instant - baseMilliseconds).quotientAndRemainder(
        dividingBy: unitMilliseconds)
      return remainder == 0 ? Offset(exactly: quotient) : nil
    }
    guard let first = offset(times.lowerBound), let last = offset(times.upperBound) else { return nil }
    return first...last
  }
}

/// Checks the offsets of times, chunk by chunk.
private struct TimeWalk<Offset: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
  private let ends: [Int]
  private let bounds: [ClosedRange<Offset>]
  private let starts: Column<UInt32>
  /// Over all blocks.
  private let (earliest, latest): (Offset, Offset)

  private var row = 0
  private var block = 0
  private var session = 1
  private var previous: Offset = 0
  private var isOutside = false
  private var (hasEarliest, hasLatest) = (false, false)
  /// Times may descend only from one session to the next.
  private var (descents, descentsBetweenSessions) = (0, 0)

  init(_ blocks: [Block], _ bounds: [ClosedRange<Offset>], _ starts: Column<UInt32>) {
    ends = blocks.map(\.rows.upperBound)
    self.bounds = bounds
    self.starts = starts
    earliest = bounds.map(\.lowerBound).min() ?? 0
    latest = bounds.map(\.upperBound).max() ?? 0
  }

  var isSound: Bool { !isOutside && hasEarliest && hasLatest && descents == descentsBetweenSessions }

  mutating func check(_ offsets: Span<Offset>) {
    guard offsets.count > 0 else { return }
    descents += countDescents(offsets, after: previous)
    countSessions(offsets)
    var start = 0
    while start < offsets.count, block < ends.count {
      let end = min(offsets.count, start + ends[block] - row)
      check(offsets.extracting(start..<end), in: bounds[block])
      row += end - start
      start = end
      if row == ends[block] { block += 1 }
    }
    previous = offsets[offsets.count - 1]
  }

  private mutating func check(_ offsets: Span<Offset>, in bounds: ClosedRange<Offset>) {
    isOutside = isOutside || isAnyOutside(offsets, bounds)
    // Few blocks contain the first or the last of all events.
    if bounds.lowerBound == earliest, !hasEarliest { hasEarliest = isAny(offsets, earliest) }
    if bounds.upperBound == latest, !hasLatest { hasLatest = isAny(offsets, latest) }
  }

  /// Counts the sessions in this chunk whose first time is earlier than the last time of the previous
  /// session.
  private mutating func countSessions(_ offsets: Span<Offset>) {
    let sessionStarts = starts
    let (next, count) = descents(in: offsets, sessionStarts.span)
    session = next
    descentsBetweenSessions += count
  }

  /// Returns the first session that begins after this chunk, and the number of sessions in it that begin with
  /// an earlier time.
  private func descents(in offsets: Span<Offset>, _ starts: Span<UInt32>) -> (next: Int, count: Int) {
    let last = starts.count - 1
    var (session, count) = (session, 0)
    while session < last {
      let index = Int(starts[session]) - row
      if index >= offsets.count { break }
      count += offsets[index] < (index == 0 ? previous : offsets[index - 1]) ? 1 : 0
      session += 1
    }
    return (session, count)
  }
}

private func isAnyOutside<Offset: FixedWidthInteger & UnsignedInteger>(
  _ offsets: Span<Offset>, _ bounds: ClosedRange<Offset>
) -> Bool {
  let (lowest, width) = (bounds.lowerBound, bounds.upperBound - bounds.lowerBound)
  var outside: Offset = 0
  var row = 0
  while row < offsets.count {
    outside |= offsets[unchecked: row] &- lowest > width ? 1 : 0
    row &+= 1
  }
  return outside != 0
}

private func isAny<Offset: FixedWidthInteger>(_ offsets: Span<Offset>, _ offset: Offset) -> Bool {
  var found: Offset = 0
  var row = 0
  while row < offsets.count {
    found |= offsets[unchecked: row] == offset ? 1 : 0
    row &+= 1
  }
  return found != 0
}

private func isStrictlyAscending<Element: FixedWidthInteger>(_ elements: Span<Element>) -> Bool {
  var wrong: Element = 0
  var row = 1
  while row < elements.count {
    wrong |= elements[unchecked: row] <= elements[unchecked: row &- 1] ? 1 : 0
    row &+= 1
  }
  return wrong == 0
}

/// Returns whether any element exceeds the previous one by more than one.
private func jumps<Ordinal: FixedWidthInteger & UnsignedInteger>(
  _ ordinals: Span<Ordinal>, after previous: Ordinal
) -> Bool {
  func isJump(_ a: Ordinal, _ b: Ordinal) -> Ordinal { b > a && b &- a > 1 ? 1 : 0 }
  var found = isJump(previous, ordinals[0])
  var row = 1
  while row < ordinals.count {
    found |= isJump(ordinals[unchecked: row &- 1], ordinals[unchecked: row])
    row &+= 1
  }
  return found != 0
}

private func beginWithZero<Ordinal: FixedWidthInteger & BitwiseCopyable>(
  _ ordinals: Column<Ordinal>, _ starts: Column<UInt32>
) -> Bool {
  let (ordinals, starts) = (ordinals.span, starts.span)
  var wrong: Ordinal = 0
  var session = 0
  while session < starts.count &- 1 {
    wrong |= ordinals[Int(starts[unchecked: session])]
    session &+= 1
  }
  return wrong == 0
}

private func ascendByAppearance<Ordinal: FixedWidthInteger & BitwiseCopyable>(
  _ ordinals: Column<Ordinal>, _ starts: Column<UInt32>
) -> Bool {
  let (ordinals, starts) = (ordinals.span, starts.span)
  for session in 0..<starts.count - 1 {
    var next: Ordinal = 0
    for row in Int(starts[session])..<Int(starts[session + 1]) {
      guard ordinals[row] <= next else { return false }
      // No ordinal comes after the largest one.
      if ordinals[row] == next, next < Ordinal.max { next += 1 }
    }
  }
  return true
}
