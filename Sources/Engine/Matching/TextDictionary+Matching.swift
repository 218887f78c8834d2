// Searches over all texts of a dictionary. Visitors determine how many texts a dictionary has, so each search
// is linear in the number of texts plus the number of patterns, and stops if the executor is cancelled; its
// result is then meaningless.

extension TextDictionary {
  /// Returns the code of `text`, else nil. It scans the dictionary, so call it once for a request, not once
  /// for a row.
  func code(of text: String, on executor: ParallelExecutor = ParallelExecutor()) -> Int? {
    var text = text
    return text.withUTF8 { code(of: $0, on: executor) }
  }

  private func code(of text: Bytes, on executor: ParallelExecutor) -> Int? {
    var start = 0
    while start < count {
      let end = min(start + Self.codesPerCancellationCheck, count)
      if let code = code(of: text, in: start..<end) { return code }
      if end < count, executor.isCancelled { return nil }
      start = end
    }
    return nil
  }

  private static let codesPerCancellationCheck = 1 << 16

  /// By code of `other`: returns the code of the same text in this dictionary, or 0, the empty text, if there
  /// is none.
  func codes(of other: TextDictionary, on executor: ParallelExecutor) -> [UInt32] {
    var codes = Array(repeating: UInt32(0), count: other.count)
    // The smaller dictionary is hashed, so that few texts of the larger one are read.
    if other.count <= count {
      let wanted = TextSet(other)
      forEachChunk(on: executor) { code, text in
        if let found = wanted.index(of: text) { codes[found] = UInt32(code) }
      }
    } else {
      let known = TextSet(self)
      other.forEachChunk(on: executor) { code, text in codes[code] = UInt32(known.index(of: text) ?? 0) }
    }
    return codes
  }

  /// Returns the first `limit` of some codes by `count`, descending, then by text. The result is meaningless once the
  /// executor is cancelled.
  func mostFrequent(
    _ limit: Int, of codes: [Int], _ executor: ParallelExecutor, by count: (Int) -> Int
  ) -> [Int] {
    executor.first(limit, of: codes) { a, b in
      let (countOfA, countOfB) = (count(a), count(b))
      return countOfA != countOfB ? countOfA > countOfB : precedes(a, b)
    }
  }

  /// Returns one flag for each code: whether its text passes `test`. `start` makes a state for each thread.
  func flags<State: Sendable>(
    on executor: ParallelExecutor, start: @Sendable () -> State,
    _ test: @Sendable (Bytes, inout State) -> Bool
  ) -> [Bool] {
    var flags = Array(repeating: false, count: count)
    flags.withUnsafeMutableBufferPointer { flags in
      // Sound: every chunk writes flags of its own.
      nonisolated(unsafe) let flags = flags
      let chunks = chunks
      _ = executor.map(chunks.count, start: start) { chunk, state in
        forEach(chunks[chunk]) { code, text in flags[code] = test(text, &state) }
      }
    }
    return flags
  }

  /// Does the same for tests without a state.
  func flags(on executor: ParallelExecutor, _ test: @Sendable (Bytes) -> Bool) -> [Bool] {
    flags(on: executor, start: { () }) { text, _ in test(text) }
  }

  /// Returns, for each pattern, the codes of the texts that match it; none if the pattern is nil.
  func codes(matching patterns: [WildcardPattern?], on executor: ParallelExecutor) -> [MatchingCodes] {
    let literals = patterns.map { $0?.literal }
    var found = codes(ofTexts: literals, on: executor).map { MatchingCodes.one($0) }
    let wildcards = patterns.indices.filter { patterns[$0] != nil && literals[$0] == nil }
    if wildcards.isEmpty { return found }
    let bits = bits(of: wildcards.compactMap { patterns[$0] }, on: executor)
    for (wildcard, bits) in zip(wildcards, bits) { found[wildcard] = .bits(bits) }
    return found
  }

