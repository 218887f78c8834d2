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
  /// Whether the offsets in `section` are those of times that ascend in each session, and of which the earliest and the
  /// latest of each block are those that `blocks` say.
  func areSound(_ section: StoredSection, _ blocks: [Block], _ starts: Column<UInt32>) -> Bool {
    switch offsets {
    case .four(let column): areSound(section, column, blocks, starts)
    case .eight(let column): areSound(section, column, blocks, starts)
    }
  }

  private func areSound<Offset: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ section: StoredSection, _ offsets: Column<Offset>, _ blocks: [Block], _ starts: Column<UInt32>
  ) -> Bool {
    var extents = BlockExtents<Offset>(blocks)
    var (descents, previous): (Int, Offset) = (0, 0)
    return section.check(Offset.self) { offsets in
      guard offsets.count > 0 else { return }
      descents += countDescents(offsets, after: previous)
      previous = offsets[offsets.count - 1]
      extents.look(offsets)
    } isSound: {
      zip(blocks, extents.found).allSatisfy { block, extent in
        isOffset(extent.earliest, of: block.times.lowerBound)
          && isOffset(extent.latest, of: block.times.upperBound)
      }
        // Only from one session to the next may times go back.
        && descents == countDescents(at: starts, in: offsets)
    }
  }

  /// Whether the offset stands for an instant that is not before the first.
  private func isOffset(_ offset: some FixedWidthInteger & UnsignedInteger, of instant: Int64) -> Bool {
    let (quotient, remainder) = (instant - baseMilliseconds).quotientAndRemainder(
      dividingBy: unitMilliseconds)
    return remainder == 0 && Int64(exactly: offset) == quotient
  }
}

/// The smallest and the largest offset of each block, of offsets that come piece by piece.
private struct BlockExtents<Offset: FixedWidthInteger & UnsignedInteger> {
  private(set) var found: [(earliest: Offset, latest: Offset)]
  private let ends: [Int]
  private var block = 0
  private var row = 0

  init(_ blocks: [Block]) {
    found = Array(repeating: (.max, .min), count: blocks.count)
    ends = blocks.map(\.rows.upperBound)
  }

  mutating func look(_ offsets: Span<Offset>) {
    var start = 0
    while start < offsets.count, block < ends.count {
      let end = min(offsets.count, start + ends[block] - row)
      let (earliest, latest) = extent(offsets.extracting(start..<end))
      found[block] = (min(found[block].earliest, earliest), max(found[block].latest, latest))
      row += end - start
      start = end
      if row == ends[block] { block += 1 }
    }
  }
}

private func extent<Offset: FixedWidthInteger>(_ offsets: Span<Offset>) -> (earliest: Offset, latest: Offset)
{
  var (earliest, latest) = (Offset.max, Offset.min)
  var row = 0
  while row < offsets.count {
    earliest = min(earliest, offsets[unchecked: row])
    latest = max(latest, offsets[unchecked: row])
    row &+= 1
  }
  return (earliest, latest)
}

/// How many sessions but the first begin with a smaller element than the row before has.
private func countDescents<Element: FixedWidthInteger & BitwiseCopyable>(
  at starts: Column<UInt32>, in elements: Column<Element>
) -> Int {
  let (starts, elements) = (starts.span, elements.span)
  var descents = 0
  var session = 1
  while session < starts.count &- 1 {
    let row = Int(starts[unchecked: session])
    descents &+= elements[row] < elements[row &- 1] ? 1 : 0
    session &+= 1
  }
  return descents
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
