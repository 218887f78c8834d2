import Engine

/// Imports files of events (CSV, other files of rows, SQLite) into the store at `storePath`, which is created if it does not exist.
///
/// Rows that the store already has are not changed; `event_id` identifies an event, `event_id` and `data_key`
/// a property. Therefore importing a file again changes nothing, and an interrupted import is finished by
/// running it again. `progress` is called repeatedly, `diagnostics` for every line of text.
///
/// Throws errors of reading the files before it touches the store, and errors of writing the store. Rows
/// committed before an error stay; if it is `unreadable`, it says how many.
public func importFiles(
  _ paths: [String], into storePath: String, options: ImportOptions = ImportOptions(),
  progress: (ReadingProgress) -> Void = { _ in }, diagnostics: @escaping Diagnostics
) throws(StoreError) -> ImportSummary {
  var opening = OpenOptions()
  opening.rules = options.rules
  opening.isReadOnly = true
  let files = try ClassifiedFiles(
    paths, options.rules, ReadingResources(temporaryFolder: options.temporaryFolder))
  try checkSources(files.sqlite, into: storePath)
  let inputs = try StoreContents(files, opening)
  inputs.notes.forEach(diagnostics)
  for input in inputs.rows {
    let unused = input.unusedColumns.filter { !(input.table is SQLiteTable) || $0 != StoreSchema.rowID }
    if unused.isEmpty { continue }
    diagnostics(
      "\(input.table.path): skipped columns that a store does not have: \(unused.joined(separator: ", "))")
  }
  for input in inputs.rows {
    guard let table = input.table as? FileTable else { continue }
    let members = table.unreadMembers(options.rules)
    if members.isEmpty { continue }
    diagnostics(
      "\(table.path): skipped members that may be columns: \(list(members)); footfall inspect proposes how to read "
        + "them")
  }
  let (summary, columns) = try importInputs(inputs, storePath, options, progress, diagnostics)
  // After the store is closed, its files no longer change.
  columns?.keep()
  try refreshColumns(storePath, options)
  return summary
}

/// Throws `usage` if the store itself is among the files to import.
private func checkSources(_ paths: [String], into storePath: String) throws(StoreError) {
  guard let store = FileIdentity(path: storePath) else { return }
  for path in paths where FileIdentity(path: path)?.isSameFile(as: store) == true {
    throw .usage("\(path) is the store itself; name other files to import")
  }
}

/// Closes the store before it returns. If a process opened the file a second time while the store is open and
/// closed it, both would lose their locks (POSIX).
private func importInputs(
  _ inputs: StoreContents, _ storePath: String, _ options: ImportOptions,
  _ progress: (ReadingProgress) -> Void,
  _ diagnostics: @escaping Diagnostics
) throws(StoreError) -> (ImportSummary, ImportedColumns?) {
  let store = try StoreSchema.openForWriting(storePath)
  // Event ids arrive in random order, so inserting touches the whole index again and again.
  try store.execute("PRAGMA cache_size = -\(importCacheKibibytes)")
  let importer = Importer(
    store, options,
    bytesTotal: inputs.bytesTotal, diagnostics)
  return try inputs.reading { () throws(StoreError) in try importer.run(inputs, progress) }
}

/// Updates the cached columns of the store if they are outdated.
private func refreshColumns(_ path: String, _ options: ImportOptions) throws(StoreError) {
  guard let folder = options.cache.folder(forStore: path),
    ColumnCache(folder: folder, threads: 1, diagnostics: { _ in }).isStarted
  else { return }
  var opening = OpenOptions()
  opening.cache = options.cache
  opening.threads = options.threads
  // The process that serves the store reports diagnostics about its rows.
  _ = try EventStore.open([path], options: opening) { _ in }.snapshot().websites
}

/// The size of SQLite's page cache during an import.
private let importCacheKibibytes = 256 * 1024

private final class Importer {
  private let connection: Connection
  private let options: ImportOptions
  private let bytesTotal: Int
  private let badRows: BadRows
  private var eventRows = RowCounts()
  private var propertyRows = RowCounts()
  private let diagnostics: Diagnostics
  private var clockChanges = ClockChangeCount()
  private var unusual = UnusualRowCounter()
  private var summary = ImportSummary()
  private var discovery = WebsiteDiscovery()
  private var sessions: SessionTable?
  /// The total size of the files before the current one.
  private var bytesBefore = 0
  private var rowsInTransaction = 0
  /// Whether the current transaction has added amounts.
  private var hasNewAmounts = false
  private var hasCommitted = false
  /// The single transaction of a first import, and the columns of the rows it inserts.
  private var firstImport: FirstImport?
  private var columns: ImportedColumns?
  /// The store's position after the first import's commit; nil if it has no change log.
  private var position: ChangeLogPosition?
  /// The connection's count of changed rows when the transaction began.
  private var changesBefore: Int64 = 0

