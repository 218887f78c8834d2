import Engine

/// Events to report on, and saved reports: an SQLite file, or files of rows (CSV and others) read directly.
///
/// It is used from one thread at a time. Rows are read when columns are first requested, and again after
/// another process has committed to the SQLite file; between calls it holds no lock. Replaced files are
/// reopened. While a file is missing or damaged, calls throw the error of opening it.
public final class EventStore {
  private let paths: [String]
  private let options: OpenOptions
  private let diagnostics: DiagnosticLog
  /// The saved reports while files of rows are open, whichever these are.
  private let memoryReports = MemorySavedReportStore()
  /// Nil after a file error, until the next call opens the files again.
  private var files: OpenFiles?
  private var rows = Rows.unread
  /// Nil if columns are not cached. It outlives ``files``, because it knows which diagnostics were already
  /// reported.
  private var cache: ColumnCache?
  /// Why a file that was opened read-only could not be opened for writing.
  private var writingFailure: StoreError?
  /// Whether saved reports outlive the process; false for files of rows.
  public private(set) var savedReportsAreDurable = false
  public let lostReportsNotice =
    "Reports of CSV files are kept in memory only; this one is lost when the process ends."

  /// The files that are open.
  private struct OpenFiles {
    let source: any EventSource
    let savedReports: any SavedReportStore
  }

  /// Which rows are in memory.
  private enum Rows {
    case unread
    /// Rows of an earlier state. A later load failed after it moved the state that the source compares with.
    case outdated(Loaded)
    /// The rows as of the last check of the source.
    case current(Loaded)
    /// Most rows as of the last check of the source are bad, so that there are no columns.
    case unreadable(UnreadableRows)

    var loaded: Loaded? {
      switch self {
      case .unread, .unreadable: nil
      case .outdated(let loaded), .current(let loaded): loaded
      }
    }

    mutating func expire() {
      switch self {
      case .current(let loaded): self = .outdated(loaded)
      case .unreadable: self = .unread
      case .unread, .outdated: break
      }
    }
  }

  /// The rows of one state of the source.
  private struct Loaded {
    let columns: StoreColumns
    /// Nil if nothing identifies the rows.
    let fingerprint: SourceFingerprint?
    let websites: [WebsiteSummary]
  }

  private init(_ paths: [String], _ options: OpenOptions, _ diagnostics: DiagnosticLog) {
    self.paths = paths
    self.options = options
    self.diagnostics = diagnostics
  }

  /// Opens one SQLite file, or one or more files of rows (CSV and others). Their contents decide which it is.
  ///
  /// Reads headers, no rows. Later reports every skipped row and the reason to `diagnostics`, line by line.
  /// Throws every case of `StoreError` except those about rows.
  public static func open(
    _ paths: [String], options: OpenOptions = OpenOptions(), in context: LoadContext = LoadContext(),
    diagnostics: @escaping Diagnostics
  ) throws(StoreError) -> EventStore {
    let store = EventStore(paths, options, DiagnosticLog(diagnostics))
    _ = try store.open(in: context)
    return store
  }

  /// A store whose files are opened by the first call that needs them, which throws the errors of
  /// ``open(_:options:in:diagnostics:)``.
  public static func unopened(
    _ paths: [String], options: OpenOptions = OpenOptions(), diagnostics: @escaping Diagnostics
  ) -> EventStore { EventStore(paths, options, DiagnosticLog(diagnostics)) }

  private func open(in context: LoadContext) throws(StoreError) -> OpenFiles {
    let files: OpenFiles
    let resources = ReadingResources(
      temporaryFolder: options.temporaryFolder, isCancelled: context.isCancelled)
    switch try StoreInput(paths, options.rules, resources) {
    case .sqlite(let path):
      let source = try SQLiteSource(path: path, options: options, diagnostics: diagnostics, context)
      files = OpenFiles(
        source: source,
        savedReports: SQLiteSavedReportStore(
          source.connection, isFootfallStore: source.isFootfallStore,
          maximumCount: options.limits.savedReports))
      setCache(options.cache.folder(forStore: path))
    case .tables(let tables):
      let source = try FileSource(tables, options: options, diagnostics: diagnostics)
      for report in try source.savedReports() { _ = try memoryReports.insert(report) }
      files = OpenFiles(source: source, savedReports: memoryReports)
      setCache(options.cache.folder(forFiles: paths, options.rules))
    }
    savedReportsAreDurable = files.savedReports.isDurable
    self.files = files
    return files
  }

