import Engine
import Synchronization
import Threads

/// Reads all rows of an SQLite file on several threads. Each thread takes ranges of rowids and adds their
/// rows to its own builder.
struct SQLiteReader {
  let isFootfallStore: Bool
  let rules: ReadingRules
  let threads: Int
  var progress: ProgressReport?
  /// Called repeatedly, also while a statement runs: whether to cancel.
  var isCancelled: @Sendable () -> Bool = { false }
  /// How many rowids a range has, and from which size a table is divided.
  var rowsPerRange = RowIDRanges.rowsPerRange
  var smallestDividedTable = RowIDRanges.smallestDividedTable

  /// The rows of one state of the file.
  struct Rows {
    let builders: [ColumnsBuilder]
    /// In order of arrival.
    let batches: [Int]
    let dataVersion: Int64
    let events: RowCounts
    /// Of properties and amounts.
    let properties: RowCounts
    /// By batch: whether it has amounts.
    let isRevenue: [Bool]
    let clockChanges: [ClockChangeCount]
  }

  /// One range, or a whole table.
  private struct Task {
    let table: Table
    /// Nil for all rows.
    let rowIDs: ClosedRange<Int64>?
  }

  private enum Table {
    case events, properties, revenue
  }

  /// The result of a task.
  private struct Outcome {
    /// Messages about bad rows.
    var lines: [String] = []
    var counts = RowCounts()
    var error: StoreError?
  }

  /// Reads with `connection`, and with additional connections if there is enough to read. Bad rows go to
  /// `badRows`, in order. `prepare` is called before any row is read, while `connection` already sees the state
  /// that is read.
  ///
  /// Throws reading errors, the first bad row if reading is strict, `cancelled`, and what `prepare` throws.
  func read(
    _ connection: Connection, badRows: BadRows, prepare: () throws(StoreError) -> Void = {}
  ) throws(StoreError) -> Rows {
    // Checks the size beforehand, so that small files are not opened several times.
    var isLarge = threads > 1
    if isLarge { isLarge = try tasks(connection).count > 2 }
    let transaction = try ReadTransaction.take(connection, count: isLarge ? threads : 1)
    defer { transaction.end() }
    let watches = transaction.connections.map { connection in
      let watch = StatementWatch(isCancelled: isCancelled)
      connection.watch(watch)
      return watch
    }
    try prepare()
    let tasks = try tasks(connection)
    let next = Atomic(0)
    let fileBytes = try connection.integer(
      "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    // An estimate: SQLite does not report where in the file rows are.
    let taskBytes = Int(fileBytes) / max(tasks.count, 1)
    let progress = ProgressSum(bytesTotal: taskBytes * tasks.count, progress)
    let pageBytes = Int(try connection.integer("PRAGMA page_size"))
    let outcomes = Mutex([Outcome?](repeating: nil, count: tasks.count))
    let clockChanges = Mutex<[ClockChangeCount]>([])
    let connections = transaction.connections
    let builders = concurrentMap(connections.count, threads: connections.count) { thread in
      var builder = ColumnsBuilder()
      // Once per thread, not once per task: large gaps between rowids lead to thousands of tasks.
      let rows = Result { () throws(StoreError) in try self.rows(connections[thread]) }
      while true {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < tasks.count, !isCancelled() else {
          if let rows = try? rows.get() { clockChanges.withLock { $0.append(rows.clockChanges) } }
          return builder
        }
        // A builder starts with its own batch 0.
        builder.begin(batch: number + 1)
        let connection = connections[thread]
        let task = TaskProgress(progress, taskBytes: taskBytes, pageBytes: pageBytes) { connection.pagesRead }
        watches[thread].onCheck = tasks[number].rowIDs == nil ? task.reportPages : {}
        let outcome = read(tasks[number], number, rows, task, &builder)
        watches[thread].onCheck = {}
        task.finish()
        // Tasks start in order, so every task before the failed one has been started and will finish.
        if outcome.error != nil { next.store(tasks.count, ordering: .relaxed) }
        outcomes.withLock { $0[number] = outcome }
      }
    }
    if isCancelled() { throw .cancelled }
    var (events, properties) = (RowCounts(), RowCounts())
    for (task, outcome) in zip(tasks, outcomes.withLock(\.self)) {
      guard let outcome else { continue }
      badRows.add(outcome.lines, count: outcome.counts.bad)
      if let error = outcome.error { throw error }
      switch task.table {
      case .events: events = events + outcome.counts
      case .properties, .revenue: properties = properties + outcome.counts
      }
    }
    return Rows(
      builders: builders, batches: Array(1..<(tasks.count + 1)), dataVersion: transaction.dataVersion,
      events: events, properties: properties, isRevenue: tasks.map { $0.table == .revenue },
      clockChanges: clockChanges.withLock(\.self))
  }

  private func tasks(_ connection: Connection) throws(StoreError) -> [Task] {
    let rows = try rows(connection)
    func divided(_ table: TableColumns) throws(StoreError) -> [ClosedRange<Int64>]? {
      try RowIDRanges.of(
        table, in: connection, rowsPerRange: rowsPerRange, smallest: smallestDividedTable)
    }
    let events = rows.joinsSessions ? nil : try divided(rows.eventColumns)
    let properties = try divided(rows.propertyColumns)
    func tasks(_ table: Table, _ ranges: [ClosedRange<Int64>]?) -> [Task] {
      ranges.map { $0.map { Task(table: table, rowIDs: $0) } } ?? [Task(table: table, rowIDs: nil)]
    }
    return tasks(.events, events) + tasks(.properties, properties)
      + (rows.hasRevenue ? tasks(.revenue, try divided(rows.revenueColumns)) : [])
  }

  private func rows(_ connection: Connection) throws(StoreError) -> SQLiteRows {
    try SQLiteRows(connection, isFootfallStore: isFootfallStore, rules: rules)
  }

  private func read(
    _ task: Task, _ number: Int, _ rows: Result<SQLiteRows, StoreError>, _ progress: TaskProgress,
    _ builder: inout ColumnsBuilder
  ) -> Outcome {
    var outcome = Outcome()
    var goodRows = 0
    let badRows = BadRows(isStrict: rules.isStrict) { outcome.lines.append($0) }
    do throws(StoreError) {
      let rows = try rows.get()
      switch task.table {
      case .events:
        try rows.forEachEvent(in: task.rowIDs, badRows: badRows) { event, fields in
          if let fields {
            builder.append(event, propertiesIn: fields, position: (number, builder.rowCount))
          } else {
            builder.append(event)
          }
          goodRows += 1
          progress.countRow()
        }
      case .properties:
        try rows.forEachProperty(in: task.rowIDs, badRows: badRows) {
          builder.append($0)
          goodRows += 1
          progress.countRow()
        }
      case .revenue:
        try rows.forEachAmount(in: task.rowIDs, badRows: badRows) {
          builder.append($0)
          goodRows += 1
          progress.countRow()
        }
      }
    } catch {
      outcome.error = error
    }
    outcome.counts = RowCounts(good: goodRows, bad: badRows.count)
    return outcome
  }
}
