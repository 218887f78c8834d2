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
