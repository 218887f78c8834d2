import Engine

/// Events to answer questions about, and saved reports: an SQLite file, or CSV files read directly.
///
/// Used from one thread at a time. Rows are read when columns are first asked for, and again after another
/// process has committed to the SQLite file; between calls nothing is locked. Files that were replaced are
/// opened again; while one is missing or damaged, calls throw what opening it does.
public final class EventStore {
  private let paths: [String]
  private let options: OpenOptions
  private let diagnostics: DiagnosticLog
  /// Reports that are saved next to CSV files, whichever these are.
  private let memoryReports = MemoryReportStore()
  /// Nil after an error of the files, until they are opened again.
  private var files: OpenFiles?
  private var rows = Rows.unread
  /// Nil if columns are not cached. Outlives ``files``, since it knows which diagnostics were written already.
  private var cache: ColumnCache?
  /// Why the file that was read only could not be opened otherwise.
  private var writingFailure: StoreError?
  /// Whether saved reports are still there when the process has ended: not with CSV files.
  public private(set) var savedReportsAreDurable = false

  /// The files as they were opened.
  private struct OpenFiles {
    let source: any EventSource
    let savedReports: any SavedReportStore
  }

  /// Which rows are in memory.
  private enum Rows {
    case unread
    /// Rows of an earlier moment: a later attempt to load failed, and has moved what the source compares with.
    case outdated(Loaded)
    /// The rows as they were when the source was last asked.
    case current(Loaded)

    var loaded: Loaded? {
      switch self {
      case .unread: nil
      case .outdated(let loaded), .current(let loaded): loaded
      }
    }

    mutating func expire() {
      if case .current(let loaded) = self { self = .outdated(loaded) }
    }
  }

  /// The rows as they were at one moment.
  private struct Loaded {
    let columns: StoreColumns
    /// Nil if nothing tells them from other rows.
    let fingerprint: SourceFingerprint?
    let websites: [WebsiteSummary]
  }

  private init(_ paths: [String], _ options: OpenOptions, _ diagnostics: DiagnosticLog) {
    self.paths = paths
    self.options = options
    self.diagnostics = diagnostics
  }

  /// Opens one SQLite file, or one or more CSV files; their content tells which they are.
  ///
  /// Reads headers, no rows. What is left out later, and why, goes to `diagnostics`, a line at a time.
  /// Throws every case of `StoreError` but those of rows.
  public static func open(
    _ paths: [String], options: OpenOptions = OpenOptions(), diagnostics: @escaping Diagnostics
  ) throws(StoreError) -> EventStore {
    let store = EventStore(paths, options, DiagnosticLog(diagnostics))
    _ = try store.open()
    return store
  }

  private func open() throws(StoreError) -> OpenFiles {
    let files: OpenFiles
    switch try InputFiles(paths) {
    case .sqlite(let path):
      let source = try SQLiteSource(path: path, options: options, diagnostics: diagnostics)
      files = OpenFiles(
        source: source,
        savedReports: SQLiteReportStore(
          source.connection, isOurs: source.isOurs, maximumCount: options.limits.savedReports))
      setCache(options.cache.folder(forStore: path))
    case .csv(let csvFiles):
      let source = try CSVSource(csvFiles, options: options, diagnostics: diagnostics)
      files = OpenFiles(source: source, savedReports: memoryReports)
      setCache(options.cache.folder(forFiles: paths, options.rules))
    }
    savedReportsAreDurable = files.savedReports.isDurable
    self.files = files
    return files
  }

  /// Keeps the cache that there is where it is in that folder, since it knows what it has said.
  private func setCache(_ folder: CacheFolder?) {
    guard cache?.folder != folder else { return }
    cache = folder.map {
      ColumnCache(folder: $0, threads: options.threads, diagnostics: diagnostics.writeUnrecorded)
    }
  }

  /// Runs `body` with the files open. Replaced files are opened again first. After an error of the files they are closed,
  /// so that the next call opens them again: the cause may be gone by then, and what is in memory may not be what is in
  /// them.
  private func withOpenFiles<Answer>(
    _ body: (OpenFiles) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    if let files, files.source.isReplaced() { close() }
    let files = if let files { files } else { try open() }
    do throws(StoreError) {
      return try body(files)
    } catch {
      if case .readOnly = error { writingFailure = files.source.writingFailure }
      switch error {
      case .damaged, .inputOutput, .noSuchFile, .readOnly, .sqlite: close()
      default: break
      }
      throw error
    }
  }

  /// Closes the files: a program that opens an SQLite file a second time and closes it loses its locks.
  private func close() {
    files?.source.leave()
    files = nil
  }

  /// The rows as they are now. Asks once whether they have changed since the last snapshot, and reads what has.
  public func snapshot() throws(StoreError) -> StoreSnapshot {
    let loaded = try withOpenFiles { files throws(StoreError) in
      if case .current(let loaded) = rows, try !files.source.hasChanged() { return loaded }
      return try load(files.source)
    }
    return StoreSnapshot(loaded.websites, loaded.columns, of: self)
  }

