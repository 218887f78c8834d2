import Calendar
import Engine
import System

/// A table in a file of which it is known which column means what.
struct ResolvedTable {
  let table: FileTable
  let layout: TableLayout

  var isEvents: Bool {
    if case .events = layout { true } else { false }
  }
}

/// The tables of all files, by what is done with their rows. The order of the files makes no difference to it.
struct ClassifiedTables {
  /// Events, properties and amounts.
  private(set) var rows: [ResolvedTable] = []
  /// Values of sessions, which are joined to events.
  private(set) var sessions: [FileTable] = []
  /// Names and domains.
  private(set) var websites: [FileTable] = []
  private(set) var reports: [FileTable] = []
  /// Why the rows of other tables are left out.
  private(set) var notes: [String] = []
  /// The distinct files, in order.
  let contents: [FileContents]
  let map: ColumnMap

  /// Determines from the columns of `tables` which kind of rows they have.
  ///
  /// Throws `missingColumns`, `unusableFile` for a table that holds no events, and `usage` if the column map
  /// names a column that is in no file. `others` are the headers of tables that are read together with these.
  init(_ tables: [FileTable], _ rules: ReadingRules, others: [ColumnNames] = []) throws(StoreError) {
    map = rules.columnMap
    contents = tables.map(\.contents).reduce(into: []) { distinct, next in
      if !distinct.contains(where: { $0 === next }) { distinct.append(next) }
    }
    let named = tables.filter { !$0.columns.isEmpty }
    if named.isEmpty, let first = tables.first { throw first.emptyFile }
    let headers = Self.headers(named, rules)
    try rules.columnMap.checkSources(headers + others)
    var events: [(FileTable, ColumnNames)] = []
    for (table, header) in zip(named, headers) {
      switch TableKind(header, name: table.name) {
      case .events: events.append((table, header))
      case .eventData:
        rows.append(ResolvedTable(table: table, layout: .properties(try PropertyLayout(header))))
      case .sessions: sessions.append(table)
      case .websites: websites.append(table)
      case .reports: reports.append(table)
      case .sessionData: leaveOut(table, "session_data", TableKind.sessionDataReason)
      case .revenue:
        if let layout = try RevenueLayout(header) {
          rows.append(ResolvedTable(table: table, layout: .revenue(layout)))
        } else {
          leaveOut(table, "revenue", TableKind.revenueReason)
        }
      case .segments: leaveOut(table, "segment", TableKind.segmentReason)
      case .other(let name):
        throw .unusableFile(
          path: table.label, sentence: "is Umami's table \(name), which holds no events; leave it out")
      }
    }
    try addEvents(events, rules)
  }

  /// The headers of those tables that have one.
  static func headers(_ tables: [FileTable], _ rules: ReadingRules) -> [ColumnNames] {
    tables.filter { !$0.columns.isEmpty }.map {
      ColumnNames(label: $0.label, names: $0.columns, map: rules.columnMap)
    }
  }

  private mutating func addEvents(
    _ tables: [(FileTable, ColumnNames)], _ rules: ReadingRules
  ) throws(StoreError) {
    let sessionFields = try SessionTable.fields(of: sessions, map)
    var failure: StoreError?
    var events: [ResolvedTable] = []
    for (table, header) in tables {
      do throws(StoreError) {
        var layout = try EventLayout(
          header, sessionFields: sessionFields, pageviewNames: rules.pageviewNames ?? table.pageviewNames)
        layout.derivesEmptyColumns = table.syntax.columnsVaryByRow
        events.append(ResolvedTable(table: table, layout: .events(layout)))
      } catch {
        if table.looksHeaderless { throw table.missingHeader }
        // A file without rows may be anything.
        guard table.hasNoRows else { throw error }
        failure = error
      }
    }
    rows = events + rows
    if rows.isEmpty, sessions.isEmpty, let failure { throw failure }
  }

  private mutating func leaveOut(_ table: FileTable, _ name: String, _ reason: String) {
    if !table.hasNoRows { notes.append("\(table.path): left out Umami's table \(name): \(reason)") }
  }

  /// Throws `usage` unless there is a table of events.
  func checkEvents() throws(StoreError) {
    guard !rows.contains(where: \.isEvents) else { return }
    let paths = contents.map(\.path).joined(separator: ", ")
    throw .usage("\(paths): no table of events; also name the website_event file")
  }

