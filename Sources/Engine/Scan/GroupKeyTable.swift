/// Assigns dense numbers to pairs of numbers: 0, 1, 2 … in order of first appearance.
///
/// The first half of a pair is often the number of another pair, so that one table for each level holds
/// tuples of any length: `number(number(a, b), c)`. Small pairs are looked up in a direct table, others in a
/// hash table.
struct GroupKeyTable: Sendable {
  private static let directTableLimit = 1 << 20

  private(set) var pairs: [(first: UInt32, second: UInt32)] = []
  /// Every second half is below this.
  private let secondCount: Int
  /// At first × `secondCount` + second: the number of the pair + 1, 0 if there is none. Grows with `first`.
  private var direct: [UInt32] = []
  /// The numbers of other pairs.
  private var slots = [HashSlot].slots(capacity: 0)

  /// The seed of the hash. It is random, so that nobody who chooses what is counted can make pairs collide.
  private let seed = UInt64.random(in: .min ... .max)

  init(secondCount: Int) { self.secondCount = secondCount }

  var count: Int { pairs.count }

  /// Replaces each of the first `count` elements of `firsts` by the number of its pair with the element of
  /// `seconds`.
  mutating func replace(_ firsts: inout [UInt32], with seconds: [UInt32], count: Int) {
    var index = 0
    while true {
      index = replaceKnown(&firsts, seconds, index..<count)
      if index == count { return }
      firsts[index] = number(firsts[index], seconds[index])
      index += 1
    }
  }

  mutating func number(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let index = Int(first) * secondCount + Int(second)
    if index >= Self.directTableLimit { return hashedNumber(first, second) }
    extend(&direct, to: index + 1, with: 0)
    if direct[index] == 0 {
      pairs.append((first, second))
      direct[index] = UInt32(pairs.count)
    }
    return direct[index] - 1
  }

  /// Replaces pairs until one is not in the direct table, and returns the index of that one.
  private func replaceKnown(_ firsts: inout [UInt32], _ seconds: [UInt32], _ indices: Range<Int>) -> Int {
    let direct = direct.span
    let seconds = seconds.span
    var firsts = firsts.mutableSpan
    precondition(indices.upperBound <= seconds.count && indices.upperBound <= firsts.count)
    for index in indices {
      let pair = Int(firsts[unchecked: index]) &* secondCount &+ Int(seconds[unchecked: index])
      guard pair < direct.count, direct[unchecked: pair] != 0 else { return index }
      firsts[unchecked: index] = direct[unchecked: pair] &- 1
    }
    return indices.upperBound
  }

  private mutating func hashedNumber(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let fingerprint = UInt32(
      truncatingIfNeeded: numberHash(UInt64(first) << 32 | UInt64(second), seed: seed))
    let slot = slots.slot(fingerprint) { pairs[Int($0)] == (first, second) }
    if let number = slots[slot].number { return number }
    let number = UInt32(pairs.count)
    pairs.append((first, second))
    slots.insert(fingerprint, number: number, at: slot)
    return number
  }
}
