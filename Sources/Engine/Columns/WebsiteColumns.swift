/// The events of one website as columns: what reports are computed from.
public struct WebsiteColumns: Sendable {
  public let id: String
  /// Ascending by month.
  let partitions: [Partition]
  /// By `TextColumn`.
  private let dictionaries: [TextDictionary]
  let propertyKeys: TextDictionary
  let propertyStrings: TextDictionary

  init(
    id: String, partitions: [Partition], dictionaries: [TextDictionary], propertyKeys: TextDictionary,
    propertyStrings: TextDictionary
  ) {
    self.id = id
    self.partitions = partitions
    self.dictionaries = dictionaries
    self.propertyKeys = propertyKeys
    self.propertyStrings = propertyStrings
  }

  /// The columns of a website that no event mentions.
  public init(idWithoutEvents id: String) {
    let empty = TextInterner.forDictionary().dictionary()
    self.init(
      id: id, partitions: [], dictionaries: TextColumn.allCases.map { _ in empty }, propertyKeys: empty,
      propertyStrings: empty)
  }

  /// The distinct texts of `column`; codes of every partition mean the same.
  func dictionary(_ column: TextColumn) -> TextDictionary { dictionaries[column.rawValue] }

  public var eventCount: Int { partitions.reduce(0) { $0 + $1.rowCount } }

  /// The times of the first and the last event, in milliseconds since 1970; nil without events.
  public var extentMilliseconds: ClosedRange<Int64>? {
    let blocks = partitions.flatMap(\.blocks)
    guard let first = blocks.map(\.times.lowerBound).min(), let last = blocks.map(\.times.upperBound).max()
    else { return nil }
    return first...last
  }

  /// The hostname that most events carry, of several the first by name; nil where none carries one.
  public var mainHostname: String? {
    let names = dictionary(.hostname)
    var counts = Array(repeating: 0, count: names.count)
    for partition in partitions {
      let codes = partition[.hostname]
      for row in 0..<codes.count { counts[Int(codes[row])] += 1 }
    }
    let used = (1..<max(names.count, 1)).filter { counts[$0] > 0 }.map {
      (name: names[$0], count: counts[$0])
    }
    return used.max { $0.count != $1.count ? $0.count < $1.count : precedes($1.name, $0.name) }?.name
  }
}

/// The columns of every website of a store.
public struct ColumnSet: Sendable {
  /// By id, ascending.
  public let websites: [WebsiteColumns]
  /// Properties whose event was never seen; they count nowhere.
  public let orphanProperties: Int

  public init(websites: [WebsiteColumns], orphanProperties: Int) {
    self.websites = websites
    self.orphanProperties = orphanProperties
  }

  /// The columns of the website `id`, compared by bytes.
  public subscript(id: String) -> WebsiteColumns? {
    websites.first { $0.id.utf8.elementsEqual(id.utf8) }
  }
}
