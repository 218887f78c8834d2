import Engine

/// Computes reports by statements that a ClickHouse server runs. The reports are in `Reports`, each in a file of its own.
final class ClickHouseBackend: ReportBackend {
  private let layout: TableLayout
  private let website: String
  private let client: Client
  private let repeats: RepeatCache
  private let onStatement: @Sendable (Statement) -> Void
  /// Nil until a statement needs it.
  private var knownSource: EventSource?
  /// Why a report threw ``ReportError/unreadable``.
  private(set) var failure: ClickHouseError?

  init(
    layout: TableLayout, website: String, client: Client, repeats: RepeatCache,
    onStatement: @escaping @Sendable (Statement) -> Void
  ) {
    (self.layout, self.website, self.client, self.repeats) = (layout, website, client, repeats)
    self.onStatement = onStatement
  }

  /// The events of the website. Whether ids occur twice is asked once, though a report may have several statements.
  func source(on executor: ParallelExecutor) throws(ReportError) -> EventSource {
    if let knownSource { return knownSource }
    let source = try findSource(on: executor)
    knownSource = source
    return source
  }

  private func findSource(on executor: ParallelExecutor) throws(ReportError) -> EventSource {
    var source = EventSource(layout: layout, website: website)
    // A user who may not read the parts has the ids counted with each report.
    let state =
      layout.events.isDistributed
      ? nil
      : try? answer(to: Statement(source.state), on: executor) { row throws(ClickHouseError) in
        try row.integer()
      }.first
    failure = nil
    if let state, let known = repeats.hasRepeats(website, in: state) {
      source.hasRepeats = known
      return source
    }
    source.hasRepeats =
      try answer(to: Statement(source.repeats), on: executor) { row throws(ClickHouseError) in
        try row.count()
      } != [0]
    if let state { repeats.keep(source.hasRepeats, website, in: state) }
    return source
  }

  /// The relations of a scope.
  func query(_ scope: ReportScope, on executor: ParallelExecutor) throws(ReportError) -> EventQuery {
    try EventQuery(scope, of: try source(on: executor))
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
