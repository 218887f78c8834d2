/// A condition compiled for the columns of one website: each distinct text is tested once, and what a row costs is
/// looking up a flag.
struct CompiledCondition: Sendable {
  fileprivate let node: Node
  /// The ranges in which values of visits are computed.
  fileprivate let visitScopes: [VisitScope]

  fileprivate indirect enum Node: Sendable {
    case codes(TextColumn, CodePredicate<UInt8>)
    /// By code of the text: whether it passes.
    case property(PropertyValues, passing: [Bool])
    case number(PropertyValues, NumberCondition)
    /// By `event_type`.
    case types([Bool])
    case visit(VisitColumn, scope: Int, passing: CodePredicate<UInt8>)
    case identifier(EventGroup, IdentifierCondition)
    /// Hostname code → the referrer code of the same text, 0 if there is none.
    case isNoSelfReferral([UInt32])
    case hasSeveralPageviews(InstantRange)
    case all([Node])
    case any([Node])
    case not(Node)
    case count(CountNode)
  }

  fileprivate struct CountNode: Sendable {
    let group: EventGroup
    let node: Node
    let counts: ClosedRange<Int>
    let range: InstantRange
    /// By number of a visit that several sessions share: how many of its events pass.
    var sharedVisits: [UInt32: Int] = [:]
  }

  /// Compiles a condition. The result is meaningless once the executor is cancelled.
  ///
  /// - Parameter scope: The range of the report, and the source categories for channels. Its own conditions are not
  ///   read.
  /// - Throws: if a text condition cannot be compiled, because it takes too many steps for the texts of its column.
  init(
    _ condition: EventCondition, in scope: ReportScope, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(FilterError) {
    var compilation = ConditionCompilation(scope, website, executor)
    node = try compilation.compile(condition, in: scope.range)
    visitScopes = compilation.visitScopes
  }
}

extension CompiledCondition {
  /// Whether it holds for all events of a visit in range or for none.
  var isAboutVisits: Bool { node.isAboutVisits }

  /// Compiles conditions all of which must hold; `index` identifies them in errors.
  init(
    all conditions: [(index: Int, condition: EventCondition)], in scope: ReportScope,
    _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    var compilation = ConditionCompilation(scope, website, executor)
    var nodes: [Node] = []
    for (index, condition) in conditions {
      do throws(FilterError) {
        nodes.append(try compilation.compile(condition, in: scope.range))
      } catch {
        throw .condition(error, index: index)
      }
    }
    node = .all(nodes)
    visitScopes = compilation.visitScopes
  }
}

extension CompiledCondition.Node {
  fileprivate var isAboutVisits: Bool {
    switch self {
    case .codes, .property, .number, .types, .isNoSelfReferral: false
    case .visit, .identifier, .hasSeveralPageviews, .count: true
    case .all(let nodes), .any(let nodes): nodes.allSatisfy(\.isAboutVisits)
    case .not(let node): node.isAboutVisits
    }
  }
}

/// A regular expression, and the texts that are tested with it.
private struct PatternUse: Hashable {
  /// Keys and patterns are compared by their bytes.
  enum Source: Hashable {
    case column(TextColumn)
    case property([UInt8])
  }

  let source: Source
  let pattern: [UInt8]
  let isNegated: Bool
}

/// The state of compiling one condition.
private struct ConditionCompilation {
  private let scope: ReportScope
  private let website: WebsiteColumns
  private let executor: ParallelExecutor
  private(set) var visitScopes: [VisitScope] = []
  private var flagsOfPatterns: [PatternUse: [Bool]] = [:]

  init(_ scope: ReportScope, _ website: WebsiteColumns, _ executor: ParallelExecutor) {
    self.scope = scope
    self.website = website
    self.executor = executor
  }

