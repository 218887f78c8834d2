import Threads

/// Assembles the columns of one website from its staged events.
///
/// It takes the builders' rows column by column and frees them, so that few of them are in memory at the same
/// time as the finished columns.
struct WebsiteAssembly {
  private let staged: StagedWebsite
  private let threads: Int
  /// By builder.
  private let rows: [WebsiteRows.Columns]
  /// By `TextColumn`, then builder.
  private let texts: [MoveOnce<[EncodedText]>]

  /// Websites with fewer rows are assembled on one thread: dividing the work would take longer than doing it.
  static let parallelRowThreshold = 1 << 15

  init(_ staged: StagedWebsite, threads: Int) {
    self.staged = staged
    self.threads = staged.count < Self.parallelRowThreshold ? 1 : threads
    var rows = staged.rows.map { $0?.takeColumns() ?? WebsiteRows.Columns() }
    texts = TextColumn.allCases.map { column in MoveOnce(rows.map { $0.texts[column.rawValue] }) }
    for builder in rows.indices { rows[builder].texts = [] }
    self.rows = rows
  }

  /// Returns nil once `isCancelled` returns true. `kept` are the months of the existing partitions (see
  /// ``SessionOrder/periods(keeping:)``).
  func columns(
    _ properties: WebsiteProperties, keeping kept: [ClosedRange<Int>], isCancelled: () -> Bool
  ) -> WebsiteColumns? {
    if isCancelled() { return nil }
    let (sessions, visits, times) = concurrentResults(
      threads: threads,
      { numbered(rows.map(\.sessions), rows.map(\.sessionNumbers), offset: 0) },
      { numbered(rows.map(\.visits), rows.map(\.visitNumbers), offset: 1) },
      { concatenated(\.times) })
    if isCancelled() { return nil }
    let order = SessionOrder(sessions: sessions.numbers, times: times, sessionCount: sessions.count)
    let periods = order.periods(keeping: kept)
    let partitionRows = periods.map { order.rows(of: $0) }
    if isCancelled() { return nil }
    let (ordinals, byRow, texts) = concurrentResults(
      threads: threads,
      { VisitOrdinals(visits, sessions: sessions, times: times, order: order, isCancelled: isCancelled) },
      { PropertiesByRow(properties.rows, order: order) },
      TextColumn.allCases.count, { mergeTexts($0, order: order, partitions: partitionRows) })
    if isCancelled() { return nil }
    let staged = StagedIdentities(rowIDs: rowIDs, sessions: sessions, visits: visits, order: order)
    let (types, clickIDs) = (concatenated(\.types), concatenated(\.clickIDs))
    let partitions = concurrentMap(periods.count, threads: threads) { number -> Partition? in
      if isCancelled() { return nil }
      let period = periods[number]
      let rows = partitionRows[number]
      let inputIndices = order.inputIndices[rows]
      let sharedVisits = ordinals.shared(in: period.sessions)
      return Partition(
        months: period.months, sessionStarts: order.sessionStarts(of: period),
        times: TimeColumn(gathering: times, at: inputIndices),
        visits: CodeColumn(narrowing: Array(ordinals.ordinals[rows])),
        types: Column(gathering: types, at: inputIndices),
        clickIDs: Column(gathering: clickIDs, at: inputIndices),
        texts: texts.map { $0.partitions[number] }, properties: byRow.columns(of: rows),
        sharedVisits: sharedVisits,
        inputOrder: sharedVisits.isEmpty ? nil : Column(Array(inputIndices)),
        identities: staged.identities(of: period, ordinals: ordinals),
        sourceRowIDs: staged.sourceRowIDs(of: period))
    }
    if isCancelled() { return nil }
    return WebsiteColumns(
      id: self.staged.id, partitions: partitions.compactMap(\.self),
      dictionaries: WebsiteDictionaries(
        texts: texts.map { LazilyVerified($0.dictionary) }, propertyKeys: LazilyVerified(properties.keys),
        propertyStrings: LazilyVerified(properties.strings)))
  }

  /// Whether every row has a source row id, by which an update can find it again.
  private var hasRowIDs: Bool { rows.allSatisfy { $0.rowIDs.count == $0.times.count } }

  /// In input order; empty if rows have no ids.
  private var rowIDs: [Int64] { hasRowIDs ? concatenated(\.rowIDs) : [] }

  /// Remaps the builders' codes of ids to common ones. `offset` is what the builders have added to their
  /// codes: smaller ones are reserved and stay as they are.
  private func numbered(_ pages: [PagedCodes], _ tables: [IdentifierTable], offset: UInt32) -> DenseIDs {
    var table = IdentifierTable(capacity: tables.map(\.count).max() ?? 0)
    var remapping = CodeRemapping(tables.map { $0.count + Int(offset) }, known: offset)
    let numbers: [UInt32] = codes(pages, &remapping) { number, builder in
      table.number(of: number - offset, in: tables[builder]) + offset
    }
    return DenseIDs(numbers: numbers, count: table.count, keys: table.identityHashes)
  }

