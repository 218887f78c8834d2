/// The first items of a visit, packed as digits; the last item is the lowest digit.
///
/// There are several widths. A report uses the narrowest that holds the items of its website: mostly a path
/// is one word.
protocol JourneyPath: Equatable, BitwiseCopyable, Sendable {
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

/// Wide enough for 8 steps, however many items there are.
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

/// Wide enough for the maximum number of steps, however many items there are. The items are not packed.
struct LongJourneyPath: JourneyPath {
  static let maximumItems = 20
  static let bitWidth = maximumItems * UInt32.bitWidth

  /// Unused ones are 0.
  private var items: InlineArray<20, UInt32> = InlineArray(repeating: 0)
  private var count: UInt32 = 0

  mutating func append(_ item: UInt32, bits: Int) {
    items[Int(count)] = item
    count += 1
  }

  mutating func removeLast(bits: Int) -> UInt32 {
    if count == 0 { return 0 }
    count -= 1
    defer { items[Int(count)] = 0 }
    return items[Int(count)]
  }

  func itemCount(bits: Int) -> Int { Int(count) }

  func item(before others: Int, bits: Int) -> UInt32 { items[Int(count) - 1 - others] }

  func hash(_ seed: UInt64) -> UInt64 {
    var hash = seed
    for index in 0..<Int(count) { hash = numberHash(UInt64(items[index]), seed: hash) }
    return hash
  }

  static func == (a: LongJourneyPath, b: LongJourneyPath) -> Bool {
    var differing = a.count ^ b.count
    for index in a.items.indices { differing |= a.items[index] ^ b.items[index] }
    return differing == 0
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

  /// Up to this many paths are counted at once, because a shard for each few of them would take longer.
  private static var maximumUnshardedCount: Int { 4096 }

  /// The number of groups of shards that are counted one by one. No two groups have equal paths.
  var shardGroupCount: Int {
    let count = ([shards] + merged).reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    return count <= Self.maximumUnshardedCount ? 1 : Self.shardCount
  }

  /// Returns the paths of one of ``shardGroupCount`` groups, in several arrays.
  func shards(_ group: Int, of groups: Int) -> [[Path]] {
    if groups == 1 { return ([shards] + merged).flatMap { $0.filter { !$0.isEmpty } } }
    return [shards[group]] + merged.map { $0[group] }
  }
}

/// A hash table of paths, and the paths' counts. One is reused from group to group.
///
/// The paths themselves are in the slots: most are one word, so that a `HashSlot` with a number would take as much and
/// lead to a second array.
struct JourneyPathTable<Path: JourneyPath>: Sendable {
  private(set) var paths: [Path] = []
  /// By slot; 0 if the slot is free.
  private(set) var counts: [Int] = []

  /// Counts the paths of a group of shards, which have been hashed with `seed`, and no others. Returns their number.
  mutating func count(_ paths: [[Path]], seed: UInt64) -> Int {
    let pathCount = paths.reduce(0) { $0 + $1.count }
    clear(for: pathCount)
    for paths in paths { countPaths(paths.span, seed, &self.paths, &counts) }
    return pathCount
  }

  private mutating func clear(for pathCount: Int) {
    var size = 4
    while size < 2 * pathCount { size *= 2 }
    paths.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    extend(&paths, to: size, with: Path())
    extend(&counts, to: size, with: 0)
  }
}

/// Finds the most frequent paths, group by group of shards.
struct JourneyCounts<Path: JourneyPath>: Sendable {
  typealias Counted = (path: Path, count: Int)

  /// Counts of this or more are not distinguished until the end.
  private static var maximumDistinguishedCount: Int { 1023 }

  private let limit: Int
  private let countsPaths: Bool
  private let seed: UInt64
  private var candidates: [Counted] = []
  /// A path with a smaller count is not among the most frequent.
  private var leastCount: Int
  /// The number of candidates for each count, up to the largest one so far.
  private var candidatesOfCount: [Int] = []
  private var table = JourneyPathTable<Path>()
  /// The number of all paths.
  private(set) var visitCount = 0
  /// The number of distinct paths; 0 if they are not counted.
  private(set) var pathCount = 0

  /// - Parameter minimumCount: A path with a smaller count is not wanted.
  /// - Parameter countsPaths: Whether the distinct paths are counted.
  /// - Parameter seed: The seed of the hash by which the paths are sharded.
  init(limit: Int, minimumCount: Int = 1, countsPaths: Bool = false, seed: UInt64) {
    self.limit = limit
    self.countsPaths = countsPaths
    self.seed = seed
    leastCount = max(minimumCount, 1)
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

  /// Adds what another thread found in other groups.
  mutating func merge(_ other: JourneyCounts) {
    candidates += other.candidates
    visitCount += other.visitCount
    pathCount += other.pathCount
  }

  /// Counts the paths of a group of shards. No other group may contain one of them.
  mutating func count(_ paths: [[Path]]) {
    let count = table.count(paths, seed: seed)
    if count == 0 { return }
    visitCount += count
    let counts = table.counts
    if countsPaths { pathCount += counts.count { $0 != 0 } }
    for slot in counts.indices where counts[slot] >= leastCount {
      candidates.append((table.paths[slot], counts[slot]))
      let distinguished = min(counts[slot], Self.maximumDistinguishedCount)
      extend(&candidatesOfCount, to: distinguished + 1, with: 0)
      candidatesOfCount[distinguished] += 1
    }
    raiseLeastCount()
  }

  private mutating func raiseLeastCount() {
    var candidates = 0
    var count = candidatesOfCount.count - 1
    while count >= leastCount {
      candidates += candidatesOfCount[count]
      if candidates >= limit {
        leastCount = count
        return
      }
      count -= 1
    }
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
