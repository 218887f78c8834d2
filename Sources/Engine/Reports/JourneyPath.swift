/// How a visit began: its first items, then fillers. Wide enough for the most steps that can be asked for.
typealias JourneyPath = SIMD8<UInt32>

extension JourneyPath {
  static let empty = JourneyPath(repeating: JourneyItems.filler)

  /// The items, with the `end` that stands for null.
  var items: [UInt32] { indices.map { self[$0] }.filter { $0 != JourneyItems.filler } }

  var hash: UInt64 {
    let words = unsafeBitCast(self, to: SIMD4<UInt64>.self)
    let first = (words[0] ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: words[1] ^ 0xD6E8_FEB8_6659_FD93)
    let second = (words[2] ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: words[3] ^ 0xE703_7ED1_A0B4_28DB)
    let mixed = (first.high ^ first.low ^ second.high &* 31 ^ second.low).multipliedFullWidth(
      by: 0x8EBC_6AF0_9C88_C6E3)
    return mixed.high ^ mixed.low
  }
}

/// Paths of visits, kept in shards by their hash, so that equal ones are counted shard by shard: in a table
/// that fits the cache, and on several threads.
struct JourneyPaths: Sendable {
  static let shardCount = 64

  private var shards: [[JourneyPath]] = Array(repeating: [], count: shardCount)

  mutating func add(_ path: JourneyPath) { shards[Int(path.hash >> 58)].append(path) }

  mutating func merge(_ other: JourneyPaths) {
    for shard in shards.indices { shards[shard] += other.shards[shard] }
  }

  /// The distinct paths of a shard that pass `test`, and how often each stands there: the `most` most
  /// frequent, and all that are as frequent as the last of them.
  func mostFrequent(
    _ most: Int, inShard shard: Int, where test: (JourneyPath) -> Bool
  ) -> [(path: JourneyPath, count: Int)] {
    let paths = shards[shard]
    var slots = Array(repeating: UInt32(0), count: slotCount(for: paths.count))
    var firsts: [UInt32] = []
    var counts: [Int] = []
    let mask = slots.count - 1
    for (index, path) in paths.enumerated() {
      var slot = Int(truncatingIfNeeded: path.hash) & mask
      while slots[slot] != 0, paths[Int(firsts[Int(slots[slot]) - 1])] != path { slot = (slot + 1) & mask }
      if slots[slot] == 0 {
        firsts.append(UInt32(index))
        counts.append(0)
        slots[slot] = UInt32(firsts.count)
      }
      counts[Int(slots[slot]) - 1] += 1
    }
    let found = zip(firsts, counts).map { (path: paths[Int($0)], count: $1) }.filter { test($0.path) }
    return atLeastAsFrequent(found, most)
  }

  private func slotCount(for paths: Int) -> Int {
    var count = 64
    while count < 2 * paths { count *= 2 }
    return count
  }
}

/// The `most` most frequent paths, and all that are as frequent as the last of them.
func atLeastAsFrequent(
  _ paths: [(path: JourneyPath, count: Int)], _ most: Int
) -> [(path: JourneyPath, count: Int)] {
  guard paths.count > most else { return paths }
  let threshold = paths.map(\.count).sorted(by: >)[most - 1]
  return paths.filter { $0.count >= threshold }
}
