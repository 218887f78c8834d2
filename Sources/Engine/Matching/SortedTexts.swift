/// Texts among which another one is looked for, by its bytes.
struct SortedTexts: Sendable {
  /// Ascending.
  private let texts: [[UInt8]]

  init(_ texts: [String]) {
    self.texts = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  func contains(_ text: Bytes) -> Bool {
    let place = texts.indices.partitionPoint { !texts[$0].lexicographicallyPrecedes(text) }
    return place < texts.count && text.elementsEqual(texts[place])
  }
}
