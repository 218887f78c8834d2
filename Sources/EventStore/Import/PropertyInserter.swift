import Engine

/// Inserts properties from CSV rows into a store's table `event_data`.
struct PropertyInserter {
  private let statement: Statement
  private let connection: Connection
  private let layout: PropertyLayout

  init(_ connection: Connection, _ layout: PropertyLayout) throws(StoreError) {
    let names = PropertyField.allCases.map(\.rawValue).joined(separator: ", ")
    let parameters = PropertyField.allCases.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    statement = try connection.prepare(
      "INSERT INTO event_data (\(names)) VALUES (\(parameters)) ON CONFLICT DO NOTHING")
    self.connection = connection
    self.layout = layout
  }

  /// Adds the property that `decoder` has made of `fields`; false when the store has it already.
  func insert(_ decoder: PropertyDecoder, _ fields: CSVFields) throws(StoreError) -> Bool {
    for (position, slot) in layout.slots.enumerated() {
      try statement.bind(borrowing: fields[slot], at: Int32(position + 1))
    }
    if let number = decoder.row.numberTenThousandths {
      try statement.bind(StoredNumber(tenThousandths: number), at: Self.parameter(.numberValue))
    }
    if let created = decoder.createdAtMilliseconds {
      try statement.bind(created, at: Self.parameter(.createdAt))
    }
    try statement.run(addingTo: "event_data")
    return connection.changes > 0
  }

  private static func parameter(_ field: PropertyField) -> Int32 {
    Int32(PropertyField.allCases.firstIndex(of: field) ?? 0) + 1
  }
}
