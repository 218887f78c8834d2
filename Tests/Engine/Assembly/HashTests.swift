import Testing

@testable import Engine

struct HashTests {
  /// The secret that wyhash is published with.
  private static let published: (UInt64, UInt64, UInt64, UInt64) = (
    0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3
  )

  private static let digits = String(repeating: "1234567890", count: 8)

  /// wyhash's own test vectors; the seed of each is its place.
  private static let vectors: [(text: String, hash: UInt64)] = [
    ("", 0x0409_638E_E2BD_E459), ("a", 0xA841_2D09_1B5F_E0A9), ("abc", 0x32DD_92E4_B291_5153),
    ("message digest", 0x8619_1240_89A3_A16B), ("abcdefghijklmnopqrstuvwxyz", 0x7A43_AFB6_1D7F_5F40),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xFF42_329B_90E5_0D58),
    (digits, 0xC39C_AB13_B115_AAD3),
  ]

  @Test(arguments: 0..<7) func `hashes of texts are those of wyhash`(number: Int) {
    let (text, hash) = Self.vectors[number]
    let key = HashKey(seed: UInt64(number), secret: Self.published)
    #expect(bytes(text) { key.hash($0) } == hash, "\(text)")
  }

  @Test func `an id is hashed as its 16 bytes`() {
    let key = HashKey(seed: 5, secret: Self.published)
    // wyhash takes 4 bytes at a time of so short a text.
    #expect(bytes("abcdefghijklmnop") { key.hash($0) } == key.hash(word("dcbalkji"), word("ponmhgfe")))
  }

  /// As CPython hashes bytes with `PYTHONHASHSEED=0`.
  @Test(
    arguments: [
      ("a", 0x4074_48D2_B89B_1813), ("abc", 0xC03B_C3A0_0426_30F2), ("12345678", 0x3489_9824_3056_0A87),
      ("0123456789abcdef", 0x1D42_B30F_7E06_0C24), ("message digest of some length", 0x3928_D40A_A5B0_8590),
    ] as [(String, UInt64)]) func `keys of sourceRowIDs are SipHash-1-3`(text: String, hash: UInt64)
  {
    #expect(bytes(text) { SipHash.hash($0, key: (0, 0)) } == hash)
    #expect(bytes(text, identityHash) == hash)
  }

  @Test func `two words are hashed as 16 bytes`() {
    #expect(SipHash.hash(0x0123_4567_89AB_CDEF, 0, key: (0, 0)) == 0xF52D_B0EC_0CD8_40B4)
    let text = bytes("0123456789abcdef") { SipHash.hash($0, key: (3, 4)) }
    #expect(SipHash.hash(word("76543210"), word("fedcba98"), key: (3, 4)) == text)
  }

  @Test func `a UUID has another key than the text of its bytes`() {
    let uuid = bytes("30313233-3435-3637-3839-616263646566", identityHash)
    #expect(uuid == SipHash.hash(0x3031_3233_3435_3637, 0x3839_6162_6364_6566, key: (1, 0)))
    #expect(uuid != bytes("0123456789abcdef", identityHash))
  }

  /// Ids that a hash of few operations maps to few values.
  @Test(arguments: CollidingIDs.allCases) func `ids with much in common have different hashes`(
    ids: CollidingIDs
  ) {
    let count = 4096
    var (hashes, sourceRowIDs): (Set<UInt64>, Set<UInt64>) = ([], [])
    var lowBits: Set<UInt64> = []
    for number in 0..<count {
      bytes(ids.id(number)) { text in
        let hash = IdentifierBits(canonical: text).map { $0.hash(.ofProcess) } ?? HashKey.ofProcess.hash(text)
        hashes.insert(hash)
        lowBits.insert(hash % UInt64(count))
        sourceRowIDs.insert(identityHash(text))
      }
    }
    #expect(hashes.count == count)
    #expect(sourceRowIDs.count == count)
    // Of as many random numbers, 63 % are different.
    #expect(lowBits.count > count * 6 / 10)
  }

  private func bytes<Result>(_ text: String, _ body: (Bytes) -> Result) -> Result {
    var text = text
    return text.withUTF8(body)
  }

  /// The word whose bytes, from the highest, are those of `text`.
  private func word(_ text: String) -> UInt64 { text.utf8.reduce(0) { $0 << 8 | UInt64($1) } }
}

/// Ids of which many bits are the same.
enum CollidingIDs: CaseIterable {
  case emptyLowerHalf, emptyUpperHalf, equalHalves, highBitsOnly, oppositeHalves, texts, longTexts

  func id(_ number: Int) -> String {
    switch self {
    case .emptyLowerHalf: uuid(UInt64(number), 0)
    case .emptyUpperHalf: uuid(0, UInt64(number))
    case .equalHalves: uuid(UInt64(number), UInt64(number))
    case .highBitsOnly: uuid(UInt64(number) << 44, UInt64(number) << 44)
    case .oppositeHalves: uuid(UInt64(number), ~UInt64(number))
    case .texts: "visitor \(number)"
    case .longTexts: String(repeating: "x", count: 100) + "\(number)" + String(repeating: "y", count: 60)
    }
  }

  private func uuid(_ high: UInt64, _ low: UInt64) -> String {
    let digits = [high, low].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var groups: [Substring] = []
    var rest = digits[...]
    for length in [8, 4, 4, 4, 12] {
      groups.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return groups.joined(separator: "-")
  }
}
