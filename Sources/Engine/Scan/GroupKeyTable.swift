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
  /// A hash table whose size is a power of two. A slot holds the number of its pair + 1, or 0 if it is free.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)

  /// The seed of the hash. It is random, so that nobody who chooses what is counted can make pairs collide.
  private let seed = UInt64.random(in: .min ... .max)

  init(secondCount: Int) { self.secondCount = secondCount }

  var count: Int { pairs.count }

  /// Replaces each of the first `count` elements of `firsts` by the number of its pair with the element of
  /// `seconds`.
  mutating func replace(_ firsts: inout [UInt32], with seconds: [UInt32], count: Int) {
    var place = 0
    while true {
      place = replaceKnown(&firsts, seconds, place..<count)
      if place == count { return }
      firsts[place] = number(firsts[place], seconds[place])
      place += 1
    }
  }

  mutating func number(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let place = Int(first) * secondCount + Int(second)
    if place >= Self.directTableLimit { return hashedNumber(first, second) }
    extend(&direct, to: place + 1, with: 0)
    if direct[place] == 0 {
      pairs.append((first, second))
      direct[place] = UInt32(pairs.count)
    }
    return direct[place] - 1
  }

  /// Replaces pairs until one is not in the direct table, and returns the index of that one.
  private func replaceKnown(_ firsts: inout [UInt32], _ seconds: [UInt32], _ places: Range<Int>) -> Int {
    let direct = direct.span
    let seconds = seconds.span
    var firsts = firsts.mutableSpan
    precondition(places.upperBound <= seconds.count && places.upperBound <= firsts.count)
    for place in places {
      let pair = Int(firsts[unchecked: place]) &* secondCount &+ Int(seconds[unchecked: place])
      guard pair < direct.count, direct[unchecked: pair] != 0 else { return place }
      firsts[unchecked: place] = direct[unchecked: pair] &- 1
    }
    return places.upperBound
  }

  private mutating func hashedNumber(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let mask = slots.count - 1
    var slot = hash(first, second) & mask
    while slots[slot] != 0 {
      let number = slots[slot] - 1
      if pairs[Int(number)] == (first, second) { return number }
      slot = (slot + 1) & mask
    }
    pairs.append((first, second))
    slots[slot] = UInt32(pairs.count)
    if pairs.count * 2 > slots.count { grow() }
    return UInt32(pairs.count - 1)
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = Array(repeating: 0, count: mask + 1)
    for (number, pair) in pairs.enumerated()
    where Int(pair.first) * secondCount + Int(pair.second) >= Self.directTableLimit {
      var slot = hash(pair.first, pair.second) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number) + 1
    }
  }

  private func hash(_ first: UInt32, _ second: UInt32) -> Int {
    let product = ((UInt64(first) << 32 | UInt64(second)) ^ seed)
      .multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }
}
