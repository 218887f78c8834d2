/// Where the columns of `event_data` stand among a file's fields.
struct PropertyLayout {
  let columnCount: Int
  /// By position in `PropertyField.allCases`.
  let slots: [Int]

  /// Whether a file with this header holds event data. Only it has keys of properties.
  static func matches(_ header: CSVHeader) -> Bool { header.column(PropertyField.dataKey.names) != nil }

  /// Throws `missingColumns` where the file cannot be read as event data.
  init(_ header: CSVHeader) throws(StoreError) {
    let missing = [PropertyField.eventID, .dataKey].filter { header.column($0.names) == nil }
    guard missing.isEmpty else { throw header.missing(missing.map(\.rawValue), of: "event data") }
    columnCount = header.names.count
    let emptySlot = header.names.count
    slots = PropertyField.allCases.map { header.column($0.names) ?? emptySlot }
  }

  func slot(_ field: PropertyField) -> Int {
    PropertyField.allCases.firstIndex(of: field).map { slots[$0] } ?? columnCount
  }

  func makeFields() -> CSVFields { CSVFields(columnCount: columnCount) }
}
