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

  /// The table of events of a file that cannot be read, because of `error`, with what its columns may be read as.
  ///
  /// Throws `error` if the file has no such table.
  static func unreadTable(
    of path: String, _ options: OpenOptions, _ context: LoadContext, _ error: StoreError
  ) throws(StoreError) -> InspectedTable {
    let connection = try OpenedDatabase(path: path, options, context).connection
    let columns = try TableColumns.ofEvents(in: connection, options.rules)
    guard !columns.isMissing else { throw error }
    var table = try Self.table(
      nil, columns, options.rules.columnMap,
      EventField.allCases.map(\.names) + [[ColumnMap.url], [ColumnMap.referrer]], in: connection)
    table.error = error.description
    let proposal = ColumnProposal(table.columns, isKnown: false, joinsTimes: true, options.rules)
    for (index, target) in proposal.targets { table.columns[index].suggestion = target }
    table.proposedMap = proposal.map(adding: options.rules.columnMap)
    return table
  }

  /// The tables of events, properties and sessions. Reads all their rows.
  func tables() throws(StoreError) -> [InspectedTable] {
    var duplicates = DuplicateCounter()
    var tables = [try events(&duplicates)]
    if !rows.propertyColumns.isMissing { tables.append(try properties(&duplicates)) }
    if rows.hasRevenue { tables.append(try revenue(&duplicates)) }
    if rows.joinsSessions { tables.append(try sessions()) }
    return tables
  }

  private func events(_ duplicates: inout DuplicateCounter) throws(StoreError) -> InspectedTable {
    var table = try Self.table(
      .events, rows.eventColumns, map, EventField.allCases.map(\.names), in: connection)
    if let targets = rows.describedTargets {
      for column in table.columns.indices { table.columns[column].targets = [] }
      for (target, column) in targets { table.columns[column].targets.append(target) }
    }
    let tally = ProblemTally()
    let badRows = BadRows(observing: tally.add)
    let changesBefore = rows.clockChanges
    try rows.forEachEvent(badRows: badRows) { event, fields in
      table.rows += 1
      // Only rows of our own stores have their ids here.
      let counts = duplicates.add(event, tally) { event.rowID == 0 ? nil : event.rowID }
      table.add(counts, event.createdAtMilliseconds)
      guard counts, let fields else { return }
      for property in fields.properties {
        table.properties += 1
        checkAmount(property.row(of: event.eventID), tally) { nil }
      }
    }
    tally.add(rows.clockChanges.since(changesBefore))
    table.rows += badRows.count
    table.problems = tally.all
    return table
  }

  private func properties(_ duplicates: inout DuplicateCounter) throws(StoreError) -> InspectedTable {
    var table = try Self.table(
      .eventData, rows.propertyColumns, map, PropertyField.allCases.map(\.names), in: connection)
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

  private func revenue(_ duplicates: inout DuplicateCounter) throws(StoreError) -> InspectedTable {
    var table = try Self.table(
      .revenue, rows.revenueColumns, .none, RevenueField.allCases.map { [$0.rawValue] }, in: connection)
    let tally = ProblemTally()
    let badRows = BadRows(observing: tally.add)
    try rows.forEachAmount(badRows: badRows) { amount in
      table.rows += 1
      _ = duplicates.add(amount: amount, tally) { nil }
    }
    table.rows += badRows.count
    table.problems = tally.all
    return table
  }

  private func sessions() throws(StoreError) -> InspectedTable {
    let own: [EventField] = [.sessionID] + SessionFields.all
    let columns = try TableColumns(SQLiteTable.sessions, in: connection)
    var table = try Self.table(.session, columns, .none, own.map(\.names), in: connection)
    table.rows = Int(try connection.integer("SELECT count(*) FROM session"))
    return table
  }

  /// The table of a kind with its columns, which are read if they are mapped or have the first name of a list that there
  /// is.
  private static func table(
    _ kind: InspectedTable.Kind?, _ columns: TableColumns, _ map: ColumnMap, _ fields: [[String]],
    in connection: Connection
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
    try addExamples(&table, connection)
    return table
  }

  private static let examinedRows = 100

  private static func addExamples(_ table: inout InspectedTable, _ connection: Connection) throws(StoreError)
  {
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
