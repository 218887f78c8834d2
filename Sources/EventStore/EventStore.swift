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

  /// The rows as they were at one moment.
  private struct Loaded {
    let columns: Columns
    let websites: [WebsiteSummary]

    enum Columns {
      /// Made by this process.
      case built(ColumnSet)
      case cached(CachedColumns)

      var overviews: [(id: String, overview: WebsiteOverview)] {
        switch self {
        case .built(let columns): columns.websites.map { ($0.id, $0.overview) }
        case .cached(let columns): columns.manifest.websites.map { ($0.id, $0.overview) }
        }
      }
    }
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
      let source = try SQLiteSource(
        path: path, isReadOnly: options.isReadOnly, rules: options.rules, threads: options.threads,
        diagnostics: notes.say)
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
    switch loaded.columns {
    case .built(let columns): return columns[id]
    case .cached(let cached):
      do throws(ColumnCacheError) {
        return try cached.website(id)
      } catch {
        // Damaged, or another process has just put the next state of the rows in its place.
        if case .damaged(let path) = error { cache?.sayDamaged(path) }
        guard case .built(let columns) = try load(usingCache: false).columns else { return nil }
        return columns[id]
      }
    }
  }

  /// Reads the rows again where the columns that were asked for turned out to be damaged while a report was
  /// being computed from them. True means that this report does not count.
  public func replaceDamagedColumns() throws(StoreError) -> Bool {
    guard case .cached(let cached)? = loaded?.columns, let path = cached.damagedPath else { return false }
    cache?.sayDamaged(path)
    _ = try load(usingCache: false)
    return true
  }

  private func load(usingCache: Bool = true) throws(StoreError) -> Loaded {
    let mark = try source.mark()
    let columns: Loaded.Columns
    if usingCache, let mark, let cached = cache?.columns(mark) {
      cached.manifest.notes.forEach(notes.say)
      columns = .cached(cached)
    } else {
      columns = .built(try build(mark))
    }
    let loaded = Loaded(columns: columns, websites: summaries(columns.overviews, try source.namedWebsites()))
    self.loaded = loaded
    return loaded
  }

  /// Makes columns from the rows, and leaves them for the next process where that can be done.
  private func build(_ mark: SourceMark?) throws(StoreError) -> ColumnSet {
    let lock = mark.flatMap { cache?.beginWriting($0) }
    let (rows, lines) = try notes.keeping { () throws(StoreError) in try source.load() }
    if let lock, let mark = rows.mark {
      cache?.write(rows.columns, mark: mark, notes: lines, holding: lock)
    }
    return rows.columns
  }

  private func summaries(
    _ overviews: [(id: String, overview: WebsiteOverview)], _ named: [NamedWebsite]
  ) -> [WebsiteSummary] {
    func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
    let active = overviews.map { website in
      summary(website.id, website.overview, named.first { isSame($0.id, website.id) })
    }
    let silent = named.filter { website in !overviews.contains { isSame($0.id, website.id) } }.map {
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

  /// Saves a report under an id of its own. Throws `usage` where the id is taken, and `readOnly`.
  public func insert(_ report: SavedReport) throws(StoreError) { try savedReports.insert(report) }

  /// Replaces the saved report that has the same id; false when there is none. Throws `readOnly`.
  public func update(_ report: SavedReport) throws(StoreError) -> Bool { try savedReports.update(report) }

  /// Deletes a saved report; false when there is none. Throws `readOnly`.
  public func delete(_ id: String) throws(StoreError) -> Bool { try savedReports.delete(id) }
}

/// The first of `texts` that is not empty.
private func firstText(_ texts: String...) -> String {
  texts.first { !$0.isEmpty } ?? ""
}
