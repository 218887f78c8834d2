import Calendar

extension FunnelKernel {
  /// Scans the events and returns the result. It is meaningless once the executor is cancelled.
  func result(_ request: FunnelRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor)
    throws(ReportError) -> FunnelResult
  {
    let counts = try website.scan(request.scope, executor, self).counts
    return FunnelResults(request: request, counts: counts, executor: executor).result(dimension, items)
  }
}

/// Makes the result of a funnel with options from what was counted.
private struct FunnelResults {
  let request: FunnelRequest
  let counts: FunnelCounts
  let executor: ParallelExecutor
  private let rules: ChainRules

  init(request: FunnelRequest, counts: FunnelCounts, executor: ParallelExecutor) {
    (self.request, self.counts, self.executor) = (request, counts, executor)
    rules = ChainRules(request)
  }

  func result(_ dimension: CompiledDimension?, _ items: FunnelItems?) -> FunnelResult {
    var visits: [Int]?
    if request.staysInVisit {
      visits = counts.visits
      addSharedVisits(slotOfCode: nil, to: &visits)
    }
    var steps = steps(counts.visitors, visits: visits)
    if request.hasTiming { addTimings(to: &steps) }
    if let limit = request.nextLimit, let items { addNext(items, limit: limit, to: &steps) }
    return FunnelResult(
      steps: steps,
      breakdown: request.breakdown.flatMap { breakdown in dimension.map { rows(breakdown, $0) } },
      trend: request.trend.map(buckets))
  }

  private func steps(_ visitors: [Int], visits: [Int]?) -> [FunnelStep] {
    visitors.indices.map { step in
      FunnelStep(
        visitors: visitors[step], previous: step == 0 ? 0 : visitors[rules.lastRequired(before: step)],
        entered: visitors[0], continued: request.isOpen ? counts.continued[step] : nil, visits: visits?[step])
    }
  }

  /// Counts each visit that several sessions share once.
  ///
  /// - Parameter slotOfCode: By code: the row in which the visit counts; nil if there is only one.
  /// - Parameter visits: At row × steps + step.
  private func addSharedVisits(slotOfCode: [UInt32]?, to visits: inout [Int]?) {
    var shared = counts.visitGroups.compactMap { visit in
      visit.shared.map { (slot: slotOfCode?[Int(visit.code)] ?? 0, number: $0, reached: visit.reached) }
    }
    executor.sort(&shared) { ($0.slot, $0.number) < ($1.slot, $1.number) }
    var index = 0
    while index < shared.count, !executor.isCancelled {
      let (slot, number, _) = shared[index]
      var reached: UInt64 = 0
      while index < shared.count, shared[index].slot == slot, shared[index].number == number {
        reached |= shared[index].reached
        index += 1
      }
      reached.forEachSetBit { visits?[Int(slot) * request.steps.count + $0] += 1 }
    }
  }
}

// MARK: - Breakdown

extension FunnelResults {
  /// The rows of a breakdown. Each divides the visitors of the funnel's steps, so their numbers add up to the funnel's.
  private func rows(_ breakdown: FunnelBreakdown, _ dimension: CompiledDimension) -> [FunnelRow] {
    let texts = dimension.dictionary
    var visitorsOfCode = Array(repeating: 0, count: texts.count)
    executor.forEach(0..<counts.groups.count) { visitorsOfCode[Int(counts.groups[$0].code)] += 1 }
    let used = visitorsOfCode.indices.filter { visitorsOfCode[$0] > 0 }
    let shown = texts.mostFrequent(breakdown.limit, of: used, executor) { visitorsOfCode[$0] }
    if executor.isCancelled { return [] }
    // The last row is that of the codes that are not shown.
    var slots = Array(repeating: UInt32(shown.count), count: texts.count)
    for (slot, code) in shown.enumerated() { slots[code] = UInt32(slot) }
    let stepCount = request.steps.count
    var visitors = Array(repeating: 0, count: (shown.count + 1) * stepCount)
    executor.forEach(0..<counts.groups.count) { index in
      let first = Int(slots[Int(counts.groups[index].code)]) * stepCount
      counts.groups[index].reached.forEachSetBit { visitors[first + $0] += 1 }
    }
    let visits = request.staysInVisit ? visits(slots, count: visitors.count) : nil
    func row(_ slot: Int, _ value: String?) -> FunnelRow {
      let range = slot * stepCount..<(slot + 1) * stepCount
      return FunnelRow(
        value: value, steps: steps(Array(visitors[range]), visits: visits.map { Array($0[range]) }))
    }
    var rows = shown.enumerated().map { slot, code in row(slot, texts[code]) }
    if breakdown.hasRest, used.count > shown.count { rows.append(row(shown.count, nil)) }
    return rows
  }

