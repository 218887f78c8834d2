import Synchronization

/// A dimension prepared for one website and range: it gives each row a code, and each code its text. Code 0 is the
/// empty text.
struct CompiledDimension: Sendable {
  private enum Source: Sendable {
    case column(TextColumn)
    case fullPath(FullPaths)
    /// By visit; visits that several sessions share are in `shared`, by number.
    case pathOfVisit(isFirst: Bool, shared: [UInt32: UInt32])
    case property(PropertyValues)
    case visit(VisitColumn)
    case type
  }

  private let source: Source
  private let texts: TextDictionary
  /// Hostname code → the referrer code of the same text, for a referrer; see `clearOwnReferrers`.
  private var ownReferrers: [UInt32]?

  /// - Parameters:
  ///   - dropsOwnReferrers: Whether rows whose referrer is their own hostname are left out.
  ///   - events: The events that are counted, for `firstPath` and `lastPath`.
  init(
    _ dimension: Dimension, dropsOwnReferrers: Bool = false, of events: CountedEvents = .views,
    in scope: ReportScope, _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ReportError) {
    switch dimension {
    case .column(let column):
      (source, texts) = (.column(column), website.dictionary(column))
      if dropsOwnReferrers, column == .referrerDomain { ownReferrers = website.ownReferrers(executor) }
    case .fullPath: (source, texts) = (.fullPath(FullPaths(website)), .empty)
    case .firstPath, .lastPath:
      let isFirst = dimension == .firstPath
      source = .pathOfVisit(
        isFirst: isFirst,
        shared: try website.pathsOfSharedVisits(isFirst: isFirst, of: events, scope, executor))
      texts = website.dictionary(.urlPath)
    case .property(let key):
      let values = website.propertyValues(key, executor)
      (source, texts) = (.property(values), values.texts)
    case .visit(let value):
      let visits = VisitScope(scope.range, website, executor)
      let column = VisitColumn(value, visits, scope.sourceCategories, website, executor)
      (source, texts) = (.visit(column), column.texts(website))
    case .type: (source, texts) = (.type, EventType.dictionary)
    }
  }

  /// With at most this many codes, one scan counts all of them; with more, only those that are shown are told apart.
  static let maximumCodesAtOnce = 64

  /// All codes so far are below this.
  var codeCount: Int {
    if case .fullPath(let paths) = source { return paths.count }
    return texts.count
  }

  /// Whether the code of a row may depend on other rows that are counted.
  var dependsOnCountedRows: Bool {
    if case .pathOfVisit = source { return true }
    return false
  }

  /// The texts of all codes, once all rows have been read.
  var dictionary: TextDictionary {
    if case .fullPath(let paths) = source { return paths.dictionary }
    return texts
  }

  /// Writes the code of each row of `order` to the start of `output`.
  func copy(
    _ block: BlockRows, _ order: VisitOrder, _ codes: inout DimensionCodes, to output: inout [UInt32]
  ) {
    extend(&output, to: max(order.count, 1), with: 0)
    switch source {
    case .fullPath(let paths):
      order.copyCodes(.urlPath, of: block, to: &output)
      order.copyCodes(.urlQuery, of: block, to: &codes.seconds)
      codes.replaceByFullPaths(&output, order.count, paths)
    case .pathOfVisit(let isFirst, let shared):
      order.copyCodes(.urlPath, of: block, to: &output)
      codes.replaceByPathsOfVisits(&output, block, order, isFirst: isFirst, shared)
    case .column, .property, .visit, .type: copy(block, order.rows, count: order.count, &codes, to: &output)
    }
  }

  /// Writes the code of each of the first `count` of `rows` to the start of `output`. Not for full paths and paths of
  /// counted events.
  func copy(
    _ block: BlockRows, _ rows: [UInt32], count: Int, _ codes: inout DimensionCodes,
    to output: inout [UInt32]
  ) {
    extend(&output, to: max(count, 1), with: 0)
    let first = block.block.rows.lowerBound
    switch source {
    case .column(let column): block.partition[column].copy(rows, count: count, from: first, to: &output)
    case .property(let values): codes.copy(values, block, rows, count, to: &output)
    case .visit(let column):
      if let known = column.codes(of: block.block, partition: block.number) {
        known.copy(rows, count: count, from: first, to: &output)
      } else {
        codes.copy(column, block, rows, count, to: &output)
      }
    case .type:
      let types = block.partition.types.span.extracting(block.block.rows)
      for index in 0..<count { output[index] = UInt32(EventType.nameIndex(of: types[Int(rows[index])])) }
    case .fullPath, .pathOfVisit: preconditionFailure("the codes of these depend on other rows")
    }
  }

