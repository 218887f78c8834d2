import Engine

/// Events in an SQLite file. They are read again when another connection has committed.
final class SQLiteSource: EventSource {
  /// How many attempts to make to read the state of a foreign file without a commit in between.
  private static let maximumAttempts = 8

  let connection: Connection
  /// Whether this program created the file.
  let isFootfallStore: Bool
  let writingFailure: StoreError?
  private let rules: ReadingRules
  private let limits: DataLimits
  private let threads: Int
  private let diagnostics: DiagnosticLog
  /// Created by the first append.
  private var appender: EventAppender?
  /// SQLite's `data_version` of the rows loaded last. It changes only when another connection commits, so
  /// saved reports written by this connection do not count.
  private var loadedVersion: Int64?
  /// The files as they were when they were opened or when this program last wrote.
  private var files: DatabaseFiles

  /// Opens the file and inspects its tables, not its rows.
  init(
    path: String, options: OpenOptions, diagnostics: DiagnosticLog, _ context: LoadContext = LoadContext()
  ) throws(StoreError) {
    let opened = try OpenedDatabase(path: path, options, context)
    let connection = opened.connection
    isFootfallStore = try StoreSchema.isFootfallStore(connection)
    try options.rules.checkUse(forDatabase: path, isFootfallStore: isFootfallStore)
    self.connection = connection
    writingFailure = opened.writingFailure
    rules = options.rules
    limits = options.limits
    threads = options.threads
    self.diagnostics = diagnostics
    files = DatabaseFiles(path: path, log: logPath(of: path))
    _ = try rows()
  }

  /// SQLite detects commits by other connections, but no other change to the files.
  func isReplaced() -> Bool { files != files.now }

  func watching<Answer>(
    _ context: LoadContext, _ body: () throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    connection.watch(StatementWatch(isCancelled: context.isCancelled))
    defer { connection.watch(nil) }
    return try body()
  }

  func didWrite() { files = files.now }

