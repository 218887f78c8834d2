/// Those texts of a dictionary that one website uses, with codes of its own in order of first appearance.
///
/// Properties of all websites are read into one dictionary. To leave all of it to each would be quadratic where there
/// are as many websites as texts.
struct UsedTexts {
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
