/// The events of one visitor among which chains are searched, by time. If chains stay in a visit, visit by visit.
///
/// One is reused from visitor to visitor. It has the events that can be in a chain or exclude one; if the order is strict,
/// all. Every array but ``runs`` may be longer than ``count``.
struct ChainEvents: Sendable {
  private(set) var count = 0
  /// In milliseconds. Backward, their negatives.
  private(set) var times: [Int64] = []
  /// The steps that the event matches.
  private(set) var steps: [UInt64] = []
  /// The place of the event among all events of the visitor.
  private(set) var places: [UInt32] = []
  /// The row of the event, counted from the block's first. Unspecified if the events are reversed.
  private(set) var rows: [UInt32] = []
  /// By place: the exclusions that the event matches. Empty if there are none.
  private(set) var exclusions: [UInt16] = []
  /// The index at which each visit starts, and the end of the last; if chains may lead from visit to visit, all events
  /// are one run.
  private(set) var runs: [UInt32] = []

  /// Loads the events of `rows` that match a step or an exclusion; if `isStrict`, those that are selected. There are no
  /// runs before ``endRun()`` or ``endRuns(_:)``.
  ///
  /// - Parameter excluded: Empty if there are no exclusions.
  mutating func load<Steps: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ rows: Range<Int>, _ times: Span<Int64>, _ matched: Span<Steps>, _ excluded: Span<Steps>,
    _ selected: Span<Bool>, isStrict: Bool
  ) {
    makeRoom(rows.count, hasExclusions: !excluded.isEmpty)
    count = listRows(rows, matched, excluded, selected, isStrict: isStrict, &self.rows, &exclusions)
    let listed = self.rows
    describeRows(listed.span.extracting(0..<count), times, matched, &self.times, &steps, &places)
  }

  private mutating func makeRoom(_ count: Int, hasExclusions: Bool) {
    extend(&times, to: count, with: 0)
    extend(&steps, to: count, with: 0)
    extend(&places, to: count, with: 0)
    extend(&rows, to: count, with: 0)
    if hasExclusions { extend(&exclusions, to: count, with: 0) }
    runs.removeAll(keepingCapacity: true)
  }

  /// Puts all events into one run.
  mutating func endRun() {
    runs.append(0)
    runs.append(UInt32(count))
  }

  /// Puts adjacent events with the same visit into one run.
  mutating func endRuns(_ visit: (Int) -> UInt64) {
    for event in 0..<count where event == 0 || visit(event) != visit(event - 1) { runs.append(UInt32(event)) }
    runs.append(UInt32(count))
  }

  /// Reorders the events; `order` has the index of each.
  mutating func reorder(_ order: [Int]) {
    times = order.map { times[$0] }
    steps = order.map { steps[$0] }
    places = order.map { places[$0] }
    rows = order.map { rows[$0] }
  }

  /// Loads the events of `other` from the last to the first, so that time runs backward.
  mutating func load(reversed other: ChainEvents) {
    makeRoom(other.count, hasExclusions: !other.exclusions.isEmpty)
    count = other.count
    for index in 0..<count {
      let reversed = count - 1 - index
      times[index] = -other.times[reversed]
      steps[index] = other.steps[reversed]
      places[index] = UInt32(truncatingIfNeeded: count - 1) - other.places[reversed]
      if !exclusions.isEmpty { exclusions[index] = other.exclusions[reversed] }
    }
    runs.append(contentsOf: other.runs.reversed().map { UInt32(other.count) - $0 })
  }
}