  /// Writes the code of each row of the block to the start of `output`; unspecified ones for rows that are not selected.
  func copy(_ block: BlockRows, _ codes: inout DimensionCodes, to output: inout [UInt32]) {
    let rows = block.block.rows
    switch source {
    case .column(let column): block.partition[column].copy(rows, to: &output)
    case .visit(let column):
      if let known = column.codes(of: block.block, partition: block.number) {
        known.copy(rows, to: &output)
      } else {
        codes.copy(column, block, to: &output)
      }
    case .property(let values): codes.copy(values, block, to: &output)
    case .type:
      extend(&output, to: rows.count, with: 0)
      let types = block.partition.types.span.extracting(rows)
      for row in types.indices { output[row] = UInt32(EventType.nameIndex(of: types[row])) }
    case .fullPath, .pathOfVisit: codes.scatter(self, block, to: &output)
    }
  }

  /// Returns the code of each event of the block's partition, if all events of a visit have the same code and the
  /// partition keeps the codes.
  func codesOfVisits(_ block: BlockRows) -> CodeColumn? {
    guard case .visit(let column) = source else { return nil }
    return column.codes(of: block.block, partition: block.number)
  }

  /// Returns the code of each event of the block's partition, if the partition keeps the codes.
  func codesOfRows(_ block: BlockRows) -> CodeColumn? {
    if case .column(let column) = source { return block.partition[column] }
    return codesOfVisits(block)
  }

  /// Returns a column, and whether all views of a stay have the code that it has at the stay's first view, or at its last;
  /// nil if there is no such column. See ``ViewStays``.
  func codesOfStays(_ block: BlockRows) -> (column: CodeColumn, isFirst: Bool)? {
    if case .pathOfVisit(let isFirst, _) = source { return (block.partition[.urlPath], isFirst) }
    return codesOfVisits(block).map { ($0, true) }
  }

  /// Clears the flag of each row whose referrer is its own hostname, if the dimension leaves these out.
  func clearOwnReferrers(_ block: BlockRows, _ flags: inout [Bool]) {
    if let ownReferrers { block.partition.clearSelfReferrals(&flags, block.block.rows, ownReferrers) }
  }
}

/// What one thread needs to find the codes of rows. One is reused from block to block.
struct DimensionCodes: Sendable {
  fileprivate var seconds: [UInt32] = []
  /// Pairs of a path and a query that the thread has seen, and the code of each pair.
  private var pairs: GroupKeyTable?
  private var codes: [UInt32] = []
  private var starts: [UInt32] = []
  private var byRow: [UInt32] = []
  private var blockVisits = BlockVisits()
  private var ofVisits: [UInt32] = []
  private var order = VisitOrder()

  fileprivate mutating func replaceByFullPaths(_ output: inout [UInt32], _ count: Int, _ paths: FullPaths) {
    if pairs == nil { pairs = GroupKeyTable(secondCount: paths.queryCount) }
    pairs?.replace(&output, with: seconds, count: count)
    if let known = pairs?.pairs, known.count > codes.count {
      codes += paths.codes(of: known[codes.count...])
    }
    for index in 0..<count { output[index] = codes[Int(output[index])] }
  }

  /// Replaces the path of each row by that of the first or last row of its visit.
  fileprivate mutating func replaceByPathsOfVisits(
    _ output: inout [UInt32], _ block: BlockRows, _ order: VisitOrder, isFirst: Bool,
    _ shared: [UInt32: UInt32]
  ) {
    let visits = order.listVisits(into: &starts)
    var session = 0
    for visit in 0..<visits {
      let (first, end) = (Int(starts[visit]), Int(starts[visit + 1]))
      var path = output[isFirst ? first : end - 1]
      if !shared.isEmpty {
        while block.rows(ofSession: session).lowerBound < Int(order.sessions[first]) { session += 1 }
        let number = block.sharedVisit(session: session, ordinal: order.ordinal(first))
        if let number { path = shared[number] ?? path }
      }
      for index in first..<end { output[index] = path }
    }
  }

  fileprivate mutating func copy(
    _ values: PropertyValues, _ block: BlockRows, _ rows: [UInt32], _ count: Int, to output: inout [UInt32]
  ) {
    copy(values, block, to: &byRow)
    gatherCodes(byRow.span, rows.span.extracting(0..<count), to: &output)
  }

  /// Writes the code of each row.
  fileprivate func copy(_ values: PropertyValues, _ block: BlockRows, to output: inout [UInt32]) {
    reset(&output, block.count)
    let first = block.block.rows.lowerBound
    let entries = values.entries[block.number]
    let ofBlock = entries.span.extracting(entries.indexRange(of: block.block.rows))
    var output = output.mutableSpan
    for index in ofBlock.indices { output[Int(ofBlock[index].row) - first] = ofBlock[index].text }
  }