  /// The visits of each row and step.
  private func visits(_ slots: [UInt32], count: Int) -> [Int]? {
    var visits = Array(repeating: 0, count: count)
    executor.forEach(0..<counts.visitGroups.count) { index in
      let visit = counts.visitGroups[index]
      if visit.shared != nil { return }
      let first = Int(slots[Int(visit.code)]) * request.steps.count
      visit.reached.forEachSetBit { visits[first + $0] += 1 }
    }
    var result: [Int]? = visits
    addSharedVisits(slotOfCode: slots, to: &result)
    return result
  }
}

// MARK: - Next items, timing and trend

extension FunnelResults {
  private func addTimings(to steps: inout [FunnelStep]) {
    // By step, from the second on: the times from the event before, then those from the first event.
    let times = zip(counts.fromPrevious, counts.fromFirst).dropFirst().flatMap { [$0, $1] }
    var distributions = Array(repeating: FunnelTimes([]), count: times.count)
    let made = executor.map(times.count, tasksPerThread: 1, start: { [(Int, FunnelTimes)]() }) {
      index, made in
      made.append((index, FunnelTimes(times[index])))
    }
    for (index, distribution) in made.joined() { distributions[index] = distribution }
    for step in steps.indices.dropFirst() {
      steps[step].timing = FunnelTiming(
        fromPrevious: distributions[2 * step - 2], fromFirst: distributions[2 * step - 1])
    }
  }

  private func addNext(_ items: FunnelItems, limit: Int, to steps: inout [FunnelStep]) {
    var ofStep: [[(item: UInt32, visitors: Int)]] = steps.map { _ in [] }
    for (number, key) in counts.nextKeys.pairs.enumerated() {
      ofStep[Int(key.second)].append((key.first, counts.nextVisitors[number]))
    }
    for step in steps.indices.dropLast() {
      steps[step].next = executor.first(limit, of: ofStep[step]) { a, b in
        a.visitors != b.visitors ? a.visitors > b.visitors : items.precedes(a.item, b.item)
      }.map { FunnelNext(item: items.text($0.item), visitors: $0.visitors) }
    }
  }

  private func buckets(_ units: SeriesUnits) -> [FunnelBucket] {
    var numbers: [Int64: Int] = [:]
    for (number, start) in (counts.units?.starts ?? []).enumerated() { numbers[start] = number }
    return request.buckets(units) { start in
      let number = numbers[start] ?? .max
      return (
        entered: number < counts.entered.count ? counts.entered[number] : 0,
        converted: number < counts.converted.count ? counts.converted[number] : 0
      )
    }
  }
}

extension FunnelRequest {
  /// Every unit of the range.
  ///
  /// - Parameter numbers: Those of the unit that starts at an instant.
  package func buckets(_ units: SeriesUnits, _ numbers: (Int64) -> (entered: Int, converted: Int))
    -> [FunnelBucket]
  {
    let (range, longestChain) = (scope.range, ChainRules(self).longestChain)
    let starts = units.starts(of: range) ?? []
    return starts.indices.dropLast().map { index in
      // A chain that begins in the unit may end this much later.
      let isComplete =
        longestChain.map { starts[index] >= range.start && starts[index + 1] - 1 + $0 <= range.end } ?? false
      let (entered, converted) = numbers(starts[index])
      return FunnelBucket(
        startMilliseconds: starts[index], entered: entered, converted: converted, isComplete: isComplete)
    }
  }
}

extension FunnelTimes {
  fileprivate init(_ times: [Int64]) {
    var times = times
    let count = times.count
    if count == 0 {
      self.init(count: 0, minimum: nil, average: nil, median: nil, p90: nil, maximum: nil)
      return
    }
    let last = percentileIndex(90, of: count)
    let p90 = times.nthSmallest(last)
    let median = times.nthSmallest(percentileIndex(50, of: count), in: 0..<last + 1)
    // Times are not negative, and visitors can make them so long that their sum needs more than 64 bits.
    let sum = times.reduce(Int128(0)) { $0 + Int128($1) }
    self.init(
      count: count, minimum: times.min(), average: Int64(roundedQuotient(sum, Int128(count))),
      median: median, p90: p90, maximum: times.max())
  }
}

extension FunnelBreakdown {
  /// The dimension that gives each event its value at the place.
  package var compiledDimension: Dimension {
    if place == .visit, case .column(let column) = dimension { return .visit(.column(column)) }
    return dimension
  }
}
