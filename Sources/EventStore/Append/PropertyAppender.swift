import Engine

/// Inserts the properties of an appended event into a store's table `event_data`, as Umami's collector would
/// have put them there: every value as a text, and numbers and dates in a column of their own as well.
struct PropertyAppender {
  private let statement: Statement

  /// In the order of the statement's parameters.
  private static let columns: [PropertyField] = [
    .websiteID, .sessionID, .eventID, .urlPath, .eventName, .createdAt, .dataKey, .dataType, .stringValue,
    .numberValue, .dateValue,
  ]

  init(_ connection: Connection) throws(StoreError) {
    let names = Self.columns.map(\.rawValue).joined(separator: ", ")
    let parameters = Self.columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    statement = try connection.prepare(
      "INSERT INTO event_data (\(names)) VALUES (\(parameters)) ON CONFLICT DO NOTHING")
  }

  /// What is wrong with a property, else nil.
  func defect(_ property: NewEvent.Property) -> RowDefect? {
    if property.key.isEmpty { return .missing(column: PropertyField.dataKey.rawValue) }
    if property.key.utf8.contains(0) || property.text.utf8.contains(0) { return .nulByte }
    guard property.kind == .number, tenThousandths(property.text) == nil else { return nil }
    return .notANumber(column: property.key, value: property.text)
  }

  /// Adds a property without a defect to the event `event`.
  func insert(_ property: NewEvent.Property, of event: EventRow) throws(StoreError) {
    let texts = [
      event.websiteID, event.sessionID, event.eventID, event[.urlPath], event[.eventName],
    ]
    for (position, text) in texts.enumerated() {
      try statement.bind(borrowing: text, at: Int32(position + 1))
    }
    try statement.bind(event.createdAtMilliseconds, at: 6)
    try statement.bind(property.key, at: 7)
    try statement.bind(Int64(property.kind.rawValue), at: 8)
    let number = property.kind == .number ? tenThousandths(property.text) : nil
    try statement.bind(number.map(fourDecimals) ?? property.text, at: 9)
    if let number {
      try statement.bind(StoredNumber(tenThousandths: number), at: 10)
    } else {
      try statement.bindNull(at: 10)
    }
    if property.kind == .date {
      try statement.bind(property.text, at: 11)
    } else {
      try statement.bindNull(at: 11)
    }
    try statement.run(addingTo: "event_data")
  }

  private func tenThousandths(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8(parseTenThousandths)
  }

  /// A number of ten-thousandths as JavaScript's `toFixed(4)` writes it.
  private func fourDecimals(_ number: Int64) -> String {
    let (whole, fraction) = number.magnitude.quotientAndRemainder(dividingBy: 10_000)
    return "\(number < 0 ? "-" : "")\(whole).\(String(10_000 + fraction).dropFirst())"
  }
}
