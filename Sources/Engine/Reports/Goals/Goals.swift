/// How often each goal was reached. Defined in `Sources/Engine/Reports/README.md`, section "goals".
public struct GoalsRequest {
  /// Which events or properties reach a goal.
  public enum Goal {
    /// Events whose `url_path` matches.
    case path(WildcardPattern)
    /// Events whose `event_name` matches.
    case event(WildcardPattern)
    /// Events that meet a condition.
    case condition(EventCondition)
    /// The properties whose key is exactly `property`, of the events whose name is exactly `event`.
    case eventData(event: String, property: String, PropertyAggregate)
  }

  /// The events that count.
  public var scope: ReportScope
  /// In the order of the results.
  public var goals: [Goal]
  /// Whether visitors and visits are counted.
  public var countsVisitors = false
  /// The first instant of each unit of the range, and after them that of the next one, in milliseconds since 1970; nil
  /// if no trend is asked for.
  public var trend: [Int64]?
  /// Divides the events that reach a goal by a value of their visits.
  public var by: By?

  /// A value of visits by which goals are divided. Not for goals about properties.
  public struct By: Sendable {
    public var value: VisitValue
    /// The number of values with numbers of their own, those with the highest result.
    public var limit: Int
    /// Whether all other values have numbers together.
    public var rest: Bool

    public init(_ value: VisitValue, limit: Int, rest: Bool) {
      (self.value, self.limit, self.rest) = (value, limit, rest)
    }
  }

  public init(scope: ReportScope, goals: [Goal]) {
    self.scope = scope
    self.goals = goals
  }
}

/// How an event-data goal aggregates its properties.
public enum PropertyAggregate: String, CaseIterable, Sendable {
  case count, sum, average, minimum, maximum, median
  /// The number of distinct texts, without the empty one.
  case distinct
}

/// How often a goal was reached, or the aggregate of its properties.
public enum GoalResult: Sendable, Equatable {
  case count(Int)
  /// A sum, or one of the numbers; 0 if no property has one.
  case amount(Amount)
  /// The mean of `number_value`; 0 if no property has one.
  case average(Double)
}

extension WebsiteColumns {
  /// Returns one result for each goal, in the order of the request.
  public func goals(_ request: GoalsRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError)
    -> [GoalResult]
  {
    goalResults(request, try CompiledGoals(request, self, executor), executor)
  }

  /// Returns one result for each goal, in the order of the request.
  func goalResults(
    _ request: GoalsRequest, _ goals: CompiledGoals, _ executor: ParallelExecutor
  ) -> [GoalResult] {
    func patterns(_ pattern: (GoalsRequest.Goal) -> WildcardPattern?) -> [WildcardPattern?] {
      request.goals.map(pattern)
    }
    let paths = dictionary(.urlPath).codes(
      matching: patterns { if case .path(let pattern) = $0 { pattern } else { nil } }, on: executor)
    let names = dictionary(.eventName).codes(
      matching: patterns { if case .event(let pattern) = $0 { pattern } else { nil } }, on: executor)
    let state = scan(goals.scope, executor, GoalsKernel(goals, paths: paths, names: names, self))
    return request.goals.enumerated().map { index, goal in
      switch goal {
      case .path: .count(state.pathCounts.sum(of: paths[index], on: executor))
      case .event: .count(state.nameCounts.sum(of: names[index], on: executor))
      case .condition: .count(state.conditionCounts[index])
      case .eventData(_, _, let aggregate):
        (goals.sources.ofGoal[index].map { state.accumulators[$0] } ?? PropertyAccumulator())
          .result(aggregate, executor)
      }
    }
  }
}

/// What a request compiles to for one website, whatever is counted of it.
struct CompiledGoals {
  let scope: CompiledScope
  let sources: PropertySources
  /// By goal; nil for goals without a condition.
  let conditions: [ConditionEvaluator?]

  init(
    _ request: GoalsRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ReportError) {
    scope = try CompiledScope(request.scope, website, executor)
    sources = PropertySources(request.goals, website, executor)
    var conditions: [ConditionEvaluator?] = []
    for goal in request.goals {
      guard case .condition(let condition) = goal else {
        conditions.append(nil)
        continue
      }
      conditions.append(try ConditionEvaluator(condition, in: request.scope, website, executor))
    }
    self.conditions = conditions
  }
}

