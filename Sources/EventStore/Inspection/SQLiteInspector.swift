import Engine

/// Inspects the tables of an SQLite file.
struct SQLiteInspector {
  private let connection: Connection
  private let rows: SQLiteRows

  init(_ connection: Connection, _ rows: SQLiteRows) {
    self.connection = connection
    self.rows = rows
  }

  /// The tables of events, properties and sessions. Reads all their rows.
  func tables() throws(StoreError) -> [InspectedTable] {
    var duplicates = DuplicateCounter()
    var tables = [try events(&duplicates)]
    if !rows.propertyColumns.isMissing { tables.append(try properties(&duplicates)) }
    if rows.joinsSessions { tables.append(try sessions()) }
    return tables
  }

  private func events(_ duplicates: inout DuplicateCounter) throws(StoreError) -> InspectedTable {
    var table = try self.table(.events, EventField.allCases.map(\.names))
    let tally = ProblemTally()
    let badRows = BadRows(observing: tally.add)
    try rows.forEachEvent(badRows: badRows) { event in
      table.rows += 1
      // Only rows of our own stores have their ids here.
      let counts = duplicates.add(event, tally) { event.rowID == 0 ? nil : event.rowID }
      table.add(counts, event.createdAtMilliseconds)
    }
    table.rows += badRows.count
    table.problems = tally.all
    return table
  }

  private func properties(_ duplicates: inout DuplicateCounter) throws(StoreError) -> InspectedTable {
    var table = try self.table(.eventData, PropertyField.allCases.map(\.names))
    let tally = ProblemTally()
    let badRows = BadRows(observing: tally.add)
    try rows.forEachProperty(badRows: badRows) { property in
      table.rows += 1
      if duplicates.add(property, tally, { nil }) {
        table.properties += 1
        checkAmount(property, tally) { nil }
      }
    }
    table.rows += badRows.count
    table.problems = tally.all
    return table
  }

  private func sessions() throws(StoreError) -> InspectedTable {
    let own: [EventField] = [.sessionID] + SessionFields.all
    var table = try self.table(.session, own.map(\.names))
    table.rows = Int(try connection.integer("SELECT count(*) FROM session"))
    return table
  }

  /// The table of a kind with its columns, which are read if they have the first name of a list that there is.
  private func table(
    _ kind: InspectedTable.Kind, _ fields: [[String]]
  ) throws(StoreError) -> InspectedTable {
    var table = InspectedTable(path: connection.path, format: .sqlite)
    table.table = kind.rawValue
    table.kind = kind
    let names = try connection.texts(
      "SELECT name FROM pragma_table_xinfo('\(kind.rawValue)') WHERE hidden <> 1")
    table.columns = names.map { InspectedColumn(name: $0) }
    let known = names.map { $0.lowercased() }
    for field in fields {
      guard let column = field.lazy.compactMap({ known.firstIndex(of: $0) }).first else { continue }
      table.columns[column].targets.append(field[0])
    }
    try addExamples(&table)
    return table
  }

  private static let examinedRows = 100

  private func addExamples(_ table: inout InspectedTable) throws(StoreError) {
    guard !table.columns.isEmpty, let name = table.table else { return }
    let columns = table.columns.map { column in
      "\"" + column.name.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }
    let statement = try connection.prepare(
      "SELECT \(columns.joined(separator: ", ")) FROM \(name) LIMIT \(Self.examinedRows)")
    while try statement.step() {
      for index in columns.indices where table.columns[index].example == nil {
        let text = statement.text(Int32(index))
        guard !text.isEmpty else { continue }
        table.columns[index].example = text.utf8.span.withUnsafeBufferPointer(InspectedColumn.example)
      }
    }
  }
}
