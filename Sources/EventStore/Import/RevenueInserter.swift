import Engine

/// Inserts rows into a store's table `revenue`. The table is created for the first row, so that stores without amounts
/// of their own do not have it.
struct RevenueInserter {
  private let statement: Statement
  private let connection: Connection

  /// Runs inside a transaction that writes. Throws `unusableFile` if another program has made a table of this name.
  init(_ connection: Connection) throws(StoreError) {
    if try TableColumns(SQLiteTable.revenue, in: connection).isMissing {
      try connection.execute(StoreSchema.revenueTables)
    }
    guard try StoreSchema.hasOwnRevenue(connection) else {
      throw .unusableFile(
        path: connection.path,
        sentence:
          "has a table revenue that another program made, so no amounts can be added; rename it, or leave out the "
          + "files of amounts")
    }
    let names = RevenueField.allCases.map(\.rawValue).joined(separator: ", ")
    let parameters = RevenueField.allCases.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    statement = try connection.prepare(
      "INSERT INTO revenue (\(names)) VALUES (\(parameters)) ON CONFLICT DO NOTHING")
    self.connection = connection
  }

  /// Inserts the amount that `decoder` decoded from `fields`; returns false if the store has one of its event already.
  func insert(
    _ decoder: RevenueDecoder, _ fields: RowFields, _ layout: RevenueLayout
  ) throws(StoreError) -> Bool {
    for (position, slot) in layout.slots.enumerated() {
      try statement.bind(borrowing: fields[slot], at: Int32(position + 1))
    }
    if let amount = decoder.row.numberTenThousandths {
      try statement.bind(StoredNumber(tenThousandths: amount), at: Self.parameter(.revenue))
    }
    if let created = decoder.createdAtMilliseconds {
      try statement.bind(created, at: Self.parameter(.createdAt))
    }
    try statement.run(addingTo: SQLiteTable.revenue)
    return connection.changes > 0
  }

  private static func parameter(_ field: RevenueField) -> Int32 {
    Int32(RevenueField.allCases.firstIndex(of: field) ?? 0) + 1
  }
}
