// What is made sure of the columns by which rows are told apart into sessions and visits.

extension StoredSection {
  /// Whether sessions start at the first row and each behind the one before it, and end where `blocks` end.
  ///
  /// - Parameter starts: the elements of the section.
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

  /// Whether the ordinals of each session's visits go up from 0, by first appearance.
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
      // As a rule a visitor's visits follow each other. Where each session begins with 0 and none goes up by more than
      // one from row to row, none is left out.
      return hasJumps ? ascendByAppearance(ordinals, starts) : beginWithZero(ordinals, starts)
    }
  }
}

extension TimeColumn {
  /// Whether the offsets in `section` are those of times that ascend in each session and lie in their blocks, and whether
  /// the earliest and the latest of `blocks` are times of events.
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
      if bounds.count == blocks.count { walk.look($0) }
    } isSound: {
      bounds.count == blocks.count && walk.isSound
    }
  }

  /// The offsets of the first and the last of `times`; nil where they have none.
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

/// Looks at the offsets of times that come piece by piece.
private struct TimeWalk<Offset: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
  private let ends: [Int]
  private let bounds: [ClosedRange<Offset>]
  private let starts: Column<UInt32>
  /// Of all blocks.
  private let (earliest, latest): (Offset, Offset)

  private var row = 0
  private var block = 0
  private var session = 1
  private var previous: Offset = 0
  private var isOutside = false
  private var (hasEarliest, hasLatest) = (false, false)
  /// Only from one session to the next may times go back.
  private var (descents, descentsBetweenSessions) = (0, 0)

  init(_ blocks: [Block], _ bounds: [ClosedRange<Offset>], _ starts: Column<UInt32>) {
    ends = blocks.map(\.rows.upperBound)
    self.bounds = bounds
    self.starts = starts
    earliest = bounds.map(\.lowerBound).min() ?? 0
    latest = bounds.map(\.upperBound).max() ?? 0
  }

  var isSound: Bool { !isOutside && hasEarliest && hasLatest && descents == descentsBetweenSessions }

  mutating func look(_ offsets: Span<Offset>) {
    guard offsets.count > 0 else { return }
    descents += countDescents(offsets, after: previous)
    countSessions(offsets)
    var start = 0
    while start < offsets.count, block < ends.count {
      let end = min(offsets.count, start + ends[block] - row)
      look(offsets.extracting(start..<end), in: bounds[block])
      row += end - start
      start = end
      if row == ends[block] { block += 1 }
    }
    previous = offsets[offsets.count - 1]
  }

  private mutating func look(_ offsets: Span<Offset>, in bounds: ClosedRange<Offset>) {
    isOutside = isOutside || isAnyOutside(offsets, bounds)
    // There are few blocks with the first or the last of all events.
    if bounds.lowerBound == earliest, !hasEarliest { hasEarliest = isAny(offsets, earliest) }
    if bounds.upperBound == latest, !hasLatest { hasLatest = isAny(offsets, latest) }
  }

  /// Counts the sessions that begin in this piece with an earlier time than the one before ended with.
  private mutating func countSessions(_ offsets: Span<Offset>) {
    let sessionStarts = starts
    let (next, count) = descents(in: offsets, sessionStarts.span)
    session = next
    descentsBetweenSessions += count
  }

  /// The first session that begins behind this piece, and how many of those in it begin with an earlier time.
  private func descents(in offsets: Span<Offset>, _ starts: Span<UInt32>) -> (next: Int, count: Int) {
    let last = starts.count - 1
    var (session, count) = (session, 0)
    while session < last {
      let place = Int(starts[session]) - row
      if place >= offsets.count { break }
      count += offsets[place] < (place == 0 ? previous : offsets[place - 1]) ? 1 : 0
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

/// Whether any element is larger by more than one than the one before it.
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
      // The largest ordinal has none behind it.
      if ordinals[row] == next, next < Ordinal.max { next += 1 }
    }
  }
  return true
}
