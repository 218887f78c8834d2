/// Finds the groups of the events of blocks, for one thread.
struct InsightsGroupFinder: Sendable {
  let grouping: InsightsGrouping
  /// Numbers tuples of codes, one code for each field.
  var groups: InsightsGroups
  /// The visits of the current block, if it was loaded by ``loadViewStays(of:)``.
  private(set) var viewStays = InsightsViewStays()

  /// By field.
  private var dimensionCodes: [DimensionCodes]
  private var timeCodes: [TimeCodeCache?]
  private var visits = CountedVisits()
  /// The codes of one field, by event or visit.
  private var codes: [UInt32] = []
  /// The tuples of the fields that are not paired, by event or visit (see ``InsightsGroups``).
  private var tuples: [UInt32] = []
  private var groupsOfVisits: [UInt32] = []
  /// More than any group of the only field, if the field has more codes as more events are read.
  private var groupLimit: Int?

  /// - Parameter groups: Those that are known already; all, if the numbers must be the same in all threads.
  init(_ grouping: InsightsGrouping, groups: InsightsGroups? = nil) {
    self.grouping = grouping
    self.groups = groups ?? InsightsGroups(fieldSizes: grouping.fields.map(\.codeCount))
    dimensionCodes = grouping.fields.map { _ in DimensionCodes() }
    timeCodes = grouping.fields.map { if case .time(let codes) = $0 { TimeCodeCache(codes) } else { nil } }
    if grouping.fields.count == 1, case .time(let codes) = grouping.fields[0], codes.growsAsRead {
      groupLimit = 0
    }
  }

  /// All groups so far are below this.
  var groupCount: Int { groupLimit ?? groups.count }

  /// Loads the events of a block that are looked at into `stays`, with their groups, and divides them into runs.
  mutating func load(_ block: BlockRows, into stays: inout StayCounter) {
    grouping.mark(block, into: &stays.flags)
    stays.order.load(block, where: stays.flags)
    guard grouping.isByVisit else {
      let order = stays.order
      assign(order.count, to: &stays.groups) { finder, field, output in
        finder.copy(field, block, order, to: &output)
      }
      return stays.divideByGroups()
    }
    stays.divideByVisits()
    visits.load(block, stays)
    var groups: [UInt32] = []
    swap(&groups, &groupsOfVisits)
    assign(visits.count, to: &groups) { finder, field, output in
      finder.copyOfVisits(field, block, to: &output)
    }
    swap(&groups, &groupsOfVisits)
    extend(&stays.groups, to: max(stays.order.count, 1), with: 0)
    for run in 0..<visits.count { stays.groups[Int(stays.runStarts[run])] = groupsOfVisits[run] }
  }

  /// Loads the visits of a block into ``viewStays``, if they can be counted without reading each event.
  mutating func loadViewStays(of block: BlockRows) -> Bool {
    guard grouping.isByVisit, grouping.looksAtPageviewsOnly, viewStays.load(block) else { return false }
    var groups: [UInt32] = []
    swap(&groups, &viewStays.groups)
    let (rows, count) = (viewStays.firstViews, viewStays.count)
    assign(count, to: &groups) { finder, field, output in
      finder.copy(field, block, rows, count, to: &output)
    }
    swap(&groups, &viewStays.groups)
    return true
  }

  /// Writes the groups of `count` events or visits to the start of `output`. `copy` writes the codes of a field.
  private mutating func assign(
    _ count: Int, to output: inout [UInt32],
    _ copy: (inout InsightsGroupFinder, _ field: Int, inout [UInt32]) -> Void
  ) {
    copy(&self, 0, &output)
    var codes: [UInt32] = []
    swap(&codes, &self.codes)
    for level in 0..<groups.pairedFields {
      copy(&self, level + 1, &codes)
      groups.refine(&output, with: codes, level: level, count: count)
    }
    let others = (groups.pairedFields + 1)..<grouping.fields.count
    if !others.isEmpty {
      let width = others.count + 1
      extend(&tuples, to: count * width, with: 0)
      for item in 0..<count { tuples[item * width] = output[item] }
      for (index, field) in others.enumerated() {
        copy(&self, field, &codes)
        for item in 0..<count { tuples[item * width + index + 1] = codes[item] }
      }
      groups.refine(&output, with: tuples, count: count)
    }
    swap(&codes, &self.codes)
    if let limit = groupLimit { groupLimit = max(limit, Int(largest(output, count)) + 1) }
  }

  /// Writes the codes of the events of a block.
  private mutating func copy(
    _ field: Int, _ block: BlockRows, _ order: VisitOrder, to output: inout [UInt32]
  ) {
    switch grouping.fields[field] {
    case .dimension(let dimension): dimension.copy(block, order, &dimensionCodes[field], to: &output)
    case .time:
      timeCodes[field]?.copy(
        block.partition.times, order.rows, count: order.count, from: block.block.rows.lowerBound,
        to: &output)
    }
  }

  /// Writes the codes of the visits of a block.
  private mutating func copyOfVisits(_ field: Int, _ block: BlockRows, to output: inout [UInt32]) {
    copy(field, block, visits.rows, visits.count, to: &output)
    for (visit, number) in visits.shared {
      guard let first = grouping.sharedStays[number]?.first, let code = timeCodes[field]?.code(at: first)
      else { continue }
      output[visit] = code
    }
  }

  /// Writes the codes of rows of a block.
  private mutating func copy(
    _ field: Int, _ block: BlockRows, _ rows: [UInt32], _ count: Int, to output: inout [UInt32]
  ) {
    switch grouping.fields[field] {
    case .dimension(let dimension):
      dimension.copy(block, rows, count: count, &dimensionCodes[field], to: &output)
    case .time:
      timeCodes[field]?.copy(
        block.partition.times, rows, count: count, from: block.block.rows.lowerBound, to: &output)
    }
  }
}

private func largest(_ numbers: [UInt32], _ count: Int) -> UInt32 {
  let numbers = numbers.span
  var largest: UInt32 = 0
  for index in 0..<count { largest = max(largest, numbers[index]) }
  return largest
}

/// The visits of a block that have an event that is looked at. One is reused from block to block.
private struct CountedVisits: Sendable {
  private(set) var count = 0
  /// The row of each visit's first event that is looked at.
  private(set) var rows: [UInt32] = []
  /// The visits that several sessions share, and their numbers.
  private(set) var shared: [(visit: Int, number: UInt32)] = []

  /// Loads the runs of `stays`, which are visits.
  mutating func load(_ block: BlockRows, _ stays: StayCounter) {
    count = stays.runCount
    extend(&rows, to: max(count, 1), with: 0)
    let (order, starts) = (stays.order, stays.runStarts)
    for visit in 0..<count { rows[visit] = order.rows[Int(starts[visit])] }
    shared.removeAll(keepingCapacity: true)
    if block.partition.sharedVisits.isEmpty { return }
    var session = 0
    for visit in 0..<count {
      let first = Int(starts[visit])
      while block.rows(ofSession: session).lowerBound < Int(order.sessions[first]) { session += 1 }
      if let number = block.sharedVisit(session: session, ordinal: order.ordinal(first)) {
        shared.append((visit, number))
      }
    }
  }
}
