import Engine

/// What a scan of a table needs, whose rows are read one after another: events, properties or amounts of files of any kind.
struct TableScan {
  let table: any ScannableTable
  let layout: TableLayout
  /// The rules by which fields are decoded.
  let rules: ReadingRules
  /// The names of columns that are not read.
  let unusedColumns: [String]

  init(_ table: any ScannableTable, _ layout: TableLayout, _ rules: ReadingRules) {
    self.table = table
    self.layout = layout
    self.rules = rules
    let used = layout.usedSlots
    unusedColumns = table.columns.enumerated().filter { !used.contains($0.offset) }.map(\.element)
  }
}

/// An event as it is read: its columns under the names of Umami's, and what they mean.
struct ReadEvent {
  var row: EventRow
  let fields: RowFields
  let layout: EventLayout
}

/// A property as it is read.
struct ReadProperty {
  let decoder: PropertyDecoder
  let fields: RowFields
  let layout: PropertyLayout
}

/// An amount of the table `revenue` as it is read.
struct ReadAmount {
  let decoder: RevenueDecoder
  let fields: RowFields
  let layout: RevenueLayout
}

extension TableScan {
  /// Reads all rows, and returns how many times a change of the clock made uncertain. Bad rows go to `badRows`.
  func forEachRow(
    sessions: SessionTable?, badRows: BadRows, isCancelled: @escaping () -> Bool = { false },
    event: (inout ReadEvent, _ bytesDone: Int) throws(StoreError) -> RowDefect?,
    property: (ReadProperty, _ bytesDone: Int) throws(StoreError) -> RowDefect?,
    amount: (ReadAmount, _ bytesDone: Int) throws(StoreError) -> RowDefect?
  ) throws(StoreError) -> ClockChangeCount {
    let fields = layout.makeFields()
    switch layout {
    case .events(let layout):
      var decoder = EventDecoder(layout, rules, sessions: sessions)
      try table.forEachRow(fields, badRows: badRows, isCancelled: isCancelled) {
        bytesDone throws(StoreError) in
        if let defect = decoder.decode(fields) { return defect }
        var read = ReadEvent(row: decoder.row, fields: fields, layout: layout)
        return try event(&read, bytesDone)
      }
      var changes = table.clockChanges
      changes.add(decoder.clockChanges)
      return changes
    case .properties(let layout):
      var decoder = PropertyDecoder(layout, rules)
      try table.forEachRow(fields, badRows: badRows, isCancelled: isCancelled) {
        bytesDone throws(StoreError) in
        if let defect = decoder.decode(fields) { return defect }
        return try property(ReadProperty(decoder: decoder, fields: fields, layout: layout), bytesDone)
      }
      return ClockChangeCount()
    case .revenue(let layout):
      var decoder = RevenueDecoder(layout, rules)
      try table.forEachRow(fields, badRows: badRows, isCancelled: isCancelled) {
        bytesDone throws(StoreError) in
        if let defect = decoder.decode(fields) { return defect }
        return try amount(ReadAmount(decoder: decoder, fields: fields, layout: layout), bytesDone)
      }
      return ClockChangeCount()
    }
  }
}

/// All that files of any kind hold: rows, and the websites and saved reports.
struct StoreContents {
  /// Nil if all files are SQLite files.
  let tables: ClassifiedTables?
  private let databases: [Database]
  private let limits: DataLimits
  /// Events, properties and amounts, events first.
  let rows: [TableScan]
  /// Why the rows of other tables are left out.
  let notes: [String]

  private struct Database {
    let connection: Connection
    let isFootfallStore: Bool
  }

  var hasDatabases: Bool { !databases.isEmpty }

  var bytesTotal: Int { rows.reduce(0) { $0 + $1.table.byteCount } }

  /// Opens SQLite files and reads the headers of tables.
  ///
  /// Throws the errors of ``ClassifiedTables/init(_:_:)`` and of opening an SQLite file.
  init(
    _ files: ClassifiedFiles, _ options: OpenOptions, _ context: LoadContext = LoadContext()
  ) throws(StoreError) {
    let rules = options.rules
    limits = options.limits
    var databases: [Database] = []
    // A column that is mapped has to be in one of all tables.
    var headers = ClassifiedTables.headers(files.tables, rules)
    for path in files.sqlite {
      let connection = try OpenedDatabase(path: path, options, context).connection
      let isFootfallStore = try StoreSchema.isFootfallStore(connection)
      try rules.checkUse(forDatabase: path, isFootfallStore: isFootfallStore)
      headers += try SQLiteTables.headers(connection, rules)
      databases.append(Database(connection: connection, isFootfallStore: isFootfallStore))
    }
    tables = files.tables.isEmpty ? nil : try ClassifiedTables(files.tables, rules, others: headers)
    notes = tables?.notes ?? []
    var (events, properties): ([TableScan], [TableScan]) = ([], [])
    for input in tables?.rows ?? [] {
      let input = TableScan(input.table, input.layout, rules)
      if case .events = input.layout { events.append(input) } else { properties.append(input) }
    }
    for (path, database) in zip(files.sqlite, databases) {
      var found = try SQLiteTables(
        database.connection, isFootfallStore: database.isFootfallStore, rules, others: headers)
      let bytes = Int(FileIdentity(path: path)?.byteCount ?? 0)
      let parts = 1 + (found.properties == nil ? 0 : 1) + (found.revenue == nil ? 0 : 1)
      found.events.table.byteCount = bytes / parts
      found.properties?.table.byteCount = bytes / parts
      found.revenue?.table.byteCount = bytes / parts
      events.append(TableScan(found.events.table, .events(found.events.layout), found.events.rules))
      if let found = found.properties {
        properties.append(TableScan(found.table, .properties(found.layout), found.rules))
      }
      if let found = found.revenue {
        properties.append(TableScan(found.table, .revenue(found.layout), found.rules))
      }
    }
    self.databases = databases
    rows = events + properties
  }

  /// Throws `usage` unless there is a table of events.
  func checkEvents() throws(StoreError) {
    if databases.isEmpty { try tables?.checkEvents() }
  }

  /// Runs `body` while every SQLite file stays in one state.
  func reading<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    defer { for database in databases { database.connection.rollBack() } }
    for database in databases {
      try database.connection.execute(Connection.TransactionKind.reading.rawValue)
    }
    return try body()
  }

  /// The values of sessions in files that are no SQLite files; nil if there are none.
  func readSessions(
    badRows: BadRows, check: () throws(StoreError) -> Void
  ) throws(StoreError) -> SessionTable? {
    try tables?.readSessions(badRows: badRows, check: check)
  }

  func readWebsites(badRows: BadRows) throws(StoreError) -> [NamedWebsite] {
    var websites = try tables?.readWebsites(badRows: badRows) ?? []
    for database in databases {
      websites += try NamedWebsite.all(
        in: database.connection, isFootfallStore: database.isFootfallStore, maximumCount: limits.namedWebsites
      )
    }
    return websites
  }

  func readReports(badRows: BadRows) throws(StoreError) -> [SavedReport] {
    var reports = try tables?.readReports(badRows: badRows) ?? []
    for database in databases {
      let store = SQLiteSavedReportStore(
        database.connection, isFootfallStore: database.isFootfallStore, maximumCount: limits.savedReports)
      reports += try store.allWithParameters()
    }
    return reports
  }
}
