/// A dictionary that has the texts of another one as well, behind its own.
struct DictionaryMerge {
  let dictionary: TextDictionary
  /// Code in the other dictionary → code here.
  let codes: [UInt32]

  /// Walks `old`, which may have millions of texts, once, and looks only at those as long as one of `new`.
  init(_ old: TextDictionary, adding new: TextDictionary) {
    var wanted = TextInterner()
    var isLengthWanted: [Bool] = []
    for code in 0..<new.count {
      new.withBytes(of: code) { text in
        _ = wanted.code(of: text)
        extend(&isLengthWanted, to: text.count + 1, with: false)
        isLengthWanted[text.count] = true
      }
    }
    var codes: [UInt32?] = Array(repeating: nil, count: new.count)
    old.forEach { code, text in
      guard text.count < isLengthWanted.count, isLengthWanted[text.count],
        let found = wanted.known(text)
      else { return }
      codes[Int(found)] = UInt32(code)
    }
    let added = codes.indices.filter { codes[$0] == nil }
    for (place, code) in added.enumerated() { codes[code] = UInt32(old.count + place) }
    dictionary = added.isEmpty ? old : TextDictionary(old, added.map { (new, $0) })
    self.codes = codes.compactMap(\.self)
  }
}

extension TextDictionary {
  /// The texts of `first`, and behind them those of `rest`.
  fileprivate init(_ first: TextDictionary, _ rest: [(dictionary: TextDictionary, code: Int)]) {
    var offsets: [UInt64] = [0]
    var bytes: [UInt8] = []
    func append(_ text: Bytes) {
      bytes.append(contentsOf: text)
      offsets.append(UInt64(bytes.count))
    }
    first.forEach { append($1) }
    for text in rest { text.dictionary.withBytes(of: text.code, append) }
    self.init(offsets: offsets, bytes: bytes)
  }
}
