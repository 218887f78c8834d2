public import Engine

/// Events to answer questions about, and saved reports: an SQLite file, or CSV files read directly.
///
/// Used from one thread at a time. Rows are read when columns are first asked for, and again after another
/// process has committed to the SQLite file; between calls nothing is locked.
public final class EventStore {
  private let source: any EventSource
  private let savedReports: any SavedReportStore
  private let cache: ColumnCache?
  private let notes: Notes
  private var loaded: Loaded?
  /// The rows whose columns this process has kept, or tried to, when it brought some up to date last.
  private var kept: SourceMark?

  /// The rows as they were at one moment.
  private struct Loaded {
    let columns: StoreColumns
    /// Nil where nothing tells them from other rows.
    let mark: SourceMark?
    let websites: [WebsiteSummary]
  }

  private init(
    _ source: any EventSource, _ savedReports: any SavedReportStore, _ cache: ColumnCache?, _ notes: Notes
  ) {
    self.source = source
    self.savedReports = savedReports
    self.cache = cache
    self.notes = notes
  }

  /// Opens one SQLite file, or one or more CSV files; their content tells which they are.
  ///
  /// Reads headers, no rows. What is left out later, and why, goes to `diagnostics`, a line at a time.
  /// Throws every case of `StoreError` but those of rows.
  public static func open(
    _ paths: [String], options: OpenOptions = OpenOptions(), diagnostics: @escaping Diagnostics
  ) throws(StoreError) -> EventStore {
    let notes = Notes(diagnostics)
    func cache(_ folder: String?) -> ColumnCache? {
      folder.map { ColumnCache(folder: $0, threads: options.threads, diagnostics: diagnostics) }
    }
    switch try InputFiles(paths) {
    case .sqlite(let path):
      let source = try SQLiteSource(path: path, options: options, diagnostics: notes.say)
      return EventStore(
        source, SQLiteReportStore(source.connection, isOurs: source.isOurs),
        cache(options.cache.folder(forStore: path)), notes)
    case .csv(let files):
      let source = try CSVSource(files, options: options, diagnostics: notes.say)
      return EventStore(
        source, MemoryReportStore(), cache(options.cache.folder(forFiles: paths, options.rules)), notes)
    }
  }

  /// Every website that has events or a name, by id, as they are now: where the rows have changed since the
  /// last call, columns are read again.
  public func websites() throws(StoreError) -> [WebsiteSummary] {
    if let loaded, try !source.hasChanged() { return loaded.websites }
    return try load().websites
  }

  /// The columns of the website `id`, compared by bytes, as ``websites()`` has found them last; nil where it
  /// has no events.
  public func columns(of id: String) throws(StoreError) -> WebsiteColumns? {
    let loaded = if let loaded { loaded } else { try load() }
    do throws(ColumnCacheError) {
      return try loaded.columns.columns(of: id)
    } catch {
      // Damaged, or another process has just put the next state of the rows in its place.
      if case .damaged(let path) = error { cache?.sayDamaged(path) }
    }
    let rebuilt = try build()
    // What was just built is in memory.
    do throws(ColumnCacheError) { return try rebuilt.columns.columns(of: id) } catch { return nil }
  }

  /// Reads the rows again where the columns that were asked for turned out to be damaged while a report was
  /// being computed from them. True means that this report does not count.
  public func replaceDamagedColumns() throws(StoreError) -> Bool {
    guard let path = loaded?.columns.damagedPath else { return false }
    cache?.sayDamaged(path)
    _ = try build()
    return true
  }

  /// Takes the columns of the rows as they are now from where they are had soonest.
  private func load() throws(StoreError) -> Loaded {
    guard let mark = try source.mark() else { return try build() }
    if let loaded, loaded.mark == mark { return try keep(loaded.columns, mark) }
    let cached = cache?.latest()
    if let cached, cached.mark == mark {
      cached.columns.notes.forEach(notes.say)
      return try keep(cached.columns, mark)
    }
    if let loaded, let mark = loaded.mark, let updated = try update(loaded.columns, from: mark) {
      return updated
    }
    if let cached, let updated = try update(cached.columns, from: cached.mark) { return updated }
    return try build(mark)
  }

  private func keep(_ columns: StoreColumns, _ mark: SourceMark?) throws(StoreError) -> Loaded {
    let loaded = Loaded(
      columns: columns, mark: mark, websites: summaries(columns.websites, try source.namedWebsites()))
    self.loaded = loaded
    return loaded
  }

  /// Brings columns up to date; nil where the source cannot, or where they turn out to be damaged.
  private func update(_ old: StoreColumns, from mark: SourceMark) throws(StoreError) -> Loaded? {
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
        cache.write(columns, mark: update.mark, holding: lock)
      }
    }
    return try keep(columns, update.mark)
  }

  /// Makes columns from all rows, and leaves them for the next process where that can be done.
  private func build() throws(StoreError) -> Loaded { try build(try source.mark()) }

  private func build(_ mark: SourceMark?) throws(StoreError) -> Loaded {
    let lock = mark.flatMap { cache?.beginWriting($0) }
    let (rows, lines) = try notes.keeping { () throws(StoreError) in try source.load() }
    let columns = StoreColumns(rows.columns, notes: lines)
    if let lock, let mark = rows.mark { cache?.write(columns, mark: mark, holding: lock) }
    return try keep(columns, rows.mark)
  }

  private func summaries(
    _ websites: [StoreColumns.Website], _ named: [NamedWebsite]
  ) -> [WebsiteSummary] {
    func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
    let active = websites.map { website in
      summary(website.id, website.overview, named.first { isSame($0.id, website.id) })
    }
    let silent = named.filter { website in !websites.contains { isSame($0.id, website.id) } }.map {
      website in
      summary(website.id, WebsiteOverview(), website)
    }
    return (active + silent).sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
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
    try source.append(events, allOrNone: allOrNone)
  }

  /// Whether saved reports are still there when the process has ended: not with CSV files.
  public var savedReportsAreDurable: Bool { savedReports.isDurable }

  /// The asked page of the saved reports that match, newest first, and how many match in all.
  public func reports(
    matching query: ReportQuery
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    query.page(of: try savedReports.all())
  }

  /// The saved report with this id, else nil.
  public func report(_ id: String) throws(StoreError) -> SavedReport? { try savedReports.report(id) }

  /// Saves a report under an id of its own; false where that is taken. Throws `readOnly`.
  public func insert(_ report: SavedReport) throws(StoreError) -> Bool { try savedReports.insert(report) }

  /// Changes the saved report with this id and gives it as it is then; nil when there is none. What others
  /// have changed of it meanwhile stays. Throws `readOnly`.
  public func update(
    _ id: String, _ change: (inout SavedReport) -> Void
  ) throws(StoreError) -> SavedReport? { try savedReports.update(id, change) }

  /// Deletes a saved report; false when there is none. Throws `readOnly`.
  public func delete(_ id: String) throws(StoreError) -> Bool { try savedReports.delete(id) }
}

/// The first of `texts` that is not empty.
private func firstText(_ texts: String...) -> String {
  texts.first { !$0.isEmpty } ?? ""
}
