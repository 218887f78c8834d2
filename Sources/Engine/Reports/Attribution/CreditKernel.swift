/// Finds the conversions that count and their touches, and gives their credits to the names of the touches.
struct CreditKernel: ReportKernel {
  private let request: AttributionCreditRequest
  private let conversion: ConversionTest
  /// Nil if the request has no currency; its code is nil if no event names it.
  private let money: (properties: MoneyProperties, currency: UInt32?)?
  private let visits: VisitScope
  private let dimensions: [CompiledDimension]
  /// By dimension: the code of the name that is direct.
  private let directCodes: [UInt32]
  /// Set to count only the conversions assisted by names that have no row.
  private var assignments: [RowAssignment]?
  private let executor: ParallelExecutor

  private enum ConversionTest {
    /// A text with a bit in `matching`, of an event of this type.
    case text(TextColumn, matching: CodePredicate<UInt8>, type: UInt8)
    case condition(ConditionEvaluator)
  }

  struct State: Sendable {
    /// All conversion events, whether or not they count.
    var events = ConversionTotals()
    var total = AttributionCredit()
    var unattributed = AttributionCredit()
    var decayWeights = 0
    /// By dimension.
    var tables: [CreditTable]
    /// By dimension: the conversions assisted by names that have no row.
    var assistedRest: [Int]

    fileprivate var evaluator: ConditionEvaluator?
    fileprivate var found = ConversionRows()
    fileprivate var conversions = CreditConversions()
    fileprivate var touches = CreditTouches()
    fileprivate var codes: [DimensionCodes]
    /// By dimension, then by touch of the block.
    fileprivate var codesOfTouches: [[UInt32]]
    fileprivate var paths = CreditPaths()
    fileprivate var names = CreditNames()
    fileprivate var models: CreditModels
    /// By model.
    fileprivate var sums: [CreditModels.Sums]
  }

  init(
    _ request: AttributionCreditRequest, _ dimensions: [CompiledDimension], _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    self.request = request
    self.dimensions = dimensions
    self.executor = executor
    func test(_ column: TextColumn, _ pattern: WildcardPattern, _ type: UInt8) -> ConversionTest {
      .text(column, matching: CodePredicate([pattern], website.dictionary(column), executor), type: type)
    }
    switch request.steps.count == 1 ? request.steps[0] : nil {
    case .path(let pattern): conversion = test(.urlPath, pattern, EventType.pageview)
    case .event(let pattern): conversion = test(.eventName, pattern, EventType.custom)
    default:
      conversion = .condition(
        try ConditionEvaluator(
          .any(request.steps.map(\.typedCondition)), in: request.scope, website, executor))
    }
    money = request.currency.map { currency in
      (website.money(executor), website.propertyStrings.code(of: currency, on: executor).map(UInt32.init))
    }
    visits = VisitScope(request.scope.range, website, executor)
    directCodes = request.by.map { $0 == .channel ? UInt32(Channel.direct.rawValue) + 1 : 0 }
  }

  /// The same kernel, which only counts the conversions assisted by names that have no row.
  func countingAssists(of assignments: [RowAssignment]) -> CreditKernel {
    var kernel = self
    kernel.assignments = assignments
    return kernel
  }

  func start() -> State {
    var state = State(
      tables: dimensions.map { _ in CreditTable(models: request.models.count) },
      assistedRest: Array(repeating: 0, count: dimensions.count),
      codes: dimensions.map { _ in DimensionCodes() }, codesOfTouches: dimensions.map { _ in [] },
      models: CreditModels(executor), sums: request.models.map { _ in CreditModels.Sums() })
    if case .condition(let evaluator) = conversion { state.evaluator = evaluator }
    return state
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    switch conversion {
    case .text(let column, let matching, let type):
      state.found.find(matching, in: column, ofType: type, block)
    case .condition: state.found.find(state.evaluator?.flags(block) ?? [], block)
    }
    listConversions(block, &state)
    if state.conversions.sessions.isEmpty { return }
    state.touches.load(state.conversions.sessions, block, visits)
    for (index, dimension) in dimensions.enumerated() {
      dimension.copy(
        block, state.touches.rows, count: state.touches.rows.count, &state.codes[index],
        to: &state.codesOfTouches[index])
    }
    for index in state.conversions.sessions.indices where !executor.isCancelled {
      state.paths.load(
        state.conversions.rows[state.conversions.sessions[index].conversions], state.touches,
        state.touches.starts[index]..<state.touches.starts[index + 1], of: block.partition,
        lookback: request.lookbackMilliseconds)
      if let assignments {
        countAssists(ofSession: index, assignments, &state)
      } else {
        credit(session: index, &state)
      }
    }
  }