  /// Returns the codes of `texts`, nil for a text that is nil or not in the dictionary.
  func codes(ofTexts texts: [[UInt8]?], on executor: ParallelExecutor) -> [Int?] {
    let wanted = texts.indices.filter { texts[$0] != nil }
    if wanted.count <= 1 {
      return texts.map { text in
        text.flatMap { text in text.withUnsafeBufferPointer { code(of: $0, on: executor) } }
      }
    }
    let set = TextSet(texts.lazy.compactMap(\.self))
    var codes: [Int?] = Array(repeating: nil, count: set.count)
    forEachChunk(on: executor) { code, text in
      if let index = set.index(of: text) { codes[index] = code }
    }
    return texts.map { text in
      text.flatMap { text in text.withUnsafeBufferPointer { set.index(of: $0) }.flatMap { codes[$0] } }
    }
  }

  /// Returns a bit set of codes for each pattern.
  private func bits(of patterns: [WildcardPattern], on executor: ParallelExecutor) -> [[UInt64]] {
    let words = (count + 63) / 64
    var bits = Array(repeating: UInt64(0), count: words * patterns.count)
    bits.withUnsafeMutableBufferPointer { bits in
      // Sound: each chunk covers whole words, and writes only its own.
      nonisolated(unsafe) let bits = bits
      let chunks = chunks
      _ = executor.map(chunks.count, start: { () }) { chunk, _ in
        for (number, pattern) in patterns.enumerated() {
          forEach(chunks[chunk]) { code, text in
            if text.count >= Self.bytesOfLongText, executor.isCancelled { return }
            if pattern.matches(text) { bits[number * words + code / 64] |= 1 << UInt64(code % 64) }
          }
        }
      }
    }
    return patterns.indices.map { Array(bits[$0 * words..<($0 + 1) * words]) }
  }

  private static let bytesOfLongText = 1 << 16

  /// Calls `body` with every code and its text, ascending, chunk by chunk.
  private func forEachChunk(on executor: ParallelExecutor, _ body: (Int, Bytes) -> Void) {
    var start = 0
    while start < count, !executor.isCancelled {
      let end = min(start + Self.codesPerCancellationCheck, count)
      forEach(start..<end, body)
      start = end
    }
  }
}

/// The codes of a dictionary whose texts match a pattern.
enum MatchingCodes: Sendable {
  /// At most one code, for example if the pattern has no star.
  case one(Int?)
  /// A bit for each code.
  case bits([UInt64])

  /// Calls `body` with each code, ascending, until it returns false.
  func forEach(_ body: (Int) -> Bool) {
    switch self {
    case .one(let code): if let code { _ = body(code) }
    case .bits(let words):
      for index in words.indices where words[index] != 0 {
        var word = words[index]
        while word != 0 {
          if !body(index * 64 + word.trailingZeroBitCount) { return }
          word &= word - 1
        }
      }
    }
  }
}

/// A hash set of texts, compared by their bytes. The time of a look-up does not depend on the number of
/// texts.
package struct TextSet: Sendable {
  private var texts = TextInterner()
  /// By length: whether any text has this length. This rules out most other texts.
  private var isLengthWanted: [Bool] = []

  /// Creates a set of the distinct `texts`, in order of first appearance.
  init(_ texts: some Sequence<[UInt8]>) {
    for text in texts { text.withUnsafeBufferPointer { insert($0) } }
  }

  init(_ dictionary: TextDictionary) { dictionary.forEach { insert($1) } }

  var count: Int { texts.count }

  /// The ``identityHash(_:)`` of each text.
  var identityHashes: Set<UInt64> {
    Set((0..<UInt32(count)).map { code in texts.withBytes(of: code) { Engine.identityHash($0) } })
  }

  private mutating func insert(_ text: Bytes) {
    _ = texts.code(of: text)
    extend(&isLengthWanted, to: text.count + 1, with: false)
    isLengthWanted[text.count] = true
  }

  /// Returns the index of `text` in the set, nil if it is not in it.
  @inline(__always)
  func index(of text: Bytes) -> Int? {
    guard text.count < isLengthWanted.count, isLengthWanted[text.count] else { return nil }
    return texts.known(text).map(Int.init)
  }
}
