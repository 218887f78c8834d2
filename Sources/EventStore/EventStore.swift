public import Engine

/// Events to answer questions about, and saved reports: an SQLite file, or CSV files read directly.
///
/// Used from one thread at a time. Rows are read when columns are first asked for, and again after another
/// process has committed to the SQLite file; between calls nothing is locked. Files that were replaced are
/// opened anew; while one is missing or damaged, calls throw what opening it does.
public final class EventStore {
  private let paths: [String]
  private let options: OpenOptions
  private let notes: Notes
  /// Reports that are saved beside CSV files, whichever these are.
  private let memoryReports = MemoryReportStore()
  /// Nil after an error of the files, until they are opened again.
  private var opened: Opened?
  private var loaded: Loaded?
  /// The rows whose columns this process has kept, or tried to, when it brought some up to date last.
  private var kept: SourceMark?
  /// Whether the last attempt to load has come to its end: otherwise what is loaded is of an earlier moment
  /// than what the source takes for known.
  private var isLoadedWhole = false
  private var cache: ColumnCache?
  /// Why the file that was read only could not be opened otherwise.
  private var writingFailure: StoreError?
  /// Whether saved reports are still there when the process has ended: not with CSV files.
  public private(set) var savedReportsAreDurable = false

  /// What stands in the files that were opened.
  private struct Opened {
    let source: any EventSource
    let savedReports: any SavedReportStore
  }

  /// The rows as they were at one moment.
  private struct Loaded {
    let columns: StoreColumns
    /// Nil where nothing tells them from other rows.
    let mark: SourceMark?
    let websites: [WebsiteSummary]
  }

  private init(_ paths: [String], _ options: OpenOptions, _ notes: Notes) {
    self.paths = paths
    self.options = options
    self.notes = notes
  }

  /// Opens one SQLite file, or one or more CSV files; their content tells which they are.
  ///
  /// Reads headers, no rows. What is left out later, and why, goes to `diagnostics`, a line at a time.
  /// Throws every case of `StoreError` but those of rows.
  public static func open(
    _ paths: [String], options: OpenOptions = OpenOptions(), diagnostics: @escaping Diagnostics
  ) throws(StoreError) -> EventStore {
    let store = EventStore(paths, options, Notes(diagnostics))
    _ = try store.open()
    return store
  }

  private func open() throws(StoreError) -> Opened {
    let opened: Opened
    switch try InputFiles(paths) {
    case .sqlite(let path):
      let source = try SQLiteSource(path: path, options: options, diagnostics: notes.say)
      opened = Opened(
        source: source,
        savedReports: SQLiteReportStore(
          source.connection, isOurs: source.isOurs, maximumCount: options.limits.savedReports))
      setCache(options.cache.folder(forStore: path))
    case .csv(let files):
      let source = try CSVSource(files, options: options, diagnostics: notes.say)
      opened = Opened(source: source, savedReports: memoryReports)
      setCache(options.cache.folder(forFiles: paths, options.rules))
    }
    savedReportsAreDurable = opened.savedReports.isDurable
    self.opened = opened
    return opened
  }

  /// Keeps the cache that there is where it is in that folder, since it knows what it has said.
  private func setCache(_ folder: CacheFolder?) {
    guard cache?.folder != folder else { return }
    cache = folder.map { ColumnCache(folder: $0, threads: options.threads, diagnostics: notes.diagnostics) }
  }

  /// Asks what is open, once it is what stands in the files. After an error of the files they are opened anew:
  /// what is wrong with them may be over then, and what is in memory may not be what is in them.
  private func asking<Answer>(
    _ question: (Opened) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    if let opened, opened.source.isReplaced() { leave() }
    let opened = if let opened { opened } else { try open() }
    do throws(StoreError) {
      return try question(opened)
    } catch {
      if case .readOnly = error { writingFailure = opened.source.writingFailure }
      switch error {
      case .damaged, .inputOutput, .noSuchFile, .readOnly, .sqlite: leave()
      default: break
      }
      throw error
    }
  }