extension CodeCounts {
  fileprivate func sum(of codes: MatchingCodes, on executor: ParallelExecutor) -> Int {
    if executor.isCancelled { return 0 }
    var sum = 0
    codes.forEach { code in
      sum += self[code]
      return true
    }
    return sum
  }
}

/// The codes of a column that match any goal.
private struct WantedCodes {
  /// Up to this many codes are counted one by one, which is faster than counting all codes.
  private static let limit = 4

  private let column: TextColumn
  /// Without duplicates; incomplete if there are more than `limit`.
  private let codes: [Int]

  init(_ column: TextColumn, _ goals: [MatchingCodes]) {
    self.column = column
    var codes: Set<Int> = []
    for goal in goals where codes.count <= Self.limit {
      goal.forEach {
        codes.insert($0)
        return codes.count <= Self.limit
      }
    }
    self.codes = codes.sorted()
  }

  var isEmpty: Bool { codes.isEmpty }

  /// Adds the number of selected rows of each wanted code to `counts`, by code. It may count other codes too.
  func count(_ block: BlockRows, into counts: inout CodeCounts) {
    if codes.count > Self.limit { return block.count(column, into: &counts) }
    for code in codes { counts.add(block.count(UInt32(code), in: column), of: code) }
  }
}

/// Counts the selected events of each path and each name once for all goals, and aggregates the properties of
/// the event-data goals.
private struct GoalsKernel: ReportKernel {
  private let pathCount: Int
  private let nameCount: Int
  private let goalCount: Int
  private let paths: WantedCodes
  private let names: WantedCodes
  private let sources: [PropertySource]
  private let conditions: [(goal: Int, evaluator: ConditionEvaluator)]

  struct State {
    var pathCounts: CodeCounts
    var nameCounts: CodeCounts
    /// By source.
    var accumulators: [PropertyAccumulator]
    /// By goal: the events that meet its condition.
    var conditionCounts: [Int]
    fileprivate var conditions: [(goal: Int, evaluator: ConditionEvaluator)]
  }

  /// `pathCodes` and `nameCodes` are by goal: the codes that it matches.
  init(
    _ goals: CompiledGoals, paths pathCodes: [MatchingCodes], names nameCodes: [MatchingCodes],
    _ website: WebsiteColumns
  ) {
    conditions = goals.conditions.enumerated().compactMap { index, evaluator in
      evaluator.map { (goal: index, evaluator: $0) }
    }
    pathCount = website.dictionary(.urlPath).count
    nameCount = website.dictionary(.eventName).count
    goalCount = goals.conditions.count
    paths = WantedCodes(.urlPath, pathCodes)
    names = WantedCodes(.eventName, nameCodes)
    sources = goals.sources.all
  }

  var selectsFewRows: Bool { paths.isEmpty && names.isEmpty && conditions.isEmpty }

  func start() -> State {
    State(
      pathCounts: CodeCounts(codeCount: pathCount), nameCounts: CodeCounts(codeCount: nameCount),
      accumulators: Array(repeating: PropertyAccumulator(), count: sources.count),
      conditionCounts: Array(repeating: 0, count: goalCount), conditions: conditions)
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    paths.count(block, into: &state.pathCounts)
    names.count(block, into: &state.nameCounts)
    for (index, source) in sources.enumerated() {
      source.accumulate(block, into: &state.accumulators[index])
    }
    for index in state.conditions.indices {
      let flags = state.conditions[index].evaluator.flags(block)
      state.conditionCounts[state.conditions[index].goal] += countSet(flags.bytes, flags.count)
    }
  }

  func merge(_ other: State, into state: inout State) {
    state.pathCounts.add(other.pathCounts)
    state.nameCounts.add(other.nameCounts)
    for goal in state.conditionCounts.indices {
      state.conditionCounts[goal] += other.conditionCounts[goal]
    }
    for source in sources.indices { state.accumulators[source].add(other.accumulators[source]) }
  }
}