  /// Returns the merged dictionary of a column, and its codes in each partition.
  private func mergeTexts(
    _ column: Int, order: SessionOrder, partitions: [Range<Int>]
  ) -> (dictionary: TextDictionary, partitions: [CodeColumn]) {
    let texts = texts[column].take()
    // The narrowest codes that are certain to suffice: the gather then stays in a cache.
    switch texts.reduce(0, { $0 + $1.interner.count }) {
    case ...(1 << 8): return mergeTexts(texts, UInt8.self, order: order, partitions: partitions)
    case ...(1 << 16): return mergeTexts(texts, UInt16.self, order: order, partitions: partitions)
    default: return mergeTexts(texts, UInt32.self, order: order, partitions: partitions)
    }
  }

  private func mergeTexts<Code: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ texts: [EncodedText], _: Code.Type, order: SessionOrder, partitions: [Range<Int>]
  ) -> (dictionary: TextDictionary, partitions: [CodeColumn]) {
    var interner = TextInterner.forDictionary()
    var remapping = CodeRemapping(texts.map(\.interner.count), known: 1)
    let codes: [Code] = codes(texts.map(\.codes), &remapping) { code, builder in
      interner.code(of: code, in: texts[builder].interner)
    }
    let columns = partitions.map { CodeColumn(gathering: codes, at: order.inputIndices[$0]) }
    return (interner.dictionary(), columns)
  }

  /// Returns the codes of all builders in input order, remapped to common ones.
  private func codes<Code: FixedWidthInteger>(
    _ pages: [PagedCodes], _ remapping: inout CodeRemapping, add: (_ code: UInt32, _ builder: Int) -> UInt32
  ) -> [Code] {
    Array(unsafeUninitializedCapacity: staged.count) { codes, count in
      for run in staged.runs {
        let target = UnsafeMutableBufferPointer(rebasing: codes[count..<(count + run.rows.count)])
        pages[run.builder].forEachRun(run.rows) { offset, stretch in
          let destination = UnsafeMutableBufferPointer(rebasing: target[offset..<(offset + stretch.count)])
          remapping.number(stretch, from: run.builder, to: destination) { add($0, run.builder) }
        }
        count += run.rows.count
      }
    }
  }

  /// Returns the values of a column in input order.
  private func concatenated<Value>(_ column: KeyPath<WebsiteRows.Columns, PagedValues<Value>>) -> [Value] {
    let pages = rows.map { $0[keyPath: column] }
    return Array(unsafeUninitializedCapacity: staged.count) { values, count in
      guard let start = values.baseAddress else { return }
      for run in staged.runs {
        pages[run.builder].copy(run.rows, to: start + count)
        count += run.rows.count
      }
    }
  }
}

/// Ids as dense numbers, in input order.
struct DenseIDs {
  let numbers: [UInt32]
  /// The number of distinct ids.
  let count: Int
  /// The identity hash of each id, by number.
  let keys: [UInt64]
}

/// A value that one thread takes and frees when it is done with it. Sound to share: no two threads access the
/// same one.
private final class MoveOnce<Value>: @unchecked Sendable {
  private var value: Value?

  init(_ value: Value) { self.value = value }

  func take() -> Value {
    guard let taken = value.take() else { preconditionFailure("taken twice") }
    return taken
  }
}

/// Remaps the codes of several builders to common numbers, in order of first appearance.
struct CodeRemapping {
  private static let unknown = UInt32.max
  private var numbers: [[UInt32]]

  /// `counts` is the number of codes of each builder; codes below `known` mean the same everywhere and stay
  /// as they are.
  init(_ counts: [Int], known: UInt32 = 0) {
    numbers = counts.map { count in
      (0..<count).map { $0 < known ? UInt32($0) : Self.unknown }
    }
  }

  /// Returns the number of `code`. When a code first appears, `add` assigns its number.
  @inline(__always)
  mutating func number(of code: UInt32, from builder: Int, add: (UInt32) -> UInt32) -> UInt32 {
    let number = numbers[builder][Int(code)]
    if number != Self.unknown { return number }
    let added = add(code)
    numbers[builder][Int(code)] = added
    return added
  }

  /// Writes the numbers of one builder's codes, which fit `Number`.
  mutating func number<Number: FixedWidthInteger>(
    _ codes: UnsafeBufferPointer<UInt32>, from builder: Int, to output: UnsafeMutableBufferPointer<Number>,
    add: (UInt32) -> UInt32
  ) {
    precondition(output.count == codes.count)
    var numbers = numbers[builder].mutableSpan
    for row in codes.indices {
      let code = codes[row]
      var number = numbers[Int(code)]
      if number == Self.unknown {
        number = add(code)
        numbers[Int(code)] = number
      }
      output[row] = Number(truncatingIfNeeded: number)
    }
  }
}
