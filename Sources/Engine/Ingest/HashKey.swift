import System

/// Hashes ids and texts, which visitors choose: wyhash (final version 4) with a secret that is random in
/// every process, so that nobody can choose colliding values. Nothing outside a hash table depends on these
/// hashes.
///
/// One product of 64 by 64 bits hashes 16 bytes. The secret must be random: with wyhash's published one,
/// words can be chosen that make a factor zero.
struct HashKey: Sendable {
  private let seed: UInt64
  private let (first, second, third, fourth): (UInt64, UInt64, UInt64, UInt64)

  /// The key of all hash tables of this process.
  static let ofProcess = {
    var random = SystemRandomNumberGenerator()
    return HashKey(
      seed: random.next(),
      secret: (random.next() | 1, random.next() | 1, random.next() | 1, random.next() | 1))
  }()

  init(seed: UInt64, secret: (UInt64, UInt64, UInt64, UInt64)) {
    (first, second, third, fourth) = secret
    self.seed = seed ^ mix(seed ^ secret.0, secret.1)
  }

  /// Hashes a text.
  @inline(__always)
  func hash(_ bytes: Bytes) -> UInt64 {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return finish(0, 0, seed, 0) }
    let count = bytes.count
    // Sound: every word that is read lies within `count` bytes.
    guard count > 16 else {
      guard count >= 4 else {
        let word =
          UInt64(start[0]) << 16 | UInt64(start[count >> 1]) << 8 | UInt64(start[count - 1])
        return finish(word, 0, seed, count)
      }
      let middle = (count >> 3) << 2
      let (end, before) = (count - 4, count - 4 - middle)
      return finish(
        loadHalfWord(start) << 32 | loadHalfWord(start + middle),
        loadHalfWord(start + end) << 32 | loadHalfWord(start + before), seed, count)
    }
    return hashLong(start, count)
  }

  private func hashLong(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    var (hash, rest, position) = (seed, count, start)
    if rest >= 48 {
      var (hash1, hash2) = (seed, seed)
      repeat {
        hash = mix(loadWord(position) ^ second, loadWord(position + 8) ^ hash)
        hash1 = mix(loadWord(position + 16) ^ third, loadWord(position + 24) ^ hash1)
        hash2 = mix(loadWord(position + 32) ^ fourth, loadWord(position + 40) ^ hash2)
        position += 48
        rest -= 48
      } while rest >= 48
      hash ^= hash1 ^ hash2
    }
    while rest > 16 {
      hash = mix(loadWord(position) ^ second, loadWord(position + 8) ^ hash)
      position += 16
      rest -= 16
    }
    return finish(loadWord(start + (count - 16)), loadWord(start + (count - 8)), hash, count)
  }

  /// Hashes 16 bytes.
  @inline(__always)
  func hash(_ high: UInt64, _ low: UInt64) -> UInt64 { finish(high, low, seed, 16) }

  /// Hashes a word.
  @inline(__always)
  func hash(_ word: UInt64) -> UInt64 { finish(word, 0, seed, 8) }

  @inline(__always)
  private func finish(_ a: UInt64, _ b: UInt64, _ hash: UInt64, _ count: Int) -> UInt64 {
    let product = (a ^ second).multipliedFullWidth(by: b ^ hash)
    return mix(product.low ^ first ^ UInt64(truncatingIfNeeded: count), product.high ^ second)
  }
}

/// Hashes a number that this process has assigned to something, such as a code, or several in one word. With a random
/// `seed`, nobody who chooses what is counted can make words collide. A `HashKey`, which must also withstand texts
/// that are chosen to make a factor zero, takes two products for a word instead of one.
@inline(__always)
func numberHash(_ word: UInt64, seed: UInt64) -> UInt64 { mix(word ^ seed, 0xD6E8_FEB8_6659_FD93) }

/// Returns the exclusive or of the halves of a product.
@inline(__always)
private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}