  func merge(_ other: State, into state: inout State) {
    state.events.merge(other.events)
    state.total += other.total
    state.unattributed += other.unattributed
    state.decayWeights += other.decayWeights
    for index in dimensions.indices {
      state.tables[index].merge(other.tables[index])
      state.assistedRest[index] += other.assistedRest[index]
    }
  }

  /// Lists those of the block's conversions that count.
  private func listConversions(_ block: BlockRows, _ state: inout State) {
    state.conversions.removeAll()
    var amounts = money.map { properties, currency in
      ConversionMoney(properties.entries(of: block, executor), currency: currency, in: block.block.rows)
    }
    let found = state.found.rows
    var conversions = CreditConversions()
    swap(&conversions, &state.conversions)
    state.events.add(state.found, block) { session, indices in
      conversions.add(
        found.span.extracting(indices), of: session, which: request.conversions, money: &amounts)
    }
    swap(&conversions, &state.conversions)
  }
}

// MARK: - One session

extension CreditKernel {
  private func credit(session: Int, _ state: inout State) {
    let conversions = state.conversions.sessions[session].conversions
    let values = money == nil ? nil : state.conversions.values[conversions]
    for (path, index) in zip(state.paths.paths, conversions) {
      let credit = AttributionCredit(
        conversions: Amount(tenThousandths: CreditModels.one),
        value: Amount(tenThousandths: state.conversions.values[index]))
      state.total += credit
      if path.isEmpty { state.unattributed += credit }
    }
    if let touch = state.paths.onlyTouch { return credit(onlyTouch: touch, session, values, &state) }
    for (index, model) in request.models.enumerated() where !model.dependsOnNames {
      credit(model, index, nil, values, &state)
    }
    let visits = state.touches.starts[session]..<state.touches.starts[session + 1]
    for dimension in dimensions.indices {
      state.names.load(
        state.codesOfTouches[dimension][visits], direct: directCodes[dimension], state.paths,
        &state.tables[dimension])
      state.names.count(state.paths, in: &state.tables[dimension])
      for (index, model) in request.models.enumerated() {
        if model.dependsOnNames { credit(model, index, state.names, values, &state) }
        for (touch, name) in state.names.numbers.enumerated() {
          state.tables[dimension].add(
            state.sums[index].conversions[touch], values == nil ? 0 : state.sums[index].values[touch],
            of: index, to: name)
        }
      }
    }
  }

  /// Writes the credits of a model by touch.
  private func credit(
    _ model: AttributionModel, _ index: Int, _ names: CreditNames?, _ values: ArraySlice<Int128>?,
    _ state: inout State
  ) {
    if case .timeDecay = model {
      state.decayWeights += state.paths.paths.reduce(0) { $0 + $1.count }
      // The result is discarded, so nobody waits for it.
      if state.decayWeights > request.maximumDecayWeights {
        return state.sums[index].reset(state.paths.touchCount)
      }
    }
    state.models.credit(model, state.paths, names, values, to: &state.sums[index])
  }

  /// Every model gives all to the only touch of the only conversion, which is what most sessions have.
  private func credit(
    onlyTouch touch: Int, _ session: Int, _ values: ArraySlice<Int128>?, _ state: inout State
  ) {
    for model in request.models { if case .timeDecay = model { state.decayWeights += 1 } }
    let visit = state.touches.starts[session] + touch
    for dimension in dimensions.indices {
      let name = state.tables[dimension].number(of: state.codesOfTouches[dimension][visit])
      state.tables[dimension].count(1, last: 1, name)
      for model in request.models.indices {
        state.tables[dimension].add(CreditModels.one, values?.first ?? 0, of: model, to: name)
      }
    }
  }

  private func countAssists(ofSession session: Int, _ assignments: [RowAssignment], _ state: inout State) {
    let visits = state.touches.starts[session]..<state.touches.starts[session + 1]
    for dimension in dimensions.indices {
      state.names.load(
        state.codesOfTouches[dimension][visits], direct: directCodes[dimension], state.paths,
        &state.tables[dimension])
      let table = state.tables[dimension]
      state.assistedRest[dimension] += state.names.assisted(
        by: { assignments[dimension].isCut(table.code($0)) }, state.paths)
    }
  }
}

extension AttributionCredit {
  static func += (a: inout AttributionCredit, b: AttributionCredit) {
    a.conversions += b.conversions
    a.value += b.value
  }
}

extension CreditModels.Sums {
  fileprivate mutating func reset(_ count: Int) {
    conversions.reset(count)
    values.reset(count)
  }
}
