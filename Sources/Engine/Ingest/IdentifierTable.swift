import System

/// Assigns dense numbers to distinct ids: 0, 1, 2 … in order of first appearance.
///
/// Ids are texts and compare as such. Nearly all are UUIDs in canonical form (lower case, hyphens) and are
/// stored as 16 bytes; any other text is stored as it is.
struct IdentifierTable {
  private var slots: [HashSlot]
  /// By number.
  private var ids: [IdentifierBits] = []
  private var texts = TextInterner()
  private var latest = LatestIdentifier()
  private let key = HashKey.ofProcess

  /// All tables share this memory until an id is added.
  private static let smallest = [HashSlot].slots(capacity: 0)

  /// Creates a table that holds `capacity` ids before it grows.
  init(capacity: Int = 0) {
    slots = capacity == 0 ? Self.smallest : .slots(capacity: capacity)
    ids.reserveCapacity(capacity)
  }

  var count: Int { ids.count }

  /// The identity hash of each id, by number.
  var identityHashes: [UInt64] {
    ids.map { id in
      id.textCode.map { texts.withBytes(of: $0) { Engine.identityHash($0) } } ?? identityHash(id)
    }
  }

  /// Returns the number of the id `text`, and whether the id is new.
  @inline(__always)
  mutating func number(of text: Bytes) -> (number: UInt32, isNew: Bool) {
    // Adjacent rows mostly belong to one visitor and repeat their ids.
    if let number = latest.number(of: text) { return (number, false) }
    let result = number(of: id(text))
    latest.store(text, number: result.number)
    return result
  }

  /// Returns the id `text` in the form in which this table stores it.
  @inline(__always)
  mutating func id(_ text: Bytes) -> IdentifierBits {
    IdentifierBits(canonical: text) ?? IdentifierBits(text: texts.code(of: text))
  }

  /// Returns this table's number of an id of another table.
  mutating func number(of number: UInt32, in other: IdentifierTable) -> UInt32 {
    let id = other.ids[Int(number)]
    guard let code = id.textCode else { return self.number(of: id).number }
    return self.number(of: IdentifierBits(text: texts.code(of: code, in: other.texts))).number
  }

  /// Returns the number of an id that this table has encoded (see ``id(_:)``).
  mutating func number(of id: IdentifierBits) -> (number: UInt32, isNew: Bool) {
    let fingerprint = UInt32(truncatingIfNeeded: id.hash(key))
    let slot = slots.slot(fingerprint) { ids[Int($0)] == id }
    if let number = slots[slot].number { return (number, false) }
    precondition(count < Int(UInt32.max) - 1, "over 4 billion ids")
    let number = UInt32(count)
    ids.append(id)
    slots.insert(fingerprint, number: number, at: slot)
    return (number, true)
  }
}

/// The id that was looked up last, if it is as long as a UUID.
private struct LatestIdentifier {
  private static let length = 36
  /// Its bytes as words of eight; the last two overlap.
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
  mutating func store(_ text: Bytes, number: UInt32) {
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
