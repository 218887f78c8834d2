/// The views, visitors and visits of each campaign parameter.
struct CampaignCounts: Sendable {
  /// By number of the parameter.
  private var numbers: [UTMNumbers]
  /// By parameter: the session and the visit that were counted last. Both come in order.
  private var latest: [(session: Int, visit: Int)]
  /// Pairs of a parameter and a visit that several sessions share, which are not in `numbers`.
  private var sharedVisits: Set<UInt64> = []

  init(_ campaigns: Campaigns) {
    numbers = Array(repeating: UTMNumbers(), count: campaigns.parameterCount)
    latest = Array(repeating: (-1, -1), count: campaigns.parameterCount)
  }

  var all: [UTMNumbers] {
    var all = numbers
    for pair in sharedVisits { all[Int(pair >> 32)].visits += 1 }
    return all
  }

  /// Counts a pageview with these parameters.
  ///
  /// - Parameters:
  ///   - session: A number that no other session has, and `visit` one that no other visit has.
  ///   - sharedVisit: The number of the visit, if several sessions share it.
  @inline(__always)
  mutating func addView(
    _ parameters: Span<UInt32>, session: Int, visit: Int, sharedVisit: UInt32?
  ) {
    for index in parameters.indices {
      let parameter = Int(parameters[index])
      numbers[parameter].views += 1
      if latest[parameter].visit == visit { continue }
      if let sharedVisit {
        sharedVisits.insert(UInt64(parameter) << 32 | UInt64(sharedVisit))
      } else {
        numbers[parameter].visits += 1
      }
      if latest[parameter].session != session { numbers[parameter].visitors += 1 }
      latest[parameter] = (session, visit)
    }
  }

  /// Counts a visit whose first pageview has these parameters. One that is repeated counts once.
  @inline(__always)
  mutating func addVisit(_ parameters: Span<UInt32>, session: Int, visit: Int) {
    for index in parameters.indices {
      let parameter = Int(parameters[index])
      if latest[parameter].visit == visit { continue }
      numbers[parameter].views += 1
      numbers[parameter].visits += 1
      if latest[parameter].session != session { numbers[parameter].visitors += 1 }
      latest[parameter] = (session, visit)
    }
  }

  mutating func merge(_ other: CampaignCounts) {
    for parameter in numbers.indices {
      numbers[parameter].views += other.numbers[parameter].views
      numbers[parameter].visitors += other.numbers[parameter].visitors
      numbers[parameter].visits += other.numbers[parameter].visits
    }
    sharedVisits.formUnion(other.sharedVisits)
  }
}

/// Counts the selected pageviews of each campaign parameter, and their visitors and visits.
struct CampaignViewsKernel: ReportKernel {
  let campaigns: Campaigns

  struct State: Sendable {
    var numbers: CampaignCounts
    fileprivate var flags: [Bool] = []
    fileprivate var order = VisitOrder()
    /// By row of the block, for rows with parameters.
    fileprivate var sets: [UInt32] = []
    /// A number for the block's first row that makes the numbers of rows unique.
    fileprivate var firstRow = 0
  }

  var selectsFewRows: Bool { true }

  func start() -> State { State(numbers: CampaignCounts(campaigns)) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let entries = campaigns.entries(of: block)
    let first = UInt32(block.block.rows.lowerBound)
    var isEmpty = true
    state.flags.removeAll(keepingCapacity: true)
    extend(&state.flags, to: block.count, with: false)
    extend(&state.sets, to: block.count, with: 0)
    block.forEachSelected(of: entries) { entry in
      state.flags[Int(entry.row - first)] = true
      state.sets[Int(entry.row - first)] = entry.set
      isEmpty = false
    }
    if isEmpty { return }
    state.order.load(block, where: state.flags)
    let (order, hasShared) = (state.order, !block.partition.sharedVisits.isEmpty)
    let (rows, sessions, visits) = (order.rows, order.sessions, order.visits)
    var session = 0
    for index in 0..<order.count {
      var sharedVisit: UInt32?
      if hasShared {
        while block.rows(ofSession: session).lowerBound < Int(sessions[index]) { session += 1 }
        sharedVisit = block.sharedVisit(session: session, ordinal: order.ordinal(index))
      }
      state.numbers.addView(
        campaigns.parameters.span.extracting(campaigns.parameters(of: state.sets[Int(rows[index])])),
        session: state.firstRow + Int(sessions[index]), visit: state.firstRow + Int(visits[index]),
        sharedVisit: sharedVisit)
    }
    state.firstRow += block.count
  }

