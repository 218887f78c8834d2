/// The results of goals with all that was asked for besides.
public struct GoalsReport: Sendable {
  /// By goal.
  public let results: [GoalResult]
  /// The visitors and visits of all events that count, and by goal those with an event that reaches it; nil unless asked
  /// for.
  public let visitors: (all: GoalVisitors, goals: [GoalVisitors])?
  /// By goal: a point for each unit; nil unless asked for.
  public let trend: [[GoalPoint]]?
  /// By goal: the values by result descending, then by value, with the rest last; nil unless asked for.
  public let values: [[GoalValue]]?

  package init(
    results: [GoalResult], visitors: (all: GoalVisitors, goals: [GoalVisitors])?, trend: [[GoalPoint]]?,
    values: [[GoalValue]]?
  ) {
    (self.results, self.visitors, self.trend, self.values) = (results, visitors, trend, values)
  }
}

extension WebsiteColumns {
  /// Returns the results of goals, and what else a request asks for.
  public func goalsReport(
    _ request: GoalsRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> GoalsReport {
    let goals = try CompiledGoals(request, self, executor)
    let results = goalResults(request, goals, executor)
    let events = try GoalEvents(request, goals, self, executor)
    var visitors: (all: GoalVisitors, goals: [GoalVisitors])?
    if request.countsVisitors {
      let state = scan(goals.scope, executor, GoalVisitorsKernel(events))
      visitors = (state.all, state.goals)
    }
    var trend: [[GoalPoint]]?
    if let starts = request.trend {
      let kernel = GoalTrendKernel(events, goals.sources, starts: starts)
      let state = scan(goals.scope, executor, kernel)
      trend = request.goals.enumerated().map { index, goal in
        kernel.points(of: index, goal, source: goals.sources.ofGoal[index], state, executor)
      }
    }
    let values = try request.by.map { by throws(ReportError) in
      try goalValues(request, by, events, goals.scope, executor)
    }
    return GoalsReport(results: results, visitors: visitors, trend: trend, values: values)
  }
}
