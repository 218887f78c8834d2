import Calendar
import Engine

/// A table or view of an SQLite file whose rows are read as fields, as those of a file are. So its columns may have any
/// names and values: a layout says what they mean.
struct SQLiteTable: ScannableTable {
  static let events = "website_event"
  static let properties = "event_data"
  static let sessions = "session"
  static let revenue = "revenue"

  let name: String
  let columns: [String]
  /// Whether some columns come from the table `session`.
  let joinsSessions: Bool
  /// A part of the file's size.
  var byteCount = 0
  private let connection: Connection
  private let select: String
  private let order: String
  private let reads: [Read]
  private let times: TimestampParser
  /// Whether an INTEGER time is always in milliseconds.
  private let timesAreMilliseconds: Bool

  /// How the value of a column becomes a field.
  private struct Read {
    let slot: Int
    let form: Form
  }

  enum Form {
    case text
    /// A blob of 16 bytes is a UUID.
    case identifier
    case number
    /// The field is always ISO text. A row without a valid time is bad if it is `required`; otherwise it has none.
    case time(isRequired: Bool)
  }

  /// - Parameter forms: by slot, for the columns that are read.
  init(
    _ source: Columns, in connection: Connection, isFootfallStore: Bool, times: TimeRules, forms: [Int: Form]
  ) {
    name = source.table
    columns = source.names
    joinsSessions = source.join != nil
    self.connection = connection
    reads = forms.sorted { $0.key < $1.key }.map { Read(slot: $0.key, form: $0.value) }
    let expressions = [source.hasRowID ? "e.rowid" : "0"] + reads.map { source.expressions[$0.slot] }
    select =
      "SELECT \(expressions.joined(separator: ", ")) FROM \(quoted(name)) e"
      + (source.join.map { " LEFT JOIN session s ON \($0)" } ?? "")
    order = source.hasRowID ? " ORDER BY e.rowid" : ""
    self.times = TimestampParser(isFootfallStore ? TimeRules() : times)
    timesAreMilliseconds = isFootfallStore
  }

  var path: String { connection.path }

  var clockChanges: ClockChangeCount { times.clockChanges }

  /// The rows that match `condition`, which refers to the table as `e`, or all rows; in order of arrival.
  func sql(where condition: String?) -> String {
    "\(select)\(condition.map { " WHERE \($0)" } ?? "")\(order)"
  }

  func forEachRow(
    _ fields: RowFields, badRows: BadRows, isCancelled: @escaping () -> Bool,
    _ body: (_ bytesDone: Int) throws(StoreError) -> RowDefect?
  ) throws(StoreError) {
    let pageBytes = Int(try connection.integer("PRAGMA page_size"))
    let pagesBefore = connection.pagesRead
    let statement = try connection.prepare(sql(where: nil))
    try forEachRow(of: statement, fields, badRows: badRows, isCancelled: isCancelled) {
      () throws(StoreError) in
      // An estimate, because SQLite does not report where in the file rows are.
      try body(min((connection.pagesRead - pagesBefore) * pageBytes, byteCount))
    }
  }

  /// Passes each row of a statement with the SQL of ``sql(where:)`` to `body`, which returns the row's defect, if any.
  func forEachRow(
    of statement: Statement, _ fields: RowFields, badRows: BadRows,
    isCancelled: @escaping () -> Bool = { false }, _ body: () throws(StoreError) -> RowDefect?
  ) throws(StoreError) {
    var cancellation = CancellationCheck(isCancelled)
    while try statement.step() {
      try cancellation.atNextRow()
      fields.beginRow()
      var defect = read(statement, fields)
      if defect == nil { defect = try body() }
      if let defect {
        try badRows.add(
          BadRow(path: path, place: .row(table: name, id: statement.integer(0)), defect: defect))
      }
    }
  }

  func checkUnchanged() {}

  private func read(_ statement: Statement, _ fields: RowFields) -> RowDefect? {
    for (index, read) in reads.enumerated() {
      let column = Int32(index + 1)
      switch read.form {
      case .text: fields[read.slot] = statement.bytes(column)
      case .identifier: fields[read.slot] = statement.identifier(column, fields)
      case .number: fields[read.slot] = number(statement, column, fields)
      case .time(let isRequired):
        if let defect = readTime(statement, column, read.slot, fields), isRequired { return defect }
      }
      if let defect = textDefect(fields[read.slot]) { return defect }
    }
    return nil
  }