  /// Builds columns from all rows, because those of the cache cannot be used.
  func rebuild(becauseOf error: ColumnCacheError) throws(StoreError) -> StoreColumns {
    cache?.report(error)
    return try withOpenFiles { files throws(StoreError) in
      try build(files.source, try files.source.fingerprint()).columns
    }
  }

  /// The columns of the rows as they are now, from the quickest place that has them: memory, the cache, either of them
  /// brought up to date, or all rows.
  private func load(_ source: any EventSource) throws(StoreError) -> Loaded {
    rows.expire()
    guard let fingerprint = try source.fingerprint() else { return try build(source, nil) }
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
      let updated = try update(loaded.columns, from: fingerprint, source)
    {
      return updated
    }
    if let cached, let updated = try update(cached.columns, from: cached.fingerprint, source) {
      return updated
    }
    return try build(source, fingerprint)
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

  /// Brings columns up to date; nil if the source cannot, or if they turn out to be damaged.
  private func update(
    _ old: StoreColumns, from fingerprint: SourceFingerprint, _ source: any EventSource
  ) throws(StoreError) -> Loaded? {
    let (update, lines) = try diagnostics.recording { () throws(StoreError) in
      try source.update(old, from: fingerprint)
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

  /// Builds columns from all rows, and writes them to the cache if possible.
  private func build(_ source: any EventSource, _ fingerprint: SourceFingerprint?) throws(StoreError)
    -> Loaded
  {
    rows.expire()
    let lock = fingerprint.flatMap { cache?.beginWriting($0) }
    let (rows, lines) = try diagnostics.recording { () throws(StoreError) in try source.load() }
    let columns = StoreColumns(rows.columns, diagnostics: lines)
    guard let lock, let fingerprint = rows.fingerprint else {
      return try keep(columns, rows.fingerprint, source)
    }
    return try keep(columns, write(columns, fingerprint, holding: lock, source), source)
  }

  /// Leaves columns for the next process; the fingerprint of their rows then. Whatever stands against that, such as somebody
  /// who has just locked the store, is no reason not to answer from what was read.
  private func write(
    _ columns: StoreColumns, _ fingerprint: SourceFingerprint, holding lock: CacheLock,
    _ source: any EventSource
  ) -> SourceFingerprint {
    let settled = (try? source.settle(fingerprint)) ?? fingerprint
    cache?.write(columns, fingerprint: settled, holding: lock) { (try? source.hasChanged()) == false }
    return settled
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
      lastEventMilliseconds: overview.extentMilliseconds?.upperBound)
  }
}

extension EventStore {
  /// Appends events, which are on the disk when this returns; questions that follow see them.
  ///
  /// An event whose `event_id` is known already counts as it was. One with a defect is rejected, and with
  /// `allOrNone` nothing is added then. Throws `unwritable` but for stores that `footfall` has made, and
  /// `busy` where others write for too long.
  public func append(_ events: [NewEvent], allOrNone: Bool) throws(StoreError) -> AppendOutcome {
    try writing { files throws(StoreError) in try files.source.append(events, allOrNone: allOrNone) }
  }

  /// The asked page of the saved reports that match, newest first, and how many match in all.
  ///
  /// Parameters are read until there are more than `maximumBytes` of them: the rest is of no use to a reply that
  /// must be smaller.
  public func reports(
    matching filter: SavedReportFilter, maximumBytes: Int = .max
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    try withOpenFiles { files throws(StoreError) in
      var (reports, count) = try filter.page(
        of: try files.savedReports.all(), until: options.isCancelled)
      var bytes = 0
      for index in reports.indices where bytes <= maximumBytes {
        reports[index].parameters = try files.savedReports.report(reports[index].id)?.parameters ?? ""
        bytes += reports[index].parameters.utf8.count
      }
      return (reports, count)
    }
  }

  /// The saved report with this id, else nil.
  public func report(_ id: String) throws(StoreError) -> SavedReport? {
    try withOpenFiles { files throws(StoreError) in try files.savedReports.report(id) }
  }

  /// Saves a report under an id of its own; false if that is taken. Throws `readOnly`.
  public func insert(_ report: SavedReport) throws(StoreError) -> Bool {
    try writing { files throws(StoreError) in try files.savedReports.insert(report) }
  }

  /// Changes the saved report with this id and gives it as it is then; nil when there is none. What others
  /// have changed of it meanwhile stays. Throws `readOnly`.
  public func update(
    _ id: String, _ change: (inout SavedReport) -> Void
  ) throws(StoreError) -> SavedReport? {
    try writing { files throws(StoreError) in try files.savedReports.update(id, change) }
  }

  /// Deletes a saved report; false when there is none. Throws `readOnly`.
  public func delete(_ id: String) throws(StoreError) -> Bool {
    try writing { files throws(StoreError) in try files.savedReports.delete(id) }
  }

  private func writing<Answer>(
    _ body: (OpenFiles) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    func attempt() throws(StoreError) -> Answer {
      try withOpenFiles { files throws(StoreError) in
        defer { files.source.noteOwnWriting() }
        return try body(files)
      }
    }
    do throws(StoreError) {
      return try attempt()
    } catch .readOnly {
      // So it was when it was opened.
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
