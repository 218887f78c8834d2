/// Assigns dense numbers to tuples of numbers, all of one length: 0, 1, 2 … in order of first appearance.
///
/// A hash table with open addressing over tuples that are stored end to end in one array. If tuples are long,
/// it takes far less memory than a `GroupKeyTable` for each level. The hash is seeded at random, so that
/// nobody who chooses what is counted can make tuples collide.
struct TupleTable: Sendable {
  private let width: Int
  private var tuples: [UInt32] = []
  private(set) var count = 0
  private var slots = [HashSlot].slots(capacity: 0)
  private let seed = UInt64.random(in: .min ... .max)

  /// - Parameter width: The length of a tuple, at least 1.
  init(width: Int) { self.width = width }

  /// Returns the tuple with this number.
  subscript(number: Int) -> ArraySlice<UInt32> { tuples[number * width..<(number + 1) * width] }

  /// Replaces each of the first `count` of `numbers` by the number of the tuple at the same index. `tuples`
  /// are stored end to end.
  mutating func replace(_ numbers: inout [UInt32], with tuples: [UInt32], count: Int) {
    precondition(tuples.count >= count * width && numbers.count >= count)
    for index in 0..<count {
      numbers[index] = number(of: tuples.span.extracting(index * width..<(index + 1) * width))
    }
  }

  /// Returns the number of `tuple`.
  mutating func number(of tuple: Span<UInt32>) -> UInt32 {
    let fingerprint = UInt32(truncatingIfNeeded: hash(tuple))
    let slot = slots.slot(fingerprint) { isTuple(Int($0), tuple) }
    if let number = slots[slot].number { return number }
    let number = UInt32(count)
    for index in tuple.indices { tuples.append(tuple[index]) }
    count += 1
    slots.insert(fingerprint, number: number, at: slot)
    return number
  }

  private func isTuple(_ number: Int, _ tuple: Span<UInt32>) -> Bool {
    let known = tuples.span.extracting(number * width..<(number + 1) * width)
    var differing: UInt32 = 0
    for index in known.indices { differing |= known[index] ^ tuple[index] }
    return differing == 0
  }

  private func hash(_ tuple: Span<UInt32>) -> UInt64 {
    var hash = seed
    for index in tuple.indices { hash = numberHash(UInt64(tuple[index]), seed: hash) }
    return hash
  }
}