  /// Reads the values of sessions; nil if no table has any. Bad rows go to `badRows`.
  func readSessions(
    badRows: BadRows, check: () throws(StoreError) -> Void
  ) throws(StoreError) -> SessionTable? {
    sessions.isEmpty ? nil : try SessionTable(sessions, map: map, badRows: badRows, check: check)
  }

  /// The names and domains of websites, and when they were reset; the first row of a website counts.
  func readWebsites(badRows: BadRows) throws(StoreError) -> [NamedWebsite] {
    var found: [NamedWebsite] = []
    var known: Set<[UInt8]> = []
    let parser = TimestampParser()
    for table in websites {
      try table.forEachRecord(["website_id", "name", "domain", "reset_at"], badRows: badRows) {
        texts throws(StoreError) in
        guard !texts[0].isEmpty else { return .missing(column: "website_id") }
        guard known.insert(Array(texts[0].utf8)).inserted else { return nil }
        var website = NamedWebsite(id: texts[0], name: texts[1], domain: texts[2])
        if !texts[3].isEmpty {
          do throws(InstantError) { website.resetMilliseconds = try parser.milliseconds(texts[3]) } catch {
            return .notAnInstant(column: "reset_at", value: texts[3], reason: error)
          }
        }
        found.append(website)
        return nil
      }
    }
    return found
  }

  /// The columns of the table of saved reports, its key first.
  static let reportColumns = [
    "report_id", "user_id", "website_id", "type", "name", "description", "parameters", "created_at",
    "updated_at",
  ]

  /// The saved reports. Bad rows go to `badRows`.
  func readReports(badRows: BadRows) throws(StoreError) -> [SavedReport] {
    var found: [SavedReport] = []
    let columns = Self.reportColumns
    let parser = TimestampParser()
    for table in reports {
      try table.forEachRecord(columns, badRows: badRows) { texts throws(StoreError) in
        guard !texts[0].isEmpty else { return .missing(column: columns[0]) }
        var times: [Int64] = []
        for (column, text) in zip(columns, texts).suffix(2) {
          do throws(InstantError) { times.append(text.isEmpty ? 0 : try parser.milliseconds(text)) } catch {
            return .notAnInstant(column: column, value: text, reason: error)
          }
        }
        found.append(
          SavedReport(
            id: texts[0], userID: texts[1], websiteID: texts[2], type: texts[3], name: texts[4],
            description: texts[5], parameters: texts[6], createdAtMilliseconds: times[0],
            updatedAtMilliseconds: times[1]))
        return nil
      }
    }
    return found
  }
}

extension TimestampParser {
  fileprivate func milliseconds(_ text: String) throws(InstantError) -> Int64 {
    let parse = { (bytes: Bytes) throws(InstantError) in try self.milliseconds(bytes) }
    return try text.utf8.span.withUnsafeBufferPointer(parse)
  }
}

extension FileTable {
  /// Passes the texts of the columns `names` of every row to `body`; a column that is missing is empty.
  fileprivate func forEachRecord(
    _ names: [String], badRows: BadRows, _ body: ([String]) throws(StoreError) -> RowDefect?
  ) throws(StoreError) {
    let header = ColumnNames(label: label, names: columns, map: .none)
    var slots: [Int?] = []
    for name in names { slots.append(try header.column(name)) }
    let fields = RowFields(columnCount: columns.count)
    try forEachRow(in: rows, fields, badRows: badRows) { _ throws(StoreError) in
      try body(slots.map { slot in slot.map { String(decoding: fields[$0], as: UTF8.self) } ?? "" })
    }
  }

  /// Whether only blank lines follow the header.
  var hasNoRows: Bool {
    defer { withExtendedLifetime(contents) {} }
    return contents.bytes[rows].allSatisfy { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
  }

  var emptyFile: StoreError {
    .unusableFile(path: path, sentence: "is empty: a CSV file begins with a header row")
  }

  /// Whether the names of the columns are not names but values: a UUID, a number or a time.
  var looksHeaderless: Bool {
    columns.contains { name in
      var name = name
      return name.withUTF8 { (try? TimestampParser().milliseconds($0)) != nil || UUIDBits($0) != nil }
    }
  }

  var missingHeader: StoreError {
    .unusableFile(
      path: label,
      sentence: "has no header: its first line has values (\(list(columns))); name its columns in order: "
        + "--header session_id,created_at,…")
  }
}