  /// Closes the files: a program that opens an SQLite file a second time and closes it loses its locks.
  private func leave() {
    opened?.source.leave()
    opened = nil
  }

  /// Every website that has events or a name, by id, as they are now: where the rows have changed since the
  /// last call, columns are read again.
  public func websites() throws(StoreError) -> [WebsiteSummary] {
    try asking { opened throws(StoreError) in
      if let loaded, isLoadedWhole, try !opened.source.hasChanged() { return loaded.websites }
      return try load(opened.source).websites
    }
  }

  /// Whether the store holds a website with this id, compared by bytes, as ``websites()`` has found it last. A store
  /// whose rows mention no website holds every one, without events.
  public func holdsWebsite(_ id: String) throws(StoreError) -> Bool {
    let loaded =
      if let loaded { loaded } else {
        try asking { opened throws(StoreError) in try load(opened.source) }
      }
    if loaded.columns.websites.isEmpty { return true }
    let websites = loaded.websites
    let place = websites.indices.partitionPoint { !websites[$0].id.utf8.lexicographicallyPrecedes(id.utf8) }
    return place < websites.count && isSame(websites[place].id, id)
  }

  /// The columns of the website `id`, compared by bytes, as ``websites()`` has found them last; nil where it
  /// has no events.
  public func columns(of id: String) throws(StoreError) -> WebsiteColumns? {
    let loaded =
      if let loaded { loaded } else {
        try asking { opened throws(StoreError) in try load(opened.source) }
      }
    do throws(ColumnCacheError) {
      return try loaded.columns.columns(of: id)
    } catch {
      // Or another process has just put the next state of the rows in its place.
      cache?.say(error)
    }
    let rebuilt = try asking { opened throws(StoreError) in try build(opened.source) }
    // What was just built is in memory.
    do throws(ColumnCacheError) { return try rebuilt.columns.columns(of: id) } catch { return nil }
  }

  /// The answer that `report` computes from the columns of the website `id`, as ``websites()`` has found them last.
  ///
  /// Where they turn out to be damaged while the answer is computed, they are made from the rows again, and the answer
  /// is computed a second time, so `report` must do nothing but read.
  public func reading<Answer>(
    _ id: String, _ report: (WebsiteColumns) -> Answer
  ) throws(StoreError) -> Answer {
    func answer() throws(StoreError) -> Answer {
      // A website that the store lists and no event mentions has no columns.
      report(try columns(of: id) ?? WebsiteColumns(idWithoutEvents: id))
    }
    let first = try answer()
    guard let path = loaded?.columns.lastDamagedPath else { return first }
    cache?.sayDamaged(path)
    _ = try asking { opened throws(StoreError) in try build(opened.source) }
    return try answer()
  }

  /// Takes the columns of the rows as they are now from where they are had soonest.
  private func load(_ source: any EventSource) throws(StoreError) -> Loaded {
    isLoadedWhole = false
    guard let mark = try source.mark() else { return try build(source, nil) }
    if let loaded, loaded.mark?.hasSameRows(as: mark) == true {
      return try keep(loaded.columns, mark, source)
    }
    let cached = cache?.latest(mark.key)
    if let cached, cached.mark.hasSameRows(as: mark) {
      cached.columns.notes.forEach(notes.say)
      return try keep(cached.columns, mark, source)
    }
    if let loaded, let mark = loaded.mark, let updated = try update(loaded.columns, from: mark, source) {
      return updated
    }
    if let cached, let updated = try update(cached.columns, from: cached.mark, source) { return updated }
    return try build(source, mark)
  }

  private func keep(
    _ columns: StoreColumns, _ mark: SourceMark?, _ source: any EventSource
  ) throws(StoreError) -> Loaded {
    let loaded = Loaded(
      columns: columns, mark: mark, websites: summaries(columns.websites, try source.namedWebsites()))
    self.loaded = loaded
    isLoadedWhole = true
    return loaded
  }

