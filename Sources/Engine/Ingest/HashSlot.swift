/// A slot of an open-addressing hash table with linear probing, whose number of slots is a power of two. The entries
/// themselves are in arrays of the table that owns the slots.
struct HashSlot {
  /// 32 bits of the entry's hash: they determine the first slot to probe, and distinguish most unequal entries.
  var fingerprint: UInt32
  /// The entry's number + 1, 0 if the slot is free.
  var entry: UInt32

  static let free = HashSlot(fingerprint: 0, entry: 0)
}

extension [HashSlot] {
  /// Doubles the number of slots. The entries are not looked at: their fingerprints determine their new slots.
  mutating func grow() {
    let mask = count * 2 - 1
    var larger = Array(repeating: .free, count: mask + 1)
    for entry in self where entry.entry != 0 {
      var slot = Int(entry.fingerprint) & mask
      while larger[slot].entry != 0 { slot = (slot + 1) & mask }
      larger[slot] = entry
    }
    self = larger
  }
}
