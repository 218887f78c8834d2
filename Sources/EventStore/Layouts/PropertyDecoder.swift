import Engine

/// Makes a property of the fields of a CSV row.
struct PropertyDecoder {
  /// The property of the row that was decoded last; its texts live as long as that row.
  private(set) var row = PropertyRow()
  private(set) var createdAtMilliseconds: Int64?
  private let eventID, dataKey, stringValue, numberValue, createdAt: Int

  init(_ layout: PropertyLayout) {
    eventID = layout.slot(.eventID)
    dataKey = layout.slot(.dataKey)
    stringValue = layout.slot(.stringValue)
    numberValue = layout.slot(.numberValue)
    createdAt = layout.slot(.createdAt)
  }

  /// Fills `row`; what is wrong with the fields, else nil.
  mutating func decode(_ fields: CSVFields) -> RowDefect? {
    guard !fields[eventID].isEmpty else { return .missing(column: PropertyField.eventID.rawValue) }
    guard !fields[dataKey].isEmpty else { return .missing(column: PropertyField.dataKey.rawValue) }
    row.numberTenThousandths = parseTenThousandths(fields[numberValue])
    guard row.numberTenThousandths != nil || fields[numberValue].isEmpty else {
      return .notANumber(column: PropertyField.numberValue.rawValue, value: shown(fields[numberValue]))
    }
    createdAtMilliseconds = fields[createdAt].isEmpty ? nil : parseTimestamp(fields[createdAt])
    guard createdAtMilliseconds != nil || fields[createdAt].isEmpty else {
      return .notAnInstant(column: PropertyField.createdAt.rawValue, value: shown(fields[createdAt]))
    }
    row.eventID = fields[eventID]
    row.key = fields[dataKey]
    row.string = fields[stringValue]
    return nil
  }
}
