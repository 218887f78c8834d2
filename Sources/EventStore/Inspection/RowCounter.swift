import Engine

/// Reads the rows of tables and counts what becomes of them.
struct RowCounter {
  private let options: OpenOptions
  private let context: LoadContext
  private let progress: ProgressSum
  private var duplicates = DuplicateCounter()

  init(_ options: OpenOptions, _ context: LoadContext, bytesTotal: Int) {
    self.options = options
    self.context = context
    progress = ProgressSum(bytesTotal: bytesTotal, context.progress)
  }

  /// Counts the rows of `found` into its result. Events have to be counted before properties.
  ///
  /// Throws `cancelled`, and the errors of files that changed meanwhile.
  mutating func count(_ found: inout FoundTable) throws(StoreError) {
    guard let table = found.table, found.result.error == nil else { return }
    let tally = ProblemTally()
    var pass = CountingPass(
      table, found.ignored, found.layout, limits: options.limits, isCancelled: context.isCancelled)
    switch found.layout {
    case .events(let layout):
      var decoder = EventDecoder(layout, options.rules)
      try pass.run(tally, progress) { fields, line in
        if let defect = decoder.decode(fields) { return defect }
        let counts = duplicates.add(decoder.row, tally, line)
        found.result.add(counts, decoder.row.createdAtMilliseconds)
        guard counts else { return nil }
        for property in fields.properties {
          found.result.properties += 1
          checkAmount(property.row(of: decoder.row.eventID), tally, line)
        }
        return nil
      }
      tally.add(decoder.clockChanges)
    case .properties(let layout):
      var decoder = PropertyDecoder(layout, options.rules)
      try pass.run(tally, progress) { fields, line in
        if let defect = decoder.decode(fields) { return defect }
        if duplicates.add(decoder.row, tally, line) {
          found.result.properties += 1
          checkAmount(decoder.row, tally, line)
        }
        return nil
      }
    case .revenue(let layout):
      var decoder = RevenueDecoder(layout, options.rules)
      try pass.run(tally, progress) { fields, line in
        if let defect = decoder.decode(fields) { return defect }
        _ = duplicates.add(amount: decoder.row, tally, line)
        return nil
      }
    case nil: try countOther(found.result.kind, table, &pass, tally)
    }
    found.result.rows = pass.rows
    if let quote = pass.openQuote {
      found.result.error = StoreError.unterminatedQuote(path: table.path, line: quote).description
    }
    for (ignored, count) in zip(found.ignored, pass.ignoredCounts) {
      let column = found.result.columns[ignored.column]
      tally.add(
        .ignoredColumn, column.name, count: count,
        "\(column.name) is not read; --map \(shellWord(ColumnMap.entry(column.suggestion ?? "", column.name))) reads it"
      )
    }
    found.result.problems = tally.all
    try table.contents.checkUnchanged()
  }

  /// Counts the rows of a table that has neither events nor properties of events.
  private func countOther(
    _ kind: InspectedTable.Kind?, _ table: FileTable, _ pass: inout CountingPass, _ tally: ProblemTally
  ) throws(StoreError) {
    let header = ColumnNames(label: table.label, names: table.columns, map: options.rules.columnMap)
    let key: String? =
      switch kind {
      case .session: EventField.sessionID.rawValue
      case .website: EventField.websiteID.rawValue
      case .report: ClassifiedTables.reportColumns[0]
      default: nil
      }
    let slot = try key.flatMap { name throws(StoreError) in try header.column(name) }
    try pass.run(tally, progress) { fields, line in
      if let key, let slot { return fields[slot].isEmpty ? .missing(column: key) : nil }
      if let reason = kind?.unreadReason { tally.add(.otherTable, line: line) { "left out: \(reason)" } }
      return nil
    }
  }
}

extension InspectedTable {
  /// Counts an event.
  mutating func add(_ counts: Bool, _ milliseconds: Int64) {
    guard counts else { return }
    events += 1
    firstMilliseconds = min(firstMilliseconds ?? milliseconds, milliseconds)
    lastMilliseconds = max(lastMilliseconds ?? milliseconds, milliseconds)
  }
}

extension ProblemTally {
  /// Counts times that a change of the clock made uncertain.
  func add(_ changes: ClockChangeCount) {
    for (count, line) in changes.counts {
      add(.uncertainTime, EventField.createdAt.rawValue, count: count, line)
    }
  }
}

/// Counts a property whose key names an amount of money, and whose value is none.
func checkAmount(_ row: PropertyRow, _ tally: ProblemTally, _ line: () -> Int64?) {
  guard row.numberTenThousandths == nil, !row.string.isEmpty, isAmountKey(row.key),
    parseTenThousandths(row.string) == nil
  else { return }
  tally.add(.notAnAmount, line: line) {
    "\(shown(row.string)) is not a number, so that revenue leaves it out; use digits and a point: 1234.56"
  }
}

/// Finds events and properties that occur again.
struct DuplicateCounter {
  private var events = IdentifierNumbers()
  private var keys = IdentifierNumbers()
  /// The number of the event and that of the key.
  private var properties: Set<UInt64> = []
  /// How many distinct events have rows; nil until there are properties.
  private var eventCount: Int?
  private var hasEvents = false

