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
