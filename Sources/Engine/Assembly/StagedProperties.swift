import System

/// The properties of all builders in input order, encoded with common dictionaries.
struct StagedProperties {
  private(set) var keys: [UInt32] = []
  private let rows: StagedRows
  private var keyInterner = TextInterner.forDictionary()
  private var stringInterner = TextInterner.forDictionary()

  var keyDictionary: TextDictionary { keyInterner.dictionary() }
  var stringDictionary: TextDictionary { stringInterner.dictionary() }

  init(_ rows: StagedRows) {
    self.rows = rows
    keys.reserveCapacity(rows.propertyCount)
    var remapping = CodeRemapping(rows.builders.map(\.properties.keyInterner.count))
    for run in rows.runs {
      let properties = rows.builders[run.builder].properties
      for row in run.properties {
        keys.append(
          remapping.number(of: properties.keys[row], from: run.builder) {
            keyInterner.code(of: $0, in: properties.keyInterner)
          })
      }
    }
  }

  /// Returns the properties of each website in input order, each with the staged number of its event within
  /// the website, and the numbers of properties and of amounts without an event. The result is incomplete once `isCancelled`
  /// returns true.
  mutating func join(
    _ deduplication: Deduplication, _ locations: StagedWebsite.EventLocations, isCancelled: () -> Bool
  ) -> (byWebsite: [[StagedProperty]], orphans: Int, orphanAmounts: Int) {
    var byWebsite: [[StagedProperty]] = Array(repeating: [], count: locations.websites.count)
    var (orphans, orphanAmounts) = (0, 0)
    var inputIndex = 0
    var remapping = CodeRemapping(rows.builders.map(\.properties.stringInterner.count))
    for run in rows.runs where !isCancelled() {
      let properties = rows.builders[run.builder].properties
      for row in run.properties {
        defer { inputIndex += 1 }
        if deduplication.propertyIsRepeated[inputIndex] { continue }
        let string = remapping.number(of: properties.strings[row], from: run.builder) {
          stringInterner.code(of: $0, in: properties.stringInterner)
        }
        let event = deduplication.eventOfProperty[inputIndex]
        guard event != Deduplication.noEvent else {
          if keys[inputIndex] == PropertyColumns.amountKey { orphanAmounts += 1 } else { orphans += 1 }
          continue
        }
        let website = locations.websiteOfEvent[Int(event)]
        if website == ColumnsBuilder.measurement { continue }
        byWebsite[Int(website)].append(
          StagedProperty(
            event: locations.rowOfEvent[Int(event)], key: keys[inputIndex], string: string,
            number: properties.numbers[row], type: properties.types[row]))
      }
    }
    return (byWebsite, orphans, orphanAmounts)
  }
}

/// The properties of one website in input order, and the dictionaries of their codes.
struct WebsiteProperties {
  let rows: [StagedProperty]
  let keys: TextDictionary
  let strings: TextDictionary
}

/// A property, with the staged number of its event within the website.
struct StagedProperty {
  let event: UInt32
  let key: UInt32
  let string: UInt32
  let number: Int64
  let type: PackedPropertyType
}

/// A website's properties in the row order of their events.
struct PropertiesByRow {
  /// Ascending by row; the properties of one event are in input order.
  private let properties: [(row: UInt32, property: StagedProperty)]

  init(_ unordered: [StagedProperty], order: SessionOrder) {
    guard !unordered.isEmpty else {
      properties = []
      return
    }
    var rowOfInputIndex: [UInt32] = Array(repeating: 0, count: order.inputIndices.count)
    for (row, inputIndex) in order.inputIndices.enumerated() {
      rowOfInputIndex[Int(inputIndex)] = UInt32(row)
    }
    let rows = unordered.map { UInt64(rowOfInputIndex[Int($0.event)]) }
    properties = radixSortedOrder(of: rows).map { index in
      (UInt32(rows[Int(index)]), unordered[Int(index)])
    }
  }

  /// Builds the columns of the properties whose events are in `rows`; their rows are counted from the first
  /// of `rows`.
  func columns(of rows: Range<Int>) -> PropertyColumns {
    let slice = properties[rows.indexRange(of: properties.count) { Int(properties[$0].row) }]
    let first = slice.startIndex
    return PropertyColumns(
      rows: Column(slice.map { $0.row - UInt32(rows.lowerBound) }),
      keys: CodeColumn(count: slice.count, largest: slice.map(\.property.key).max() ?? 0) {
        slice[first + $0].property.key
      },
      strings: CodeColumn(count: slice.count, largest: slice.map(\.property.string).max() ?? 0) {
        slice[first + $0].property.string
      },
      numbers: Column(slice.map(\.property.number)), types: Column(slice.map(\.property.type.rawValue)))
  }
}