  mutating func compile(_ condition: EventCondition, in range: InstantRange) throws(FilterError)
    -> CompiledCondition.Node
  {
    switch condition {
    case .column(let filter):
      let texts = website.dictionary(filter.column)
      let flags = try flags(filter.condition, of: texts, .column(filter.column))
      let node = CompiledCondition.Node.codes(filter.column, CodePredicate(flags: flags))
      return filter.dropsSelfReferrals
        ? .all([node, .isNoSelfReferral(website.ownReferrers(executor))]) : node
    case .pattern(let column, let pattern):
      return .codes(column, CodePredicate([pattern], website.dictionary(column), executor))
    case .property(let key, let condition):
      let values = website.propertyValues(key, executor)
      return .property(values, passing: try flags(condition, of: values.texts, .property(Array(key.utf8))))
    case .propertyNumber(let key, let condition):
      return .number(website.propertyValues(key, executor), condition)
    case .type(let condition):
      let names = try condition.flags(of: EventType.names, executor)
      return .types((0...UInt8.max).map { names[EventType.nameIndex(of: $0)] })
    case .eventType(let type): return .types((0...UInt8.max).map { $0 == type })
    case .visit(let value, let condition):
      let index = visitScope(range)
      let column = VisitColumn(value, visitScopes[index], scope.sourceCategories, website, executor)
      let passing = try condition.flags(of: column.texts(website), executor)
      return .visit(column, scope: index, passing: CodePredicate(flags: passing))
    case .identifier(let group, let condition): return .identifier(group, condition)
    case .isNoSelfReferral: return .isNoSelfReferral(website.ownReferrers(executor))
    case .hasSeveralPageviews: return .hasSeveralPageviews(range)
    case .all(let conditions): return .all(try compile(conditions, in: range))
    case .any(let conditions): return .any(try compile(conditions, in: range))
    case .not(let condition): return .not(try compile(condition, in: range))
    case .did(let count):
      let range = count.range ?? range
      let most = count.most ?? .max
      // No number of events is in an empty range of numbers.
      guard count.least <= most else { return .any([]) }
      var node = CompiledCondition.CountNode(
        group: count.group, node: try compile(count.condition, in: range), counts: count.least...most,
        range: range)
      if count.group == .visit { node.sharedVisits = sharedCounts(node) }
      return .count(node)
    }
  }

  private mutating func compile(_ conditions: [EventCondition], in range: InstantRange) throws(FilterError)
    -> [CompiledCondition.Node]
  {
    var nodes: [CompiledCondition.Node] = []
    for condition in conditions { nodes.append(try compile(condition, in: range)) }
    return nodes
  }

  /// Returns a flag for each text: whether it meets the condition. Each regular expression is matched once.
  private mutating func flags(
    _ condition: TextCondition, of texts: TextDictionary, _ source: PatternUse.Source
  ) throws(FilterError) -> [Bool] {
    guard let (pattern, isNegated) = condition.regularExpression else {
      return try condition.flags(of: texts, executor)
    }
    let use = PatternUse(source: source, pattern: Array(pattern.utf8), isNegated: isNegated)
    if let flags = flagsOfPatterns[use] { return flags }
    let flags = try condition.flags(of: texts, executor)
    flagsOfPatterns[use] = flags
    return flags
  }

  private mutating func visitScope(_ range: InstantRange) -> Int {
    if let index = visitScopes.firstIndex(where: { $0.range == range }) { return index }
    visitScopes.append(VisitScope(range, website, executor))
    return visitScopes.count - 1
  }

  /// Counts the events that pass, of each visit that several sessions share.
  private func sharedCounts(_ node: CompiledCondition.CountNode) -> [UInt32: Int] {
    var counts: [UInt32: Int] = [:]
    var evaluator = ConditionEvaluator(node: node.node, visitScopes)
    for (number, partition) in website.partitions.enumerated() where !partition.sharedVisits.isEmpty {
      var flags: [Bool] = []
      var next = 0
      var block: Block?
      partition.forEachSharedVisitEvent { row, visit in
        while block.map({ $0.rows.upperBound <= row }) ?? true {
          block = partition.blocks[next]
          next += 1
          if let block, block.rows.contains(row), !executor.isCancelled {
            flags = evaluator.flags(partition, number, block, in: node.range)
          }
        }
        guard let block, !executor.isCancelled else { return }
        if flags[row - block.rows.lowerBound] { counts[visit, default: 0] += 1 }
      }
    }
    return counts
  }
}

/// Evaluates a compiled condition block by block. One is reused from block to block by one thread.
struct ConditionEvaluator: Sendable {
  private let node: CompiledCondition.Node
  private let visitScopes: [VisitScope]
  /// By scope: the visits of the block for which they were loaded last.
  private var visits: [BlockVisits]
  private var isLoaded: [Bool]
  private var codesOfVisits: [UInt32] = []
  private var keptRows: [Bool] = []

  init(_ condition: CompiledCondition) { self.init(node: condition.node, condition.visitScopes) }

  /// Compiles a condition, which is not one of the scope's.
  init(
    _ condition: EventCondition, in scope: ReportScope, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    do throws(FilterError) {
      self.init(try CompiledCondition(condition, in: scope, website, executor))
    } catch {
      throw .condition(error, index: nil)
    }
  }

  /// Returns a flag for every row of a block: whether the event is selected and meets the condition.
  mutating func flags(_ block: BlockRows) -> [Bool] {
    var flags =
      block.selection.isWhole
      ? Array(repeating: true, count: block.count) : Array(block.selected[..<block.count])
    narrow(&flags, block.partition, block.number, block.block)
    return flags
  }