  func merge(_ other: State, into state: inout State) { state.numbers.merge(other.numbers) }
}

/// Counts the visits by the campaign parameters of their first selected pageview.
struct CampaignVisitsKernel: ReportKernel {
  let campaigns: Campaigns
  /// The first selected pageview of each visit that several sessions share.
  let firsts: [UInt32: SharedVisitFirstViews.View]

  struct State: Sendable {
    fileprivate var numbers: CampaignCounts
    fileprivate var flags: [Bool] = []
    fileprivate var order = VisitOrder()
    fileprivate var starts: [UInt32] = []
    /// A number for the block's first row that makes the numbers of rows unique.
    fileprivate var firstRow = 0

    var all: [UTMNumbers] { numbers.all }
  }

  func start() -> State { State(numbers: CampaignCounts(campaigns)) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    block.selectPageviews(into: &state.flags)
    state.order.load(block, where: state.flags)
    let visitCount = state.order.listVisits(into: &state.starts)
    let order = state.order
    let (rows, sessions, visits) = (order.rows, order.sessions, order.visits)
    let queries = block.partition[.urlQuery]
    var session = 0
    for visit in 0..<visitCount {
      let index = Int(state.starts[visit])
      let row = block.block.rows.lowerBound + Int(rows[index])
      let set = campaigns.sets[Int(queries[row])]
      if set == 0 { continue }
      if !firsts.isEmpty {
        while block.rows(ofSession: session).lowerBound < Int(sessions[index]) { session += 1 }
        let number = block.sharedVisit(session: session, ordinal: order.ordinal(index))
        if let number, let first = firsts[number], first.partition != block.number || first.row != row {
          continue
        }
      }
      state.numbers.addVisit(
        campaigns.parameters.span.extracting(campaigns.parameters(of: set)),
        session: state.firstRow + Int(sessions[index]), visit: state.firstRow + Int(visits[index]))
    }
    state.firstRow += block.count
  }

  func merge(_ other: State, into state: inout State) { state.numbers.merge(other.numbers) }
}

/// Finds the first selected pageview of each visit that several sessions share, by number of the visit.
struct SharedVisitFirstViews: ReportKernel {
  struct View: Sendable {
    let milliseconds: Int64
    let inputOrder: UInt32
    /// The index of the partition in its website.
    let partition: Int
    /// Counted from the partition's first row.
    let row: Int
  }

  func start() -> [UInt32: View] { [:] }

  func accumulate(_ block: BlockRows, into views: inout [UInt32: View]) {
    if block.partition.sharedVisits.isEmpty { return }
    var flags: [Bool] = []
    block.selectPageviews(into: &flags)
    var order = VisitOrder()
    order.load(block, where: flags)
    let inputOrder = block.partition.inputOrder
    block.forEachSharedVisitEvent(of: order) { index, visit in
      let row = block.block.rows.lowerBound + Int(order.rows[index])
      add(
        View(
          milliseconds: block.partition.times[row], inputOrder: inputOrder?[row] ?? 0,
          partition: block.number, row: row),
        of: visit, to: &views)
    }
  }

  func merge(_ other: [UInt32: View], into views: inout [UInt32: View]) {
    for (visit, view) in other { add(view, of: visit, to: &views) }
  }

  private func add(_ view: View, of visit: UInt32, to views: inout [UInt32: View]) {
    if let known = views[visit],
      (known.milliseconds, known.inputOrder) <= (view.milliseconds, view.inputOrder)
    {
      return
    }
    views[visit] = view
  }
}
