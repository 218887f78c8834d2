/// Gives equal ids equal dense numbers: 0, 1, 2 … in order of first appearance.
///
/// Ids are texts and compare as such. Those in the canonical form of a UUID (lower case, hyphens),
/// which is nearly all of them, are kept as 16 bytes; any other text is kept as it is.
struct IdentifierTable {
  private var slots: [UInt32]
  private var uuids: [UUIDBits] = []
  /// The numbers of the ids that are not UUIDs, by their code in `texts`.
  private var textNumbers: [UInt32] = []
  private var texts = TextInterner()
  private let seed: UInt64
  private(set) var count = 0

  init() {
    slots = Array(repeating: 0, count: 64)
    seed = UInt64.random(in: .min ... .max)
  }

  /// The number of the id `text`, and whether it was seen for the first time.
  mutating func number(of text: Bytes) -> (number: UInt32, isNew: Bool) {
    guard let uuid = UUIDBits(canonical: text) else { return numberOfText(text) }
    let mask = slots.count - 1
    var slot = uuid.hash(seed: seed) & mask
    while slots[slot] != 0 {
      let number = slots[slot] - 1
      if uuids[Int(number)] == uuid { return (number, false) }
      slot = (slot + 1) & mask
    }
    let number = next(uuid)
    slots[slot] = number + 1
    if count * 2 > slots.count { grow() }
    return (number, true)
  }

  private mutating func numberOfText(_ text: Bytes) -> (number: UInt32, isNew: Bool) {
    let code = Int(texts.code(of: text))
    if code < textNumbers.count { return (textNumbers[code], false) }
    let number = next(.none)
    textNumbers.append(number)
    return (number, true)
  }

  private mutating func next(_ uuid: UUIDBits) -> UInt32 {
    precondition(count < Int(UInt32.max) - 1, "over 4 billion ids")
    uuids.append(uuid)
    count += 1
    return UInt32(count - 1)
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = Array(repeating: 0, count: mask + 1)
    for (number, uuid) in uuids.enumerated() where uuid != .none {
      var slot = uuid.hash(seed: seed) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number) + 1
    }
  }
}

/// The 128 bits of a UUID.
struct UUIDBits: Equatable {
  let high: UInt64
  let low: UInt64

  /// Stands for "not a UUID". No UUID of a real version has this value.
  static let none = UUIDBits(high: .max, low: .max)

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Nil unless `text` is `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in lower-case hexadecimal.
  init?(canonical text: Bytes) {
    guard text.count == 36 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    var digits = 0
    for index in 0..<36 {
      let byte = text[index]
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = hexadecimalDigit(byte) else { return nil }
      if digits < 16 { words.0 = words.0 << 4 | digit } else { words.1 = words.1 << 4 | digit }
      digits += 1
    }
    self.init(high: words.0, low: words.1)
    if self == .none { return nil }
  }

  func hash(seed: UInt64) -> Int {
    let product = (high ^ seed).multipliedFullWidth(by: low | 1)
    return Int(truncatingIfNeeded: product.high ^ product.low ^ high ^ low &* 0x9E37_79B9_7F4A_7C15)
  }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte &- UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte &- UInt8(ascii: "a") &+ 10)
  default: nil
  }
}
