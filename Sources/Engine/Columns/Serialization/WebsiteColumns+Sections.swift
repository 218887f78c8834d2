// Serializes the dictionaries of a website, and builds a website from sections.

extension WebsiteColumns {
  /// The serialized dictionaries; partitions have sections of their own.
  public var dictionarySections: [StoredSection] {
    TextColumn.allCases.flatMap { dictionary($0).sections($0.columnName) }
      + propertyKeys.sections(WebsiteDictionaries.propertyKeysName)
      + propertyStrings.sections(WebsiteDictionaries.propertyStringsName)
  }

  /// Builds a website from the sections of each partition and of the dictionaries. Throws if they are
  /// inconsistent.
  public init(
    id: String, overview: WebsiteOverview, partitions: [StoredSections], dictionaries sections: StoredSections
  ) throws(SectionsError) {
    guard let dictionaries = WebsiteDictionaries(sections) else { throw .dictionaries }
    let sizes = DictionarySizes(sections)
    var made: [Partition] = []
    for (index, sections) in partitions.enumerated() {
      guard let partition = Partition(sections, sizes),
        made.last.map({ $0.precedes(partition) }) ?? true
      else { throw .partition(index) }
      made.append(partition)
    }
    let found = WebsiteOverview(extentOf: made)
    guard found.events == overview.events, found.extentMilliseconds == overview.extentMilliseconds else {
      throw .overview
    }
    self.init(id: id, overview: overview, partitions: made, dictionaries: dictionaries)
  }
}

/// Identifies the invalid sections.
public enum SectionsError: Error, Equatable {
  /// The partition at this index is invalid, or its months do not come after those of the previous one.
  case partition(Int)
  case dictionaries
  /// The overview's event count or range of times differs from that of the partitions.
  case overview
}

extension WebsiteDictionaries {
  fileprivate static let propertyKeysName = "data_key"
  fileprivate static let propertyStringsName = "string_value"

  fileprivate init?(_ sections: StoredSections) {
    func dictionary(_ name: String) -> LazilyVerified<TextDictionary>? {
      let names = Self.sectionNames(name)
      guard let offsets = sections.column(names[0], of: UInt64.self), offsets.count > 1,
        offsets.count <= TextDictionary.maximumTexts, let bytes = sections.column(names[1], of: UInt8.self)
      else { return nil }
      return sections.checked(names, TextDictionary(offsets: offsets, bytes: bytes)) { sections in
        TextDictionary.areSound(sections, names, offsets, byteCount: bytes.count)
      } _: {
        // If the sections are corrupt: as many texts, all empty.
        TextDictionary(offsets: Array(repeating: 0, count: offsets.count), bytes: [])
      }
    }
    let texts = TextColumn.allCases.compactMap { dictionary($0.columnName) }
    guard texts.count == TextColumn.allCases.count, let keys = dictionary(Self.propertyKeysName),
      let strings = dictionary(Self.propertyStringsName)
    else { return nil }
    self.init(texts: texts, propertyKeys: keys, propertyStrings: strings)
  }

  fileprivate static func sectionNames(_ name: String) -> [String] { ["\(name).offsets", "\(name).bytes"] }
}

extension DictionarySizes {
  /// Computes the sizes from the lengths of the sections, without reading them.
  fileprivate init(_ sections: StoredSections) {
    func size(_ name: String) -> Int {
      max((sections[WebsiteDictionaries.sectionNames(name)[0]]?.count ?? 0) - 1, 0)
    }
    self.init(
      texts: TextColumn.allCases.map { size($0.columnName) },
      propertyKeys: size(WebsiteDictionaries.propertyKeysName),
      propertyStrings: size(WebsiteDictionaries.propertyStringsName))
  }
}

extension TextDictionary {
  /// More texts than fit in memory, and few enough that codes of two columns can be added.
  fileprivate static let maximumTexts = 1 << 30

  /// Returns whether the sections are intact, their texts cover the bytes from the first to the last without
  /// gaps, and the first text is empty.
  fileprivate static func areSound(
    _ sections: StoredSections, _ names: [String], _ offsets: Column<UInt64>, byteCount: Int
  ) -> Bool {
    sections.check(names[0]) { section in
      section.ascends(UInt64.self) { first, last in
        first == 0 && last == UInt64(byteCount) && offsets[1] == 0
      }
    } && sections.check(names[1]) { $0.isAsWritten() }
  }
}