/// Writes those of `rows` that match a step or an exclusion or, if `isStrict`, are selected, and their exclusions, to the
/// start of the arrays, which must have room for all; returns how many there are. It writes every row, and overwrites it
/// with the next if it is not one of these, which is faster than a branch.
private func listRows<Steps: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
  _ rows: Range<Int>, _ matched: Span<Steps>, _ excluded: Span<Steps>, _ selected: Span<Bool>, isStrict: Bool,
  _ listed: inout [UInt32], _ exclusions: inout [UInt16]
) -> Int {
  let hasExclusions = !excluded.isEmpty
  var listed = listed.mutableSpan
  var exclusions = exclusions.mutableSpan
  var count = 0
  for row in rows {
    listed[count] = UInt32(truncatingIfNeeded: row)
    var bits = matched[row]
    if hasExclusions {
      exclusions[count] = UInt16(truncatingIfNeeded: excluded[row])
      bits |= excluded[row]
    }
    count &+= Int(one: isStrict ? selected[row] : bits != 0)
  }
  return count
}

/// Writes the times, steps and places of `rows`.
private func describeRows<Steps: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
  _ rows: Span<UInt32>, _ times: Span<Int64>, _ matched: Span<Steps>, _ timesOfRows: inout [Int64],
  _ steps: inout [UInt64], _ places: inout [UInt32]
) {
  var timesOfRows = timesOfRows.mutableSpan
  var steps = steps.mutableSpan
  var places = places.mutableSpan
  for index in rows.indices {
    let row = Int(rows[index])
    timesOfRows[index] = times[row]
    steps[index] = UInt64(truncatingIfNeeded: matched[row])
    places[index] = UInt32(truncatingIfNeeded: index)
  }
}

/// Finds which events end a chain to which step.
///
/// It goes step by step, and keeps for every event the best chain that ends there: the one whose first event is the
/// latest, since it leaves the most of the total window. An event extends the best of the events in its window; as the
/// window only moves forward, a queue gives that in constant time, so a search takes time in proportion to events and
/// steps. If there is no total window, all chains are equally good.
struct ChainSearch: Sendable {
  /// By event: a bit for each step to which a chain ends there. Only the events of the latest search are set.
  private(set) var ends: [UInt64] = []

  /// By slot of the plan, by event: the time of the first event of the best chain; `none` if there is no chain.
  private var slots: [[Int64]] = []
  private var results: [Int64] = []
  private var queue: [UInt32] = []
  /// By event: the place of the last event before it that is excluded by `barrierExclusions`, 0 if there is none. A chain
  /// may not skip that event.
  private var barriers: [UInt32] = []
  private var barrierExclusions: UInt16 = 0
  private var lastExcluded: [UInt32] = []
  let rules: ChainRules
  private let executor: ParallelExecutor

  fileprivate static let none = Int64.min
  /// Searches among fewer events are not worth asking between steps whether they are cancelled.
  private static let manyEvents = 4096

  init(_ rules: ChainRules, _ executor: ParallelExecutor) {
    (self.rules, self.executor) = (rules, executor)
  }

  /// Forgets what was computed of the events of the latest search. Needed before a search among others.
  mutating func forgetEvents() { barrierExclusions = 0 }

  /// Searches the chains among the events of `runs`. The result is meaningless once the executor is cancelled.
  ///
  /// - Parameters:
  ///   - runs: The index at which each run starts, and the end of the last; no chain leads from run to run.
  ///   - totalWindow: The maximum time from the first event of a chain to its last; nil if there is no bound.
  ///   - lastStep: Later steps are not looked at.
  /// - Returns: The steps to which there is a chain.
  mutating func search(
    _ plan: ChainPlan, _ events: ChainEvents, _ runs: [UInt32], totalWindow: Int64?,
    through lastStep: Int = 63
  ) -> UInt64 {
    makeRoom(for: events, slots: plan.slotCount)
    let range = Int(runs[0])..<Int(runs[runs.count - 1])
    let matched = begin(plan.firstStep, events, range, isTimed: totalWindow != nil)
    var reached = matched & 1 << UInt64(plan.firstStep)
    if reached == 0 { return 0 }
    for layer in plan.layers where layer.step <= lastStep {
      let bit: UInt64 = 1 << UInt64(layer.step)
      if matched & bit == 0 {
        if !layer.isOptional { return reached }
        if !layer.sharesSlot { clear(slot: layer.slot, range) }
        continue
      }
      if events.count > Self.manyEvents, executor.isCancelled { return reached }
      clearChains(&results, range)
      for source in layer.sources {
        extendChains(plan.sources[source], to: bit, events, runs, totalWindow ?? ChainRules.unbounded)
      }
      let isReached = keepResults(bit, range)
      if isReached { reached |= bit } else if !layer.isOptional { return reached }
      if layer.sharesSlot { improve(slot: layer.slot, range) } else { swap(&slots[layer.slot], &results) }
    }
    return reached
  }