  /// A REAL with the decimals that identify it.
  private func number(_ statement: Statement, _ column: Int32, _ fields: RowFields) -> Bytes {
    guard statement.type(column) == .real, let number = realInTenThousandths(statement.real(column)) else {
      return statement.bytes(column)
    }
    return fields.keep(fourDecimals: number)
  }

  private func readTime(
    _ statement: Statement, _ column: Int32, _ slot: Int, _ fields: RowFields
  ) -> RowDefect? {
    fields[slot] = Bytes(start: nil, count: 0)
    if statement.isEmpty(column) { return nil }
    do throws(InstantError) {
      let time = try statement.timestamp(column, times, isMilliseconds: timesAreMilliseconds)
      fields[slot] = fields.keep(formatInstant(time))
      return nil
    } catch {
      return .notAnInstant(column: columns[slot], value: shown(statement.bytes(column)), reason: error)
    }
  }
}

extension Statement {
  /// An id as text, which is valid as long as the row.
  fileprivate func identifier(_ column: Int32, _ fields: RowFields) -> Bytes {
    type(column) == .blob && bytes(column).count == 16 ? fields.keep(identifierText(column)) : bytes(column)
  }
}

extension SQLiteTable {
  /// The columns of a table, and those that its rows get from the table `session`.
  struct Columns {
    let table: String
    let hasRowID: Bool
    private(set) var names: [String]
    /// How SQL refers to each column.
    private(set) var expressions: [String]
    /// The condition under which a row of `session`, which is called `s`, belongs to one of the table.
    private(set) var join: String?

    init(_ columns: TableColumns) {
      table = columns.table
      hasRowID = columns.hasRowID
      names = columns.spellings
      expressions = names.map { "e.\(quoted($0))" }
    }

    /// Adds the columns that a table of events lacks and that `sessions` has.
    mutating func join(_ sessions: TableColumns, _ map: ColumnMap) throws(StoreError) {
      let own = ColumnNames(label: table, names: names, map: map)
      let theirs = ColumnNames(label: sessions.table, names: sessions.spellings, map: .none)
      guard let id = try own.column(EventField.sessionID.names),
        let key = try theirs.column(EventField.sessionID.names)
      else { return }
      let spelling = names[id]
      let hasAddress = try own.column(ColumnMap.url) != nil
      for field in EventField.allCases where field != .createdAt {
        // A session's own creation time is not the event's time, and the host of an address comes first.
        if field == .hostname && hasAddress { continue }
        guard try own.column(field.names) == nil, let column = try theirs.column(field.names) else {
          continue
        }
        names.append(sessions.spellings[column])
        expressions.append("s.\(quoted(sessions.spellings[column]))")
        join = "s.\(quoted(sessions.spellings[key])) = e.\(quoted(spelling))"
      }
    }
  }
}

/// The tables of events, properties and amounts of an SQLite file, read as fields.
struct SQLiteTables {
  /// A table, what its columns mean, and the rules by which its fields are decoded.
  struct Described<Layout> {
    var table: SQLiteTable
    let layout: Layout
    let rules: ReadingRules
  }

  var events: Described<EventLayout>
  /// Nil if the file has none.
  var properties: Described<PropertyLayout>?
  /// Nil if the file has none.
  var revenue: Described<RevenueLayout>?

  /// The headers of the file's tables that exist.
  static func headers(_ connection: Connection, _ rules: ReadingRules) throws(StoreError) -> [ColumnNames] {
    var headers: [ColumnNames] = []
    for name in [rules.table ?? SQLiteTable.events, SQLiteTable.properties] {
      let columns = try TableColumns(name, in: connection)
      if columns.isMissing { continue }
      headers.append(
        ColumnNames(
          label: "\(connection.path), table \(columns.table)", names: columns.spellings, map: rules.columnMap)
      )
    }
    return headers
  }

