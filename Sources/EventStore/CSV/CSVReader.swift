import Engine

/// Reads chunks of CSV files into a builder of its own: what one thread does.
struct CSVReader {
  private(set) var builder = ColumnsBuilder()
  private let inputs: [CSVInput]
  private let chunks: [CSVChunk]
  private let rules: ReadingRules
  private let progress: ProgressSum

  init(_ inputs: [CSVInput], _ chunks: [CSVChunk], rules: ReadingRules, _ progress: ProgressSum) {
    self.inputs = inputs
    self.chunks = chunks
    self.rules = rules
    self.progress = progress
  }

  /// Reads until the queue has nothing left or `isCancelled` says so, and gives what was read.
  consuming func run(_ queue: CSVChunkQueue, until isCancelled: () -> Bool) -> ColumnsBuilder {
    while !isCancelled(), let task = queue.next() {
      let rowsBefore = builder.rowCount
      let outcome = read(task)
      // A reading that is done again counts again, which is seldom and does no harm.
      progress.add(bytes: outcome.rows.count, rows: builder.rowCount - rowsBefore)
      queue.finish(task, outcome)
    }
    return builder
  }

  private mutating func read(_ task: CSVChunkQueue.Task) -> CSVChunkQueue.Outcome {
    let chunk = chunks[task.chunk]
    let input = inputs[chunk.input]
    let fields = input.makeFields()
    let start = task.start ?? input.file.probableRowStart(at: chunk.bytes.lowerBound, fields)
    let end = max(start, input.file.probableRowStart(at: chunk.bytes.upperBound, fields))
    builder.begin(part: task.part)
    var outcome: CSVChunkQueue.Outcome
    switch input.layout {
    case .events(let layout):
      var decoder = EventDecoder(layout, defaultWebsiteID: rules.defaultWebsiteID)
      outcome = scan(input.file, start..<end, fields, part: task.part) { builder in
        if let defect = decoder.decode(fields) { return defect }
        builder.append(decoder.row)
        return nil
      }
    case .properties(let layout):
      var decoder = PropertyDecoder(layout)
      outcome = scan(input.file, start..<end, fields, part: task.part) { builder in
        if let defect = decoder.decode(fields) { return defect }
        builder.append(decoder.row)
        return nil
      }
    }
    input.file.contents.release(start..<outcome.rows.upperBound)
    return outcome
  }

  /// Hands the rows that begin in `rows` to `take`, which says what is wrong with them.
  @inline(__always)
  private mutating func scan(
    _ file: CSVFile, _ rows: Range<Int>, _ fields: CSVFields, part: Int,
    _ take: (inout ColumnsBuilder) -> RowDefect?
  ) -> CSVChunkQueue.Outcome {
    defer { withExtendedLifetime(file.contents) {} }
    var scanner = CSVScanner(file.contents.bytes, rows: rows)
    var badRows: [(offset: Int, defect: RowDefect)] = []
    var badRowCount = 0
    var openQuote: Int?
    scanning: while true {
      let defect: RowDefect?
      switch scanner.next(fields) {
      case .row: defect = take(&builder)
      case .bad(let found): defect = found
      case .unterminatedQuote(let offset):
        openQuote = offset
        break scanning
      case .end: break scanning
      }
      if let defect {
        badRowCount += 1
        if badRowCount <= BadRows.reportedLimit { badRows.append((scanner.rowStart, defect)) }
      }
    }
    return CSVChunkQueue.Outcome(
      part: part, rows: rows.lowerBound..<max(scanner.position, rows.lowerBound), badRows: badRows,
      badRowCount: badRowCount, openQuote: openQuote)
  }
}
