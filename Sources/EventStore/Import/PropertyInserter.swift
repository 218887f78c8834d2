import Calendar
import Engine

/// Inserts rows into a store's table `event_data`: properties from rows of files and tables, and those of
/// appended events.
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

  /// Inserts a property of a row; returns false if the store has it already.
  func insert(_ property: RowProperty, of event: EventRow) throws(StoreError) -> Bool {
    try statement.bind(borrowing: property.key, at: Parameter.dataKey)
    return try insert(property.type, property.numberTenThousandths, of: event) { index throws(StoreError) in
      try statement.bind(borrowing: property.text, at: index)
    }
  }

  /// Inserts a property of an appended event, unless the event has one with its key already.
  func insert(_ property: EventProperty, of event: EventRow) throws(StoreError) {
    let text: String
    let type: PropertyDataType
    var number: Int64?
    switch property.value {
    case .text(let value): (text, type) = (value, .text)
    case .number(let tenThousandths):
      (text, type) = (fourDecimals(tenThousandths), .number)
      number = tenThousandths
    case .boolean(let value): (text, type) = ("\(value)", .boolean)
    case .date(let milliseconds): (text, type) = (formatInstantWithMilliseconds(milliseconds), .date)
    case .array(let json): (text, type) = (json, .array)
    }
    try statement.bind(property.key, at: Parameter.dataKey)
    _ = try insert(type, number, of: event) { index throws(StoreError) in
      try statement.bind(text, at: index)
    }
  }

  /// Inserts a property in the way Umami's collector does: every value as text, and numbers and dates in their own
  /// column too. `bindText` binds the text; that of a number has four decimals. Returns false if the store has the
  /// property already.
  private func insert(
    _ type: PropertyDataType?, _ number: Int64?, of event: EventRow,
    bindText: (_ index: Int32) throws(StoreError) -> Void
  ) throws(StoreError) -> Bool {
    try bind(event)
    try statement.bind(Int64(type?.rawValue ?? 0), at: Parameter.dataType)
    try bindText(Parameter.stringValue)
    if let number {
      try statement.bind(StoredNumber(tenThousandths: number), at: Parameter.numberValue)
    } else {
      try statement.bindNull(at: Parameter.numberValue)
    }
    if type == .date {
      try bindText(Parameter.dateValue)
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
}