  fileprivate init(node: CompiledCondition.Node, _ visitScopes: [VisitScope]) {
    self.node = node
    self.visitScopes = visitScopes
    visits = visitScopes.map { _ in BlockVisits() }
    isLoaded = visitScopes.map { _ in false }
  }

  /// Clears the flag of each row of `selected` whose event does not meet the condition.
  ///
  /// - Parameter number: The index of the partition in its website.
  mutating func narrow(_ selected: inout [Bool], _ partition: Partition, _ number: Int, _ block: Block) {
    for scope in isLoaded.indices { isLoaded[scope] = false }
    narrow(&selected, to: node, BlockPosition(partition: partition, number: number, block: block))
  }

  /// Returns a flag for every row of a block: whether the event is in range and meets the condition.
  mutating func flags(_ partition: Partition, _ number: Int, _ block: Block, in range: InstantRange) -> [Bool]
  {
    var flags = Array(repeating: true, count: block.rows.count)
    if !range.contains(block.times) { partition.times.narrow(&flags, block.rows, to: range) }
    narrow(&flags, partition, number, block)
    return flags
  }

  private struct BlockPosition {
    let partition: Partition
    let number: Int
    let block: Block

    var rows: Range<Int> { block.rows }
  }

  private mutating func narrow(_ selected: inout [Bool], to node: CompiledCondition.Node, _ at: BlockPosition)
  {
    let (partition, rows) = (at.partition, at.rows)
    switch node {
    case .codes(let column, let passing): partition[column].narrow(&selected, rows, to: passing)
    case .property(let values, let passing):
      let entries = values.entries[at.number]
      var flags = Array(repeating: passing[0], count: rows.count)
      for index in entries.indexRange(of: rows) {
        flags[Int(entries[index].row) - rows.lowerBound] = passing[Int(entries[index].text)]
      }
      intersect(&selected, flags, rows.count)
    case .number(let values, let condition):
      let entries = values.entries[at.number]
      var flags = Array(repeating: false, count: rows.count)
      for index in entries.indexRange(of: rows) where entries[index].number != PropertyColumns.missingNumber {
        flags[Int(entries[index].row) - rows.lowerBound] = condition.holds(entries[index].number)
      }
      intersect(&selected, flags, rows.count)
    case .types(let passing):
      let types = partition.types.span.extracting(rows)
      for row in types.indices { selected[row] = selected[row].and(passing[Int(types[row])]) }
    case .visit(let column, let scope, let passing):
      if let codes = column.codes(of: at.block, partition: at.number) {
        return codes.narrow(&selected, rows, to: passing)
      }
      load(scope, at)
      narrow(&selected, to: column.source, visits[scope], passing, rows.count)
    case .identifier(let group, let condition): narrow(&selected, to: group, condition, at)
    case .isNoSelfReferral(let ownReferrers): partition.clearSelfReferrals(&selected, rows, ownReferrers)
    case .hasSeveralPageviews(let range):
      var flags = Array(repeating: true, count: rows.count)
      partition.times.narrow(&flags, rows, to: range)
      let types = partition.types.span.extracting(rows)
      for row in types.indices { flags[row] = flags[row].and(types[row] == EventType.pageview) }
      narrow(&selected, to: 2...Int.max, of: .visit, flags, at)
    case .all(let nodes):
      for node in nodes {
        if !hasSet(selected.bytes, rows.count) { return }
        narrow(&selected, to: node, at)
      }
    case .any(let nodes):
      var any = Array(repeating: false, count: rows.count)
      for node in nodes {
        var flags = Array(repeating: true, count: rows.count)
        narrow(&flags, to: node, at)
        for row in flags.indices { any[row] = any[row].or(flags[row]) }
      }
      intersect(&selected, any, rows.count)
    case .not(let node):
      var flags = Array(repeating: true, count: rows.count)
      narrow(&flags, to: node, at)
      for row in flags.indices { flags[row].toggle() }
      intersect(&selected, flags, rows.count)
    case .count(let count):
      var flags = Array(repeating: true, count: rows.count + tailPadding)
      if !count.range.contains(at.block.times) { partition.times.narrow(&flags, rows, to: count.range) }
      narrow(&flags, to: count.node, at)
      narrow(&selected, to: count.counts, of: count.group, flags, at, shared: count.sharedVisits)
    }
  }

  private mutating func load(_ scope: Int, _ at: BlockPosition) {
    if isLoaded[scope] { return }
    visits[scope].load(at.partition, at.block, visitScopes[scope])
    isLoaded[scope] = true
  }