  /// Keeps the existing cache if the directory is the same, because it knows what it has already reported.
  private func setCache(_ folder: CacheFolder?) {
    guard cache?.folder != folder else { return }
    cache = folder.map {
      ColumnCache(folder: $0, threads: options.threads, diagnostics: diagnostics.writeUnrecorded)
    }
  }

  /// Runs `body` with the files open. Reopens replaced files first. Closes the files after a file error, so
  /// that the next call opens them again: by then the cause may be gone, and memory may no longer match the
  /// files.
  private func withOpenFiles<Answer>(
    in context: LoadContext, _ body: (OpenFiles) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    if let files, files.source.isReplaced() { close() }
    let files = if let files { files } else { try open(in: context) }
    do throws(StoreError) {
      return try files.source.watching(context) { () throws(StoreError) in try body(files) }
    } catch {
      if case .readOnly = error { writingFailure = files.source.writingFailure }
      switch error {
      case .damaged, .inputOutput, .noSuchFile, .readOnly, .sqlite: close()
      default: break
      }
      throw error
    }
  }

  /// Closes the files. If a process opens an SQLite file a second time and closes it, it loses its locks, so
  /// the old connection is closed first.
  private func close() {
    files?.source.prepareToClose()
    files = nil
  }

  /// The current rows. Checks once whether they have changed since the last snapshot, and loads the changes.
  public func snapshot(in context: LoadContext = LoadContext()) throws(StoreError) -> StoreSnapshot {
    let loaded = try withOpenFiles(in: context) { files throws(StoreError) in
      switch rows {
      case .current(let loaded): if try !files.source.hasChanged() { return loaded }
      case .unreadable(let rows): if try !files.source.hasChanged() { throw .unreadable(rows) }
      case .unread, .outdated: break
      }
      do throws(StoreError) { return try load(files.source, context) } catch {
        if case .unreadable(let rows) = error { self.rows = .unreadable(rows) }
        throw error
      }
    }
    return StoreSnapshot(loaded.websites, loaded.columns, of: self, in: context)
  }

  /// Builds columns from all rows, because the cached ones cannot be used.
  func rebuild(
    becauseOf error: ColumnCacheError, in context: LoadContext
  ) throws(StoreError) -> StoreColumns {
    cache?.report(error)
    return try withOpenFiles(in: context) { files throws(StoreError) in
      try build(files.source, try files.source.fingerprint(), context).columns
    }
  }

  /// The columns of the current rows, from the fastest place that has them: memory, the cache, an incremental
  /// load from either, or all rows.
  private func load(_ source: any EventSource, _ context: LoadContext) throws(StoreError) -> Loaded {
    rows.expire()
    guard let fingerprint = try source.fingerprint() else { return try build(source, nil, context) }
    let loaded = rows.loaded
    if let loaded, loaded.fingerprint?.hasSameRows(as: fingerprint) == true {
      return try keep(loaded.columns, fingerprint, source)
    }
    let cached = cache?.latest(fingerprint.key)
    if let cached, cached.fingerprint.hasSameRows(as: fingerprint) {
      cached.columns.diagnostics.forEach(diagnostics.write)
      return try keep(cached.columns, fingerprint, source)
    }
    if let loaded, let fingerprint = loaded.fingerprint,
      let updated = try update(loaded.columns, from: fingerprint, source, context)
    {
      return updated
    }
    if let cached, let updated = try update(cached.columns, from: cached.fingerprint, source, context) {
      return updated
    }
    return try build(source, fingerprint, context)
  }