  /// Searches chains of two steps, each of which begins at any event of the step before.
  ///
  /// - Parameter plan: One of single links.
  /// - Returns: The steps into which there is a link.
  mutating func searchLinks(_ plan: ChainPlan, _ events: ChainEvents, _ runs: [UInt32]) -> UInt64 {
    makeRoom(for: events, slots: 1)
    let range = 0..<events.count
    var reached: UInt64 = 0
    for (step, layer) in plan.layers.enumerated() {
      let bit: UInt64 = 1 << UInt64(layer.step)
      if begin(step, events, range, isTimed: false) & (bit | bit >> 1) != bit | bit >> 1 { continue }
      if events.count > Self.manyEvents, executor.isCancelled { return reached }
      clearChains(&results, range)
      for source in layer.sources {
        extendChains(plan.sources[source], to: bit, events, runs, ChainRules.unbounded)
      }
      if keepResults(bit, range) { reached |= bit }
    }
    return reached
  }

  /// Ends a chain of the search at each event and each step that it matches.
  mutating func endAtAllMatches(_ events: ChainEvents) {
    makeRoom(for: events, slots: 0)
    for event in 0..<events.count { ends[event] = events.steps[event] }
  }

  private mutating func makeRoom(for events: ChainEvents, slots count: Int) {
    while slots.count < count { slots.append([]) }
    for slot in 0..<count { extend(&slots[slot], to: events.count, with: Self.none) }
    extend(&results, to: events.count, with: Self.none)
    extend(&queue, to: events.count, with: 0)
    extend(&ends, to: events.count, with: 0)
  }

  /// Begins chains at all events of `range` that match `step`; returns the steps that events match.
  private mutating func begin(_ step: Int, _ events: ChainEvents, _ range: Range<Int>, isTimed: Bool)
    -> UInt64
  {
    beginChains(
      1 << UInt64(step), events.times.span, events.steps.span, range, isTimed: isTimed, &slots[0], &ends)
  }

  private mutating func clear(slot: Int, _ range: Range<Int>) { clearChains(&slots[slot], range) }

  /// Notes the step at the events that end a chain; returns whether there are any.
  private mutating func keepResults(_ bit: UInt64, _ range: Range<Int>) -> Bool {
    let results = results
    return endChains(bit, results.span, range, &ends)
  }

  /// Takes the better chain of a slot and the results.
  private mutating func improve(slot: Int, _ range: Range<Int>) {
    let results = results
    improveChains(&slots[slot], results.span, range)
  }

  /// Extends the chains of a source to the events that match the step of `bit`.
  private mutating func extendChains(
    _ source: ChainPlan.Source, to bit: UInt64, _ events: ChainEvents, _ runs: [UInt32], _ totalWindow: Int64
  ) {
    let exclusions = rules.isStrict ? 0 : source.link.exclusions
    if exclusions != 0, exclusions != barrierExclusions { loadBarriers(exclusions, events) }
    let links = ChainLinks(
      window: source.link.window, wait: source.link.wait, totalWindow: totalWindow, bit: bit,
      hasBarriers: exclusions != 0, isDistinct: rules.isDistinct)
    let (chains, barriers) = (slots[source.slot], barriers)
    for run in 0..<runs.count - 1 {
      let range = Int(runs[run])..<Int(runs[run + 1])
      if rules.isStrict {
        links.extendStrictly(
          chains.span, range, events.times.span, events.steps.span, events.places.span, &results)
      } else {
        links.extend(
          chains.span, range, events.times.span, events.steps.span, events.places.span, barriers.span, &queue,
          &results)
      }
    }
  }

