/// The texts of a dictionary that one website uses, with codes of their own in order of first use.
///
/// The properties of all websites are ingested into one dictionary. If each website kept all of it, memory
/// would be quadratic with as many websites as texts.
struct DictionarySubset {
  private let all: TextDictionary
  private var codes: [UInt32: UInt32] = [0: 0]
  private var offsets: [UInt64] = [0, 0]
  private var bytes: [UInt8] = []

  init(_ all: TextDictionary) { self.all = all }

  mutating func code(of code: UInt32) -> UInt32 {
    if let known = codes[code] { return known }
    let new = UInt32(offsets.count - 1)
    codes[code] = new
    all.withBytes(of: Int(code)) { bytes.append(contentsOf: $0) }
    offsets.append(UInt64(bytes.count))
    return new
  }

  var dictionary: TextDictionary {
    offsets.count == 2 ? .empty : TextDictionary(offsets: offsets, bytes: bytes)
  }
}