  /// Whether an event counts; if it does not, it is counted in `tally`.
  mutating func add(_ event: EventRow, _ tally: ProblemTally, _ line: () -> Int64?) -> Bool {
    hasEvents = true
    if !event.eventID.isEmpty, !events.number(of: event.eventID).isNew {
      tally.add(.duplicate, "event_id", line: line) { "skipped: an earlier event has the same event_id" }
      return false
    }
    guard event.eventType != EventType.performance else {
      tally.add(.performance, line: line) {
        "measurements of performance, which only the report performance reads"
      }
      return false
    }
    var unusual = UnusualValues()
    unusual.add(type: event.eventType)
    if unusual.unknownType != nil {
      tally.add(.unknownType, EventField.eventType.rawValue, line: line) {
        "event_type is \(event.eventType), which is none of 1 to 5: neither a pageview nor a custom event"
      }
    }
    return true
  }

  /// Whether a property counts; if it does not, it is counted in `tally`.
  mutating func add(_ property: PropertyRow, _ tally: ProblemTally, _ line: () -> Int64?) -> Bool {
    add(property, tally, line, column: "data_key", "skipped: an earlier row has the same event and data_key")
  }

  /// Whether an amount of the table `revenue` counts; if it does not, it is counted in `tally`.
  mutating func add(amount: PropertyRow, _ tally: ProblemTally, _ line: () -> Int64?) -> Bool {
    add(amount, tally, line, column: "event_id", "skipped: an earlier row has the same event")
  }

  private mutating func add(
    _ property: PropertyRow, _ tally: ProblemTally, _ line: () -> Int64?, column: String, _ duplicate: String
  ) -> Bool {
    let known = eventCount ?? events.count
    eventCount = known
    let event = events.number(of: property.eventID).number
    let key = keys.number(of: property.key).number
    guard properties.insert(UInt64(event) << 32 | UInt64(key)).inserted else {
      tally.add(.duplicate, column, line: line) { duplicate }
      return false
    }
    if hasEvents, event >= known {
      tally.add(.withoutEvent, "event_id", line: line) { "ignored: no event has this event_id" }
      return false
    }
    return true
  }
}

extension InspectedTable.Kind {
  /// Why the rows of a table are not read; nil if they are.
  var unreadReason: String? {
    switch self {
    case .sessionData: TableKind.sessionDataReason
    case .revenue: TableKind.revenueReason
    case .segment: TableKind.segmentReason
    case .events, .eventData, .session, .website, .report, .other: nil
    }
  }
}

/// One pass over the rows of a table.
private struct CountingPass {
  private(set) var rows = 0
  /// The line of a quote that is never closed.
  private(set) var openQuote: Int?
  /// How many rows have a value in each of the ignored columns.
  private(set) var ignoredCounts: [Int]
  private let table: FileTable
  private let ignored: [(column: Int, slot: Int)]
  private let fields: RowFields
  private let limits: DataLimits
  private let isCancelled: () -> Bool

  private static let rowsPerCheck = 1 << 12

  init(
    _ table: FileTable, _ ignored: [(column: Int, slot: Int)], _ layout: TableLayout?,
    limits: DataLimits, isCancelled: @escaping () -> Bool
  ) {
    self.table = table
    self.ignored = ignored
    self.limits = limits
    self.isCancelled = isCancelled
    ignoredCounts = Array(repeating: 0, count: ignored.count)
    fields = layout?.makeFields() ?? RowFields(columnCount: table.columns.count)
  }

  /// Passes every row to `take`, which returns its defect, with a function that finds its line.
  mutating func run(
    _ tally: ProblemTally, _ progress: ProgressSum,
    _ take: (_ fields: RowFields, _ line: () -> Int64?) -> RowDefect?
  ) throws(StoreError) {
    defer { withExtendedLifetime(table.contents) {} }
    let pages = MappedPageReleaser(table)
    var scanner = table.syntax.scanner(table.contents.bytes, rows: table.rows, limits: limits) {
      [isCancelled] offset in
      pages.didRead(upTo: offset)
      return isCancelled()
    }
    var lines = LineCounter(table.contents)
    var (reportedBytes, reportedRows) = (table.rows.lowerBound, 0)
    func report(upTo end: Int) {
      progress.add(bytes: max(end - reportedBytes, 0), rows: rows - reportedRows)
      (reportedBytes, reportedRows) = (max(end, reportedBytes), rows)
    }
    while true {
      if rows % Self.rowsPerCheck == 0 {
        if isCancelled() { throw .cancelled }
        if rows > 0 { report(upTo: scanner.position) }
      }
      pages.didRead(upTo: scanner.position)
      let outcome = scanner.next(fields)
      func line() -> Int64? { Int64(lines.line(of: scanner.rowStart)) }
      switch outcome {
      case .row:
        for (index, column) in ignored.enumerated() where !fields[column.slot].isEmpty {
          ignoredCounts[index] += 1
        }
        if let defect = take(fields, line) { tally.add(defect, line: line) }
      case .leftOut(let reason): tally.add(reason, line: line)
      case .bad(let defect): tally.add(defect, line: line)
      case .unterminatedQuote(let offset):
        openQuote = lines.line(of: offset)
        return report(upTo: table.rows.upperBound)
      case .abandoned: throw .cancelled
      case .end: return report(upTo: table.rows.upperBound)
      }
      rows += 1
    }
  }
}
