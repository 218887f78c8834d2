import Synchronization

/// A value of an event, or of its visit, by which events are grouped.
public enum Dimension: Sendable, Hashable {
  case column(TextColumn)
  /// The path and, after a question mark, the query of the page, if there is one.
  case fullPath
  /// The path of the first pageview of the event's visit in range, before filters.
  case entry
  /// The path of the last pageview of the event's visit in range, before filters.
  case exit
  /// The path of the first of those events of the visit that are counted.
  case firstPath
  /// The path of the last of those events of the visit that are counted.
  case lastPath
  /// The channel of the event's visit.
  case channel
  /// The text of the event's property with this key.
  case property(String)
}

/// A dimension prepared for one website and range: it gives each row a code, and each code its text. Code 0 is the
/// empty text.
struct CompiledDimension: Sendable {
  private enum Source: Sendable {
    case column(TextColumn)
    case fullPath(FullPaths)
    /// By visit; visits that several sessions share are in `shared`, by number.
    case pathOfVisit(isFirst: Bool, shared: [UInt32: UInt32])
    case property(PropertyValues)
    case visit(VisitValue, VisitScope)
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
    _ request: TrafficRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ScopeError) {
    switch dimension {
    case .column(let column):
      (source, texts) = (.column(column), website.dictionary(column))
      if dropsOwnReferrers, column == .referrerDomain { ownReferrers = website.ownReferrers(executor) }
    case .fullPath: (source, texts) = (.fullPath(FullPaths(website)), .empty)
    case .firstPath, .lastPath:
      let isFirst = dimension == .firstPath
      source = .pathOfVisit(
        isFirst: isFirst,
        shared: try website.pathsOfSharedVisits(isFirst: isFirst, of: events, request, executor))
      texts = website.dictionary(.urlPath)
    case .property(let key):
      let values = website.propertyValues(key, executor)
      (source, texts) = (.property(values), values.texts)
    case .entry, .exit:
      let scope = VisitScope(request.scope.range, website, executor)
      (source, texts) = (.visit(dimension == .entry ? .entry : .exit, scope), website.dictionary(.urlPath))
    case .channel:
      let tables = website.channelTables(request.scope.sourceCategories, executor)
      source = .visit(.channel, VisitScope(request.scope.range, website, channels: tables, executor))
      texts = Self.channelNames
    }
  }

  /// The names of channels: a channel's code is its raw value plus 1.
  private static let channelNames: TextDictionary = {
    var interner = TextInterner.forDictionary()
    for channel in Channel.allCases {
      var name = channel.name
      _ = name.withUTF8 { interner.code(of: $0) }
    }
    return interner.dictionary()
  }()

  /// All codes so far are below this.
  var codeCount: Int {
    if case .fullPath(let paths) = source { return paths.count }
    return texts.count
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
    case .column(let column): order.copyCodes(column, of: block, to: &output)
    case .fullPath(let paths):
      order.copyCodes(.urlPath, of: block, to: &output)
      order.copyCodes(.urlQuery, of: block, to: &codes.seconds)
      codes.replaceByFullPaths(&output, order.count, paths)
    case .pathOfVisit(let isFirst, let shared):
      order.copyCodes(.urlPath, of: block, to: &output)
      codes.replaceByPathsOfVisits(&output, block, order, isFirst: isFirst, shared)
    case .property(let values): codes.copy(values, block, order, to: &output)
    case .visit(let value, let scope): codes.copy(value, scope, block, order, to: &output)
    }
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
    _ values: PropertyValues, _ block: BlockRows, _ order: VisitOrder, to output: inout [UInt32]
  ) {
    reset(&byRow, block.count)
    let first = block.block.rows.lowerBound
    let entries = values.entries[block.number]
    for index in entries.indexRange(of: block.block.rows) {
      byRow[Int(entries[index].row) - first] = entries[index].text
    }
    for index in 0..<order.count { output[index] = byRow[Int(order.rows[index])] }
  }

  fileprivate mutating func copy(
    _ value: VisitValue, _ scope: VisitScope, _ block: BlockRows, _ order: VisitOrder,
    to output: inout [UInt32]
  ) {
    blockVisits.load(block.partition, block.block, scope)
    switch value {
    case .entry: copy(blockVisits.entries, order, adding: 0, to: &output)
    case .exit: copy(blockVisits.exits, order, adding: 0, to: &output)
    case .channel: copy(blockVisits.channels, order, adding: 1, to: &output)
    }
  }

  /// Writes the code of each row's visit, plus `offset`.
  private func copy<Code: FixedWidthInteger>(
    _ codes: [Code], _ order: VisitOrder, adding offset: UInt32, to output: inout [UInt32]
  ) {
    let (rows, visitOfRow) = (order.rows, blockVisits.visitOfRow)
    let (codes, visits) = (codes.span, visitOfRow.span)
    for index in 0..<order.count {
      output[index] = UInt32(truncatingIfNeeded: codes[Int(visits[Int(rows[index])])]) &+ offset
    }
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
    isFirst: Bool, of events: CountedEvents, _ request: TrafficRequest,
    _ executor: ParallelExecutor
  ) throws(ScopeError) -> [UInt32: UInt32] {
    if !hasSharedVisits { return [:] }
    return try scan(request.scope, executor, SharedVisitPaths(isFirst: isFirst, events: events)).mapValues(
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
    var session = 0
    for index in 0..<order.count {
      while block.rows(ofSession: session).lowerBound < Int(order.sessions[index]) { session += 1 }
      guard let visit = block.sharedVisit(session: session, ordinal: order.ordinal(index)) else { continue }
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
