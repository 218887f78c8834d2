import Engine
import System

/// Reads chunks of tables into its own builder: the work of one thread.
struct ChunkReader {
  private(set) var builder = ColumnsBuilder()
  private let inputs: [ResolvedTable]
  private let chunks: [FileChunk]
  private let sessions: SessionTable?
  private let rules: ReadingRules
  private let limits: DataLimits
  private let progress: ProgressSum
  private let isCancelled: () -> Bool

  init(
    _ inputs: [ResolvedTable], _ chunks: [FileChunk], _ sessions: SessionTable?, _ options: OpenOptions,
    _ progress: ProgressSum, isCancelled: @escaping () -> Bool
  ) {
    self.inputs = inputs
    self.chunks = chunks
    self.sessions = sessions
    self.progress = progress
    rules = options.rules
    limits = options.limits
    self.isCancelled = isCancelled
  }

  /// Reads until the queue is empty, the row limit is exceeded or `isCancelled` returns true, and returns
  /// what was read.
  consuming func run(_ queue: ChunkQueue) -> ColumnsBuilder {
    while !isCancelled(), builder.rowCount <= limits.rows, let task = queue.next() {
      let rowsBefore = builder.rowCount
      let outcome = read(task)
      // A chunk that is read again is counted again, which is rare and harmless.
      progress.add(bytes: outcome.rows.count, rows: builder.rowCount - rowsBefore)
      queue.finish(task, outcome)
    }
    return builder
  }

  private mutating func read(_ task: ChunkQueue.Task) -> ChunkQueue.Outcome {
    let chunk = chunks[task.chunk]
    let input = inputs[chunk.input]
    let fields = input.layout.makeFields()
    builder.begin(batch: task.batch)
    guard let start = task.start ?? input.table.probableRowStart(at: chunk.bytes.lowerBound, fields) else {
      input.table.contents.release(
        chunk.bytes.lowerBound..<(chunk.bytes.lowerBound + FileTable.lookAheadBytes))
      return .unknown(batch: task.batch)
    }
    let upperBound = chunk.bytes.upperBound
    // After a row that was longer than the chunk there is nothing to search for.
    let end =
      start > upperBound
      ? start : max(start, input.table.probableRowStart(at: upperBound, fields) ?? upperBound)
    let bounds = Bounds(rows: start..<end, isCertain: task.start != nil)
    var outcome: ChunkQueue.Outcome
    switch input.layout {
    case .events(let layout):
      var decoder = EventDecoder(layout, rules, sessions: sessions)
      outcome = scan(input.table, bounds, fields, batch: task.batch) { rowStart, builder in
        if let defect = decoder.decode(fields) { return defect }
        if fields.hasProperties {
          builder.append(decoder.row, propertiesIn: fields, position: (chunk.input, rowStart))
        } else {
          builder.append(decoder.row)
        }
        return nil
      }
      outcome.clockChanges = decoder.clockChanges
    case .properties(let layout):
      var decoder = PropertyDecoder(layout, rules)
      outcome = scan(input.table, bounds, fields, batch: task.batch) { _, builder in
        if let defect = decoder.decode(fields) { return defect }
        builder.append(decoder.row)
        return nil
      }
    case .revenue(let layout):
      var decoder = RevenueDecoder(layout, rules)
      outcome = scan(input.table, bounds, fields, batch: task.batch) { _, builder in
        if let defect = decoder.decode(fields) { return defect }
        builder.append(decoder.row)
        return nil
      }
    }
    // The scanner has looked about this far past `end` if it abandoned a row before its end.
    let beyond = outcome.rows.lowerBound < 0 ? end + 2 * FileTable.lookAheadBytes : outcome.rows.upperBound
    input.table.contents.release(start..<max(start, beyond))
    return outcome
  }

  /// The rows to read. If the start of the first row is uncertain, a row is not followed far past the end of
  /// the range; otherwise every chunk inside a long row would read all of it.
  private struct Bounds {
    let rows: Range<Int>
    let isCertain: Bool
  }

  /// Passes the rows that begin in `rows` and their positions to `take`, which returns the row's defect, if any.
  @inline(__always)
  private mutating func scan(
    _ table: FileTable, _ bounds: Bounds, _ fields: RowFields, batch: Int,
    _ take: (_ rowStart: Int, inout ColumnsBuilder) -> RowDefect?
  ) -> ChunkQueue.Outcome {
    defer { withExtendedLifetime(table.contents) {} }
    let (rows, pages) = (bounds.rows, MappedPageReleaser(table.contents, from: bounds.rows.lowerBound))
    var scanner = table.syntax.scanner(table.contents.bytes, rows: rows, limits: limits) {
      [isCancelled] offset in
      pages.didRead(upTo: offset)
      return isCancelled() || !bounds.isCertain && offset > rows.upperBound + FileTable.lookAheadBytes
    }
    var badRows: [(offset: Int, defect: RowDefect)] = []
    var (badRowCount, goodRowCount) = (0, 0)
    var leftOut = LeftOutRows()
    var openQuote: Int?
    let end = scanner.forEachRow(fields) { row, rowStart in
      let defect: RowDefect?
      switch row {
      case .row:
        defect = take(rowStart, &builder)
        if defect == nil { goodRowCount += 1 }
      case .leftOut(let reason):
        leftOut.count(reason)
        defect = nil
      case .bad(let found): defect = found
      case .unterminatedQuote(let offset):
        openQuote = offset
        return false
      case .abandoned, .end: return false
      }
      if let defect {
        badRowCount += 1
        if badRowCount <= BadRows.reportedLimit { badRows.append((rowStart, defect)) }
      }
      return true
    }
    if end == .abandoned { return .unknown(batch: batch) }
    return ChunkQueue.Outcome(
      batch: batch, rows: rows.lowerBound..<max(scanner.position, rows.lowerBound), badRows: badRows,
      badRowCount: badRowCount, goodRowCount: goodRowCount, leftOut: leftOut, openQuote: openQuote)
  }
}

extension ColumnsBuilder {
  /// Appends an event and its properties. Without an id of its own, it gets one that only the columns in memory
  /// refer to: that of its position.
  mutating func append(_ event: EventRow, propertiesIn fields: RowFields, position: (input: Int, offset: Int))
  {
    var event = event
    if event.eventID.isEmpty { event.eventID = fields.keep(positionID: position) }
    append(event)
    for property in fields.properties { append(property.row(of: event.eventID)) }
  }
}

extension RowFields {
  /// A UUID that no version allows, so that no event has it, from the index of an input and a position in it.
  fileprivate func keep(positionID: (input: Int, offset: Int)) -> Bytes {
    keep(UUIDBits(high: 0xF000_0000_0000_0000 | UInt64(positionID.input), low: UInt64(positionID.offset)))
  }
}
