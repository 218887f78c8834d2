/// Texts among which another one is looked for, by its bytes.
struct SortedTexts: Sendable {
  /// Ascending.
  private let texts: [[UInt8]]

  init(_ texts: [String]) {
    self.texts = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  func contains(_ text: Bytes) -> Bool {
    var (low, high) = (0, texts.count)
    while low < high {
      let middle = (low + high) / 2
      if texts[middle].lexicographicallyPrecedes(text) { low = middle + 1 } else { high = middle }
    }
    return low < texts.count && text.elementsEqual(texts[low])
  }
}