  /// Throws `noEventTable`, `missingColumns`, and `usage` if the column map names a column that no table has. `others` are
  /// the headers of tables that are read together with these.
  init(
    _ connection: Connection, isFootfallStore: Bool, _ rules: ReadingRules, others: [ColumnNames] = []
  ) throws(StoreError) {
    let eventColumns = try TableColumns.ofEvents(in: connection, rules)
    let propertyColumns = try TableColumns(SQLiteTable.properties, in: connection)
    try rules.columnMap.checkSources(try Self.headers(connection, rules) + others)
    var columns = SQLiteTable.Columns(eventColumns)
    try columns.join(try TableColumns(SQLiteTable.sessions, in: connection), rules.columnMap)
    events = try Self.events(columns, connection, isFootfallStore, rules)
    properties =
      propertyColumns.isMissing
      ? nil : try Self.properties(SQLiteTable.Columns(propertyColumns), connection, isFootfallStore, rules)
    revenue = try Self.revenue(connection, isFootfallStore, rules)
  }

  private static func revenue(
    _ connection: Connection, _ isFootfallStore: Bool, _ rules: ReadingRules
  ) throws(StoreError) -> Described<RevenueLayout>? {
    let columns = SQLiteTable.Columns(try TableColumns(SQLiteTable.revenue, in: connection))
    let header = ColumnNames(
      label: "\(connection.path), table \(columns.table)", names: columns.names, map: .none)
    guard SQLiteTable.revenue != rules.table, let layout = try RevenueLayout(header) else { return nil }
    var forms: [Int: SQLiteTable.Form] = [:]
    for (field, slot) in zip(RevenueField.allCases, layout.slots) where slot < layout.columnCount {
      forms[slot] =
        switch field {
        case .websiteID, .sessionID, .eventID: .identifier
        case .createdAt: .time(isRequired: false)
        case .revenue: .number
        case .eventName, .currency: .text
        }
    }
    var decoding = rules
    decoding.times = TimeRules()
    let table = SQLiteTable(
      columns, in: connection, isFootfallStore: isFootfallStore, times: rules.times, forms: forms)
    return Described(table: table, layout: layout, rules: decoding)
  }

  private static func events(
    _ columns: SQLiteTable.Columns, _ connection: Connection, _ isFootfallStore: Bool, _ rules: ReadingRules
  ) throws(StoreError) -> Described<EventLayout> {
    let header = ColumnNames(
      label: "\(connection.path), table \(columns.table)", names: columns.names, map: rules.columnMap)
    let layout = try EventLayout(header, pageviewNames: rules.pageviewNames)
    var forms: [Int: SQLiteTable.Form] = [:]
    for (field, slot) in zip(EventField.allCases, layout.slots) where slot < layout.columnCount {
      forms[slot] =
        switch field {
        case .websiteID, .sessionID, .visitID, .eventID, .jobID: .identifier
        case .createdAt: .time(isRequired: true)
        default: .text
        }
    }
    // Date and time in two columns are decoded together.
    let others = [layout.url, layout.referrer, layout.joinedTime?.first, layout.joinedTime?.second]
    for slot in others.compactMap(\.self) { forms[slot] = .text }
    for property in layout.propertyColumns where forms[property.slot] == nil {
      forms[property.slot] = .number
    }
    var decoding = rules
    if layout.joinedTime == nil { decoding.times = TimeRules() }
    let table = SQLiteTable(
      columns, in: connection, isFootfallStore: isFootfallStore, times: rules.times, forms: forms)
    return Described(table: table, layout: layout, rules: decoding)
  }

  private static func properties(
    _ columns: SQLiteTable.Columns, _ connection: Connection, _ isFootfallStore: Bool, _ rules: ReadingRules
  ) throws(StoreError) -> Described<PropertyLayout> {
    let header = ColumnNames(
      label: "\(connection.path), table \(columns.table)", names: columns.names, map: rules.columnMap)
    let layout = try PropertyLayout(header)
    var forms: [Int: SQLiteTable.Form] = [:]
    for (field, slot) in zip(PropertyField.allCases, layout.slots) where slot < layout.columnCount {
      forms[slot] =
        switch field {
        case .websiteID, .sessionID, .eventID, .jobID: .identifier
        case .createdAt: .time(isRequired: false)
        case .numberValue: .number
        default: .text
        }
    }
    var decoding = rules
    decoding.times = TimeRules()
    let table = SQLiteTable(
      columns, in: connection, isFootfallStore: isFootfallStore, times: rules.times, forms: forms)
    return Described(table: table, layout: layout, rules: decoding)
  }
}