  private func keep(
    _ columns: StoreColumns, _ fingerprint: SourceFingerprint?, _ source: any EventSource
  ) throws(StoreError) -> Loaded {
    let loaded = Loaded(
      columns: columns, fingerprint: fingerprint,
      websites: summaries(columns.websites, try source.namedWebsites()))
    rows = .current(loaded)
    return loaded
  }

  /// Updates columns incrementally; nil if the source cannot, or if the columns turn out to be damaged.
  private func update(
    _ old: StoreColumns, from fingerprint: SourceFingerprint, _ source: any EventSource,
    _ context: LoadContext
  ) throws(StoreError) -> Loaded? {
    let (update, lines) = try diagnostics.recording { () throws(StoreError) in
      try source.update(old, from: fingerprint, context)
    }
    guard let update else { return nil }
    if let path = old.damagedPath {
      cache?.reportDamage(path)
      return nil
    }
    let columns = StoreColumns(old, replacing: update.columns, diagnostics: lines)
    guard let cache, let lock = cache.beginUpdating(update.fingerprint) else {
      return try keep(columns, update.fingerprint, source)
    }
    return try keep(columns, write(columns, update.fingerprint, holding: lock, source), source)
  }

  /// Builds columns from all rows, and caches them if possible.
  private func build(
    _ source: any EventSource, _ fingerprint: SourceFingerprint?, _ context: LoadContext
  ) throws(StoreError) -> Loaded {
    rows.expire()
    let lock = fingerprint.flatMap { cache?.beginWriting($0) }
    let (rows, lines) = try diagnostics.recording { () throws(StoreError) in try source.load(context) }
    let columns = StoreColumns(rows.columns, diagnostics: lines)
    guard let lock, let fingerprint = rows.fingerprint else {
      return try keep(columns, rows.fingerprint, source)
    }
    return try keep(columns, write(columns, fingerprint, holding: lock, source), source)
  }

  /// Caches columns for the next process; returns the fingerprint of their rows afterwards. A failure, for
  /// example because another process has just locked the store, must not prevent an answer from the rows that
  /// were read.
  private func write(
    _ columns: StoreColumns, _ fingerprint: SourceFingerprint, holding lock: CacheLock,
    _ source: any EventSource
  ) -> SourceFingerprint {
    let stored = (try? source.checkpoint(fingerprint)) ?? fingerprint
    cache?.write(
      columns, fingerprint: stored, holding: lock, isCurrent: { (try? source.hasChanged()) == false },
      isAccepted: { source.accepts(stored.key) })
    return stored
  }

  private func summaries(
    _ websites: [StoreColumns.Website], _ named: [NamedWebsite]
  ) -> [WebsiteSummary] {
    var (nameOfID, activeIDs): ([[UInt8]: NamedWebsite], Set<[UInt8]>) = ([:], [])
    for website in named {
      let id = Array(website.id.utf8)
      if nameOfID[id] == nil { nameOfID[id] = website }
    }
    var summaries = websites.map { website in
      let id = Array(website.id.utf8)
      activeIDs.insert(id)
      return summary(website.id, website.overview, nameOfID[id])
    }
    for website in named where !activeIDs.contains(Array(website.id.utf8)) {
      summaries.append(summary(website.id, WebsiteOverview(), website))
    }
    return summaries.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }

  private func summary(_ id: String, _ overview: WebsiteOverview, _ named: NamedWebsite?) -> WebsiteSummary {
    let domain = firstText(named?.domain ?? "", overview.mainHostname ?? "")
    return WebsiteSummary(
      id: id, name: firstText(named?.name ?? "", domain, id), domain: domain, events: overview.events,
      firstEventMilliseconds: overview.extentMilliseconds?.lowerBound,
      lastEventMilliseconds: overview.extentMilliseconds?.upperBound,
      resetMilliseconds: named?.resetMilliseconds)
  }
}

extension EventStore {
  /// Appends events. They are on disk when this returns, and visible to later reports.
  ///
  /// All events are added, or none, except that an event whose `event_id` is already stored is not added again. Throws
  /// `unwritable` unless `footfall` created the store, and `busy` if another process writes for too long.
  public func append(
    _ events: [NewEvent], in context: LoadContext = LoadContext()
  ) throws(StoreError) -> AppendOutcome {
    try writing(in: context) { files throws(StoreError) in try files.source.append(events) }
  }