  init(
    _ connection: Connection, _ options: ImportOptions, bytesTotal: Int, _ diagnostics: @escaping Diagnostics
  ) {
    self.connection = connection
    self.options = options
    self.bytesTotal = bytesTotal
    badRows = BadRows(isStrict: options.rules.isStrict, diagnostics: diagnostics)
    self.diagnostics = diagnostics
  }

  func run(
    _ inputs: StoreContents, _ progress: (ReadingProgress) -> Void
  ) throws(StoreError) -> (ImportSummary, ImportedColumns?) {
    sessions = try inputs.readSessions(badRows: badRows) {}
    let websites = try inputs.readWebsites(badRows: badRows)
    let reports = try inputs.readReports(badRows: badRows)
    if bytesTotal >= options.firstImportBytes { firstImport = try FirstImport(connection) }
    do {
      if let firstImport, let tables = inputs.tables, !inputs.hasDatabases {
        columns = ImportedColumns(
          tables.rows, sessions, firstRowID: try firstImport.firstRowID(), storePath: connection.path, options
        )
      }
      for input in inputs.rows {
        let badBefore = badRows.count
        try add(input, progress)
        if case .events = input.layout {
          eventRows.bad += badRows.count - badBefore
        } else {
          propertyRows.bad += badRows.count - badBefore
        }
        bytesBefore += input.table.byteCount
        try input.table.checkUnchanged()
        report(progress, bytesDone: bytesBefore)
      }
      badRows.finish()
      // Before the last commit, so that a small import adds nothing.
      try checkShareOfBadRows(websites, reports)
      try commit()
      try finishFirstImport()
    } catch {
      columns?.cancel()
      if let firstImport {
        firstImport.rollBack()
      } else if rowsInTransaction > 0 {
        connection.rollBack()
      }
      throw error
    }
    try addWebsites(websites, reports)
    columns?.position = position
    for line in clockChanges.lines + unusual.values.lines { diagnostics(line) }
    summary.badRows = badRows.count
    return (summary, columns)
  }

  /// Throws `unreadable` if too many rows are bad. If some rows are committed already, all good rows are added, with
  /// their websites, so that what the store keeps is whole.
  private func checkShareOfBadRows(_ websites: [NamedWebsite], _ reports: [SavedReport]) throws(StoreError) {
    do throws(StoreError) {
      try badRows.checkShareOfBadRows(events: eventRows, properties: propertyRows)
    } catch .unreadable(var rows) where hasCommitted {
      try commit()
      try addWebsites(websites, reports)
      (rows.addedEvents, rows.addedProperties) = (summary.events.added, summary.properties.added)
      throw .unreadable(rows)
    }
  }

  private func add(_ input: TableScan, _ progress: (ReadingProgress) -> Void) throws(StoreError) {
    var inserter: EventInserter?
    if case .events(let layout) = input.layout {
      inserter = try EventInserter(connection, layout, looksUpKnown: firstImport == nil)
    }
    let properties = try PropertyInserter(connection)
    var amounts: RevenueInserter?
    let changes = try input.forEachRow(sessions: sessions, badRows: badRows) {
      event, bytesDone throws(StoreError) in
      try begin()
      summary.events.count(isNew: try inserter?.insert(&event.row, event.fields) ?? false)
      discovery.add(event.row)
      unusual.add(event.row)
      for property in event.fields.properties {
        unusual.add(property.row(of: event.row.eventID))
        summary.properties.count(isNew: try properties.insert(property, of: event.row))
        rowsInTransaction += 1
      }
      eventRows.good += 1
      try commitIfFull(progress, bytesDone: bytesBefore + bytesDone)
      return nil
    } property: { property, bytesDone throws(StoreError) in
      try begin()
      unusual.add(property.decoder.row)
      summary.properties.count(
        isNew: try properties.insert(property.decoder, property.fields, property.layout))
      propertyRows.good += 1
      try commitIfFull(progress, bytesDone: bytesBefore + bytesDone)
      return nil
    } amount: { amount, bytesDone throws(StoreError) in
      try begin()
      let inserter = if let amounts { amounts } else { try RevenueInserter(connection) }
      amounts = inserter
      let isNew = try inserter.insert(amount.decoder, amount.fields, amount.layout)
      if isNew { hasNewAmounts = true }
      summary.amounts.count(isNew: isNew)
      propertyRows.good += 1
      try commitIfFull(progress, bytesDone: bytesBefore + bytesDone)
      return nil
    }
    clockChanges.add(changes)
  }