  private mutating func loadBarriers(_ exclusions: UInt16, _ events: ChainEvents) {
    barrierExclusions = exclusions
    extend(&lastExcluded, to: events.count, with: 0)
    extend(&barriers, to: events.count, with: 0)
    listLastExcluded(exclusions, events.exclusions.span.extracting(0..<events.count), &lastExcluded)
    let lastExcluded = lastExcluded
    gatherCodes(lastExcluded.span, events.places.span.extracting(0..<events.count), to: &barriers)
  }
}

/// Writes, by place, the place of the last event before it that is excluded, 0 if there is none.
private func listLastExcluded(
  _ exclusions: UInt16, _ ofPlaces: Span<UInt16>, _ lastExcluded: inout [UInt32]
) {
  var lastExcluded = lastExcluded.mutableSpan
  var last: UInt32 = 0
  for place in ofPlaces.indices {
    lastExcluded[place] = last
    last = last.replaced(by: UInt32(truncatingIfNeeded: place), where: ofPlaces[place] & exclusions != 0)
  }
}

/// Begins a chain at each event that matches the step of `bit`; returns the steps that events match.
///
/// - Parameter isTimed: Whether it matters when a chain began.
private func beginChains(
  _ bit: UInt64, _ times: Span<Int64>, _ steps: Span<UInt64>, _ range: Range<Int>, isTimed: Bool,
  _ chains: inout [Int64], _ ends: inout [UInt64]
) -> UInt64 {
  var chains = chains.mutableSpan
  var ends = ends.mutableSpan
  var matched: UInt64 = 0
  for event in range {
    matched |= steps[event]
    let isFirst = steps[event] & bit
    ends[event] = isFirst
    chains[event] = isFirst == 0 ? ChainSearch.none : isTimed ? times[event] : 0
  }
  return matched
}

private func clearChains(_ chains: inout [Int64], _ range: Range<Int>) {
  var chains = chains.mutableSpan
  for event in range { chains[event] = ChainSearch.none }
}

/// Sets `bit` for the events that end a chain; returns whether there are any.
private func endChains(
  _ bit: UInt64, _ results: Span<Int64>, _ range: Range<Int>, _ ends: inout [UInt64]
) -> Bool {
  var ends = ends.mutableSpan
  var isReached = false
  for event in range where results[event] != ChainSearch.none {
    ends[event] |= bit
    isReached = true
  }
  return isReached
}

/// Replaces chains by those of `results` that are better.
private func improveChains(_ chains: inout [Int64], _ results: Span<Int64>, _ range: Range<Int>) {
  var chains = chains.mutableSpan
  for event in range { chains[event] = max(chains[event], results[event]) }
}

/// The links from events of one step to those of another.
private struct ChainLinks {
  let window: Int64
  let wait: Int64
  let totalWindow: Int64
  /// The step into which they lead.
  let bit: UInt64
  let hasBarriers: Bool
  let isDistinct: Bool