  /// The requested page of matching saved reports, newest first, and the total number of matches.
  ///
  /// Parameters are read until they exceed `maximumBytes`: a reply has to be smaller, so it cannot use the
  /// rest.
  public func reports(
    matching filter: SavedReportFilter, maximumBytes: Int = .max, in context: LoadContext = LoadContext()
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    try withOpenFiles(in: context) { files throws(StoreError) in
      try filter.page(of: files.savedReports, maximumBytes: maximumBytes, context)
    }
  }

  /// The saved report with this id, or nil.
  public func report(
    _ id: String, in context: LoadContext = LoadContext()
  ) throws(StoreError) -> SavedReport? {
    try withOpenFiles(in: context) { files throws(StoreError) in try files.savedReports.report(id) }
  }

  /// The properties of a website's sessions that have this key, the last one of each session. They are read from the
  /// table `session_data`; nil if the store has none.
  public func sessionProperties(
    _ key: String, of websiteID: String, in context: LoadContext = LoadContext()
  ) throws(StoreError) -> [SessionProperty]? {
    try withOpenFiles(in: context) { files throws(StoreError) in
      try files.source.sessionProperties(key, of: websiteID, context)
    }
  }

  /// Saves a report under its own id; false if the id is taken. Throws `readOnly`.
  public func insert(
    _ report: SavedReport, in context: LoadContext = LoadContext()
  ) throws(StoreError) -> Bool {
    try writing(in: context) { files throws(StoreError) in try files.savedReports.insert(report) }
  }

  /// Changes the saved report with this id and returns the result; nil if there is none. Preserves what
  /// others have changed in it meanwhile. Throws `readOnly`.
  public func update(
    _ id: String, in context: LoadContext = LoadContext(), _ change: (inout SavedReport) -> Void
  ) throws(StoreError) -> SavedReport? {
    try writing(in: context) { files throws(StoreError) in try files.savedReports.update(id, change) }
  }

  /// Deletes a saved report; false if there is none. Throws `readOnly`.
  public func delete(
    _ id: String, in context: LoadContext = LoadContext()
  ) throws(StoreError) -> Bool {
    try writing(in: context) { files throws(StoreError) in try files.savedReports.delete(id) }
  }

  /// What the files have, and what became of their columns and rows: which rows are left out, and why.
  ///
  /// Reads all rows again, whatever is in memory or cached. A file whose columns mean nothing is no error here.
  public func inspect(in context: LoadContext = LoadContext()) throws(StoreError) -> [InspectedTable] {
    // An SQLite file that is open must not be opened a second time: closing it would lose its locks.
    if files == nil, let tables = try FileInspector(options, context).tables(of: paths) { return tables }
    do throws(StoreError) {
      return try withOpenFiles(in: context) { files throws(StoreError) in try files.source.inspect(context) }
    } catch {
      switch error {
      case .missingColumns, .unusableFile:
        guard files == nil, paths.count == 1 else { throw error }
        return [try SQLiteInspector.unreadTable(of: paths[0], options, context, error)]
      default: throw error
      }
    }
  }

  private func writing<Answer>(
    in context: LoadContext, _ body: (OpenFiles) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    func attempt() throws(StoreError) -> Answer {
      try withOpenFiles(in: context) { files throws(StoreError) in
        defer { files.source.didWrite() }
        return try body(files)
      }
    }
    do throws(StoreError) {
      return try attempt()
    } catch .readOnly {
      // The file was read-only when it was opened; it may be writable now.
      do throws(StoreError) {
        return try attempt()
      } catch .readOnly(let path) {
        throw writingFailure ?? .readOnly(path: path)
      }
    }
  }
}

/// The first of `texts` that is not empty.
private func firstText(_ texts: String...) -> String {
  texts.first { !$0.isEmpty } ?? ""
}
