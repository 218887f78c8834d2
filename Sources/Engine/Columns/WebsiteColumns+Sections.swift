// How a website's dictionaries are written down, and made again.

extension WebsiteColumns {
  /// The dictionaries as they are written down; partitions have sections of their own.
  public var dictionarySections: [StoredSection] {
    TextColumn.allCases.flatMap { dictionary($0).sections($0.columnName) }
      + propertyKeys.sections(WebsiteDictionaries.propertyKeysName)
      + propertyStrings.sections(WebsiteDictionaries.propertyStringsName)
  }

  /// The website whose dictionaries have these sections; nil where one is missing.
  public init?(
    id: String, overview: WebsiteOverview, partitions: [Partition], dictionaries sections: StoredSections
  ) {
    guard let dictionaries = WebsiteDictionaries(sections) else { return nil }
    self.init(id: id, overview: overview, partitions: partitions, dictionaries: dictionaries)
  }
}

extension WebsiteDictionaries {
  fileprivate static let propertyKeysName = "data_key"
  fileprivate static let propertyStringsName = "string_value"

  fileprivate init?(_ sections: StoredSections) {
    func dictionary(_ name: String) -> Checked<TextDictionary>? {
      let names = ["\(name).offsets", "\(name).bytes"]
      guard let offsets = sections.column(names[0], of: UInt64.self), offsets.count > 0,
        let bytes = sections.column(names[1], of: UInt8.self)
      else { return nil }
      // As many texts, all empty, where they are not as they were written.
      return sections.checked(names, TextDictionary(offsets: offsets, bytes: bytes)) {
        TextDictionary(offsets: Array(repeating: 0, count: offsets.count), bytes: [])
      }
    }
    let texts = TextColumn.allCases.compactMap { dictionary($0.columnName) }
    guard texts.count == TextColumn.allCases.count, let keys = dictionary(Self.propertyKeysName),
      let strings = dictionary(Self.propertyStringsName)
    else { return nil }
    self.init(texts: texts, propertyKeys: keys, propertyStrings: strings)
  }
}
