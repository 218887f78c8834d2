/// A scope compiled for the columns of one website: one flag for every dictionary code of each filtered
/// column. So each distinct text is tested once, and a row costs one look-up. Conditions that are not about a text
/// column are evaluated block by block.
struct CompiledScope: Sendable {
  let range: InstantRange
  private let tests: [(column: TextColumn, passing: CodePredicate<UInt8>)]
  /// Hostname code → the referrer code of the same text (0 if there is none). Nil unless self-referrals are
  /// dropped.
  private let ownReferrers: [UInt32]?
  /// The conditions that are not about a text column; nil if there are none.
  private let condition: CompiledCondition?

  /// Tests every text in the dictionaries of the filtered columns. The result is meaningless if the executor
  /// is cancelled meanwhile.
  ///
  /// - Throws: if a filter cannot be compiled, because it takes too many steps for the texts of its column.
  init(_ scope: ReportScope, _ website: WebsiteColumns, _ executor: ParallelExecutor) throws(ReportError) {
    range = scope.range
    var tests: [(column: TextColumn, passing: CodePredicate<UInt8>)] = []
    var dropsSelfReferrals = false
    var others: [(index: Int, condition: EventCondition)] = []
    for (index, condition) in scope.conditions.enumerated() {
      guard case .column(let filter) = condition else {
        others.append((index, condition))
        continue
      }
      dropsSelfReferrals = dropsSelfReferrals || filter.dropsSelfReferrals
      do throws(FilterError) {
        let flags = try filter.condition.flags(of: website.dictionary(filter.column), executor)
        tests.append((filter.column, CodePredicate(flags: flags)))
      } catch {
        throw .condition(error, index: index)
      }
    }
    self.tests = tests
    ownReferrers = dropsSelfReferrals ? website.ownReferrers(executor) : nil
    condition = others.isEmpty ? nil : try CompiledCondition(all: others, in: scope, website, executor)
  }

  /// Whether the times of `block` rule out that any of its events is selected.
  func excludes(_ block: Block) -> Bool { !range.overlaps(block.times) }

  /// Whether the times of `block` show that all of its events are selected.
  func selectsAll(of block: Block) -> Bool {
    range.contains(block.times) && tests.isEmpty && ownReferrers == nil && condition == nil
  }

  /// Whether all events of a visit are selected, or none.
  private func selectsWholeVisits(of block: Block) -> Bool {
    range.contains(block.times) && tests.isEmpty && ownReferrers == nil
      && condition.map { $0.isAboutVisits } ?? true
  }

  /// Whether single rows can be tested without their block.
  var testsSingleRows: Bool { condition == nil }

  /// Returns what evaluates the other conditions; nil if there are none. Each thread needs one of its own.
  func makeEvaluator() -> ConditionEvaluator? { condition.map { ConditionEvaluator($0) } }

  /// Returns the same predicate for single rows of `partition`, if ``testsSingleRows``.
  func rowPredicate(of partition: Partition) -> RowPredicate {
    RowPredicate(
      range: range, tests: tests.map { (partition[$0.column], $0.passing.table) },
      referrals: ownReferrers.map { (partition[.hostname], partition[.referrerDomain], $0) })
  }

  /// Selects the rows of `block` that are in range and pass all filters.
  ///
  /// - Parameter number: The index of the partition in its website.
  /// - Parameter evaluator: That of the thread (see ``makeEvaluator()``).
  func select(
    _ block: Block, of partition: Partition, number: Int, _ evaluator: inout ConditionEvaluator?,
    into selection: inout SelectionMask
  ) {
    if selectsAll(of: block) { return selection.selectAll(block.rows.count) }
    selection.select(block.rows.count, wholeVisits: selectsWholeVisits(of: block)) { selected in
      if !range.contains(block.times) { partition.times.narrow(&selected, block.rows, to: range) }
      for test in tests { partition[test.column].narrow(&selected, block.rows, to: test.passing) }
      if let ownReferrers { partition.clearSelfReferrals(&selected, block.rows, ownReferrers) }
      if hasSet(selected.bytes, block.rows.count) { evaluator?.narrow(&selected, partition, number, block) }
    }
  }
}

