/// The first items of a visit, packed as digits; the last item is the lowest digit.
///
/// There are several widths. A report uses the narrowest that holds the items of its website: mostly a path
/// is one word.
protocol JourneyPath: Hashable, BitwiseCopyable, Sendable {
  static var bitWidth: Int { get }

  /// Creates the path without items.
  init()

  mutating func append(_ item: UInt32, bits: Int)

  /// Removes and returns the last item; 0 if there is none.
  mutating func removeLast(bits: Int) -> UInt32

  /// Returns the number of items, including `end`; no item is 0.
  func itemCount(bits: Int) -> Int

  /// Returns the item that is followed by `others` more items.
  func item(before others: Int, bits: Int) -> UInt32

  /// Returns a hash that is uniform in its upper and lower bits, and unpredictable without the seed.
  func hash(_ seed: UInt64) -> UInt64
}

extension JourneyPath {
  /// Returns the items; `end` represents null.
  func items(bits: Int) -> [UInt32] {
    var (path, items) = (self, [UInt32]())
    while path != Self() { items.append(path.removeLast(bits: bits)) }
    return items.reversed()
  }
}

extension JourneyPath where Self: FixedWidthInteger {
  @inline(__always)
  mutating func append(_ item: UInt32, bits: Int) {
    self = self &<< Self(truncatingIfNeeded: bits) | Self(truncatingIfNeeded: item)
  }

  mutating func removeLast(bits: Int) -> UInt32 {
    let item = UInt32(truncatingIfNeeded: self) & UInt32(truncatingIfNeeded: (UInt64(1) << bits) - 1)
    self >>= bits
    return item
  }
}

extension JourneyPath where Self: FixedWidthInteger {
  func itemCount(bits: Int) -> Int { (Self.bitWidth - leadingZeroBitCount + bits - 1) / bits }

  func item(before others: Int, bits: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: (self >> (others * bits)) & Self((UInt64(1) << bits) - 1))
  }
}

extension UInt64: JourneyPath {
  @inline(__always)
  func hash(_ seed: UInt64) -> UInt64 { numberHash(self, seed: seed) }
}

extension UInt128: JourneyPath {
  @inline(__always)
  func hash(_ seed: UInt64) -> UInt64 {
    let upper = UInt64(truncatingIfNeeded: self >> 64).hash(seed)
    return (UInt64(truncatingIfNeeded: self) ^ upper).hash(seed)
  }
}

/// Wide enough for the maximum number of steps, however many items there are.
struct WideJourneyPath: JourneyPath {
  static let bitWidth = 256

  private var high: UInt128 = 0
  private var low: UInt128 = 0

  mutating func append(_ item: UInt32, bits: Int) {
    high = high << bits | low >> (UInt128.bitWidth - bits)
    low = low << bits | UInt128(item)
  }

  mutating func removeLast(bits: Int) -> UInt32 {
    let item = low & ((1 << bits) - 1)
    low = low >> bits | high << (UInt128.bitWidth - bits)
    high >>= bits
    return UInt32(item)
  }

  func itemCount(bits: Int) -> Int {
    let unused = high == 0 ? UInt128.bitWidth + low.leadingZeroBitCount : high.leadingZeroBitCount
    return (Self.bitWidth - unused + bits - 1) / bits
  }

  func item(before others: Int, bits: Int) -> UInt32 {
    let shift = others * bits
    // A shift by at least the bit width gives 0, and a shift by a negative amount shifts the other way.
    let shifted = low >> shift | high << (UInt128.bitWidth - shift)
    return UInt32(shifted & ((1 << bits) - 1))
  }

  func hash(_ seed: UInt64) -> UInt64 {
    (UInt128(high.hash(seed)) << 64 | UInt128(low.hash(seed))).hash(seed)
  }
}

/// The paths of visits, sharded by their hash. Equal paths are in one shard, so shards are counted one by
/// one, each in a table that fits the cache, and on several threads.
struct JourneyPaths<Path: JourneyPath>: Sendable {
  static var shardCount: Int { 1 << shardBits }
  private static var shardBits: UInt64 { 7 }

  private var shards: [[Path]] = Array(repeating: [], count: shardCount)
  let seed: UInt64
  /// The shards of other threads. They are kept as they are, because copying them would take longer.
  private var merged: [[[Path]]] = []

