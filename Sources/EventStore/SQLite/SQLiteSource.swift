import Engine

/// Events that stand in an SQLite file. They are read again when another connection has committed.
final class SQLiteSource: EventSource {
  /// How often a state of a foreign file is looked for at which nobody commits.
  private static let maximumAttempts = 8

  let connection: Connection
  /// Whether this program made the file.
  let isOurs: Bool
  let writingFailure: StoreError?
  private let rules: ReadingRules
  private let limits: DataLimits
  private let threads: Int
  private let progress: ProgressReport?
  private let isCancelled: @Sendable () -> Bool
  private let diagnostics: DiagnosticLog
  /// Made when something is appended for the first time.
  private var appender: EventAppender?
  /// SQLite's `data_version` of the rows that were loaded last. It changes when another connection
  /// commits, so saved reports that this one writes do not count.
  private var loadedVersion: Int64?
  /// The files as they were when they were opened, or written by us.
  private var files: DatabaseFiles

  /// Opens the file and looks at its tables, not at its rows.
  init(
    path: String, options: OpenOptions, diagnostics: DiagnosticLog
  ) throws(StoreError) {
    let opened = try OpenedDatabase(path: path, options)
    let connection = opened.connection
    isOurs = try StoreSchema.isOurs(connection)
    self.connection = connection
    writingFailure = opened.writingFailure
    rules = options.rules
    limits = options.limits
    threads = options.threads
    progress = options.progress
    isCancelled = options.isCancelled
    self.diagnostics = diagnostics
    files = DatabaseFiles(path: path, log: logPath(of: path))
    _ = try rows()
  }

  /// SQLite looks for what others commit, and for nothing else that may happen to a file.
  func isReplaced() -> Bool { files != files.now }

  func noteOwnWriting() { files = files.now }

  /// What a file that is renamed has in its log has to go into it: under the log's name, it would be taken for
  /// that of the file that has the name now.
  func leave() {
    if files.now.hasCutIndex(before: files) {
      // To bring the log into the file, SQLite would look at what the index has lost.
      connection.keepLogOnClose()
    } else if connection.hasMoved {
      // If that cannot be done, there is nothing else that could.
      try? connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  func hasChanged() throws(StoreError) -> Bool { try dataVersion() != loadedVersion }

  /// What the change log says, and the file, with the log next to it if there is one, which are what a commit
  /// changes. Nil if there is no change log and others commit all the time, or if somebody has emptied the
  /// file, which SQLite takes for another one at each look.
  func fingerprint() throws(StoreError) -> SourceFingerprint? {
    for _ in 0..<Self.maximumAttempts {
      let version = try dataVersion()
      let position = try position()
      let files = filesNow()
      // Nobody has committed between, so that these files are this version's.
      guard try dataVersion() == version else { continue }
      loadedVersion = version
      return SourceFingerprint(rules, position.map { .position($0, files) } ?? .files(files))
    }
    loadedVersion = nil
    return nil
  }

  private func filesNow() -> [FileIdentity] { databaseFiles(path: connection.path) }

  /// What whoever closes the file last does anyway, and what would then make the files others than those of `fingerprint`.
  ///
  /// What somebody has committed since the rows were read stands in no moment where no trigger ran, so that files count
  /// as those of the rows only as long as SQLite's version is the one that was read. A log that this connection
  /// writes back does not change that.
  func settle(_ fingerprint: SourceFingerprint) throws(StoreError) -> SourceFingerprint {
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

  func load() throws(StoreError) -> (columns: ColumnSet, fingerprint: SourceFingerprint?) {
    let fingerprint = try fingerprint()
    let fingerprintedVersion = loadedVersion
    let filesBefore = files.now
    var position: ChangeLogPosition?
    let badRows = BadRows(isStrict: rules.isStrict, diagnostics: diagnostics.write)
    let reader = SQLiteReader(
      isOurs: isOurs, rules: rules, threads: threads, progress: progress, isCancelled: isCancelled)
    // Of one state of the file, so that tables, events, properties and version belong together.
    let rows = try reader.read(connection, badRows: badRows) { () throws(StoreError) in
      if isOurs { position = try ChangeLogPosition(connection) }
    }
    // Who takes no locks may have read what somebody was just writing.
    if connection.isImmutable, files.now != filesBefore {
      throw .inputOutput(
        path: connection.path, operation: "read", reason: "the file changed while it was read; try again")
    }
    loadedVersion = rows.dataVersion
    badRows.finish()
    try checkRowCount(rows.builders, path: connection.path, limits)
    let finished = ColumnsBuilder.finish(
      rows.builders, parts: rows.parts, threads: threads, isCancelled: isCancelled)
    guard let (columns, repeated) = finished else { throw .cancelled }
    diagnostics.duplicateEvents(repeated.events.reduce(0, +), path: connection.path)
    diagnostics.duplicateProperties(repeated.properties.reduce(0, +), path: connection.path)
    diagnostics.unmatchedProperties(columns.orphanProperties)
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
    _ columns: StoreColumns, from fingerprint: SourceFingerprint
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
        isCancelled: isCancelled)
      guard let changed = try update.run(until: now) else { return nil }
      badRows.finish()
      loadedVersion = try dataVersion()
      return (changed, now)
    }
    guard let updated else { return nil }
    // If somebody has committed since, the files are not those of these rows.
    let files = filesNow()
    let areTheirs = try dataVersion() == loadedVersion
    return (updated.columns, SourceFingerprint(rules, .position(updated.position, areTheirs ? files : [])))
  }

  func append(_ events: [NewEvent], allOrNone: Bool) throws(StoreError) -> AppendOutcome {
    guard isOurs else {
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
    let outcome = try appender.append(events, allOrNone: allOrNone)
    // A commit of one's own does not show in `data_version`.
    if outcome.added > 0 { loadedVersion = nil }
    return outcome
  }

  private func position() throws(StoreError) -> ChangeLogPosition? {
    guard isOurs else { return nil }
    return try connection.transaction(.reading) { () throws(StoreError) in try ChangeLogPosition(connection) }
  }

  func namedWebsites() throws(StoreError) -> [NamedWebsite] {
    let table = try TableColumns("website", in: connection)
    guard let id = table.column(["website_id"], alias: "w") else { return [] }
    let most = limits.namedWebsites
    let name = table.column(["name"], alias: "w") ?? "NULL"
    let domain = table.column(["domain"], alias: "w") ?? "NULL"
    let statement = try connection.prepare("SELECT \(id), \(name), \(domain) FROM website w")
    var websites: [NamedWebsite] = []
    while try statement.step() {
      guard websites.count < most else {
        throw .unusableFile(
          path: connection.path, sentence: "has more than \(most) rows in table website, which is the limit"
        )
      }
      websites.append(
        NamedWebsite(id: statement.identifierText(0), name: statement.text(1), domain: statement.text(2)))
    }
    return websites
  }

  /// The tables as they are now: others may add columns as well as rows.
  private func rows() throws(StoreError) -> SQLiteRows {
    try SQLiteRows(connection, isOurs: isOurs, defaultWebsiteID: rules.defaultWebsiteID)
  }

  private func dataVersion() throws(StoreError) -> Int64 { try connection.integer("PRAGMA data_version") }
}
