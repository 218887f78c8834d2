public import EventStore
public import Engine
import System

/// Events in the tables of a ClickHouse server, which is only read. Each report is one statement or a few, so that only results
/// leave the server.
///
/// Saved reports are kept on this machine.
public final class ClickHouseStore: StoreBackend {
  private let address: Address
  private let client: Client
  private let library: ReportLibrary
  private let onStatement: @Sendable (Statement) -> Void
  /// What the tables were like, and when they were described; nil until then.
  private var described: (layout: TableLayout, at: ContinuousClock.Instant)?
  /// Columns are seldom added, but workers run for long.
  private static let timeBetweenDescriptions = Duration.seconds(60)
  private let cache = DuplicateCache()

  /// - Parameters:
  ///   - password: The user's password; nil for none.
  ///   - reports: Where saved reports are kept.
  ///   - newID: Makes ids of queries.
  ///   - onStatement: Is told each statement of a report before it is sent.
  public init(
    _ address: Address, password: String?, reports: ReportLibrary, newID: @escaping @Sendable () -> String,
    onStatement: @escaping @Sendable (Statement) -> Void = { _ in }
  ) {
    (self.address, library, self.onStatement) = (address, reports, onStatement)
    client = Client(address, password: password, newID: newID)
  }

  public var savedReportsAreDurable: Bool { library.isDurable }
  public let lostReportsNotice =
    "Reports on a server are kept in memory only; this one is lost when the process ends. "
    + "--reports FILE names a store that keeps them."

  public func snapshot(in context: LoadContext) throws(StoreError) -> ClickHouseSnapshot {
    ClickHouseSnapshot(try layout(in: context), client, cache, context, onStatement)
  }

  private func layout(in context: LoadContext) throws(StoreError) -> TableLayout {
    if let described, described.at.duration(to: .now) < Self.timeBetweenDescriptions {
      return described.layout
    }
    var layout = TableLayout(address)
    let rows = try client.storeRows(of: layout.description, context) { row throws(ClickHouseError) in
      (
        table: try row.text(), column: try row.text(), type: try row.text(), engine: try row.text()
      )
    }
    do throws(LayoutError) { try layout.take(rows) } catch {
      throw .server(sentence: error.sentence, .damaged)
    }
    let settings = try client.storeRows(of: Client.settingsQuery, context) { row throws(ClickHouseError) in
      (name: try row.text(), value: try row.text())
    }
    do throws(LayoutError) { try client.require(settings) } catch {
      throw .server(sentence: error.sentence, .unavailable)
    }
    described = (layout, .now)
    return layout
  }

  public func append(_ events: [NewEvent], in context: LoadContext) throws(StoreError) -> AppendOutcome {
    throw .unwritable(
      path: Address.scheme + address.host,
      sentence: "is only read; append events to it as Umami does, or to a store that footfall create has made"
    )
  }

  public func inspect(in context: LoadContext) throws(StoreError) -> [InspectedTable] {
    throw .usage(
      "the tables of a server cannot be inspected; footfall websites shows how many events they have")
  }

  public func sessionProperties(
    _ key: String, of websiteID: String, in context: LoadContext
  ) throws(StoreError) -> [SessionProperty]? {
    guard let statement = SessionProperty.statement(key, of: websiteID, try layout(in: context)) else {
      return nil
    }
    return try client.storeRows(of: statement, context) { row throws(ClickHouseError) in
      SessionProperty(sessionID: try row.text(), text: try row.text(), numberText: try row.text())
    }
  }

  // MARK: Saved reports

  public func reports(
    matching filter: SavedReportFilter, maximumBytes: Int, in context: LoadContext
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    try library.reports(matching: filter, maximumBytes: maximumBytes, in: context)
  }

  public func report(_ id: String, in context: LoadContext) throws(StoreError) -> SavedReport? {
    try library.report(id, in: context)
  }

  public func insert(_ report: SavedReport, in context: LoadContext) throws(StoreError) -> Bool {
    try library.insert(report, in: context)
  }

  public func update(
    _ id: String, in context: LoadContext, _ change: (inout SavedReport) -> Void
  ) throws(StoreError) -> SavedReport? {
    try library.update(id, in: context, change)
  }

  public func delete(_ id: String, in context: LoadContext) throws(StoreError) -> Bool {
    try library.delete(id, in: context)
  }
}

/// The events of a server. Each statement reads the current rows, so a snapshot may see rows that were inserted after it was
/// made.
public final class ClickHouseSnapshot: EventSnapshot {
  private let layout: TableLayout
  private let client: Client
  private let cache: DuplicateCache
  private let context: LoadContext
  private let onStatement: @Sendable (Statement) -> Void
  private var knownWebsites: [WebsiteSummary]?

  fileprivate init(
    _ layout: TableLayout, _ client: Client, _ cache: DuplicateCache, _ context: LoadContext,
    _ onStatement: @escaping @Sendable (Statement) -> Void
  ) {
    (self.layout, self.client, self.cache, self.context) = (layout, client, cache, context)
    self.onStatement = onStatement
  }

  public var websites: [WebsiteSummary] {
    get throws(StoreError) {
      if let knownWebsites { return knownWebsites }
      let websites = try client.storeRows(of: WebsiteSummary.statement(layout), context) {
        row throws(ClickHouseError) in
        try WebsiteSummary(&row)
      }
      knownWebsites = websites
      return websites
    }
  }

