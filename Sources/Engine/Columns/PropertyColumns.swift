import System

/// The properties (`event_data`) of a partition's events, in the row order of the events, so that a report
/// joins both in one pass.
struct PropertyColumns: Sendable {
  /// The row of the property's event; ascending.
  let rows: Column<UInt32>
  /// Codes into the website's dictionary of property keys.
  let keys: CodeColumn
  /// Codes into the website's dictionary of property texts.
  let strings: CodeColumn
  /// `number_value` in ten-thousandths; `missingNumber` if it is missing.
  let numbers: Column<Int64>
  /// ``PackedPropertyType`` raw values.
  let types: Column<UInt8>

  static let missingNumber = Int64.min
  /// The key of the amounts of the table `revenue`: the empty text, which is no key of `event_data`.
  static let amountKey: UInt32 = 0

  var count: Int { rows.count }

  static let none = PropertyColumns(
    rows: Column([]), keys: .one(Column([])), strings: .one(Column([])), numbers: Column([]),
    types: Column([]))

  static let sectionNames = [
    "property_rows", "property_keys", "property_strings", "property_numbers", "property_types",
  ]

  var sections: [StoredSection] {
    [
      StoredSection("property_rows", rows), StoredSection("property_keys", keys),
      StoredSection("property_strings", strings), StoredSection("property_numbers", numbers),
      StoredSection("property_types", types),
    ]
  }

  /// Returns the range of the properties whose events are in `eventRows`.
  func range(of eventRows: Range<Int>) -> Range<Int> {
    eventRows.indexRange(of: rows.count) { Int(rows[$0]) }
  }
}

extension PropertyColumns {
  /// Fails if the sections are not those of properties.
  init?(_ sections: StoredSections) {
    guard let rows = sections.column("property_rows", of: UInt32.self),
      let keys = sections.codes("property_keys", count: rows.count),
      let strings = sections.codes("property_strings", count: rows.count),
      let numbers = sections.column("property_numbers", of: Int64.self, count: rows.count),
      let types = sections.column("property_types", of: UInt8.self, count: rows.count)
    else { return nil }
    self.init(rows: rows, keys: keys, strings: strings, numbers: numbers, types: types)
  }

  /// Returns whether the sections are intact, their rows ascend and exist, and the dictionaries have their
  /// codes.
  static func areSound(_ sections: StoredSections, rowCount: Int, _ sizes: DictionarySizes) -> Bool {
    sections.check("property_rows") { rows in
      rows.ascends(UInt32.self) { _, last in last.map { Int($0) < rowCount } ?? true }
    } && sections.check("property_keys") { $0.hasCodes(below: sizes.propertyKeys) }
      && sections.check("property_strings") { $0.hasCodes(below: sizes.propertyStrings) }
      && sections.check("property_numbers") { $0.isAsWritten() }
      && sections.check("property_types") { $0.isAsWritten() }
  }
}

/// The type of a property, in one byte: `data_type`, and whether the text of the property comes from `date_value`.
struct PackedPropertyType: Equatable, Sendable {
  private static let dateFlag: UInt8 = 0x80

  let rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ dataType: UInt8, isTextOfDate: Bool = false) {
    rawValue = dataType & ~Self.dateFlag | (isTextOfDate ? Self.dateFlag : 0)
  }

  var dataType: UInt8 { rawValue & ~Self.dateFlag }
  /// Whether the store has no `string_value` for the property, and its text is that of its date.
  var isTextOfDate: Bool { rawValue & Self.dateFlag != 0 }
}
