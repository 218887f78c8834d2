/// Which events insights look at, and what groups them, prepared for one website and shared by all threads.
struct InsightsGrouping: Sendable {
  enum Field: Sendable {
    /// A value of the event, or of its visit.
    case dimension(CompiledDimension)
    case time(TimeCodes)
  }

  let fields: [Field]
  /// Whether each visit is in one group.
  let isByVisit: Bool
  /// Whether only pageviews of the scope are looked at, and not all of its events.
  let looksAtPageviewsOnly: Bool
  /// By number of a visit that several sessions share, if groups are by visit: all of it that is looked at.
  let sharedStays: [UInt32: SharedStay]

  init(
    _ request: InsightsRequest, _ scope: CompiledScope, _ bounce: BounceTest, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    var fields: [Field] = []
    for field in request.fields { fields.append(try Field(field, request, website, executor)) }
    self.fields = fields
    isByVisit = request.isByVisit
    looksAtPageviewsOnly = request.events == nil
    guard isByVisit, website.hasSharedVisits else {
      sharedStays = [:]
      return
    }
    sharedStays = website.scan(
      scope, executor, SharedStays(looksAtPageviewsOnly: looksAtPageviewsOnly, bounce: bounce))
  }

  /// Writes a flag for every row of a block to the start of `flags`: whether the event is looked at.
  func mark(_ block: BlockRows, into flags: inout [Bool]) {
    block.mark(pageviewsOnly: looksAtPageviewsOnly, into: &flags)
  }
}

extension BlockRows {
  /// Writes a flag for every row to the start of `flags`: whether the event is looked at.
  fileprivate func mark(pageviewsOnly: Bool, into flags: inout [Bool]) {
    pageviewsOnly ? selectPageviews(into: &flags) : mark(.all, into: &flags)
  }
}

extension InsightsGrouping.Field {
  fileprivate init(
    _ field: InsightsField, _ request: InsightsRequest, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    func time(_ kind: TimeCodes.Kind) -> Self {
      .time(
        TimeCodes(
          kind, weekStart: request.weekStart, in: request.timeZone, of: request.scope.range,
          extent: website.extentMilliseconds, eventCount: website.eventCount))
    }
    switch field {
    case .unit(let unit): self = time(.unit(unit))
    case .hour: self = time(.hour)
    case .weekday: self = time(.weekday)
    case .dimension(let dimension):
      self = .dimension(
        try CompiledDimension(
          request.isByVisit ? dimension.ofVisit : dimension, in: request.scope, website, executor))
    }
  }

  /// All codes are below this.
  var codeCount: Int {
    switch self {
    case .dimension(let dimension): dimension.codeCount
    case .time(let codes): codes.codeLimit
    }
  }

  /// What codes mean, once all events have been read.
  var values: FieldValues {
    switch self {
    case .dimension(let dimension): .texts(dimension.dictionary)
    case .time(let codes): codes.values
    }
  }
}

extension Dimension {
  /// The value of the event's visit, if this is one of the event that visits have too.
  package var ofVisit: Dimension {
    switch self {
    case .column(let column): .visit(.column(column))
    case .type: .visit(.type)
    default: self
    }
  }
}

/// All of a visit that is looked at, if several sessions share it.
struct SharedStay: Sendable {
  fileprivate(set) var first: Int64
  fileprivate(set) var last: Int64
  fileprivate(set) var events = 0
  fileprivate(set) var mayBounce: Bool

  var isBounce: Bool { events == 1 && mayBounce }
  var seconds: Int64 { (last - first) / 1000 }
}

/// Finds the visits that several sessions share.
private struct SharedStays: ReportKernel {
  let looksAtPageviewsOnly: Bool
  let bounce: BounceTest

  func start() -> [UInt32: SharedStay] { [:] }

  func accumulate(_ block: BlockRows, into stays: inout [UInt32: SharedStay]) {
    if block.partition.sharedVisits.isEmpty { return }
    var flags: [Bool] = []
    block.mark(pageviewsOnly: looksAtPageviewsOnly, into: &flags)
    var order = VisitOrder()
    order.load(block, where: flags)
    block.forEachSharedVisitEvent(of: order) { index, visit in
      let time = block.time(Int(order.rows[index]))
      let mayBounce =
        switch bounce.rule {
        case .none: false
        case .single: true
        case .engaged: !bounce.engagedSharedVisits.contains(visit)
        }
      add(SharedStay(first: time, last: time, events: 1, mayBounce: mayBounce), of: visit, to: &stays)
    }
  }

  func merge(_ other: [UInt32: SharedStay], into stays: inout [UInt32: SharedStay]) {
    for (visit, stay) in other { add(stay, of: visit, to: &stays) }
  }

  private func add(_ stay: SharedStay, of visit: UInt32, to stays: inout [UInt32: SharedStay]) {
    guard let known = stays[visit] else {
      stays[visit] = stay
      return
    }
    stays[visit] = SharedStay(
      first: min(known.first, stay.first), last: max(known.last, stay.last),
      events: known.events + stay.events, mayBounce: stay.mayBounce)
  }
}