extension Partition {
  /// Clears the flag of each of `rows` whose event is a self-referral. Flags are counted from the first of `rows`.
  ///
  /// - Parameter ownReferrers: See ``WebsiteColumns/ownReferrers(_:)``.
  func clearSelfReferrals(_ flags: inout [Bool], _ rows: Range<Int>, _ ownReferrers: [UInt32]) {
    // Few hostnames have a referrer of their own name.
    if ownReferrers.allSatisfy({ $0 == 0 }) { return }
    switch self[.referrerDomain] {
    case .one(let column): clearSelfReferrals(&flags, rows, column.span.extracting(rows), ownReferrers)
    case .two(let column): clearSelfReferrals(&flags, rows, column.span.extracting(rows), ownReferrers)
    case .four(let column): clearSelfReferrals(&flags, rows, column.span.extracting(rows), ownReferrers)
    }
  }

  private func clearSelfReferrals<Code: FixedWidthInteger>(
    _ flags: inout [Bool], _ rows: Range<Int>, _ referrers: Span<Code>, _ ownReferrers: [UInt32]
  ) {
    switch self[.hostname] {
    case .one(let column): narrow(&flags, referrers, column.span.extracting(rows), ownReferrers.span)
    case .two(let column): narrow(&flags, referrers, column.span.extracting(rows), ownReferrers.span)
    case .four(let column): narrow(&flags, referrers, column.span.extracting(rows), ownReferrers.span)
    }
  }

  /// Clears the flag of each row whose referrer is the own one of its hostname, and not 0.
  private func narrow<Code: FixedWidthInteger, HostCode: FixedWidthInteger>(
    _ flags: inout [Bool], _ referrers: Span<Code>, _ hostnames: Span<HostCode>, _ ownReferrers: Span<UInt32>
  ) {
    flags.withMutableBytes { flags in
      precondition(flags.count >= referrers.count && hostnames.count >= referrers.count)
      for row in 0..<referrers.count {
        let referrer = UInt32(truncatingIfNeeded: referrers[unchecked: row])
        let own = ownReferrers[Int(hostnames[unchecked: row])]
        flags[unchecked: row] &= (own != referrer).asOne | (referrer == 0).asOne
      }
    }
  }
}

/// The row predicate of a request for one partition. It holds the columns that it tests.
struct RowPredicate {
  let range: InstantRange
  fileprivate let tests: [(codes: CodeColumn, passing: [UInt8])]
  fileprivate let referrals: (hostnames: CodeColumn, referrers: CodeColumn, ownReferrers: [UInt32])?
  private let hasNoFilters: Bool

  fileprivate init(
    range: InstantRange, tests: [(codes: CodeColumn, passing: [UInt8])],
    referrals: (hostnames: CodeColumn, referrers: CodeColumn, ownReferrers: [UInt32])?
  ) {
    self.range = range
    self.tests = tests
    self.referrals = referrals
    hasNoFilters = tests.isEmpty && referrals == nil
  }

  /// Returns whether the event at `row`, whose time is `milliseconds`, is selected.
  func passes(_ row: Int, at milliseconds: Int64) -> Bool {
    range.contains(milliseconds) && passesFilters(row)
  }

  /// Returns the same for an event that is in range.
  func passesFilters(_ row: Int) -> Bool {
    hasNoFilters || tests.allSatisfy { $0.passing[Int($0.codes[row])] != 0 } && !isSelfReferral(row)
  }

  private func isSelfReferral(_ row: Int) -> Bool {
    guard let (hostnames, referrers, ownReferrers) = referrals else { return false }
    let referrer = referrers[row]
    return referrer != 0 && ownReferrers[Int(hostnames[row])] == referrer
  }
}

extension WebsiteColumns {
  /// Returns a table: hostname code → the code of the same text among referrer domains, 0 if there is none.
  func ownReferrers(_ executor: ParallelExecutor) -> [UInt32] {
    lookUp(lazyOwnReferrers, of: .hostname, in: .referrerDomain, executor)
  }

  /// Returns a table: event name code → the code of the same text among paths, 0 if there is none.
  func pathsOfNames(_ executor: ParallelExecutor) -> [UInt32] {
    lookUp(lazyPathsOfNames, of: .eventName, in: .urlPath, executor)
  }

  private func lookUp(
    _ known: Lazy<[UInt32]>, of column: TextColumn, in other: TextColumn, _ executor: ParallelExecutor
  ) -> [UInt32] {
    known.value(unlessCancelled: executor) { dictionary(other).codes(of: dictionary(column), on: executor) }
  }
}