  /// Extends `chains` by one event. Ties in time count in either order, so the events of one instant are processed
  /// together.
  ///
  /// The queue has the events from which a chain can continue, by time; behind each, only those whose chain is worse.
  func extend(
    _ chains: Span<Int64>, _ range: Range<Int>, _ times: Span<Int64>, _ steps: Span<UInt64>,
    _ places: Span<UInt32>, _ barriers: Span<UInt32>, _ queue: inout [UInt32], _ results: inout [Int64]
  ) {
    var queue = queue.mutableSpan
    var results = results.mutableSpan
    var candidates = ChainQueue()
    var next = range.lowerBound
    var event = range.lowerBound
    while event < range.upperBound {
      let time = times[event]
      var matched = steps[event]
      var end = event + 1
      while end < range.upperBound, times[end] == time {
        matched |= steps[end]
        end += 1
      }
      defer { event = end }
      if matched & bit == 0 { continue }
      let (earliest, latest) = (time - window, time - wait)
      if wait > 0 || !isDistinct && (!hasBarriers || end == event + 1) {
        // All events of the instant have the same candidates, but for barriers.
        while next < end, times[next] <= latest {
          candidates.append(next, chains, &queue)
          next += 1
        }
        for event in event..<end where steps[event] & bit != 0 {
          let place = hasBarriers ? barriers[event] : 0
          offer(
            candidates.best(from: earliest, place: place, chains, times, places, queue), event, time, &results
          )
        }
        continue
      }
      for event in event..<end {
        while next < event {
          candidates.append(next, chains, &queue)
          next += 1
        }
        if steps[event] & bit == 0 { continue }
        let place = hasBarriers ? barriers[event] : 0
        offer(
          candidates.best(from: earliest, place: place, chains, times, places, queue), event, time, &results)
      }
      if isDistinct { continue }
      // The same event, and those of the instant that come after it, between which nothing lies.
      var best = ChainSearch.none
      for event in (event..<end).reversed() {
        best = max(best, chains[event])
        if steps[event] & bit != 0 { offer(best, event, time, &results) }
      }
    }
  }

  /// Extends `chains` by the next event of the visitor.
  func extendStrictly(
    _ chains: Span<Int64>, _ range: Range<Int>, _ times: Span<Int64>, _ steps: Span<UInt64>,
    _ places: Span<UInt32>, _ results: inout [Int64]
  ) {
    var results = results.mutableSpan
    for event in range.dropFirst() where steps[event] & bit != 0 && places[event] == places[event - 1] + 1 {
      let distance = times[event] - times[event - 1]
      if distance < wait || distance > window { continue }
      offer(chains[event - 1], event, times[event], &results)
    }
  }

  /// Ends a chain at `event`, if it is not too long and better than the one that ends there.
  @inline(__always)
  private func offer(_ chain: Int64, _ event: Int, _ time: Int64, _ results: inout MutableSpan<Int64>) {
    if chain != ChainSearch.none, time - chain <= totalWindow { results[event] = max(results[event], chain) }
  }
}

/// The part of a queue that is in use.
private struct ChainQueue {
  private var head = 0
  private var tail = 0

  /// Appends an event, and removes those before it whose chain is not better: whenever they are candidates, it is too.
  @inline(__always)
  mutating func append(_ event: Int, _ chains: Span<Int64>, _ queue: inout MutableSpan<UInt32>) {
    let chain = chains[event]
    if chain == ChainSearch.none { return }
    while tail > head, chains[Int(queue[tail - 1])] <= chain { tail -= 1 }
    queue[tail] = UInt32(truncatingIfNeeded: event)
    tail += 1
  }

  /// Removes the events that are before a time or a place, and returns the best chain of the others.
  @inline(__always)
  mutating func best(
    from time: Int64, place: UInt32, _ chains: Span<Int64>, _ times: Span<Int64>, _ places: Span<UInt32>,
    _ queue: borrowing MutableSpan<UInt32>
  ) -> Int64 {
    while head < tail {
      let event = Int(queue[head])
      if times[event] >= time, places[event] >= place { return chains[event] }
      head += 1
    }
    return ChainSearch.none
  }
}

extension ChainEvents {
  /// Returns the most different steps that the events within some time match.
  func mostSteps(within window: Int64) -> Int {
    var counts = InlineArray<64, UInt32>(repeating: 0)
    var (matched, most) = (0, 0)
    var first = 0
    for event in 0..<count {
      steps[event].forEachSetBit { step in
        if counts[step] == 0 { matched += 1 }
        counts[step] += 1
      }
      while times[event] - times[first] > window {
        steps[first].forEachSetBit { step in
          counts[step] -= 1
          if counts[step] == 0 { matched -= 1 }
        }
        first += 1
      }
      most = max(most, matched)
    }
    return most
  }
}
