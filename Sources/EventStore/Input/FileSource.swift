import Engine
import Threads

/// Events in files of rows. They are read once; a changed file counts as another source.
final class FileSource: EventSource {
  private let options: OpenOptions
  private let diagnostics: DiagnosticLog
  /// The tables, until their rows have been read.
  private var tables: ClassifiedTables?
  /// Read when they are first requested.
  private var websites: [NamedWebsite]?
  private let identities: [FileIdentity?]
  private let isReproducible: Bool
  private let firstPath: String
  /// Whether the fingerprint or the rows of these files have been requested.
  private var isKnown = false
  /// The files as they were when they were opened, without pipes, which cannot be reopened.
  private let files: [(path: String, identity: FileIdentity)]

  /// Reads the headers, no rows. Throws the errors of ``ClassifiedTables/init(_:_:)``, and `usage` if no file
  /// contains events.
  init(_ tables: [FileTable], options: OpenOptions, diagnostics: DiagnosticLog) throws(StoreError) {
    let tables = try ClassifiedTables(tables, options.rules)
    try tables.checkEvents()
    firstPath = tables.contents[0].path
    identities = tables.contents.map(\.identity)
    isReproducible = tables.rows.allSatisfy(\.table.syntax.isReproducible)
    files = tables.contents.compactMap { file in file.identity.map { (file.path, $0) } }
    self.tables = tables
    self.options = options
    self.diagnostics = diagnostics
  }

  func isReplaced() -> Bool { files.contains { FileIdentity(path: $0.path) != $0.identity } }

