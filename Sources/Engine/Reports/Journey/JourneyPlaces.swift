/// Collects the items of visits by place: the first ones of all visits, the second ones, and so on.
struct JourneyPlaces: JourneySink {
  /// The items that visits have at one place.
  struct Items: Sendable {
    /// By visit that has an item here, in the same order at each place.
    var items: [UInt32] = []
    /// By visit that has an item here: a ``Sequel``.
    var sequels: [UInt8] = []

    var count: Int { items.count }
  }

  /// What follows an item in its visit.
  enum Sequel {
    static let nothing: UInt8 = 0
    /// Items that were cut off.
    static let cut: UInt8 = 1
    /// An item at the next place.
    static let item: UInt8 = 2
  }

  /// Visits are collected in chunks of about so many, which the caches can hold, and which never grow large: growing
  /// would copy them.
  private static let visitsOfChunk = 1 << 14

  /// By chunk and place.
  private(set) var chunks: [[Items]] = []
  /// Whether places are counted from the end of visits.
  private let isBackward: Bool
  /// The visits that have an item at the place that is being added.
  private var visits: [UInt32] = []

  init(isBackward: Bool) { self.isBackward = isBackward }

  /// The number of places at which a visit has an item.
  var placeCount: Int { chunks.reduce(0) { max($0, $1.count) } }

  /// Returns the items at a place, by chunk.
  func items(at place: Int) -> [Items] { chunks.map { place < $0.count ? $0[place] : Items() } }

  mutating func add(_ visits: TrimmedVisits) {
    var remaining = visits.count
    if remaining == 0 { return }
    if chunks.last.map({ $0[0].count >= Self.visitsOfChunk }) ?? true { chunks.append([]) }
    let chunk = chunks.count - 1
    extend(&self.visits, to: remaining, with: 0)
    for visit in 0..<remaining { self.visits[visit] = UInt32(truncatingIfNeeded: visit) }
    var place = 0
    while remaining > 0 {
      if place == chunks[chunk].count { chunks[chunk].append(Items()) }
      remaining = chunks[chunk][place].add(
        visits, of: &self.visits, remaining, at: place, isBackward: isBackward)
      place += 1
    }
  }

  mutating func merge(_ other: JourneyPlaces) { chunks += other.chunks }
}

extension JourneyPlaces.Items {
  /// Adds the items that the first `count` of `visits` have at a place. Leaves those of them that have one at the next
  /// place, too, and returns their number.
  fileprivate mutating func add(
    _ trimmed: TrimmedVisits, of visits: inout [UInt32], _ count: Int, at place: Int, isBackward: Bool
  ) -> Int {
    let end = items.count
    extend(&items, to: end + count, with: 0)
    extend(&sequels, to: end + count, with: JourneyPlaces.Sequel.nothing)
    return write(trimmed, of: &visits, count, at: place, isBackward: isBackward, &items, &sequels, from: end)
  }
}

/// Writes the items and sequels of the first `count` of `visits` from an index on, and those of the visits that have an
/// item at the next place to the start of `visits`; returns their number.
private func write(
  _ trimmed: TrimmedVisits, of visits: inout [UInt32], _ count: Int, at place: Int, isBackward: Bool,
  _ items: inout [UInt32], _ sequels: inout [UInt8], from end: Int
) -> Int {
  let (texts, starts, isCut) = (trimmed.items.span, trimmed.starts.span, trimmed.isCut.span)
  var items = items.mutableSpan
  var sequels = sequels.mutableSpan
  var visits = visits.mutableSpan
  precondition(items.count >= end + count && sequels.count >= end + count && visits.count >= count)
  var kept = 0
  for index in 0..<count {
    let visit = Int(visits[unchecked: index])
    let (first, last) = (Int(starts[visit]), Int(starts[visit &+ 1]) &- 1)
    items[unchecked: end &+ index] = texts[isBackward ? last &- place : first &+ place]
    let hasNext = last &- first > place
    sequels[unchecked: end &+ index] = isCut[visit].asOne.replaced(
      by: JourneyPlaces.Sequel.item, where: hasNext)
    // Sound: `kept` is at most `index`.
    visits[unchecked: kept] = UInt32(truncatingIfNeeded: visit)
    kept &+= Int(one: hasNext)
  }
  return kept
}