  fileprivate mutating func copy(
    _ column: VisitColumn, _ block: BlockRows, _ rows: [UInt32], _ count: Int, to output: inout [UInt32]
  ) {
    blockVisits.load(block.partition, block.block, column.scope)
    blockVisits.copyCodes(of: column.source, to: &ofVisits)
    let visitOfRow = blockVisits.visitOfRow
    let (codes, visits) = (ofVisits.span, visitOfRow.span)
    for index in 0..<count { output[index] = codes[Int(visits[Int(rows[index])])] }
  }

  /// Writes the code of each row whose event is in range.
  fileprivate mutating func copy(_ column: VisitColumn, _ block: BlockRows, to output: inout [UInt32]) {
    extend(&output, to: block.count, with: 0)
    blockVisits.load(block.partition, block.block, column.scope)
    blockVisits.copyCodes(of: column.source, to: &ofVisits)
    let (visitOfRow, isInRange) = (blockVisits.visitOfRow, blockVisits.isInRange)
    for row in 0..<block.count where isInRange[row] { output[row] = ofVisits[Int(visitOfRow[row])] }
  }

  /// Writes the codes that a dimension gives in the order of visits to their rows.
  fileprivate mutating func scatter(
    _ dimension: CompiledDimension, _ block: BlockRows, to output: inout [UInt32]
  ) {
    extend(&output, to: block.count, with: 0)
    order.load(block, where: block.selected)
    var ordered: [UInt32] = []
    swap(&ordered, &byRow)
    dimension.copy(block, order, &self, to: &ordered)
    let rows = order.rows
    for index in 0..<order.count { output[Int(rows[index])] = ordered[index] }
    swap(&ordered, &byRow)
  }
}

/// The paths with queries of a website, numbered as they appear, by text: a path may have a question mark of its
/// own.
private final class FullPaths: Sendable {
  private let interner = Mutex(TextInterner.forDictionary())
  private let paths: TextDictionary
  private let queries: TextDictionary

  init(_ website: WebsiteColumns) {
    (paths, queries) = (website.dictionary(.urlPath), website.dictionary(.urlQuery))
  }

  var queryCount: Int { queries.count }
  var count: Int { interner.withLock { $0.count } }
  var dictionary: TextDictionary { interner.withLock { $0.dictionary() } }

  /// Returns the codes of pairs of a path and a query.
  func codes(of pairs: ArraySlice<(first: UInt32, second: UInt32)>) -> [UInt32] {
    var text: [UInt8] = []
    return interner.withLock { interner in
      pairs.map { path, query in
        text.removeAll(keepingCapacity: true)
        paths.withBytes(of: Int(path)) { text.append(contentsOf: $0) }
        if query != 0 {
          text.append(UInt8(ascii: "?"))
          queries.withBytes(of: Int(query)) { text.append(contentsOf: $0) }
        }
        return text.withUnsafeBufferPointer { interner.code(of: $0) }
      }
    }
  }
}

extension WebsiteColumns {
  /// Returns the path of the first or last counted event of each visit that several sessions share, by the
  /// visit's number.
  fileprivate func pathsOfSharedVisits(
    isFirst: Bool, of events: CountedEvents, _ scope: ReportScope,
    _ executor: ParallelExecutor
  ) throws(ReportError) -> [UInt32: UInt32] {
    if !hasSharedVisits { return [:] }
    return try scan(scope, executor, SharedVisitPaths(isFirst: isFirst, events: events)).mapValues(
      \.path)
  }
}

/// Finds the first or last counted event of each shared visit.
private struct SharedVisitPaths: ReportKernel {
  let isFirst: Bool
  let events: CountedEvents

  struct End: Sendable {
    let milliseconds: Int64
    let order: UInt32
    let path: UInt32
  }

  func start() -> [UInt32: End] { [:] }

  func accumulate(_ block: BlockRows, into ends: inout [UInt32: End]) {
    if block.partition.sharedVisits.isEmpty { return }
    var flags: [Bool] = []
    block.mark(events, into: &flags)
    var order = VisitOrder()
    order.load(block, where: flags)
    let (paths, inputOrder) = (block.partition[.urlPath], block.partition.inputOrder)
    block.forEachSharedVisitEvent(of: order) { index, visit in
      let row = block.block.rows.lowerBound + Int(order.rows[index])
      add(
        End(milliseconds: block.partition.times[row], order: inputOrder?[row] ?? 0, path: paths[row]),
        of: visit,
        to: &ends)
    }
  }

  func merge(_ other: [UInt32: End], into ends: inout [UInt32: End]) {
    for (visit, end) in other { add(end, of: visit, to: &ends) }
  }

  private func add(_ end: End, of visit: UInt32, to ends: inout [UInt32: End]) {
    guard let known = ends[visit] else {
      ends[visit] = end
      return
    }
    let isEarlier = (end.milliseconds, end.order) < (known.milliseconds, known.order)
    if isEarlier == isFirst { ends[visit] = end }
  }
}
