/// The visits of a block, each with its values in a ``VisitScope``. One is reused from block to block.
///
/// A block has whole sessions, so it has whole visits too, except those that several sessions share, whose values come
/// from the scope.
struct BlockVisits: Sendable {
  /// The number of visits with an event in range.
  private(set) var count = 0
  /// By row, counted from the block's first: the index of the event's visit. Unspecified for events out of range.
  private(set) var visitOfRow: [UInt32] = []
  /// By row: whether the event is in range.
  private(set) var isInRange: [Bool] = []
  /// By visit: the code of the `url_path` of its first and of its last pageview; 0, the empty text, if it has none.
  private(set) var entries: [UInt32] = []
  private(set) var exits: [UInt32] = []
  /// By visit: whether it has a custom event.
  private(set) var hasCustomEvent: [Bool] = []

  /// By visit: the row of its first event in the block.
  private var firstRows: [UInt32] = []
  /// The visits that several sessions share.
  private var shared: [(visit: Int, values: VisitScope.SharedVisit)] = []
  private var order = VisitOrder()
  private var starts: [UInt32] = []
  private var partition: Partition?
  private var firstRow = 0

  /// Loads the visits of a block.
  mutating func load(_ partition: Partition, _ block: Block, _ scope: VisitScope) {
    let rowCount = block.rows.count
    (self.partition, firstRow) = (partition, block.rows.lowerBound)
    isInRange.removeAll(keepingCapacity: true)
    extend(&isInRange, to: rowCount, with: true)
    if !scope.range.contains(block.times) { partition.times.narrow(&isInRange, block.rows, to: scope.range) }
    let rows = BlockRows(partition: partition, number: 0, block: block, selection: SelectionMask())
    order.load(rows, where: isInRange)
    count = order.listVisits(into: &starts)
    extend(&visitOfRow, to: rowCount, with: 0)
    for column in [\BlockVisits.entries, \.exits, \.firstRows] {
      extend(&self[keyPath: column], to: count, with: 0)
    }
    extend(&hasCustomEvent, to: count, with: false)
    describeVisits(
      partition.types.span.extracting(block.rows), order.rows, starts, count: count, visitOfRow: &visitOfRow,
      firstRows: &firstRows, entries: &entries, exits: &exits, hasCustomEvent: &hasCustomEvent)
    let paths = partition[.urlPath]
    for visit in 0..<count {
      entries[visit] = pathCode(entries[visit], paths)
      exits[visit] = pathCode(exits[visit], paths)
    }
    if !partition.sharedVisits.isEmpty { replaceShared(rows, scope) } else { shared.removeAll() }
  }

  /// Writes the code of each visit's value to the start of `codes`, which grows as needed.
  func copyCodes(of source: VisitColumn.Source, to codes: inout [UInt32]) {
    extend(&codes, to: max(count, 1), with: 0)
    switch source {
    case .entry: for visit in 0..<count { codes[visit] = entries[visit] }
    case .exit: for visit in 0..<count { codes[visit] = exits[visit] }
    case .channel(let tables):
      copyOfFirstEvents(to: &codes, tables.classifier) { UInt32($0.channel(ofRow: $1).rawValue) + 1 }
    case .column(let column): copyOfFirstEvents(to: &codes, { $0[column] }) { $0[$1] }
    case .type: copyOfFirstEvents(to: &codes, \.types) { UInt32(EventType.nameIndex(of: $0[$1])) }
    }
  }

  /// Writes what `code` gives for each visit's first event, by `source` of its partition and its row.
  private func copyOfFirstEvents<Source>(
    to codes: inout [UInt32], _ source: (Partition) -> Source, _ code: (Source, Int) -> UInt32
  ) {
    guard let partition else { return }
    let ofPartition = source(partition)
    for visit in 0..<count { codes[visit] = code(ofPartition, firstRow + Int(firstRows[visit])) }
    for (visit, values) in shared { codes[visit] = code(source(values.first.partition), values.first.row) }
  }

  private func pathCode(_ row: UInt32, _ paths: CodeColumn) -> UInt32 {
    row == noRow ? 0 : paths[firstRow + Int(row)]
  }

  /// Replaces the values of visits that several sessions share by those of all their sessions.
  private mutating func replaceShared(_ block: BlockRows, _ scope: VisitScope) {
    shared.removeAll(keepingCapacity: true)
    var session = 0
    for visit in 0..<count {
      let index = Int(starts[visit])
      while block.rows(ofSession: session).lowerBound < Int(order.sessions[index]) { session += 1 }
      guard let number = block.sharedVisit(session: session, ordinal: order.ordinal(index)),
        let values = scope.sharedVisit(number)
      else { continue }
      shared.append((visit, values))
      entries[visit] = values.entry.map { $0.partition[.urlPath][$0.row] } ?? 0
      exits[visit] = values.exit.map { $0.partition[.urlPath][$0.row] } ?? 0
      hasCustomEvent[visit] = values.hasCustomEvent
    }
  }
}

/// Marks a visit without a pageview until codes are looked up.
private let noRow = UInt32.max

/// Sets the visit of each row, and of each visit the row of its first event, the rows of its first and its last pageview,
/// and whether it has a custom event.
///
/// - Parameter types: Those of the block's rows.
/// - Parameter rows: In the order of visits.
/// - Parameter starts: The index in `rows` at which each visit starts; the last entry is the end of the last visit.
private func describeVisits(
  _ types: Span<UInt8>, _ rows: [UInt32], _ starts: [UInt32], count: Int, visitOfRow: inout [UInt32],
  firstRows: inout [UInt32], entries: inout [UInt32], exits: inout [UInt32], hasCustomEvent: inout [Bool]
) {
  let (rows, starts) = (rows.span, starts.span)
  var visitOfRow = visitOfRow.mutableSpan
  var firstRows = firstRows.mutableSpan
  var entries = entries.mutableSpan
  var exits = exits.mutableSpan
  var customFlags = hasCustomEvent.mutableSpan
  for visit in 0..<count {
    var (entry, exit) = (noRow, noRow)
    var hasCustomEvent = false
    for index in Int(starts[visit])..<Int(starts[visit + 1]) {
      let row = rows[index]
      visitOfRow[Int(row)] = UInt32(truncatingIfNeeded: visit)
      let type = types[Int(row)]
      let isPageview = type == EventType.pageview
      entry = entry.replaced(by: row, where: isPageview.and(entry == noRow))
      exit = exit.replaced(by: row, where: isPageview)
      hasCustomEvent = hasCustomEvent.or(type == EventType.custom)
    }
    firstRows[visit] = rows[Int(starts[visit])]
    entries[visit] = entry
    exits[visit] = exit
    customFlags[visit] = hasCustomEvent
  }
}
