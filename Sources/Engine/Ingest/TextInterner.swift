/// Assigns codes to distinct texts: 0, 1, 2 … in order of first appearance.
///
/// A hash table with open addressing over texts that are stored end to end in one array. Texts are equal if
/// their bytes are.
struct TextInterner {
  private var offsets: [UInt64] = [0]
  private var bytes: [UInt8] = []
  private var slots = [HashSlot].slots(capacity: 0)
  private var latest: UInt32 = 0
  private let key = HashKey.ofProcess

  /// Creates an interner in which the empty text has code 0, as in every dictionary.
  static func forDictionary() -> TextInterner { empty }

  /// Created once: most columns of most websites have no text, and share its memory.
  private static let empty = {
    var interner = TextInterner()
    _ = interner.code(of: Bytes(start: nil, count: 0))
    return interner
  }()

  var count: Int { offsets.count - 1 }

  mutating func code(of text: Bytes) -> UInt32 {
    // Adjacent rows mostly belong to one visitor and repeat their texts.
    if count > 0, isText(latest, text) { return latest }
    latest = lookUp(text)
    return latest
  }

  /// Returns the code of `text`, checking the existing code `guess` first.
  @inline(__always)
  mutating func code(of text: Bytes, guess: UInt32) -> UInt32 {
    isText(guess, text) ? guess : lookUp(text)
  }

  /// Returns the code of a text of another interner.
  mutating func code(of code: UInt32, in other: TextInterner) -> UInt32 {
    other.withBytes(of: code) { self.code(of: $0) }
  }

  func withBytes<Result>(of code: UInt32, _ body: (Bytes) -> Result) -> Result {
    let text = Int(offsets[Int(code)])..<Int(offsets[Int(code) + 1])
    return bytes.withUnsafeBufferPointer { body(Bytes(rebasing: $0[text])) }
  }

  /// Returns a dictionary of the texts so far, by code. The interner stays usable.
  func dictionary() -> TextDictionary {
    count == 1 && bytes.isEmpty ? .empty : TextDictionary(offsets: offsets, bytes: bytes)
  }

  /// Returns the code of `text` if it has one.
  func known(_ text: Bytes) -> UInt32? {
    slots[slots.slot(UInt32(truncatingIfNeeded: key.hash(text))) { isText($0, text) }].number
  }

  private mutating func lookUp(_ text: Bytes) -> UInt32 {
    let fingerprint = UInt32(truncatingIfNeeded: key.hash(text))
    let slot = slots.slot(fingerprint) { isText($0, text) }
    return slots[slot].number ?? add(text, fingerprint: fingerprint, slot: slot)
  }

  private mutating func add(_ text: Bytes, fingerprint: UInt32, slot: Int) -> UInt32 {
    let code = UInt32(count)
    bytes.append(contentsOf: text)
    offsets.append(UInt64(bytes.count))
    slots.insert(fingerprint, number: code, at: slot)
    return code
  }

  @inline(__always)
  private func isText(_ code: UInt32, _ text: Bytes) -> Bool {
    let start = Int(offsets[Int(code)])
    guard Int(offsets[Int(code) + 1]) - start == text.count else { return false }
    return bytes.withUnsafeBufferPointer {
      sameBytes(Bytes(rebasing: $0[start..<(start + text.count)]), text)
    }
  }
}
