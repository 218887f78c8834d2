extension WebsiteColumns {
  /// Returns the totals of a currency for each value of each breakdown.
  ///
  /// - Parameter currency: The code of its text; nil if no event has it.
  func revenueBreakdowns(
    _ request: RevenueRequest, _ money: MoneyProperties, currency: UInt32?, _ scope: CompiledScope,
    _ executor: ParallelExecutor
  ) throws(ReportError) -> [RevenueBreakdown] {
    guard let currency else { return request.breakdowns.map { _ in RevenueBreakdown(rows: [], rest: nil) } }
    var dimensions: [CompiledDimension] = []
    for dimension in request.breakdowns {
      dimensions.append(try CompiledDimension(dimension, in: request.scope, self, executor))
    }
    if dimensions.isEmpty { return [] }
    func kernel(_ part: RevenueBreakdownKernel.Part) -> RevenueBreakdownKernel {
      RevenueBreakdownKernel(
        money: money, currency: currency, dimensions: dimensions, part: part,
        countsGross: request.hasMetrics, executor: executor)
    }
    let groups = scan(scope, executor, kernel(.each)).groups
    let shown = zip(groups, dimensions).map { groups, dimension in
      let texts = dimension.dictionary
      return executor.first(request.limit, of: groups.all) { a, b in
        a.totals.sum != b.totals.sum
          ? a.totals.sum > b.totals.sum : texts.precedes(Int(a.code), Int(b.code))
      }
    }
    let isCut = zip(groups, shown).map { $0.all.count > $1.count }
    var rests: [RevenueTotals?] = Array(repeating: nil, count: dimensions.count)
    if request.rest, isCut.contains(true) {
      let codes = shown.map { Set($0.map(\.code)) }
      let others = scan(scope, executor, kernel(.allBut(codes))).groups
      for index in rests.indices where isCut[index] { rests[index] = others[index].all.first?.totals }
    }
    return dimensions.indices.map { index in
      let texts = dimensions[index].dictionary
      return RevenueBreakdown(
        rows: shown[index].map { (value: texts[Int($0.code)], totals: $0.totals) }, rest: rests[index])
    }
  }
}

/// Sums the amounts of a currency by the values of dimensions.
private struct RevenueBreakdownKernel: ReportKernel {
  /// The values that are counted.
  enum Part: Sendable {
    /// Each by itself.
    case each
    /// All but these codes of each dimension, together under code 0.
    case allBut([Set<UInt32>])
  }

  let money: MoneyProperties
  let currency: UInt32
  let dimensions: [CompiledDimension]
  let part: Part
  let countsGross: Bool
  let executor: ParallelExecutor

  /// The totals of the codes of one dimension that have an amount.
  struct Groups: Sendable {
    private var numbers = GroupKeyTable(secondCount: 1)
    /// By number of the code, with the session that was counted last.
    private var totals: [(totals: RevenueTotals, latest: Int)] = []

    var all: [(code: UInt32, totals: RevenueTotals)] {
      zip(numbers.pairs, totals).map { ($0.first, $1.totals) }
    }

    /// - Parameter amount: An event's sum and its positive amounts.
    /// - Parameter session: A number that no other session has. Sessions come in order.
    mutating func add(_ amount: (sum: Amount, gross: Amount), of session: Int, code: UInt32) {
      let number = Int(numbers.number(code, 0))
      extend(&totals, to: number + 1, with: (RevenueTotals(), -1))
      let visitors = totals[number].latest == session ? 0 : 1
      totals[number].totals.add(
        RevenueTotals(sum: amount.sum, events: 1, visitors: visitors, gross: amount.gross))
      totals[number].latest = session
    }

    mutating func merge(_ other: Groups) {
      for (code, totals) in other.all {
        let number = Int(numbers.number(code, 0))
        extend(&self.totals, to: number + 1, with: (RevenueTotals(), -1))
        self.totals[number].totals.add(totals)
      }
    }
  }

  struct State: Sendable {
    /// By dimension.
    fileprivate(set) var groups: [Groups]
    fileprivate var codes: [DimensionCodes]
    /// The selected events of a block that have an amount: their rows, counted from the block's first, and their entries.
    fileprivate var rows: [UInt32] = []
    fileprivate var entries: [Int] = []
    /// By selected event: the code of its value.
    fileprivate var values: [UInt32] = []
    /// A number for the block's first session that makes the numbers of sessions unique.
    fileprivate var firstSession = 0
  }

  var selectsFewRows: Bool { true }

  func start() -> State {
    State(
      groups: Array(repeating: Groups(), count: dimensions.count),
      codes: Array(repeating: DimensionCodes(), count: dimensions.count))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let money = money.money(of: block, executor)
    let entries = money.entries
    let firstRow = UInt32(block.block.rows.lowerBound)
    state.rows.removeAll(keepingCapacity: true)
    state.entries.removeAll(keepingCapacity: true)
    for index in entries.indexRange(of: block.block.rows) {
      let entry = entries[index]
      guard entry.currency == currency, entry.tenThousandths != nil,
        block.selects(rowOfPartition: Int(entry.row), at: entry.milliseconds)
      else { continue }
      state.rows.append(entry.row - firstRow)
      state.entries.append(index)
    }
    if !state.rows.isEmpty {
      for index in dimensions.indices { count(index, block, money, &state) }
    }
    state.firstSession += block.block.sessions.count
  }

  func merge(_ other: State, into state: inout State) {
    for index in dimensions.indices { state.groups[index].merge(other.groups[index]) }
  }

  /// Counts the selected events of a block by one dimension.
  private func count(_ dimension: Int, _ block: BlockRows, _ money: PartitionMoney, _ state: inout State) {
    let entries = money.entries
    let offset = state.firstSession - block.block.sessions.lowerBound
    dimensions[dimension].copy(
      block, state.rows, count: state.rows.count, &state.codes[dimension], to: &state.values)
    for (place, index) in state.entries.enumerated() {
      var code = state.values[place]
      if case .allBut(let shown) = part {
        if shown[dimension].contains(code) { continue }
        code = 0
      }
      let entry = entries[index]
      state.groups[dimension].add(
        (
          Amount(tenThousandths: entry.tenThousandths ?? 0),
          countsGross ? Amount(tenThousandths: money.gross(of: entry)) : .zero
        ),
        of: Int(entry.session) + offset, code: code)
    }
  }
}

/// Counts the visitors with a selected event.
struct AllVisitorsKernel: ReportKernel {
  struct State: Sendable {
    fileprivate(set) var visitors = 0
    fileprivate var rows: [UInt32] = []
  }

  func start() -> State { State() }

  func accumulate(_ block: BlockRows, into state: inout State) {
    if block.selection.isWhole {
      state.visitors += block.block.sessions.count
      return
    }
    block.listSelected(into: &state.rows)
    var walk = SessionWalk(block)
    for row in state.rows where walk.goes(to: row) { state.visitors += 1 }
  }

  func merge(_ other: State, into state: inout State) { state.visitors += other.visitors }
}