  /// Tables of a server have no website that was reset.
  public func resetMilliseconds(of id: String) -> Int64? { nil }

  public func holdsWebsite(_ id: String) throws(StoreError) -> Bool {
    if cache.isKnown(id) { return true }
    let table = layout.events
    // Of a UUID there is one spelling that counts.
    let statement: SQL = """
      SELECT toInt64(any(toString(website_id)) = \(value: id)) FROM (
        SELECT website_id FROM \(layout.from(table)) WHERE \(table.isEqual("website_id", id)) LIMIT 1)
      """
    let found = try client.storeRows(of: statement, context) { row throws(ClickHouseError) in try row.count()
    }
    if found.contains(1) {
      cache.keep(id)
      return true
    }
    // A table without any row has no website that could be meant.
    return try client.storeRows(
      of: "SELECT toInt64(count()) FROM (SELECT 1 FROM \(layout.from(table)) LIMIT 1)", context
    ) { row throws(ClickHouseError) in try row.count() } == [0]
  }

  public func reading<Answer>(
    _ id: String, _ report: (any ReportBackend) throws(ReportError) -> Answer
  ) throws(StoreError) -> Result<Answer, ReportError> {
    let backend = backend(id, expectsDuplicates: false)
    let answer = try reading(backend, report)
    if try stillHaveNone(backend.tablesWithoutDuplicates, id) { return answer }
    return try reading(self.backend(id, expectsDuplicates: true), report)
  }

  /// Whether tables that had no duplicates have none now, after they were read.
  private func stillHaveNone(_ tables: [DuplicateCache.Table], _ website: String) throws(StoreError) -> Bool {
    if tables.isEmpty { return true }
    let versions = layout.versions(client, context.isCancelled)
    do throws(ClickHouseError) {
      // Of tables whose version is unknown, duplicates were counted before.
      for table in tables where versions[table] != nil {
        if try cache.hasDuplicates(table, of: website, in: versions, layout, client, context.isCancelled) {
          return false
        }
      }
    } catch {
      throw StoreError(error)
    }
    return true
  }

  private func backend(_ website: String, expectsDuplicates: Bool) -> ClickHouseBackend {
    ClickHouseBackend(
      layout: layout, website: website, client: client, cache: cache, expectsDuplicates: expectsDuplicates,
      onStatement: onStatement)
  }

  private func reading<Answer>(
    _ backend: ClickHouseBackend, _ report: (any ReportBackend) throws(ReportError) -> Answer
  ) throws(StoreError) -> Result<Answer, ReportError> {
    do throws(ReportError) {
      return .success(try report(backend))
    } catch {
      if case .unreadable = error, let failure = backend.failure { throw StoreError(failure) }
      return .failure(error)
    }
  }
}

extension WebsiteSummary {
  fileprivate static func statement(_ layout: TableLayout) -> SQL {
    let table = layout.events
    let isEvent: SQL =
      table.types["event_type"] == nil ? "true" : "event_type != \(value: Int64(EventType.performance))"
    return """
      SELECT toString(website_id) AS id, toInt64(countIf(\(isEvent))),
        minIf(\(table.milliseconds("created_at")), \(isEvent)), maxIf(\(table.milliseconds("created_at")), \(isEvent)),
        toString(tupleElement(arraySort(x -> (-x.2, x.1), arrayZip(sumMapIf([toString(\(table.text("hostname")))], [1], \
      \(isEvent) AND \(table.text("hostname")) != '').1, sumMapIf([toString(\(table.text("hostname")))], [1], \
      \(isEvent) AND \(table.text("hostname")) != '').2))[1], 1))
      FROM \(layout.from(table)) GROUP BY website_id ORDER BY id
      """
  }

  fileprivate init(_ row: inout RowReader) throws(ClickHouseError) {
    let (id, events) = (try row.text(), try row.count())
    let (first, last, host) = (try row.integer(), try row.integer(), try row.text())
    self.init(
      id: id, name: host.isEmpty ? id : host, domain: host, events: events,
      firstEventMilliseconds: events == 0 ? nil : first, lastEventMilliseconds: events == 0 ? nil : last)
  }
}

extension Client {
  /// The rows of a statement that is part of no report.
  func storeRows<Row>(
    of sql: SQL, _ context: LoadContext, _ row: (inout RowReader) throws(ClickHouseError) -> Row
  ) throws(StoreError) -> [Row] {
    do throws(ClickHouseError) {
      return try rows(of: Statement(sql), isCancelled: context.isCancelled, row)
    } catch {
      throw StoreError(error)
    }
  }
}

extension StoreError {
  // MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS, TOO_MANY_BYTES, TOO_MANY_ROWS_OR_BYTES.
  private static let limitCodes = [241, 158, 307, 396]

  init(_ error: ClickHouseError) {
    switch error {
    case .cancelled: self = .cancelled
    case .unreachable, .refused, .insecure, .accessDenied, .killed:
      self = .server(sentence: "\(error)", .unavailable)
    case .timeout, .tooLarge: self = .server(sentence: "\(error)", .tooExpensive)
    case .server(let code, _):
      self = .server(sentence: "\(error)", Self.limitCodes.contains(code) ? .tooExpensive : .unavailable)
    case .damagedAnswer: self = .server(sentence: "\(error)", .damaged)
    }
  }
}
