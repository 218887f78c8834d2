/// Collects what is left of all visits for a request that asks for more than their first events (see
/// ``VisitTrimming``).
struct TrimmedJourneyKernel<Sink: JourneySink>: ReportKernel {
  private let items: JourneyItems
  private let trimming: VisitTrimming
  private let emptySink: Sink
  private let from: ConditionEvaluator?
  private let to: ConditionEvaluator?
  private let executor: ParallelExecutor

  /// The number of events of shared visits that are trimmed at once.
  private static var sharedEventsOfChunk: Int { 1 << 16 }

  struct State: Sendable {
    fileprivate var sink: Sink
    fileprivate var sharedEvents = SharedVisitEvents()
    fileprivate var from: ConditionEvaluator?
    fileprivate var to: ConditionEvaluator?
    fileprivate var order = VisitOrder()
    fileprivate var names: [UInt32] = []
    fileprivate var codes = DimensionCodes()
    fileprivate var events = JourneyEvents()
    fileprivate var trimmed = TrimmedVisits()
  }

  /// - Parameter sink: One without visits.
  init(
    _ request: JourneyRequest, _ items: JourneyItems, _ trimming: VisitTrimming, _ sink: Sink,
    _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ReportError) {
    func evaluator(_ condition: EventCondition?) throws(ReportError) -> ConditionEvaluator? {
      guard let condition else { return nil }
      return try ConditionEvaluator(condition, in: request.scope, website, executor)
    }
    self.items = items
    self.trimming = trimming
    emptySink = sink
    from = try evaluator(request.from)
    to = try evaluator(request.to)
    self.executor = executor
  }

  func start() -> State { State(sink: emptySink, from: from, to: to) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    load(block, &state)
    if !block.partition.sharedVisits.isEmpty {
      state.sharedEvents.take(from: &state.events, block, state.order)
    }
    trimming.trim(state.events, 0..<state.events.visitCount, into: &state.trimmed)
    state.sink.add(state.trimmed)
  }

  func merge(_ other: State, into state: inout State) {
    state.sink.merge(other.sink)
    state.sharedEvents.merge(other.sharedEvents)
  }

  /// Returns the visits with the shared ones added: their events are complete only after the last merge.
  func addingShared(_ state: State) -> Sink {
    var (sink, trimmed) = (state.sink, TrimmedVisits())
    let events = state.sharedEvents.sorted(executor)
    var first = 0
    while first < events.visitCount, !executor.isCancelled {
      var end = first + 1
      while end < events.visitCount,
        events.visitStarts[end] - events.visitStarts[first] < Self.sharedEventsOfChunk
      {
        end += 1
      }
      trimming.trim(events, first..<end, into: &trimmed)
      sink.add(trimmed)
      first = end
    }
    return sink
  }

  private func load(_ block: BlockRows, _ state: inout State) {
    state.order.load(block, where: block.selected)
    let count = state.order.count
    items.source.copy(block, state.order, &state.codes, to: &state.events.items)
    state.order.copyCodes(.eventName, of: block, to: &state.names)
    items.replace(&state.events.items, names: state.names, count: count)
    state.events.visitCount = state.order.listVisits(into: &state.events.visitStarts)
    if from == nil, to == nil { return }
    reset(&state.events.marks, count)
    let rows = state.order.rows
    if let flags = state.from?.flags(block) {
      mark(&state.events.marks, JourneyEvents.fromMark, flags.span, rows.span, count)
    }
    if let flags = state.to?.flags(block) {
      mark(&state.events.marks, JourneyEvents.toMark, flags.span, rows.span, count)
    }
  }
}

/// Adds a mark to each of the first `count` of `rows` whose flag is set.
private func mark(
  _ marks: inout [UInt8], _ mark: UInt8, _ flags: Span<Bool>, _ rows: Span<UInt32>, _ count: Int
) {
  var marks = marks.mutableSpan
  precondition(marks.count >= count && rows.count >= count)
  for index in 0..<count {
    marks[unchecked: index] |= mark & (0 &- flags[Int(rows[unchecked: index])].asOne)
  }
}

/// Takes the items of visits that are left.
protocol JourneySink: Sendable {
  mutating func add(_ visits: TrimmedVisits)
  mutating func merge(_ other: Self)
}

/// Collects visits as paths.
struct JourneyPathSink<Path: JourneyPath>: JourneySink {
  private(set) var paths: JourneyPaths<Path>
  private let bits: Int

  /// - Parameter bits: The number of bits of an item.
  init(bits: Int) {
    // The seed is random, so that no visitor can make hashes collide.
    paths = JourneyPaths(seed: UInt64.random(in: .min ... .max))
    self.bits = bits
  }

  mutating func add(_ visits: TrimmedVisits) {
    let (items, starts) = (visits.items.span, visits.starts.span)
    for visit in 0..<visits.count {
      var path = Path()
      for index in Int(starts[visit])..<Int(starts[visit + 1]) { path.append(items[index], bits: bits) }
      paths.add(path)
    }
  }

  mutating func merge(_ other: JourneyPathSink) { paths.merge(other.paths) }
}