  /// - Parameter seed: The seed of the hash; the same for all paths that are merged.
  init(seed: UInt64) { self.seed = seed }

  mutating func add(_ path: Path) { shards[Int(path.hash(seed) &>> (64 - Self.shardBits))].append(path) }

  mutating func merge(_ other: JourneyPaths) {
    merged.append(other.shards)
    merged += other.merged
  }

  /// Returns all paths whose hash leads to `shard`, in several arrays.
  func paths(inShard shard: Int) -> [[Path]] { [shards[shard]] + merged.map { $0[shard] } }
}

/// Finds the most frequent paths, shard by shard.
struct JourneyCounts<Path: JourneyPath>: Sendable {
  typealias Counted = (path: Path, count: Int)

  /// Counts of this or more are not distinguished until the end.
  private static var maximumDistinguishedCount: Int { 1023 }

  private let limit: Int
  private let seed: UInt64
  private var candidates: [Counted] = []
  /// A path with a smaller count is not among the most frequent.
  private var leastCount = 1
  /// The number of candidates for each count.
  private var candidatesOfCount: [Int] = Array(repeating: 0, count: maximumDistinguishedCount + 1)

  /// A hash table of the current shard's paths, and the paths' counts. The paths themselves are in the slots: most are
  /// one word, so that a `HashSlot` with a number would take as much and lead to a second array.
  private var slots: [Path] = []
  private var counts: [Int] = []

  /// - Parameter seed: The seed of the hash by which the paths are sharded.
  init(limit: Int, seed: UInt64) {
    self.limit = limit
    self.seed = seed
  }

  /// Returns the `limit` most frequent paths: by count descending, then in the order of `precedes`.
  func mostFrequent(on executor: ParallelExecutor, _ precedes: (Path, Path) -> Bool) -> [Counted] {
    let counts = executor.first(limit, of: candidates.indices.lazy.map { candidates[$0].count }, by: >)
    // Names are compared only if counts leave the order open.
    let least = counts.count < limit ? 0 : counts.last ?? 0
    let frequent = candidates.indices.lazy.filter { candidates[$0].count >= least }
    return executor.first(limit, of: frequent.map { candidates[$0] }) { a, b in
      a.count != b.count ? a.count > b.count : precedes(a.path, b.path)
    }
  }

  /// Adds the candidates that another thread found in other shards.
  mutating func merge(_ other: JourneyCounts) { candidates += other.candidates }

  /// Counts the paths of a shard. No other shard may contain one of them.
  mutating func count(_ paths: [[Path]]) {
    let pathCount = paths.reduce(0) { $0 + $1.count }
    if pathCount == 0 { return }
    clearSlots(for: pathCount)
    for paths in paths { countPaths(paths.span, seed, &slots, &counts) }
    for slot in counts.indices where counts[slot] >= leastCount {
      candidates.append((slots[slot], counts[slot]))
      candidatesOfCount[min(counts[slot], Self.maximumDistinguishedCount)] += 1
    }
    raiseLeastCount()
  }

  private mutating func raiseLeastCount() {
    var candidates = 0
    var count = Self.maximumDistinguishedCount
    while count >= leastCount {
      candidates += candidatesOfCount[count]
      if candidates >= limit {
        leastCount = count
        return
      }
      count -= 1
    }
  }

  private mutating func clearSlots(for paths: Int) {
    var size = 4
    while size < 2 * paths { size *= 2 }
    slots.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    extend(&slots, to: size, with: Path())
    extend(&counts, to: size, with: 0)
  }
}

/// Counts each of `paths` in the slot to which its hash leads, or in the next free one.
private func countPaths<Path: JourneyPath>(
  _ paths: Span<Path>, _ seed: UInt64, _ slots: inout [Path], _ counts: inout [Int]
) {
  let empty = Path()
  var slots = slots.mutableSpan
  var counts = counts.mutableSpan
  for index in paths.indices {
    let path = paths[index]
    let hash = UInt32(truncatingIfNeeded: path.hash(seed))
    let slot = probe(hash, slotCount: slots.count) { slots[$0] == path || slots[$0] == empty }
    slots[slot] = path
    counts[slot] += 1
  }
}
