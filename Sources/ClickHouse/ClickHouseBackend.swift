import Engine

/// Computes reports by statements that a ClickHouse server runs. The reports are in `Reports`, each in a file of its own.
final class ClickHouseBackend: ReportBackend {
  private let layout: TableLayout
  private let website: String
  private let client: Client
  private let cache: DuplicateCache
  private let expectsDuplicates: Bool
  private let onStatement: @Sendable (Statement) -> Void
  /// Nil until they were asked for.
  private var knownVersions: DuplicateCache.TableVersions?
  private var duplicates: [DuplicateCache.Table: Bool] = [:]
  /// Why a report threw ``ReportError/unreadable``.
  private(set) var failure: ClickHouseError?

  /// - Parameter expectsDuplicates: Whether to read rows as if there were duplicates, without asking.
  init(
    layout: TableLayout, website: String, client: Client, cache: DuplicateCache, expectsDuplicates: Bool,
    onStatement: @escaping @Sendable (Statement) -> Void
  ) {
    (self.layout, self.website, self.client, self.cache) = (layout, website, client, cache)
    (self.expectsDuplicates, self.onStatement) = (expectsDuplicates, onStatement)
  }

  /// The tables that were read as if they had no duplicates.
  var tablesWithoutDuplicates: [DuplicateCache.Table] { duplicates.filter { !$0.value }.map(\.key) }

  /// The events of the website.
  ///
  /// - Parameter readsProperties: Whether most of the work is reading properties, so that it pays to know about their
  ///   duplicates.
  func source(readsProperties: Bool = false, on executor: ParallelExecutor) throws(ReportError) -> EventSource
  {
    var source = EventSource(layout: layout, website: website)
    source.hasDuplicates = try hasDuplicates(.events, on: executor)
    if readsProperties { source.hasDuplicateProperties = try hasDuplicates(.properties, on: executor) }
    return source
  }

  /// Whether there are duplicates. That is asked once, though a report may have several statements. If there were none when it
  /// was last found out, there may be now: the caller asks afterwards.
  private func hasDuplicates(_ table: DuplicateCache.Table, on executor: ParallelExecutor)
    throws(ReportError) -> Bool
  {
    if let known = duplicates[table] { return known }
    let have = try findDuplicates(table, on: executor)
    duplicates[table] = have
    return have
  }

  private func findDuplicates(_ table: DuplicateCache.Table, on executor: ParallelExecutor)
    throws(ReportError) -> Bool
  {
    if expectsDuplicates { return true }
    let latest = cache.latest(table, of: website)
    if latest == false { return false }
    let isCancelled = { executor.isCancelled }
    if table == .properties {
      guard layout.properties.types["data_key"] != nil else { return true }
      guard latest != nil || cache.markRead(table, of: website) else { return true }
    }
    let versions = knownVersions ?? layout.versions(client, isCancelled)
    knownVersions = versions
    // Counting them with each report would take longer than it saves.
    if table == .properties, versions[table] == nil { return true }
    do throws(ClickHouseError) {
      return try cache.hasDuplicates(table, of: website, in: versions, layout, client, isCancelled)
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