  func watching<Answer>(
    _ context: LoadContext, _ body: () throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer { try body() }

  func didWrite() {}

  func checkpoint(_ fingerprint: SourceFingerprint) -> SourceFingerprint { fingerprint }

  var writingFailure: StoreError? { nil }

  func prepareToClose() {}

  func hasChanged() -> Bool { !isKnown }

  /// Identifies the files as they were when they were opened.
  func fingerprint() -> SourceFingerprint? {
    isKnown = true
    // Columns in which every process has other ids are of no use for the next one.
    guard isReproducible else { return nil }
    let known = identities.compactMap(\.self)
    return known.count == identities.count ? SourceFingerprint(options.rules, .files(known)) : nil
  }

  func update(
    _ columns: StoreColumns, from fingerprint: SourceFingerprint, _ context: LoadContext
  ) -> (columns: [WebsiteColumns], fingerprint: SourceFingerprint)? { nil }

  func accepts(_ key: CacheKey) -> Bool { true }

  func append(_ events: [NewEvent]) throws(StoreError) -> AppendOutcome {
    throw .unwritable(
      path: firstPath,
      sentence: "is not an SQLite file, so nothing can be appended; import it into a store and append to that"
    )
  }

  func load(_ context: LoadContext) throws(StoreError) -> (
    columns: ColumnSet, fingerprint: SourceFingerprint?
  ) {
    guard let tables else {
      throw .inputOutput(path: firstPath, operation: "read", reason: "its rows were read already; try again")
    }
    let fingerprint = fingerprint()
    tables.notes.forEach(diagnostics.write)
    let badRows = BadRows(isStrict: options.rules.isStrict, diagnostics: diagnostics.write)
    let sessions = try tables.readSessions(badRows: badRows) { () throws(StoreError) in
      if context.isCancelled() { throw .cancelled }
    }
    let inputs = tables.rows
    let chunks = FileChunk.divide(inputs, chunkBytes: options.chunkBytes)
    let queue = ChunkQueue(
      chunks, firstRows: inputs.map(\.table.rows.lowerBound), isStrict: options.rules.isStrict)
    let progress = ProgressSum(
      bytesTotal: inputs.reduce(0) { $0 + $1.table.rows.count }, context.progress)
    let builders = concurrentMap(options.threads, threads: options.threads) { _ in
      ChunkReader(inputs, chunks, sessions, options, progress, isCancelled: context.isCancelled).run(queue)
    }
    if context.isCancelled() { throw .cancelled }
    try checkRowCount(builders, path: firstPath, options.limits)
    // Checked before any report about rows, because a changed file may never have contained them.
    for input in inputs { try input.table.contents.checkUnchanged() }
    let accepted = queue.accepted
    try report(accepted, chunks, inputs, badRows)
    let finished = ColumnsBuilder.finish(
      builders, batches: accepted.map(\.batch), threads: options.threads, isCancelled: context.isCancelled)
    guard let (columns, repeated) = finished else { throw .cancelled }
    reportDuplicates(repeated, chunks, inputs)
    _ = try namedWebsites()
    self.tables = nil
    diagnostics.unmatchedProperties(columns.orphanProperties)
    diagnostics.unmatchedAmounts(columns.orphanAmounts)
    diagnostics.unusual(try columns.unusualValues(threads: options.threads, context))
    return (columns, fingerprint)
  }

  /// Reads the files again, as they are now.
  func inspect(_ context: LoadContext) throws(StoreError) -> [InspectedTable] {
    guard files.count == identities.count else {
      throw .usage("\(firstPath): rows from a pipe can be read only once; inspect a file")
    }
    return try FileInspector(options, context).tables(of: files.map(\.path)) ?? []
  }

  func namedWebsites() throws(StoreError) -> [NamedWebsite] {
    if let websites { return websites }
    let badRows = BadRows(isStrict: options.rules.isStrict, diagnostics: diagnostics.writeUnrecorded)
    let websites = try tables?.readWebsites(badRows: badRows) ?? []
    self.websites = websites
    return websites
  }

  /// Files with properties of sessions are left out.
  func sessionProperties(
    _ key: String, of websiteID: String, _ context: LoadContext
  ) throws(StoreError) -> [SessionProperty]? { nil }

  /// The saved reports in the files.
  func savedReports() throws(StoreError) -> [SavedReport] {
    let badRows = BadRows(isStrict: options.rules.isStrict, diagnostics: diagnostics.writeUnrecorded)
    return try tables?.readReports(badRows: badRows) ?? []
  }

  /// Reports the bad rows of the accepted chunks, in the order of the files. Throws `unreadable` if they are too many.
  private func report(
    _ outcomes: [ChunkQueue.Outcome], _ chunks: [FileChunk], _ inputs: [ResolvedTable], _ badRows: BadRows
  ) throws(StoreError) {
    var lines = inputs.map { LineCounter($0.table.contents) }
    for (outcome, chunk) in zip(outcomes, chunks) {
      let path = inputs[chunk.input].table.path
      for row in outcome.badRows {
        guard badRows.reportsNext else {
          badRows.add(unreported: 1)
          continue
        }
        let line = lines[chunk.input].line(of: row.offset)
        try badRows.add(BadRow(path: path, place: .line(line), defect: row.defect))
      }
      badRows.add(unreported: outcome.badRowCount - outcome.badRows.count)
      if let quote = outcome.openQuote {
        throw .unterminatedQuote(path: path, line: lines[chunk.input].line(of: quote))
      }
    }
    badRows.finish()
    var (events, properties) = (RowCounts(), RowCounts())
    for (outcome, chunk) in zip(outcomes, chunks) {
      let counts = RowCounts(good: outcome.goodRowCount, bad: outcome.badRowCount)
      if inputs[chunk.input].isEvents { events = events + counts } else { properties = properties + counts }
    }
    var leftOut = Array(repeating: LeftOutRows(), count: inputs.count)
    for (outcome, chunk) in zip(outcomes, chunks) { leftOut[chunk.input].add(outcome.leftOut) }
    for (rows, input) in zip(leftOut, inputs) { badRows.report(rows, path: input.table.path) }
    diagnostics.clockChanges(outcomes.map(\.clockChanges))
    try badRows.checkShareOfBadRows(events: events, properties: properties)
  }

  private func reportDuplicates(_ repeated: RepeatedRows, _ chunks: [FileChunk], _ inputs: [ResolvedTable]) {
    func sums(_ counts: [Int]) -> [Int] {
      var sums = Array(repeating: 0, count: inputs.count)
      for (count, chunk) in zip(counts, chunks) { sums[chunk.input] += count }
      return sums
    }
    let (events, properties) = (sums(repeated.events), sums(repeated.properties))
    for (number, input) in inputs.enumerated() {
      diagnostics.duplicateEvents(events[number], path: input.table.path)
      if case .revenue = input.layout {
        diagnostics.duplicateAmounts(properties[number], path: input.table.path)
      } else {
        diagnostics.duplicateProperties(properties[number], path: input.table.path)
      }
    }
  }
}
