import Engine

/// Inserts rows into a store's table `event_data`: properties from CSV rows, and properties of appended
/// events.
struct PropertyInserter {
  private let statement: Statement
  private let connection: Connection

  init(_ connection: Connection) throws(StoreError) {
    let names = PropertyField.allCases.map(\.rawValue).joined(separator: ", ")
    let parameters = PropertyField.allCases.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    statement = try connection.prepare(
      "INSERT INTO event_data (\(names)) VALUES (\(parameters)) ON CONFLICT DO NOTHING")
    self.connection = connection
  }

  /// Inserts the property that `decoder` decoded from `fields`; returns false if the store has it already.
  func insert(
    _ decoder: PropertyDecoder, _ fields: RowFields, _ layout: PropertyLayout
  ) throws(StoreError) -> Bool {
    for (position, slot) in layout.slots.enumerated() {
      try statement.bind(borrowing: fields[slot], at: Int32(position + 1))
    }
    if let number = decoder.row.numberTenThousandths {
      try statement.bind(StoredNumber(tenThousandths: number), at: Parameter.numberValue)
    }
    if let created = decoder.createdAtMilliseconds {
      try statement.bind(created, at: Parameter.createdAt)
    }
    try statement.run(addingTo: "event_data")
    return connection.changes > 0
  }

  /// Inserts a property of a row, in the way Umami's collector does; returns false if the store has it already.
  func insert(_ property: RowProperty, of event: EventRow) throws(StoreError) -> Bool {
    try bind(event)
    try statement.bind(borrowing: property.key, at: Parameter.dataKey)
    try statement.bind(Int64(property.kind?.rawValue ?? 0), at: Parameter.dataType)
    try statement.bind(borrowing: property.text, at: Parameter.stringValue)
    if let number = property.numberTenThousandths {
      try statement.bind(StoredNumber(tenThousandths: number), at: Parameter.numberValue)
    } else {
      try statement.bindNull(at: Parameter.numberValue)
    }
    if property.kind == .date {
      try statement.bind(borrowing: property.text, at: Parameter.dateValue)
    } else {
      try statement.bindNull(at: Parameter.dateValue)
    }
    try statement.run(addingTo: "event_data")
    return connection.changes > 0
  }

  private func bind(_ event: EventRow) throws(StoreError) {
    try statement.bind(borrowing: event.websiteID, at: Parameter.websiteID)
    try statement.bind(borrowing: event.sessionID, at: Parameter.sessionID)
    try statement.bind(borrowing: event.eventID, at: Parameter.eventID)
    try statement.bind(borrowing: event[.urlPath], at: Parameter.urlPath)
    try statement.bind(borrowing: event[.eventName], at: Parameter.eventName)
    try statement.bind(event.createdAtMilliseconds, at: Parameter.createdAt)
  }

  /// Inserts a property without defects in the way Umami's collector does: every value as text, and numbers
  /// and dates in their own column too. The text of a number is its `toFixed(4)`.
  func insert(_ property: NewEvent.Property, of event: EventRow) throws(StoreError) {
    try bind(event)
    try statement.bind(property.key, at: Parameter.dataKey)
    try statement.bind(Int64(property.kind.rawValue), at: Parameter.dataType)
    let number = property.kind == .number ? property.tenThousandths : nil
    try statement.bind(number.map(fourDecimals) ?? property.text, at: Parameter.stringValue)
    if let number {
      try statement.bind(StoredNumber(tenThousandths: number), at: Parameter.numberValue)
    } else {
      try statement.bindNull(at: Parameter.numberValue)
    }
    if property.kind == .date {
      try statement.bind(property.text, at: Parameter.dateValue)
    } else {
      try statement.bindNull(at: Parameter.dateValue)
    }
    try statement.run(addingTo: "event_data")
  }

  /// The indexes of the statement's parameters that are bound individually.
  private enum Parameter {
    static let websiteID = index(.websiteID)
    static let sessionID = index(.sessionID)
    static let eventID = index(.eventID)
    static let urlPath = index(.urlPath)
    static let eventName = index(.eventName)
    static let createdAt = index(.createdAt)
    static let dataKey = index(.dataKey)
    static let dataType = index(.dataType)
    static let stringValue = index(.stringValue)
    static let numberValue = index(.numberValue)
    static let dateValue = index(.dateValue)

    private static func index(_ field: PropertyField) -> Int32 {
      Int32(PropertyField.allCases.firstIndex(of: field) ?? 0) + 1
    }
  }

  /// A number in ten-thousandths as JavaScript's `toFixed(4)` writes it.
  private func fourDecimals(_ number: Int64) -> String {
    String(unsafeUninitializedCapacity: fourDecimalsCapacity) { target in
      // Sound: the capacity is not zero.
      target.baseAddress.map { writeFourDecimals(number, to: $0) } ?? 0
    }
  }
}

extension NewEvent.Property {
  /// What is wrong with the property; nil if it is valid.
  var defect: RowDefect? {
    if key.isEmpty { return .missing(column: PropertyField.dataKey.rawValue) }
    if key.utf8.contains(0) || text.utf8.contains(0) { return .nulByte }
    guard kind == .number, tenThousandths == nil else { return nil }
    return .notANumber(column: key, value: text)
  }

  fileprivate var tenThousandths: Int64? {
    var text = text
    return text.withUTF8(parseTenThousandths)
  }
}
