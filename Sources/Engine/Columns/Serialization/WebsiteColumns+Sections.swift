// How a website's dictionaries are written down, and made again.

extension WebsiteColumns {
  /// The dictionaries as they are written down; partitions have sections of their own.
  public var dictionarySections: [StoredSection] {
    TextColumn.allCases.flatMap { dictionary($0).sections($0.columnName) }
      + propertyKeys.sections(WebsiteDictionaries.propertyKeysName)
      + propertyStrings.sections(WebsiteDictionaries.propertyStringsName)
  }

  /// The website of these sections, which are those of each partition and of the dictionaries. Throws where they do
  /// not fit together.
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

/// Which sections are not those of a website.
public enum SectionsError: Error, Equatable {
  /// Those of the partition of this index, by themselves or behind the one before it, which has none of its months.
  case partition(Int)
  case dictionaries
  /// The partitions have other events than the overview says.
  case overview
}

extension WebsiteDictionaries {
  fileprivate static let propertyKeysName = "data_key"
  fileprivate static let propertyStringsName = "string_value"

  fileprivate init?(_ sections: StoredSections) {
    func dictionary(_ name: String) -> LazilyVerified<TextDictionary>? {
      let names = Self.sectionNames(name)
      guard let offsets = sections.column(names[0], of: UInt64.self), offsets.count > 1,
        offsets.count <= TextDictionary.mostTexts, let bytes = sections.column(names[1], of: UInt8.self)
      else { return nil }
      return sections.checked(names, TextDictionary(offsets: offsets, bytes: bytes)) { sections in
        TextDictionary.areSound(sections, names, offsets, byteCount: bytes.count)
      } _: {
        // As many texts, all empty, where they are not as they were written.
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
  /// As the lengths of the sections say it, without a look at them.
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
  /// More texts than memory holds, and few enough that codes of two columns can be added up.
  fileprivate static let mostTexts = 1 << 30

  /// Whether the sections are as they were written, with texts that follow each other from the first byte to the last,
  /// of which the first is empty.
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
