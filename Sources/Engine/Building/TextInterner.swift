/// Gives equal texts equal codes: 0, 1, 2 … in order of first appearance.
///
/// A hash table with open addressing over texts that stand end to end in one array. Texts are the same
/// when their bytes are. The hash is seeded at random, so that no input can be made to collide.
struct TextInterner {
  private var offsets: [UInt32] = [0]
  private var bytes: [UInt8] = []
  /// Code + 1 of the text that hashes here, 0 where there is none; a power of two in size.
  private var slots: [UInt32]
  /// The upper half of each text's hash, by code: most unequal texts are told apart by it.
  private var fingerprints: [UInt32] = []
  private var latest: UInt32?
  private let seed: UInt64

  init() {
    slots = Array(repeating: 0, count: 64)
    seed = UInt64.random(in: .min ... .max)
  }

  /// An interner that gives the empty text code 0, as every dictionary has it.
  static func forDictionary() -> TextInterner {
    var interner = TextInterner()
    _ = interner.code(of: Bytes(start: nil, count: 0))
    return interner
  }

  var count: Int { offsets.count - 1 }

  mutating func code(of text: Bytes) -> UInt32 {
    // Neighbouring rows mostly belong to one visitor and repeat their texts.
    if let latest, isText(latest, text) { return latest }
    let code = lookUp(text)
    latest = code
    return code
  }

  /// The texts by code; the interner may go on.
  func dictionary() -> TextDictionary { TextDictionary(offsets: offsets, bytes: bytes) }

  private mutating func lookUp(_ text: Bytes) -> UInt32 {
    let hash = hashBytes(text, seed: seed)
    let fingerprint = UInt32(truncatingIfNeeded: hash >> 32)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let code = slots[slot] - 1
      if fingerprints[Int(code)] == fingerprint, isText(code, text) { return code }
      slot = (slot + 1) & mask
    }
    return add(text, fingerprint: fingerprint, slot: slot)
  }

  private mutating func add(_ text: Bytes, fingerprint: UInt32, slot: Int) -> UInt32 {
    let code = UInt32(count)
    bytes.append(contentsOf: text)
    precondition(bytes.count <= Int(UInt32.max), "over 4 GiB of distinct texts in one column")
    offsets.append(UInt32(bytes.count))
    fingerprints.append(fingerprint)
    slots[slot] = code + 1
    if count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = Array(repeating: 0, count: mask + 1)
    for code in 0..<count {
      let text = Int(offsets[code])..<Int(offsets[code + 1])
      let hash = bytes.withUnsafeBufferPointer { hashBytes(Bytes(rebasing: $0[text]), seed: seed) }
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(code) + 1
    }
  }

  private func isText(_ code: UInt32, _ text: Bytes) -> Bool {
    let range = Int(offsets[Int(code)])..<Int(offsets[Int(code) + 1])
    guard range.count == text.count else { return false }
    return bytes.withUnsafeBufferPointer { sameBytes(Bytes(rebasing: $0[range]), text) }
  }
}

/// A 64-bit hash of bytes: eight at a time through a widening multiplication, whose halves are mixed.
func hashBytes(_ bytes: Bytes, seed: UInt64) -> UInt64 {
  var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count)
  var index = 0
  let raw = UnsafeRawBufferPointer(bytes)
  while index + 8 <= raw.count {
    hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    index += 8
  }
  var tail: UInt64 = 0
  while index < raw.count {
    tail = tail << 8 | UInt64(raw[index])
    index += 1
  }
  return mix(hash ^ tail)
}

/// Spreads the bits of `word` over the whole word.
@inline(__always)
private func mix(_ word: UInt64) -> UInt64 {
  let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
  return product.high ^ product.low ^ (word >> 32)
}