  /// Adds rows for the websites that have none yet: the websites of the files, then those of imported events. The
  /// domain of the latter is the hostname of most of their events, and the name is the domain, or the id if
  /// there is no domain. A file's name and domain replace those that an earlier import found in this way. Saves
  /// the reports of the files, too; those whose ids the store has stay as they are.
  private func addWebsites(_ named: [NamedWebsite], _ reports: [SavedReport]) throws(StoreError) {
    discovery.flush()
    let naming = try connection.prepare(
      """
      INSERT INTO website (website_id, name, domain, created_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT DO UPDATE SET name = ?2, domain = ?3
        WHERE (name = domain OR name = website_id) AND (name <> ?2 OR domain IS NOT ?3)
      """)
    let statement = try connection.prepare(
      """
      INSERT INTO website (website_id, name, domain, created_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT DO NOTHING
      """)
    try connection.transaction(.writing) { () throws(StoreError) in
      let changesBefore = connection.totalChanges
      // Other processes may have written since the first import was committed.
      let isAlone = if let position { try ChangeLogPosition(connection) == position } else { false }
      let saved = SQLiteSavedReportStore(
        connection, isFootfallStore: true, maximumCount: DataLimits.standard.savedReports)
      for report in reports { _ = try saved.add(report) }
      for website in named {
        try naming.bind(website.id, at: 1)
        let name = [website.name, website.domain, website.id].first { !$0.isEmpty }
        try naming.bind(name ?? website.id, at: 2)
        if website.domain.isEmpty {
          try naming.bindNull(at: 3)
        } else {
          try naming.bind(website.domain, at: 3)
        }
        if let first = discovery.websites[website.id]?.firstEventMilliseconds {
          try naming.bind(first, at: 4)
        } else {
          try naming.bindNull(at: 4)
        }
        try naming.run()
      }
      for (id, website) in discovery.websites {
        let domain = website.mainHostname
        try statement.bind(id, at: 1)
        try statement.bind(domain ?? id, at: 2)
        if let domain { try statement.bind(domain, at: 3) } else { try statement.bindNull(at: 3) }
        try statement.bind(website.firstEventMilliseconds, at: 4)
        try statement.run()
      }
      guard connection.totalChanges > changesBefore else { return }
      try ChangeLog.recordCommit(in: connection)
      if isAlone { position = try ChangeLogPosition(connection) }
    }
  }
}

extension Importer {
  private func begin() throws(StoreError) {
    if rowsInTransaction == 0, firstImport == nil {
      changesBefore = connection.totalChanges
      connection.shortenLog()
      try connection.execute(Connection.TransactionKind.writing.rawValue)
    }
    rowsInTransaction += 1
  }

  private func commitIfFull(
    _ progress: (ReadingProgress) -> Void, bytesDone: Int
  ) throws(StoreError) {
    guard rowsInTransaction >= options.rowsPerTransaction else { return }
    try commit()
    report(progress, bytesDone: bytesDone)
  }

  private func commit() throws(StoreError) {
    guard rowsInTransaction > 0 else { return }
    if firstImport == nil {
      if connection.totalChanges > changesBefore { try ChangeLog.recordCommit(in: connection) }
      if hasNewAmounts { try ChangeLog.recordAmounts(in: connection) }
      hasNewAmounts = false
      try connection.execute("COMMIT")
      hasCommitted = true
    }
    rowsInTransaction = 0
  }

  private func finishFirstImport() throws(StoreError) {
    guard let firstImport else { return }
    // If another program has written to `sqlite_sequence`, the ids may differ from the predicted ones.
    if let columns, let least = try firstImport.smallestRowID(), columns.firstRowID != least {
      columns.cancel()
      self.columns = nil
    }
    let outcome = try firstImport.commit(threads: options.threads)
    summary.events.move(outcome.repeatedEvents)
    summary.properties.move(outcome.repeatedProperties)
    position = outcome.position
  }

  private func report(_ progress: (ReadingProgress) -> Void, bytesDone: Int) {
    let rows = summary.rowsRead + badRows.count
    progress(ReadingProgress(bytesDone: bytesDone, bytesTotal: bytesTotal, rows: rows))
  }
}
