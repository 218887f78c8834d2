/// Linear probing, which all hash tables with open addressing share: returns the first slot for which `isFound` returns
/// true, from the slot to which `hash` leads. The number of slots is a power of two, and one of them must be found.
@inlinable
@inline(__always)
public func probe(_ hash: UInt32, slotCount: Int, _ isFound: (_ slot: Int) -> Bool) -> Int {
  let mask = slotCount &- 1
  var slot = Int(truncatingIfNeeded: hash) & mask
  while !isFound(slot) { slot = (slot &+ 1) & mask }
  return slot
}

/// A slot of a hash table with open addressing. The entries themselves are in arrays of the table that owns the slots.
struct HashSlot {
  /// 32 bits of the entry's hash: they determine the first slot to probe, and distinguish most unequal entries.
  private(set) var fingerprint: UInt32
  /// The entry's number + 1, 0 if the slot is free.
  private var entry: UInt32

  static let free = HashSlot(fingerprint: 0, entry: 0)

  private init(fingerprint: UInt32, entry: UInt32) {
    self.fingerprint = fingerprint
    self.entry = entry
  }

  init(fingerprint: UInt32, number: UInt32) { self.init(fingerprint: fingerprint, entry: number + 1) }

  @inline(__always)
  var isFree: Bool { entry == 0 }

  /// The entry's number; nil if the slot is free.
  @inline(__always)
  var number: UInt32? { entry == 0 ? nil : entry &- 1 }
}

extension [HashSlot] {
  /// Free slots for `capacity` entries, of which at most half are used.
  static func slots(capacity: Int) -> [HashSlot] {
    Array(repeating: .free, count: slotCount(capacity: capacity))
  }

  static func slotCount(capacity: Int) -> Int {
    var count = 16
    while count < capacity * 2 { count *= 2 }
    return count
  }

  /// Returns the slot of the entry with this fingerprint for whose number `isEntry` returns true, or the free slot
  /// for it.
  @inline(__always)
  func slot(_ fingerprint: UInt32, _ isEntry: (UInt32) -> Bool) -> Int {
    probe(fingerprint, slotCount: count) { slot in
      guard let number = self[slot].number else { return true }
      // Nearly all entries with equal fingerprints are equal.
      return self[slot].fingerprint == fingerprint && isEntry(number)
    }
  }

  /// Makes `slot`, which is free, that of the entry `number`, which is the latest: numbers are dense.
  @inline(__always)
  mutating func insert(_ fingerprint: UInt32, number: UInt32, at slot: Int) {
    self[slot] = HashSlot(fingerprint: fingerprint, number: number)
    if (Int(number) + 1) * 2 > count { grow() }
  }

  /// Doubles the number of slots. The entries are not compared: their fingerprints determine their new slots.
  private mutating func grow() {
    var larger = Array(repeating: .free, count: count * 2)
    for entry in self where !entry.isFree {
      larger[probe(entry.fingerprint, slotCount: larger.count) { larger[$0].isFree }] = entry
    }
    self = larger
  }
}
