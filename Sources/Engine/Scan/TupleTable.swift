/// Assigns dense numbers to tuples of numbers, all of one length: 0, 1, 2 … in order of first appearance.
///
/// A hash table with open addressing over tuples that are stored end to end in one array. If tuples are long,
/// it takes far less memory than a `GroupKeyTable` for each level. The hash is seeded at random, so that
/// nobody who chooses what is counted can make tuples collide.
struct TupleTable: Sendable {
  private let width: Int
  private var tuples: [UInt32] = []
  private(set) var count = 0
  /// A power of two in number. A slot holds 32 bits of the tuple's hash, and below them its number + 1; 0 if
  /// it is free.
  private var slots: [UInt64] = Array(repeating: 0, count: 64)
  private let seed = UInt64.random(in: .min ... .max)

  /// - Parameter width: The length of a tuple, at least 1.
  init(width: Int) { self.width = width }

  /// Returns the tuple with this number.
  subscript(number: Int) -> ArraySlice<UInt32> { tuples[number * width..<(number + 1) * width] }

  /// Replaces each of the first `count` of `numbers` by the number of the tuple at the same index. `tuples`
  /// are stored end to end.
  mutating func replace(_ numbers: inout [UInt32], with tuples: [UInt32], count: Int) {
    precondition(tuples.count >= count * width && numbers.count >= count)
    for place in 0..<count {
      numbers[place] = number(of: tuples.span.extracting(place * width..<(place + 1) * width))
    }
  }

  /// Returns the number of `tuple`.
  mutating func number(of tuple: Span<UInt32>) -> UInt32 {
    let fingerprint = hash(tuple) >> 32
    let mask = slots.count - 1
    var slot = Int(fingerprint) & mask
    while slots[slot] != 0 {
      let number = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) - 1
      if slots[slot] >> 32 == fingerprint, isTuple(number, tuple) { return UInt32(number) }
      slot = (slot + 1) & mask
    }
    for index in tuple.indices { tuples.append(tuple[index]) }
    count += 1
    slots[slot] = fingerprint << 32 | UInt64(count)
    if count * 2 > slots.count { grow() }
    return UInt32(count - 1)
  }

  private func isTuple(_ number: Int, _ tuple: Span<UInt32>) -> Bool {
    let known = tuples.span.extracting(number * width..<(number + 1) * width)
    var differing: UInt32 = 0
    for index in known.indices { differing |= known[index] ^ tuple[index] }
    return differing == 0
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    var larger = Array(repeating: UInt64(0), count: mask + 1)
    for entry in slots where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = entry
    }
    slots = larger
  }

  private func hash(_ tuple: Span<UInt32>) -> UInt64 {
    var hash = seed
    for index in tuple.indices {
      let product = (hash ^ UInt64(tuple[index])).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      hash = product.high ^ product.low
    }
    return hash
  }
}
