import Engine

/// Imports CSV files into the store at `storePath`, which is made if there is none.
///
/// Rows that the store has are left as they are (`event_id` decides, for properties `event_id` and
/// `data_key`), so importing a file again changes nothing, and an import that was interrupted is finished
/// by running it again. `progress` is called again and again, `diagnostics` for every line of text.
///
/// Throws what stands against reading the files, before the store is touched, and what stands against
/// writing the store. What was committed before an error stays.
public func importFiles(
  _ paths: [String], into storePath: String, options: ImportOptions = ImportOptions(),
  progress: (ReadingProgress) -> Void = { _ in }, diagnostics: @escaping Diagnostics
) throws(StoreError) -> ImportSummary {
  guard case .csv(let files) = try InputFiles(paths) else {
    throw .usage("\(paths[0]) is an SQLite file, which is opened directly; import takes CSV files")
  }
  let inputs = try CSVInput.inputs(files, map: options.rules.columnMap)
  for input in inputs where !input.unusedColumns.isEmpty {
    let columns = input.unusedColumns.joined(separator: ", ")
    diagnostics("\(input.file.path): skipped columns that a store does not have: \(columns)")
  }
  let (summary, columns) = try importInputs(inputs, storePath, options, progress, diagnostics)
  // Once the store is closed, its files stay as they are.
  columns?.keep()
  try bringColumnsUpToDate(storePath, options)
  return summary
}

/// Closes the store when it is done: whoever opens its file a second time while it is open, and closes that,
/// gives the locks of both up, as POSIX has it.
private func importInputs(
  _ inputs: [CSVInput], _ storePath: String, _ options: ImportOptions, _ progress: (ReadingProgress) -> Void,
  _ diagnostics: @escaping Diagnostics
) throws(StoreError) -> (ImportSummary, ImportedColumns?) {
  let store = try StoreSchema.openForWriting(storePath)
  // Event ids come in no order, so inserting touches the whole of their index again and again.
  try store.execute("PRAGMA cache_size = -\(importCacheKibibytes)")
  let importer = Importer(
    store, options,
    bytesTotal: inputs.reduce(0) { $0 + $1.file.rows.count }, diagnostics)
  return try importer.run(inputs, progress)
}

/// Where columns of the store are kept that are not those of its rows now, makes them so.
private func bringColumnsUpToDate(_ path: String, _ options: ImportOptions) throws(StoreError) {
  guard let folder = options.cache.folder(forStore: path),
    ColumnCache(folder: folder, threads: 1, diagnostics: { _ in }).isStarted
  else { return }
  var opening = OpenOptions()
  opening.cache = options.cache
  opening.threads = options.threads
  // Whoever serves the store says what there is to say of its rows.
  _ = try EventStore.open([path], options: opening) { _ in }.snapshot().websites
}

/// How much of the store is kept in memory while importing.
private let importCacheKibibytes = 256 * 1024

private final class Importer {
  private let connection: Connection
  private let options: ImportOptions
  private let bytesTotal: Int
  private let badRows: BadRows
  private var summary = ImportSummary()
  private var discovery = WebsiteDiscovery()
  /// The bytes of the files before the one that is being read.
  private var bytesBefore = 0
  private var rowsInTransaction = 0
  /// The one transaction of a first import, and the columns of what it inserts.
  private var firstImport: FirstImport?
  private var columns: ImportedColumns?
  /// What the store is when the first import is committed; nil if it keeps no change log.
  private var position: ChangeLogPosition?
  /// How many rows had been changed when the transaction began.
  private var changesBefore: Int64 = 0

  init(
    _ connection: Connection, _ options: ImportOptions, bytesTotal: Int, _ diagnostics: @escaping Diagnostics
  ) {
    self.connection = connection
    self.options = options
    self.bytesTotal = bytesTotal
    badRows = BadRows(isStrict: options.rules.isStrict, diagnostics: diagnostics)
  }

  func run(
    _ inputs: [CSVInput], _ progress: (ReadingProgress) -> Void
  ) throws(StoreError) -> (ImportSummary, ImportedColumns?) {
    if bytesTotal >= options.firstImportBytes { firstImport = try FirstImport(connection) }
    do {
      if let firstImport {
        columns = ImportedColumns(
          inputs, firstRowID: try firstImport.firstRowID(), storePath: connection.path, options)
      }
      for input in inputs {
        switch input.layout {
        case .events(let layout): try add(input.file, layout, progress)
        case .properties(let layout): try add(input.file, layout, progress)
        }
        bytesBefore += input.file.rows.count
        try input.file.contents.checkUnchanged()
        try commit()
        report(progress, bytesDone: bytesBefore)
      }
      try finishFirstImport()
    } catch {
      columns?.giveUp()
      if let firstImport {
        firstImport.rollBack()
      } else if rowsInTransaction > 0 {
        connection.rollBack()
      }
      throw error
    }
    try addWebsites()
    columns?.position = position
    badRows.finish()
    summary.badRows = badRows.count
    return (summary, columns)
  }

  private func add(
    _ file: CSVFile, _ layout: EventLayout, _ progress: (ReadingProgress) -> Void
  ) throws(StoreError) {
    let fields = layout.makeFields()
    var decoder = EventDecoder(layout, defaultWebsiteID: options.rules.defaultWebsiteID)
    let pages = MappedPageReleaser(file)
    var inserter = try EventInserter(connection, layout, looksUpKnown: firstImport == nil)
    try file.forEachRow(in: file.rows, fields, badRows: badRows) { rowEnd throws(StoreError) in
      if let defect = decoder.decode(fields) { return defect }
      try begin()
      summary.events.count(isNew: try inserter.insert(decoder.row, fields))
      discovery.add(decoder.row)
      pages.didRead(upTo: rowEnd)
      try commitIfFull(progress, bytesDone: bytesBefore + rowEnd - file.rows.lowerBound)
      return nil
    }
  }

  private func add(
    _ file: CSVFile, _ layout: PropertyLayout, _ progress: (ReadingProgress) -> Void
  ) throws(StoreError) {
    let fields = layout.makeFields()
    var decoder = PropertyDecoder(layout)
    let pages = MappedPageReleaser(file)
    let inserter = try PropertyInserter(connection)
    try file.forEachRow(in: file.rows, fields, badRows: badRows) { rowEnd throws(StoreError) in
      if let defect = decoder.decode(fields) { return defect }
      try begin()
      summary.properties.count(isNew: try inserter.insert(decoder, fields, layout))
      pages.didRead(upTo: rowEnd)
      try commitIfFull(progress, bytesDone: bytesBefore + rowEnd - file.rows.lowerBound)
      return nil
    }
  }

  /// Adds the websites of the events that were read and that the store has no row for. Their domain is the
  /// hostname of most of their events; it is their name too, or else their id is.
  private func addWebsites() throws(StoreError) {
    discovery.flush()
    let statement = try connection.prepare(
      """
      INSERT INTO website (website_id, name, domain, created_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT DO NOTHING
      """)
    try connection.transaction(.writing) { () throws(StoreError) in
      let changesBefore = connection.totalChanges
      // Others may have written since the first import was committed.
      let isAlone = if let position { try ChangeLogPosition(connection) == position } else { false }
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
      try connection.execute("COMMIT")
    }
    rowsInTransaction = 0
  }

  private func finishFirstImport() throws(StoreError) {
    guard let firstImport else { return }
    // Whoever has written to SQLite's table of greatest ids may have made them others than were foretold.
    if let columns, let least = try firstImport.leastRowID(), columns.firstRowID != least {
      columns.giveUp()
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
