/// How a visit began: its first items, packed as digits, the last one lowest.
///
/// There are several widths, and the narrowest that holds the items of a website is taken: most often a path
/// is one word.
protocol JourneyPath: Hashable, BitwiseCopyable, Sendable {
  static var bitWidth: Int { get }

  /// The path without items.
  init()

  mutating func append(_ item: UInt32, bits: Int)

  /// Takes the last item off and gives it; 0 where there is none.
  mutating func removeLast(bits: Int) -> UInt32

  /// How many items it has, the `end` among them; no item is 0.
  func itemCount(bits: Int) -> Int

  /// The item that so many others follow.
  func item(before others: Int, bits: Int) -> UInt32

  /// Equally spread over its upper and its lower bits, and not to be foreseen without the seed.
  func hash(_ seed: UInt64) -> UInt64
}

extension JourneyPath {
  /// The items, with the `end` that stands for null.
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
  func hash(_ seed: UInt64) -> UInt64 {
    let product = (self ^ seed).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}

extension UInt128: JourneyPath {
  @inline(__always)
  func hash(_ seed: UInt64) -> UInt64 {
    let upper = UInt64(truncatingIfNeeded: self >> 64).hash(seed)
    return (UInt64(truncatingIfNeeded: self) ^ upper).hash(seed)
  }
}

/// Wide enough for the most steps that can be asked for, whatever the number of items.
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
    // A shift by more bits than there are gives 0, and one to the other side is one by less than none.
    let shifted = low >> shift | high << (UInt128.bitWidth - shift)
    return UInt32(shifted & ((1 << bits) - 1))
  }

  func hash(_ seed: UInt64) -> UInt64 {
    (UInt128(high.hash(seed)) << 64 | UInt128(low.hash(seed))).hash(seed)
  }
}

/// Paths of visits, kept in shards by their hash, so that equal ones are counted shard by shard: in a table
/// that fits the cache, and on several threads.
struct JourneyPaths<Path: JourneyPath>: Sendable {
  static var shardCount: Int { 1 << shardBits }
  private static var shardBits: UInt64 { 7 }

  private var shards: [[Path]] = Array(repeating: [], count: shardCount)
  let seed: UInt64
  /// The shards of other threads, which are not worth copying.
  private var merged: [[[Path]]] = []

  /// - Parameter seed: Of the hash; the same for all that are merged.
  init(seed: UInt64) { self.seed = seed }

  mutating func add(_ path: Path) { shards[Int(path.hash(seed) &>> (64 - Self.shardBits))].append(path) }

  mutating func merge(_ other: JourneyPaths) {
    merged.append(other.shards)
    merged += other.merged
  }

  /// All paths whose hash leads to `shard`, in several arrays.
  func paths(inShard shard: Int) -> [[Path]] { [shards[shard]] + merged.map { $0[shard] } }
}

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
