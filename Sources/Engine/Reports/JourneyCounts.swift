/// The most frequent of the paths that it is shown, shard by shard.
struct JourneyCounts<Path: JourneyPath>: Sendable {
  typealias Counted = (path: Path, count: Int)

  /// Counts from here on are told apart only at the end.
  private static var largestToldApart: Int { 1023 }

  private let most: Int
  private let seed: UInt64
  private var candidates: [Counted] = []
  /// A path that was counted less often is none of the most frequent.
  private var leastCount = 1
  /// How many candidates have each count.
  private var candidatesOfCount: [Int] = Array(repeating: 0, count: largestToldApart + 1)

  /// The paths of the shard in hand, each where its hash leads or in the next free place, and their counts.
  private var slots: [Path] = []
  private var counts: [Int] = []

  /// - Parameter seed: Of the hash by which the paths were dealt out to shards.
  init(most: Int, seed: UInt64) {
    self.most = most
    self.seed = seed
  }

  /// The `most` most frequent paths in their order: by count descending, then as `precedes` says.
  func mostFrequent(on scanner: Scanner, _ precedes: (Path, Path) -> Bool) -> [Counted] {
    let counts = scanner.first(most, of: candidates.indices.lazy.map { candidates[$0].count }, by: >)
    // Names are looked at only where counts leave the order open.
    let least = counts.count < most ? 0 : counts.last ?? 0
    let frequent = candidates.indices.lazy.filter { candidates[$0].count >= least }
    return scanner.first(most, of: frequent.map { candidates[$0] }) { a, b in
      a.count != b.count ? a.count > b.count : precedes(a.path, b.path)
    }
  }

  /// Takes what another thread found in other shards.
  mutating func merge(_ other: JourneyCounts) { candidates += other.candidates }

  /// Counts the paths of a shard. No other shard may have one of them.
  mutating func count(_ paths: [[Path]]) {
    clearSlots(for: paths.reduce(0) { $0 + $1.count })
    for paths in paths { countPaths(paths.span, seed, &slots, &counts) }
    for slot in counts.indices where counts[slot] >= leastCount {
      candidates.append((slots[slot], counts[slot]))
      candidatesOfCount[min(counts[slot], Self.largestToldApart)] += 1
    }
    raiseLeastCount()
  }

  private mutating func raiseLeastCount() {
    var candidates = 0
    var count = Self.largestToldApart
    while count >= leastCount {
      candidates += candidatesOfCount[count]
      if candidates >= most {
        leastCount = count
        return
      }
      count -= 1
    }
  }

  private mutating func clearSlots(for paths: Int) {
    var size = 64
    while size < 2 * paths { size *= 2 }
    slots.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    extend(&slots, to: size, with: Path())
    extend(&counts, to: size, with: 0)
  }
}

/// Counts each of `paths` in the slot where its hash leads, or in the next one that is free.
private func countPaths<Path: JourneyPath>(
  _ paths: Span<Path>, _ seed: UInt64, _ slots: inout [Path], _ counts: inout [Int]
) {
  let empty = Path()
  var slots = slots.mutableSpan
  var counts = counts.mutableSpan
  let mask = slots.count - 1
  for index in paths.indices {
    let path = paths[index]
    var slot = Int(truncatingIfNeeded: path.hash(seed)) & mask
    while slots[slot] != path, slots[slot] != empty { slot = (slot + 1) & mask }
    slots[slot] = path
    counts[slot] += 1
  }
}
