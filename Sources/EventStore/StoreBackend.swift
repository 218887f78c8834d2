public import Engine

/// What a worker needs of a store: events to report on, and saved reports. ``EventStore`` is one over files.
///
/// It is used from one thread at a time. The functions are those of `EventStore`, whose comments say what they return.
public protocol StoreBackend: AnyObject {
  associatedtype Snapshot: EventSnapshot

  /// Whether saved reports outlive the process.
  var savedReportsAreDurable: Bool { get }
  /// What else keeps saved reports, if these are not durable: a sentence for whoever saves one.
  var lostReportsNotice: String { get }

  /// The current events. Checks once whether they have changed since the last snapshot.
  func snapshot(in context: LoadContext) throws(StoreError) -> Snapshot
  func sessionProperties(_ key: String, of websiteID: String, in context: LoadContext) throws(StoreError)
    -> [SessionProperty]?
  func append(_ events: [NewEvent], in context: LoadContext) throws(StoreError) -> AppendOutcome
  func inspect(in context: LoadContext) throws(StoreError) -> [InspectedTable]

  func reports(matching filter: SavedReportFilter, maximumBytes: Int, in context: LoadContext)
    throws(StoreError) -> (reports: [SavedReport], count: Int)
  func report(_ id: String, in context: LoadContext) throws(StoreError) -> SavedReport?
  func insert(_ report: SavedReport, in context: LoadContext) throws(StoreError) -> Bool
  func update(_ id: String, in context: LoadContext, _ change: (inout SavedReport) -> Void) throws(StoreError)
    -> SavedReport?
  func delete(_ id: String, in context: LoadContext) throws(StoreError) -> Bool
}

/// The events of a store in one state: its websites, and reports on them.
public protocol EventSnapshot: AnyObject {
  /// Every website that has events or a name, by id, ascending by bytes.
  var websites: [WebsiteSummary] { get throws(StoreError) }

  /// Whether the store has a website with this id, compared by bytes.
  func holdsWebsite(_ id: String) throws(StoreError) -> Bool

  /// Before which instant the events of a website count in no report of Umami 3, in milliseconds since 1970; nil if all do.
  func resetMilliseconds(of id: String) throws(StoreError) -> Int64?

  /// Runs `report` on the events of the website `id`, and returns its result or the error that it throws. `report` may run
  /// twice, so it must have no side effects. Throws the errors of reading the events.
  func reading<Answer>(_ id: String, _ report: (any ReportBackend) throws(ReportError) -> Answer)
    throws(StoreError) -> Result<Answer, ReportError>
}

extension EventStore: StoreBackend {}

extension StoreSnapshot: EventSnapshot {
  public func resetMilliseconds(of id: String) -> Int64? {
    websites.first { $0.id.utf8.elementsEqual(id.utf8) }?.resetMilliseconds
  }

  public func reading<Answer>(
    _ id: String, _ report: (any ReportBackend) throws(ReportError) -> Answer
  ) throws(StoreError) -> Result<Answer, ReportError> {
    try reading(id) { (columns: WebsiteColumns) throws(ReportError) in try report(columns) }
  }
}
