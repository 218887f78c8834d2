import Engine

/// Inspects the tables of an SQLite file.
struct SQLiteInspector {
  private let connection: Connection
  private let rows: SQLiteRows
  private let map: ColumnMap

  init(_ connection: Connection, _ rows: SQLiteRows, _ rules: ReadingRules) {
    self.connection = connection
    self.rows = rows
    map = rules.columnMap
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
    var table = try self.table(.events, rows.eventColumns, map, EventField.allCases.map(\.names))
    if let targets = rows.describedTargets {
      for column in table.columns.indices { table.columns[column].targets = [] }
      for (target, column) in targets { table.columns[column].targets.append(target) }
    }
    let tally = ProblemTally()
    let badRows = BadRows(observing: tally.add)
    let changesBefore = rows.clockChanges
    try rows.forEachEvent(badRows: badRows) { event in
      table.rows += 1
      // Only rows of our own stores have their ids here.
      let counts = duplicates.add(event, tally) { event.rowID == 0 ? nil : event.rowID }
      table.add(counts, event.createdAtMilliseconds)
    }
    tally.add(rows.clockChanges.since(changesBefore))
    table.rows += badRows.count
    table.problems = tally.all
    return table
  }

  private func properties(_ duplicates: inout DuplicateCounter) throws(StoreError) -> InspectedTable {
    var table = try self.table(
      .eventData, rows.propertyColumns, map, PropertyField.allCases.map(\.names))
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
    let columns = try TableColumns(SQLiteTable.sessions, in: connection)
    var table = try self.table(.session, columns, .none, own.map(\.names))
    table.rows = Int(try connection.integer("SELECT count(*) FROM session"))
    return table
  }

  /// The table of a kind with its columns, which are read if they are mapped or have the first name of a list that there
  /// is.
  private func table(
    _ kind: InspectedTable.Kind, _ columns: TableColumns, _ map: ColumnMap, _ fields: [[String]]
  ) throws(StoreError) -> InspectedTable {
    var table = InspectedTable(path: connection.path, format: .sqlite)
    table.table = columns.table
    table.kind = kind
    table.columns = columns.spellings.map { InspectedColumn(name: $0) }
    let names = ColumnNames(label: columns.table, names: columns.spellings, map: map)
    for field in fields {
      guard let column = try names.column(field) else { continue }
      table.columns[column].targets.append(field[0])
    }
    try addExamples(&table)
    return table
  }

  private static let examinedRows = 100

  private func addExamples(_ table: inout InspectedTable) throws(StoreError) {
    guard !table.columns.isEmpty, let name = table.table else { return }
    let columns = table.columns.map { quoted($0.name) }
    let statement = try connection.prepare(
      "SELECT \(columns.joined(separator: ", ")) FROM \(quoted(name)) LIMIT \(Self.examinedRows)")
    while try statement.step() {
      for index in columns.indices where table.columns[index].example == nil {
        let text = statement.text(Int32(index))
        guard !text.isEmpty else { continue }
        table.columns[index].example = text.utf8.span.withUnsafeBufferPointer(InspectedColumn.example)
      }
    }
  }
}
