// What is asked of all texts of a dictionary. Dictionaries have as many texts as visitors like, so that each of these
// is linear in texts and questions together, and stops when the scanner is cancelled; what it gives then means nothing.

extension TextDictionary {
  /// The code of `text`, else nil. Walks the dictionary: for once a request, not once a row.
  func code(of text: String, on scanner: Scanner = Scanner()) -> Int? {
    var text = text
    return text.withUTF8 { code(of: $0, on: scanner) }
  }

  private func code(of text: Bytes, on scanner: Scanner) -> Int? {
    var start = 0
    while start < count {
      let end = min(start + Self.codesPerQuestion, count)
      if let code = code(of: text, in: start..<end) { return code }
      if end < count, scanner.isCancelled { return nil }
      start = end
    }
    return nil
  }

  private static let codesPerQuestion = 1 << 16

  /// By code of `other`: the code of the same text here; 0, the empty text, where there is none.
  func codes(of other: TextDictionary, on scanner: Scanner) -> [UInt32] {
    var codes = Array(repeating: UInt32(0), count: other.count)
    // The smaller one is remembered, so that of the larger one hardly a text is looked at.
    if other.count <= count {
      let wanted = TextSet(other)
      forEachPiece(on: scanner) { code, text in
        if let found = wanted.place(of: text) { codes[found] = UInt32(code) }
      }
    } else {
      let known = TextSet(self)
      other.forEachPiece(on: scanner) { code, text in codes[code] = UInt32(known.place(of: text) ?? 0) }
    }
    return codes
  }

  /// One flag a code: whether the text passes `test`. Each thread has a state of its own, which `start` makes.
  func flags<State: Sendable>(
    on scanner: Scanner, start: @Sendable () -> State, _ test: @Sendable (Bytes, inout State) -> Bool
  ) -> [Bool] {
    var flags = Array(repeating: false, count: count)
    flags.withUnsafeMutableBufferPointer { flags in
      // Sound: every piece writes flags of its own.
      nonisolated(unsafe) let flags = flags
      let pieces = pieces
      _ = scanner.map(pieces.count, start: start) { piece, state in
        forEach(pieces[piece]) { code, text in flags[code] = test(text, &state) }
      }
    }
    return flags
  }

  /// The same for tests without a state.
  func flags(on scanner: Scanner, _ test: @Sendable (Bytes) -> Bool) -> [Bool] {
    flags(on: scanner, start: { () }) { text, _ in test(text) }
  }

  /// One element a pattern: the codes of the texts that match it; none where the pattern is nil.
  func codes(matching patterns: [WildcardPattern?], on scanner: Scanner) -> [MatchingCodes] {
    let literals = patterns.map { $0?.literal }
    var found = codes(ofTexts: literals, on: scanner).map { MatchingCodes.one($0) }
    let wildcards = patterns.indices.filter { patterns[$0] != nil && literals[$0] == nil }
    if wildcards.isEmpty { return found }
    let bits = bits(of: wildcards.compactMap { patterns[$0] }, on: scanner)
    for (wildcard, bits) in zip(wildcards, bits) { found[wildcard] = .bits(bits) }
    return found
  }

  /// The codes of `texts`, nil for those that are nil or no text here.
  func codes(ofTexts texts: [[UInt8]?], on scanner: Scanner) -> [Int?] {
    let wanted = texts.indices.filter { texts[$0] != nil }
    if wanted.count <= 1 {
      return texts.map { text in
        text.flatMap { text in text.withUnsafeBufferPointer { code(of: $0, on: scanner) } }
      }
    }
    let set = TextSet(texts.lazy.compactMap(\.self))
    var codes: [Int?] = Array(repeating: nil, count: set.count)
    forEachPiece(on: scanner) { code, text in
      if let place = set.place(of: text) { codes[place] = code }
    }
    return texts.map { text in
      text.flatMap { text in text.withUnsafeBufferPointer { set.place(of: $0) }.flatMap { codes[$0] } }
    }
  }

  /// By pattern: a bit a code.
  private func bits(of patterns: [WildcardPattern], on scanner: Scanner) -> [[UInt64]] {
    let words = (count + 63) / 64
    var bits = Array(repeating: UInt64(0), count: words * patterns.count)
    bits.withUnsafeMutableBufferPointer { bits in
      // Sound: pieces have whole words, and each writes those of its own.
      nonisolated(unsafe) let bits = bits
      let pieces = pieces
      _ = scanner.map(pieces.count, start: { () }) { piece, _ in
        for (number, pattern) in patterns.enumerated() {
          forEach(pieces[piece]) { code, text in
            if text.count >= Self.bytesOfLongText, scanner.isCancelled { return }
            if pattern.matches(text) { bits[number * words + code / 64] |= 1 << UInt64(code % 64) }
          }
        }
      }
    }
    return patterns.indices.map { Array(bits[$0 * words..<($0 + 1) * words]) }
  }

  private static let bytesOfLongText = 1 << 16

  /// Calls `body` with every code and its text, ascending, piece by piece.
  private func forEachPiece(on scanner: Scanner, _ body: (Int, Bytes) -> Void) {
    var start = 0
    while start < count, !scanner.isCancelled {
      let end = min(start + Self.codesPerQuestion, count)
      forEach(start..<end, body)
      start = end
    }
  }
}

/// The codes of a dictionary whose texts match a pattern.
enum MatchingCodes: Sendable {
  /// One at most, as where the pattern has no star.
  case one(Int?)
  /// A bit a code.
  case bits([UInt64])

  /// Calls `body` with each of them, ascending, as long as it gives true.
  func forEach(_ body: (Int) -> Bool) {
    switch self {
    case .one(let code): if let code { _ = body(code) }
    case .bits(let words):
      for place in words.indices where words[place] != 0 {
        var word = words[place]
        while word != 0 {
          if !body(place * 64 + word.trailingZeroBitCount) { return }
          word &= word - 1
        }
      }
    }
  }
}

/// Texts among which others are looked for, by their bytes. Time does not grow with their number.
struct TextSet: Sendable {
  private var texts = TextInterner()
  /// By length: whether a text is so long. Most others are told apart by that.
  private var isLengthWanted: [Bool] = []

  /// The distinct ones of `texts`, in order of first appearance.
  init(_ texts: some Sequence<[UInt8]>) {
    for text in texts { text.withUnsafeBufferPointer { insert($0) } }
  }

  init(_ dictionary: TextDictionary) { dictionary.forEach { insert($1) } }

  var count: Int { texts.count }

  private mutating func insert(_ text: Bytes) {
    _ = texts.code(of: text)
    extend(&isLengthWanted, to: text.count + 1, with: false)
    isLengthWanted[text.count] = true
  }

  /// The place of `text` among the texts, nil where it is none of them.
  @inline(__always)
  func place(of text: Bytes) -> Int? {
    guard text.count < isLengthWanted.count, isLengthWanted[text.count] else { return nil }
    return texts.known(text).map(Int.init)
  }
}
