/// What the conditions of a request come to for one website: a flag for every code of each filtered
/// column, so that text is looked at once a distinct value and rows cost a look-up.
struct EventSelector: Sendable {
  let range: TimeRange
  private let tests: [(column: TextColumn, passes: [Bool])]
  /// Hostname code → the referrer code of the same text (0 where there is none); nil unless
  /// self-referrals are to be dropped.
  private let ownReferrers: [UInt32]?

  init(_ scope: ReportScope, _ website: WebsiteColumns) {
    range = scope.range
    tests = scope.filters.map { filter in
      (filter.column, website.dictionary(filter.column).flags(filter.passes))
    }
    ownReferrers = scope.filters.contains(where: \.dropsSelfReferrals) ? website.ownReferrers() : nil
  }

  /// Whether no event of `block` can be selected, judged by its times.
  func excludes(_ block: Block) -> Bool { !range.overlaps(block.times) }

  /// Selects the rows of `block` that are in range and pass all filters.
  func select(_ block: Block, of partition: Partition, into selection: inout Selection) {
    let isWithin = range.contains(block.times)
    if isWithin, tests.isEmpty, ownReferrers == nil { return selection.selectAll(block.rows.count) }
    selection.select(block.rows.count) { selected in
      if !isWithin { partition.times.narrow(&selected, block.rows, to: range) }
      for test in tests { partition[test.column].narrow(&selected, block.rows, by: test.passes) }
      if let ownReferrers { dropSelfReferrals(block.rows, partition, ownReferrers, &selected) }
    }
  }

  private func dropSelfReferrals(
    _ rows: Range<Int>, _ partition: Partition, _ ownReferrers: [UInt32], _ selected: inout [Bool]
  ) {
    let (hostnames, referrers) = (partition[.hostname], partition[.referrerDomain])
    for row in rows where selected[row - rows.lowerBound] {
      let referrer = referrers[row]
      if referrer != 0, ownReferrers[Int(hostnames[row])] == referrer {
        selected[row - rows.lowerBound] = false
      }
    }
  }
}

extension WebsiteColumns {
  /// Hostname code → the code of the same text among referrer domains, 0 where it is none.
  func ownReferrers() -> [UInt32] {
    let hostnames = dictionary(.hostname)
    return (0..<hostnames.count).map { UInt32(dictionary(.referrerDomain).code(of: hostnames[$0]) ?? 0) }
  }
}
