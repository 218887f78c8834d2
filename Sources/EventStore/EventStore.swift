public import Engine

/// Events to answer questions about, and saved reports: an SQLite file, or CSV files read directly.
///
/// Used from one thread at a time. Rows are read when columns are first asked for, and again after another
/// process has committed to the SQLite file; between calls nothing is locked.
public final class EventStore {
  private let source: any EventSource
  private let savedReports: any SavedReportStore
  private var loaded: StoreContents?

  private init(_ source: any EventSource, _ savedReports: any SavedReportStore) {
    self.source = source
    self.savedReports = savedReports
  }

  /// Opens one SQLite file, or one or more CSV files; their content tells which they are.
  ///
  /// Reads headers, no rows. What is left out later, and why, goes to `diagnostics`, a line at a time.
  /// Throws every case of `StoreError` but those of rows.
  public static func open(
    _ paths: [String], options: OpenOptions = OpenOptions(), diagnostics: @escaping Diagnostics
  ) throws(StoreError) -> EventStore {
    switch try InputFiles(paths) {
    case .sqlite(let path):
      let source = try SQLiteSource(
        path: path, isReadOnly: options.isReadOnly, rules: options.rules, threads: options.threads,
        diagnostics: diagnostics)
      return EventStore(source, SQLiteReportStore(source.connection, isOurs: source.isOurs))
    case .csv(let files):
      return EventStore(
        try CSVSource(files, options: options, diagnostics: diagnostics), MemoryReportStore())
    }
  }

  /// The events as columns: those of the last call, unless the file has changed since.
  public func columns() throws(StoreError) -> ColumnSet { try contents().columns }

  /// Every website that has events or a name, by id.
  public func websites() throws(StoreError) -> [WebsiteSummary] { try contents().websites }

  /// Columns and websites as they are at one moment, found out with one look at the file.
  public func contents() throws(StoreError) -> StoreContents {
    if let loaded, try !source.hasChanged() { return loaded }
    let columns = try source.load()
    let loaded = StoreContents(columns: columns, websites: summaries(columns, try source.namedWebsites()))
    self.loaded = loaded
    return loaded
  }

  private func summaries(_ columns: ColumnSet, _ named: [NamedWebsite]) -> [WebsiteSummary] {
    let active = columns.websites.map { website in
      summary(website, named.first { $0.id.utf8.elementsEqual(website.id.utf8) })
    }
    let silent = named.filter { columns[$0.id] == nil }.map { website in
      WebsiteSummary(
        id: website.id, name: firstText(website.name, website.domain, website.id), domain: website.domain,
        events: 0, firstEventMilliseconds: nil, lastEventMilliseconds: nil)
    }
    return (active + silent).sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }

  private func summary(_ website: WebsiteColumns, _ named: NamedWebsite?) -> WebsiteSummary {
    let domain = firstText(named?.domain ?? "", website.mainHostname ?? "")
    let extent = website.extentMilliseconds
    return WebsiteSummary(
      id: website.id, name: firstText(named?.name ?? "", domain, website.id), domain: domain,
      events: website.eventCount, firstEventMilliseconds: extent?.lowerBound,
      lastEventMilliseconds: extent?.upperBound)
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