  /// Before this connection closes a renamed file, the contents of the write-ahead log must go into the file:
  /// the log keeps the old name, and SQLite would take it for the log of the file that has this name now.
  func prepareToClose() {
    if files.now.hasCutIndex(before: files) {
      // A checkpoint would read the part of the index that was cut off.
      connection.keepLogOnClose()
    } else if connection.hasMoved {
      // If the checkpoint fails, nothing else can be done.
      try? connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  func hasChanged() throws(StoreError) -> Bool { try dataVersion() != loadedVersion }

  /// The position in the change log, and the identities of the file and of its write-ahead log, if there is
  /// one: a commit changes one of these. Nil if there is no change log and others commit all the time, or if
  /// the file was emptied, because SQLite then reports a change at each look.
  func fingerprint() throws(StoreError) -> SourceFingerprint? {
    for _ in 0..<Self.maximumAttempts {
      let version = try dataVersion()
      let position = try position()
      let files = filesNow()
      // There was no commit in between, so these files belong to this version.
      guard try dataVersion() == version else { continue }
      loadedVersion = version
      return SourceFingerprint(rules, position.map { .position($0, files) } ?? .files(files))
    }
    loadedVersion = nil
    return nil
  }

  private func filesNow() -> [FileIdentity] { databaseFiles(path: connection.path) }

  /// Writes the write-ahead log back into the file now. Otherwise the last process to close the file would do
  /// so, and the files would no longer match `fingerprint`.
  ///
  /// The change log misses a commit made without triggers since the rows were read. Therefore the files count
  /// as those of the rows only while `data_version` is the one that was read. Writing back a log through this
  /// connection does not change it.
  func checkpoint(_ fingerprint: SourceFingerprint) throws(StoreError) -> SourceFingerprint {
    guard case .position(let position, let files) = fingerprint.state, files.count == 2,
      !connection.isReadOnly,
      let version = loadedVersion, try dataVersion() == version
    else { return fingerprint }
    connection.emptyLog(waitingMilliseconds: 0)
    self.files = self.files.now
    defer { loadedVersion = version }
    guard let now = try self.fingerprint(), loadedVersion == version, case .position(position, _) = now.state
    else {
      return fingerprint
    }
    return now
  }

  func load(_ context: LoadContext) throws(StoreError) -> (
    columns: ColumnSet, fingerprint: SourceFingerprint?
  ) {
    let fingerprint = try fingerprint()
    let fingerprintedVersion = loadedVersion
    let filesBefore = files.now
    var position: ChangeLogPosition?
    let badRows = BadRows(isStrict: rules.isStrict, diagnostics: diagnostics.write)
    let reader = SQLiteReader(
      isFootfallStore: isFootfallStore, rules: rules, threads: threads, progress: context.progress,
      isCancelled: context.isCancelled)
    // From one state of the file, so that tables, events, properties and version belong together.
    let rows = try reader.read(connection, badRows: badRows) { () throws(StoreError) in
      if isFootfallStore { position = try ChangeLogPosition(connection) }
    }
    // A reader without locks may have read in the middle of a write.
    if connection.isImmutable, files.now != filesBefore {
      throw .inputOutput(
        path: connection.path, operation: "read", reason: "the file changed while it was read; try again")
    }
    loadedVersion = rows.dataVersion
    badRows.finish()
    diagnostics.clockChanges(rows.clockChanges)
    try badRows.checkShareOfBadRows(events: rows.events, properties: rows.properties)
    try checkRowCount(rows.builders, path: connection.path, limits)
    let finished = ColumnsBuilder.finish(
      rows.builders, batches: rows.batches, threads: threads, isCancelled: context.isCancelled)
    guard let (columns, repeated) = finished else { throw .cancelled }
    diagnostics.duplicateEvents(repeated.events.reduce(0, +), path: connection.path)
    let repeatedAmounts = zip(repeated.properties, rows.isRevenue).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    diagnostics.duplicateProperties(
      repeated.properties.reduce(0, +) - repeatedAmounts, path: connection.path)
    diagnostics.duplicateAmounts(repeatedAmounts, path: connection.path)
    diagnostics.unmatchedProperties(columns.orphanProperties)
    diagnostics.unmatchedAmounts(columns.orphanAmounts)
    diagnostics.unusual(try columns.unusualValues(threads: threads, context))
    let isFingerprinted = loadedVersion == fingerprintedVersion
    if let position {
      guard isFingerprinted, let fingerprint, case .position(position, _) = fingerprint.state else {
        return (columns, SourceFingerprint(rules, .position(position, [])))
      }
      return (columns, fingerprint)
    }
    return (columns, isFingerprinted ? fingerprint : nil)
  }

  func update(
    _ columns: StoreColumns, from fingerprint: SourceFingerprint, _ context: LoadContext
  ) throws(StoreError) -> (columns: [WebsiteColumns], fingerprint: SourceFingerprint)? {
    guard case .position(let old, _) = fingerprint.state, fingerprint.rules == rules.spelling else {
      return nil
    }
    let badRows = BadRows(isStrict: rules.isStrict, diagnostics: diagnostics.write)
    let updated = try connection.transaction(.reading) {
      () throws(StoreError) -> (columns: [WebsiteColumns], position: ChangeLogPosition)? in
      guard let now = try ChangeLogPosition(connection), try old.canPrecede(now, connection) else {
        return nil
      }
      var update = IncrementalLoad(
        connection, try rows(), columns, since: old, badRows: badRows,
        isCancelled: context.isCancelled)
      guard let changed = try update.run(until: now) else { return nil }
      badRows.finish()
      loadedVersion = try dataVersion()
      return (changed, now)
    }
    guard let updated else { return nil }
    // After a further commit, the files no longer belong to these rows.
    let files = filesNow()
    let filesMatchRows = try dataVersion() == loadedVersion
    return (
      updated.columns, SourceFingerprint(rules, .position(updated.position, filesMatchRows ? files : []))
    )
  }

  func accepts(_ key: CacheKey) -> Bool {
    guard isFootfallStore else { return true }
    do throws(StoreError) {
      return try (position()?.cacheKey ?? .published) == key
    } catch {
      // Another process may have let the store forget events.
      return false
    }
  }

  func append(_ events: [NewEvent]) throws(StoreError) -> AppendOutcome {
    guard isFootfallStore else {
      throw .unwritable(
        path: connection.path,
        sentence: "was made by another program; events can only be appended to stores that footfall made; "
          + "make one with footfall create")
    }
    if connection.isReadOnly { throw .readOnly(path: connection.path) }
    let appender =
      if let appender { appender } else {
        try EventAppender(connection, defaultWebsiteID: rules.defaultWebsiteID)
      }
    self.appender = appender
    let outcome = try appender.append(events)
    // This connection's own commits do not change `data_version`.
    if outcome.added > 0 { loadedVersion = nil }
    return outcome
  }

  private func position() throws(StoreError) -> ChangeLogPosition? {
    guard isFootfallStore else { return nil }
    return try connection.transaction(.reading) { () throws(StoreError) in try ChangeLogPosition(connection) }
  }

  func inspect(_ context: LoadContext) throws(StoreError) -> [InspectedTable] {
    try connection.transaction(.reading) { () throws(StoreError) in
      try SQLiteInspector(connection, try rows(), rules).tables()
    }
  }

  func namedWebsites() throws(StoreError) -> [NamedWebsite] {
    try NamedWebsite.all(in: connection, isFootfallStore: isFootfallStore, maximumCount: limits.namedWebsites)
  }

  func sessionProperties(
    _ key: String, of websiteID: String, _ context: LoadContext
  ) throws(StoreError) -> [SessionProperty]? {
    try SessionProperty.all(key, of: websiteID, in: connection, isCancelled: context.isCancelled)
  }

  /// Inspects the tables each time, because others may add columns as well as rows.
  private func rows() throws(StoreError) -> SQLiteRows {
    try SQLiteRows(connection, isFootfallStore: isFootfallStore, rules: rules)
  }

  private func dataVersion() throws(StoreError) -> Int64 { try connection.integer("PRAGMA data_version") }
}

extension NamedWebsite {
  /// The rows of the table `website`; none if the file has no such table.
  static func all(
    in connection: Connection, isFootfallStore: Bool, maximumCount: Int
  ) throws(StoreError) -> [NamedWebsite] {
    let table = try TableColumns("website", in: connection)
    guard let id = table.column(["website_id"], alias: "w") else { return [] }
    let name = table.column(["name"], alias: "w") ?? "NULL"
    let domain = table.column(["domain"], alias: "w") ?? "NULL"
    let reset = table.column(["reset_at"], alias: "w") ?? "NULL"
    let statement = try connection.prepare("SELECT \(id), \(name), \(domain), \(reset) FROM website w")
    let times = TimestampParser()
    var websites: [NamedWebsite] = []
    while try statement.step() {
      guard websites.count < maximumCount else {
        throw .unusableFile(
          path: connection.path,
          sentence: "has more than \(maximumCount) rows in table website, which is the limit")
      }
      websites.append(
        NamedWebsite(
          id: statement.identifierText(0), name: statement.text(1), domain: statement.text(2),
          resetMilliseconds: try? statement.timestamp(3, times, isMilliseconds: isFootfallStore)))
    }
    return websites
  }
}
