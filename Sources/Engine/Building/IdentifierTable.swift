/// Gives equal ids equal dense numbers: 0, 1, 2 … in order of first appearance.
///
/// Ids are texts and compare as such. Those in the canonical form of a UUID (lower case, hyphens),
/// which is nearly all of them, are kept as 16 bytes; any other text is kept as it is.
struct IdentifierTable {
  /// Number + 1 of the id that hashes here, 0 where there is none; a power of two in size.
  private var slots: [UInt32]
  /// By number.
  private var ids: [UUIDBits] = []
  private var texts = TextInterner()
  private var latest = LatestIdentifier()
  private let seed: UInt64

  /// A table that takes `capacity` ids before it grows.
  init(capacity: Int = 0) {
    var size = 64
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    ids.reserveCapacity(capacity)
    seed = UInt64.random(in: .min ... .max)
  }

  var count: Int { ids.count }

  /// The key of each id, by number.
  var originKeys: [UInt64] {
    ids.map { id in id.textCode.map { texts.withBytes(of: $0) { Engine.originKey($0) } } ?? originKey(id) }
  }

  /// The number of the id `text`, and whether it was seen for the first time.
  @inline(__always)
  mutating func number(of text: Bytes) -> (number: UInt32, isNew: Bool) {
    // Neighbouring rows mostly belong to one visitor and repeat their ids.
    if let number = latest.number(of: text) { return (number, false) }
    let result = number(of: UUIDBits(canonical: text) ?? UUIDBits(text: texts.code(of: text)))
    latest.keep(text, number: result.number)
    return result
  }

  /// The number here of an id of another table.
  mutating func number(of number: UInt32, in other: IdentifierTable) -> UInt32 {
    let id = other.ids[Int(number)]
    guard let code = id.textCode else { return self.number(of: id).number }
    return self.number(of: UUIDBits(text: texts.code(of: code, in: other.texts))).number
  }

  /// The number of an id that is a UUID, or a text whose code every caller has from the same interner.
  mutating func number(of id: UUIDBits) -> (number: UInt32, isNew: Bool) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: id.hash(seed: seed)) & mask
    while slots[slot] != 0 {
      let number = slots[slot] - 1
      if ids[Int(number)] == id { return (number, false) }
      slot = (slot + 1) & mask
    }
    precondition(count < Int(UInt32.max) - 1, "over 4 billion ids")
    let number = UInt32(count)
    ids.append(id)
    slots[slot] = number + 1
    if count * 2 > slots.count { grow() }
    return (number, true)
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = Array(repeating: 0, count: mask + 1)
    for (number, id) in ids.enumerated() {
      var slot = Int(truncatingIfNeeded: id.hash(seed: seed)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number) + 1
    }
  }
}

/// The id that was asked for last, where it is as long as a UUID.
private struct LatestIdentifier {
  private static let length = 36
  /// Its bytes in words of eight, of which the last two overlap.
  private var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
  private var number: UInt32?

  @inline(__always)
  func number(of text: Bytes) -> UInt32? {
    guard text.count == Self.length, let start = text.baseAddress else { return nil }
    let other = Self.words(start)
    let difference =
      (words.0 ^ other.0) | (words.1 ^ other.1) | (words.2 ^ other.2) | (words.3 ^ other.3)
      | (words.4 ^ other.4)
    return difference == 0 ? number : nil
  }

  @inline(__always)
  mutating func keep(_ text: Bytes, number: UInt32) {
    guard text.count == Self.length, let start = text.baseAddress else { return }
    words = Self.words(start)
    self.number = number
  }

  /// Sound: the last byte that is read is the last of 36.
  @inline(__always)
  private static func words(_ start: UnsafePointer<UInt8>) -> (UInt64, UInt64, UInt64, UInt64, UInt64) {
    (loadWord(start), loadWord(start + 8), loadWord(start + 16), loadWord(start + 24), loadWord(start + 28))
  }
}
