/// Finds the touches of every converting session and adds the session's value to each source that they name.
struct AttributionKernel: ReportKernel {
  private let model: AttributionRequest.Model
  private let conversion: ConversionTest
  private let dictionarySizes: [Int]
  private let currency: CurrencyOfRequest
  private let money: MoneyProperties
  /// Hostname code → the referrer code of the same text; nil if self-referrals count.
  private let ownReferrers: [UInt32]?
  private let executor: ParallelExecutor

  /// What makes an event a conversion.
  private enum ConversionTest {
    /// A text with a bit in `matching`, of an event of this type; if money counts, of any type.
    case text(TextColumn, matching: CodePredicate<UInt8>, type: UInt8)
    /// A condition; if money counts, `untyped`.
    case condition(ConditionEvaluator, untyped: ConditionEvaluator)
  }

  private enum CurrencyOfRequest {
    case none
    /// A code of property texts; nil if no property names the currency.
    case code(UInt32?)
  }

  struct State {
    /// By list.
    var credits: [SourceCredits]
    var totals = ConversionTotals()

    fileprivate var conversions = ConversionRows()
    fileprivate var touches = AttributionTouches()
    /// Those of the request; nil if its step is a text.
    fileprivate var evaluators: (typed: ConditionEvaluator, untyped: ConditionEvaluator)?
  }

  /// A converting session.
  private struct Conversion {
    /// Rows of the partition.
    var rows: Range<Int>
    var last: Int
    var value: Int128
  }

  init(
    _ request: AttributionRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ReportError) {
    self.executor = executor
    model = request.model
    func test(_ column: TextColumn, _ pattern: WildcardPattern, _ type: UInt8) -> ConversionTest {
      .text(column, matching: CodePredicate([pattern], website.dictionary(column), executor), type: type)
    }
    switch request.step {
    case .path(let pattern): conversion = test(.urlPath, pattern, EventType.pageview)
    case .event(let pattern): conversion = test(.eventName, pattern, EventType.custom)
    case .condition(let untyped, let typed):
      conversion = .condition(
        try ConditionEvaluator(typed, in: request.scope, website, executor),
        untyped: try ConditionEvaluator(untyped, in: request.scope, website, executor))
    }
    dictionarySizes = AttributionList.allCases.map { list in
      list.column.map { website.dictionary($0).count } ?? AdNetwork.allCases.count
    }
    money = website.money(executor)
    ownReferrers = request.currency == nil ? website.ownReferrers(executor) : nil
    currency =
      request.currency.map { .code(website.propertyStrings.code(of: $0, on: executor).map(UInt32.init)) }
      ?? .none
  }

  func start() -> State {
    var state = State(credits: dictionarySizes.map(SourceCredits.init))
    if case .condition(let typed, let untyped) = conversion { state.evaluators = (typed, untyped) }
    return state
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    state.touches.removeAll()
    switch conversion {
    case .text(let column, let matching, let type):
      state.conversions.find(matching, in: column, ofType: type, block)
    case .condition: state.conversions.find(state.evaluators?.typed.flags(block) ?? [], block)
    }
    accumulateConversions(block, into: &state)
    if case .code(let code?) = currency { accumulateAmounts(in: code, block, into: &state) }
    if state.touches.rows.isEmpty { return }
    for list in AttributionList.allCases {
      state.touches.credit(
        list, of: block.partition, ownReferrers: ownReferrers, to: &state.credits[list.rawValue])
    }
  }

  func merge(_ other: State, into state: inout State) {
    for list in state.credits.indices where !executor.isCancelled {
      state.credits[list].merge(other.credits[list])
    }
    state.totals.merge(other.totals)
  }

  /// Counts the conversion events of a block. Without a currency, these events make their sessions convert.
  private func accumulateConversions(_ block: BlockRows, into state: inout State) {
    let (conversions, starts, visited) = (
      state.conversions, block.partition.sessionStarts, VisitedRows(block)
    )
    state.totals.add(conversions, block) { session, indices in
      guard case .none = currency else { return }
      let conversion = Conversion(
        rows: Int(starts[session])..<Int(starts[session + 1]),
        last: Int(conversions.rows[indices.upperBound - 1]), value: 1)
      addTouches(of: conversion, visited, &state.touches)
    }
  }

  /// Finds the sessions that have an amount in a currency on an event that matches the step, whatever the
  /// event's type.
  private func accumulateAmounts(in currency: UInt32, _ block: BlockRows, into state: inout State) {
    let entries = money.entries(of: block, executor)
    let matches = untypedMatches(block, &state)
    let starts = block.partition.sessionStarts
    let visited = VisitedRows(block)
    var conversion: Conversion?
    var session: UInt32?
    block.forEachSelected(of: entries, where: { $0.currency == currency }) { entry in
      guard let amount = entry.tenThousandths, matches(Int(entry.row)) else { return }
      if session != entry.session {
        if let conversion { addTouches(of: conversion, visited, &state.touches) }
        session = entry.session
        let rows = starts[Int(entry.session)]..<starts[Int(entry.session) + 1]
        conversion = Conversion(rows: Int(rows.lowerBound)..<Int(rows.upperBound), last: 0, value: 0)
      }
      conversion?.last = Int(entry.row)
      conversion?.value += amount
    }
    if let conversion { addTouches(of: conversion, visited, &state.touches) }
  }

  /// Returns what tells whether a selected row of the partition matches the step, whatever its type.
  private func untypedMatches(_ block: BlockRows, _ state: inout State) -> (Int) -> Bool {
    switch conversion {
    case .text(let column, let matching, _):
      let codes = block.partition[column]
      return { matching.table[Int(codes[$0])] != 0 }
    case .condition:
      let flags = state.evaluators?.untyped.flags(block) ?? []
      return { flags[$0 - block.block.rows.lowerBound] }
    }
  }

  /// Adds the session's touches: its selected events at one instant. There are none if no event comes before
  /// the last conversion.
  private func addTouches(
    of conversion: Conversion, _ visited: VisitedRows, _ touches: inout AttributionTouches
  ) {
    let first = touches.rows.count
    var instant: Int64?
    /// Adds a row if it is at the instant of the first row added; returns whether it is.
    func addIfSimultaneous(_ row: Int) -> Bool {
      let time = visited.times[row]
      if let instant, instant != time { return false }
      instant = time
      touches.add(row: row, value: conversion.value, first: first)
      return true
    }
    switch model {
    case .firstClick:
      for row in conversion.rows where visited.isSelected(row) { if !addIfSimultaneous(row) { return } }
    case .lastClick:
      let conversionTime = visited.times[conversion.last]
      var row = conversion.last
      while row > conversion.rows.lowerBound {
        row -= 1
        if visited.isSelected(row), visited.times[row] < conversionTime, !addIfSimultaneous(row) { return }
      }
    }
  }
}

/// The columns of a block that the search for touches reads.
private struct VisitedRows {
  let times: TimeColumn
  private let selected: [Bool]
  private let firstRow: Int

  init(_ block: BlockRows) {
    times = block.partition.times
    selected = block.selected
    firstRow = block.block.rows.lowerBound
  }

  /// Returns whether a row of the partition is selected.
  func isSelected(_ row: Int) -> Bool { selected[row - firstRow] }
}
