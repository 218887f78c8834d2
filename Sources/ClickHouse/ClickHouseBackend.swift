import Engine

/// Computes reports by statements that a ClickHouse server runs. The reports are in `Reports`, each in a file of its own.
final class ClickHouseBackend: ReportBackend {
  private let layout: TableLayout
  private let website: String
  private let client: Client
  private let repeats: RepeatCache
  private let trustsCache: Bool
  private let onStatement: @Sendable (Statement) -> Void
  /// Which rows repeat, as far as statements were made for it.
  private(set) var usedRepeats: [RepeatCache.Table: Bool] = [:]
  /// Nil until it was asked for.
  private var knownState: RepeatCache.State?
  /// Why a report threw ``ReportError/unreadable``.
  private(set) var failure: ClickHouseError?

  /// - Parameter trustsCache: Whether what was last found out about repeats counts even if rows were added since. The caller
  ///   asks for the state of the tables meanwhile.
  init(
    layout: TableLayout, website: String, client: Client, repeats: RepeatCache, trustsCache: Bool,
    onStatement: @escaping @Sendable (Statement) -> Void
  ) {
    (self.layout, self.website, self.client, self.repeats) = (layout, website, client, repeats)
    (self.trustsCache, self.onStatement) = (trustsCache, onStatement)
  }

  /// The events of the website. Whether rows repeat is asked once, though a report may have several statements.
  ///
  /// - Parameter readsProperties: Whether most of the work is reading properties, so that it pays to know whether they repeat.
  func source(readsProperties: Bool = false, on executor: ParallelExecutor) throws(ReportError) -> EventSource
  {
    var source = EventSource(layout: layout, website: website)
    source.hasRepeats = try haveRepeats(.events, on: executor)
    if readsProperties, layout.properties.types["data_key"] != nil {
      source.propertiesRepeat = try haveRepeats(.properties, on: executor)
    }
    return source
  }

  private func haveRepeats(_ table: RepeatCache.Table, on executor: ParallelExecutor) throws(ReportError)
    -> Bool
  {
    if let used = usedRepeats[table] { return used }
    if trustsCache, let had = repeats.hadRepeats(table, of: website) {
      usedRepeats[table] = had
      return had
    }
    if table == .properties, repeats.isFirstRead(table, of: website) { return true }
    let isCancelled = { executor.isCancelled }
    do throws(ClickHouseError) {
      let state = knownState ?? repeats.state(of: layout, client, isCancelled)
      knownState = state
      let have = try repeats.find(table, of: website, layout, in: state, client, isCancelled)
      usedRepeats[table] = have
      return have
    } catch {
      failure = error
      throw .unreadable
    }
  }

  /// The relations of a scope. Reports whose work is mostly reading properties say so.
  func query(_ scope: ReportScope, readsProperties: Bool = false, on executor: ParallelExecutor)
    throws(ReportError) -> EventQuery
  {
    try EventQuery(scope, of: try source(readsProperties: readsProperties, on: executor))
  }

  /// What servers read of a statement unless they are told otherwise: their setting `max_query_size`.
  private static let maximumStatementBytes = 262_144

  /// The rows of a report's statement.
  func rows<Row>(
    _ sql: SQL, on executor: ParallelExecutor, _ row: (inout RowReader) throws(ClickHouseError) -> Row
  ) throws(ReportError) -> [Row] {
    let statement = Statement(sql)
    guard statement.text.utf8.count <= Self.maximumStatementBytes else {
      throw .unsupported("so many steps and conditions that their statement is too long for a server")
    }
    onStatement(statement)
    return try answer(to: statement, on: executor, row)
  }

  private func answer<Row>(
    to statement: Statement, on executor: ParallelExecutor,
    _ row: (inout RowReader) throws(ClickHouseError) -> Row
  ) throws(ReportError) -> [Row] {
    do throws(ClickHouseError) {
      return try client.rows(of: statement, isCancelled: { executor.isCancelled }, row)
    } catch {
      failure = error
      throw .unreadable
    }
  }

  /// The only row of a statement.
  func row<Row>(
    _ sql: SQL, on executor: ParallelExecutor, _ row: (inout RowReader) throws(ClickHouseError) -> Row
  ) throws(ReportError) -> Row {
    let rows = try rows(sql, on: executor, row)
    guard rows.count == 1 else {
      failure = .damagedAnswer("it has \(rows.count) rows in place of one")
      throw .unreadable
    }
    return rows[0]
  }
}