  /// Brings columns up to date; nil where the source cannot, or where they turn out to be damaged.
  private func update(
    _ old: StoreColumns, from mark: SourceMark, _ source: any EventSource
  ) throws(StoreError) -> Loaded? {
    let (update, lines) = try notes.keeping { () throws(StoreError) in try source.update(old, from: mark) }
    guard let update else { return nil }
    if let path = old.damagedPath {
      cache?.sayDamaged(path)
      return nil
    }
    let columns = StoreColumns(old, replacing: update.columns, notes: lines)
    // Where events come one by one, whole months would be written again for each; the next process brings up
    // to date what is not kept.
    if let cache, kept.map({ update.mark.isFar(from: $0) }) ?? true {
      kept = update.mark
      if let lock = cache.beginWriting(update.mark) {
        return try keep(columns, write(columns, update.mark, holding: lock, source), source)
      }
    }
    return try keep(columns, update.mark, source)
  }

  /// Makes columns from all rows, and leaves them for the next process where that can be done.
  private func build(_ source: any EventSource) throws(StoreError) -> Loaded {
    try build(source, try source.mark())
  }

  private func build(_ source: any EventSource, _ mark: SourceMark?) throws(StoreError) -> Loaded {
    isLoadedWhole = false
    let lock = mark.flatMap { cache?.beginWriting($0) }
    let (rows, lines) = try notes.keeping { () throws(StoreError) in try source.load() }
    let columns = StoreColumns(rows.columns, notes: lines)
    guard let lock, let mark = rows.mark else { return try keep(columns, rows.mark, source) }
    return try keep(columns, write(columns, mark, holding: lock, source), source)
  }

  /// Leaves columns for the next process; the mark of their rows then. Whatever stands against that, such as somebody
  /// who has just locked the store, is no reason not to answer from what was read.
  private func write(
    _ columns: StoreColumns, _ mark: SourceMark, holding lock: CacheLock, _ source: any EventSource
  ) -> SourceMark {
    let settled = (try? source.settle(mark)) ?? mark
    cache?.write(columns, mark: settled, holding: lock) { (try? source.hasChanged()) == false }
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
    try writing { opened throws(StoreError) in try opened.source.append(events, allOrNone: allOrNone) }
  }

  /// The asked page of the saved reports that match, newest first, and how many match in all.
  ///
  /// Parameters are read until there are more than `maximumBytes` of them: the rest is of no use to a reply that
  /// must be smaller.
  public func reports(
    matching query: ReportQuery, maximumBytes: Int = .max
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    try asking { opened throws(StoreError) in
      var (reports, count) = try query.page(
        of: try opened.savedReports.all(), until: options.isCancelled)
      var bytes = 0
      for index in reports.indices where bytes <= maximumBytes {
        reports[index].parameters = try opened.savedReports.report(reports[index].id)?.parameters ?? ""
        bytes += reports[index].parameters.utf8.count
      }
      return (reports, count)
    }
  }

  /// The saved report with this id, else nil.
  public func report(_ id: String) throws(StoreError) -> SavedReport? {
    try asking { opened throws(StoreError) in try opened.savedReports.report(id) }
  }

  /// Saves a report under an id of its own; false where that is taken. Throws `readOnly`.
  public func insert(_ report: SavedReport) throws(StoreError) -> Bool {
    try writing { opened throws(StoreError) in try opened.savedReports.insert(report) }
  }

  /// Changes the saved report with this id and gives it as it is then; nil when there is none. What others
  /// have changed of it meanwhile stays. Throws `readOnly`.
  public func update(
    _ id: String, _ change: (inout SavedReport) -> Void
  ) throws(StoreError) -> SavedReport? {
    try writing { opened throws(StoreError) in try opened.savedReports.update(id, change) }
  }

  /// Deletes a saved report; false when there is none. Throws `readOnly`.
  public func delete(_ id: String) throws(StoreError) -> Bool {
    try writing { opened throws(StoreError) in try opened.savedReports.delete(id) }
  }

  private func writing<Answer>(
    _ body: (Opened) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    func attempt() throws(StoreError) -> Answer {
      try asking { opened throws(StoreError) in
        defer { opened.source.noteOwnWriting() }
        return try body(opened)
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