  private mutating func narrow(
    _ selected: inout [Bool], to source: VisitColumn.Source, _ visits: BlockVisits,
    _ passing: CodePredicate<UInt8>, _ count: Int
  ) {
    if visits.count == 0 { return }
    visits.copyCodes(of: source, to: &codesOfVisits)
    let (visitOfRow, isInRange) = (visits.visitOfRow.span, visits.isInRange.span)
    let (codes, passes) = (codesOfVisits.span, passing.table.span)
    // What an event out of range gets does not matter: it is not selected, and no event of its visit may be in range.
    for row in 0..<count {
      let visit = isInRange[row] ? Int(visitOfRow[row]) : 0
      selected[row] = selected[row].and(passes[Int(codes[visit])] != 0)
    }
  }

  /// Keeps the events whose visitor or visit has one of several ids.
  private func narrow(
    _ selected: inout [Bool], to group: EventGroup, _ condition: IdentifierCondition, _ at: BlockPosition
  ) {
    let identities = at.partition.identities
    let starts = at.partition.sessionStarts
    let ordinals = at.partition.visits
    for session in at.block.sessions {
      let rows = Int(starts[session])..<Int(starts[session + 1])
      switch group {
      case .visitor:
        if condition.hashes.contains(identities.sessionHashes[session]) != condition.isNegated { continue }
        for row in rows { selected[row - at.rows.lowerBound] = false }
      case .visit:
        let visits = identities.visits(of: session..<(session + 1))
        let wanted = Set(
          visits.lazy.filter { condition.hashes.contains(identities.visitHashes[$0]) }
            .map { identities.visitOrdinals[$0] })
        if wanted.isEmpty, condition.isNegated { continue }
        for row in rows where (wanted.contains(ordinals[row])) == condition.isNegated {
          selected[row - at.rows.lowerBound] = false
        }
      }
    }
  }

  /// Keeps an event only if the number of flagged events of its visitor or visit is in `wanted`.
  private mutating func narrow(
    _ selected: inout [Bool], to wanted: ClosedRange<Int>, of group: EventGroup, _ flags: [Bool],
    _ at: BlockPosition,
    shared: [UInt32: Int] = [:]
  ) {
    let starts = at.partition.sessionStarts
    let first = at.rows.lowerBound
    if case .visitor = group {
      let sessions = starts.span.extracting(at.block.sessions.lowerBound...at.block.sessions.upperBound)
      flagSessions(&keptRows, sessions, wanted, flags.bytes)
      return intersect(&selected, keptRows, at.rows.count)
    }
    let ordinals = at.partition.visits
    var counts: [Int] = []
    for session in at.block.sessions {
      let rows = Int(starts[session])..<Int(starts[session + 1])
      // A session has no more visits than rows.
      counts.removeAll(keepingCapacity: true)
      counts.append(contentsOf: repeatElement(0, count: rows.count))
      for row in rows { counts[Int(ordinals[row])] += Int(one: flags[row - first]) }
      if !shared.isEmpty || !at.partition.sharedVisits.isEmpty {
        for ordinal in counts.indices {
          if let number = at.partition.sharedVisits.number(session: session, ordinal: UInt32(ordinal)) {
            counts[ordinal] = shared[number] ?? (shared.isEmpty ? counts[ordinal] : 0)
          }
        }
      }
      for row in rows where !wanted.contains(counts[Int(ordinals[row])]) { selected[row - first] = false }
    }
  }
}

/// Sets a flag for each row of the sessions that have a wanted number of flagged rows, and clears those of the others.
///
/// - Parameter starts: The first row of each session and the end of the last; the flags count from the first.
/// - Parameter flags: At least ``tailPadding`` more than the rows.
private func flagSessions(
  _ kept: inout [Bool], _ starts: Span<UInt32>, _ wanted: ClosedRange<Int>, _ flags: Span<UInt8>
) {
  let first = Int(starts[0])
  let (least, most) = (wanted.lowerBound, wanted.upperBound)
  extend(&kept, to: Int(starts[starts.count - 1]) - first + tailPadding, with: false)
  kept.withMutableBytes { kept in
    var start = 0
    for session in 1..<starts.count {
      let end = Int(starts[session]) - first
      let flagged = countSet(flags, start..<end)
      fill(&kept, start..<end, with: (least <= flagged).and(flagged <= most).asOne)
      start = end
    }
  }
}

private func intersect(_ selected: inout [Bool], _ flags: [Bool], _ count: Int) {
  let flags = flags.bytes
  selected.withMutableBytes { selected in
    precondition(selected.count >= count && flags.count >= count)
    var row = 0
    while row < count {
      selected[unchecked: row] &= flags[unchecked: row]
      row &+= 1
    }
  }
}
