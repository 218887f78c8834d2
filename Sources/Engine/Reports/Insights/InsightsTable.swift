/// What a scan has counted, as rows.
///
/// It is an object because rows are sorted by what it holds, and a copy for each comparison would take longer than that.
final class InsightsTable {
  let groups: InsightsGroups
  /// The visitors of all groups together, if they were counted.
  let allVisitors: Int
  private let request: InsightsRequest
  private let state: InsightsKernel.State
  private let fields: [FieldValues]
  /// By group: what visits that several sessions share add to it.
  private let shared: [Int: SharedFigures]

  /// The figures of shared visits.
  private struct SharedFigures {
    var visits = 0
    var bounces = 0
    var totalSeconds: Int64 = 0
  }

  /// The rows that are returned, and the groups of all rows that meet `having` and of those that are not returned. The
  /// groups are listed only if the request asks for their figures.
  struct Selection {
    let rows: [InsightsRow]
    var kept: [Int] = []
    var rest: [Int] = []
  }

  init(
    _ request: InsightsRequest, _ state: InsightsKernel.State, _ grouping: InsightsGrouping,
    _ executor: ParallelExecutor
  ) {
    (self.request, self.state) = (request, state)
    groups = state.finder.groups
    allVisitors = state.visitors
    fields = grouping.fields.map(\.values)
    var shared: [Int: SharedFigures] = [:]
    executor.forEach(state.stays.sharedVisits) { visit in
      shared[visit.group, default: SharedFigures()].visits += 1
      guard let stay = grouping.sharedStays[visit.visit] else { return }
      shared[visit.group]?.bounces += stay.isBounce ? 1 : 0
      shared[visit.group]?.totalSeconds += stay.seconds
    }
    self.shared = shared
  }

  /// Selects rows as the request asks for.
  func selection(_ executor: ParallelExecutor) -> Selection {
    let kept = state.stays.accumulators.indices.lazy.filter { self.isKept($0) }
    let wanted = request.rows.map { $0.isEmpty ? [] : groupsOfWantedRows($0, executor) }
    let shown: [Int?]
    if let wanted {
      shown = wanted
    } else {
      let end = request.limit.addingReportingOverflow(request.offset)
      shown = Array(
        executor.first(end.overflow ? .max : end.partialValue, of: kept, by: precedes).dropFirst(
          request.offset))
    }
    let rows = shown.enumerated().map { index, group in
      group.map { InsightsRow(values: values(of: $0), numbers: numbers(of: $0)) }
        ?? InsightsRow(values: request.rows?[index] ?? [], numbers: noNumbers)
    }
    guard request.rest || request.total else { return Selection(rows: rows) }
    let isShown = Set(shown.lazy.compactMap(\.self))
    var selection = Selection(rows: rows)
    executor.forEach(state.stays.accumulators.indices) { group in
      guard isKept(group) else { return }
      selection.kept.append(group)
      if !isShown.contains(group) { selection.rest.append(group) }
    }
    return selection
  }

  /// Returns a bit for each of some sets of groups, by group.
  func sets(_ sets: [[Int]], _ executor: ParallelExecutor) -> [UInt8] {
    var bits = Array(repeating: UInt8(0), count: state.stays.accumulators.count)
    for (bit, set) in sets.enumerated() {
      executor.forEach(set.indices) { bits[set[$0]] |= 1 << UInt8(bit) }
    }
    return bits
  }

  /// Returns the figures of several groups together.
  ///
  /// - Parameter union: What cannot be added up: distinct visitors and visits.
  func sum(_ groups: [Int], _ union: InsightsUnion, _ executor: ParallelExecutor) -> InsightsNumbers {
    var sum = InsightsNumbers()
    executor.forEach(groups.indices) { index in
      let numbers = numbers(of: groups[index], withGoals: false)
      sum.events += numbers.events
      sum.views += numbers.views
      sum.visits += numbers.visits
      sum.bounces += numbers.bounces
      sum.totalSeconds += numbers.totalSeconds
    }
    sum.visitors = union.visitors
    sum.goalVisitors = union.goalVisitors
    // By visit, each visit is in one group.
    if !request.isByVisit { sum.visits = union.visits }
    return sum
  }

  private var noNumbers: InsightsNumbers {
    var numbers = InsightsNumbers()
    numbers.goalVisitors = request.goals.map { _ in 0 }
    return numbers
  }

  private func numbers(of group: Int, withGoals: Bool = true) -> InsightsNumbers {
    let accumulator = state.stays.accumulators[group]
    var numbers = InsightsNumbers()
    numbers.events = accumulator.views
    numbers.views = state.pageviews.map { group < $0.count ? $0[group] : 0 } ?? accumulator.views
    numbers.visitors = accumulator.visitors
    (numbers.visits, numbers.bounces) = (accumulator.visits, accumulator.bounces)
    numbers.totalSeconds = accumulator.totalSeconds
    if let shared = shared[group] {
      numbers.visits += shared.visits
      numbers.bounces += shared.bounces
      numbers.totalSeconds += shared.totalSeconds
    }
    if withGoals { numbers.goalVisitors = state.goals.visitors(of: group) }
    return numbers
  }

  private func values(of group: Int) -> [InsightsValue] {
    zip(fields, groups.codes(of: group)).map { $0.value(of: $1) }
  }

  private func isKept(_ group: Int) -> Bool {
    if state.stays.accumulators[group].views == 0 { return false }
    if request.having.isEmpty { return true }
    let numbers = numbers(of: group, withGoals: false)
    return request.having.allSatisfy { $0.holds(numbers, allVisitors: allVisitors) }
  }

  /// Returns the groups with some values, nil for values that no event has.
  private func groupsOfWantedRows(_ rows: [[InsightsValue]], _ executor: ParallelExecutor) -> [Int?] {
    let codes = fields.enumerated().map { field, values in
      values.codes(of: rows.map { $0[field] }, executor)
    }
    var groups = groups
    return rows.indices.map { row in
      let tuple = codes.compactMap { $0[row] }
      guard tuple.count == fields.count else { return nil }
      let group = groups.group(of: tuple)
      guard group < state.stays.accumulators.count, state.stays.accumulators[group].views > 0 else {
        return nil
      }
      return group
    }
  }
}

// MARK: - Order

extension InsightsTable {
  private func precedes(_ a: Int, _ b: Int) -> Bool {
    for order in request.order {
      if let isFirst = precedes(a, b, by: order.key) { return isFirst != order.isDescending }
    }
    let (numbersOfA, numbersOfB) = (state.stays.accumulators[a], state.stays.accumulators[b])
    let (viewsOfA, viewsOfB) = (views(of: a), views(of: b))
    if viewsOfA != viewsOfB, !request.ordersByVisitors { return viewsOfA > viewsOfB }
    if numbersOfA.visitors != numbersOfB.visitors { return numbersOfA.visitors > numbersOfB.visitors }
    if viewsOfA != viewsOfB { return viewsOfA > viewsOfB }
    for field in fields.indices {
      if let isFirst = precedes(a, b, inField: field) { return isFirst }
    }
    return false
  }

  /// Returns whether the value of `a` precedes that of `b`; nil if both have the same.
  private func precedes(_ a: Int, _ b: Int, inField field: Int) -> Bool? {
    let (codeOfA, codeOfB) = (groups.code(of: a, field: field), groups.code(of: b, field: field))
    return codeOfA == codeOfB ? nil : fields[field].precedes(codeOfA, codeOfB)
  }

  private func views(of group: Int) -> Int {
    guard let pageviews = state.pageviews else { return state.stays.accumulators[group].views }
    return group < pageviews.count ? pageviews[group] : 0
  }

  /// Returns whether `a` has less than `b`; nil if both have the same.
  private func precedes(_ a: Int, _ b: Int, by key: InsightsRequest.Order.Key) -> Bool? {
    switch key {
    case .field(let field): return precedes(a, b, inField: field)
    case .metric(let metric):
      let valueOfA = numbers(of: a, withGoals: false).value(metric, allVisitors: allVisitors) ?? 0
      let valueOfB = numbers(of: b, withGoals: false).value(metric, allVisitors: allVisitors) ?? 0
      return valueOfA == valueOfB ? nil : valueOfA < valueOfB
    }
  }
}

extension InsightsRequest.Condition {
  fileprivate func holds(_ numbers: InsightsNumbers, allVisitors: Int) -> Bool {
    guard let value = numbers.value(metric, allVisitors: allVisitors) else { return false }
    return switch comparison {
    case .isGreater: value > bound
    case .isGreaterOrEqual: value >= bound
    case .isLess: value < bound
    case .isLessOrEqual: value <= bound
    case .isEqual: value == bound
    case .isNotEqual: value != bound
    }
  }
}

// MARK: - Values

/// What the codes of a field mean, once all events have been read.
enum FieldValues {
  case texts(TextDictionary)
  /// Codes are the numbers.
  case numbers
  /// By code: the start of a unit.
  case instants([Int64])

  func value(of code: UInt32) -> InsightsValue {
    switch self {
    case .texts(let dictionary): .text(dictionary[Int(code)])
    case .numbers: .number(Int(code))
    case .instants(let starts): .instant(starts[Int(code)])
    }
  }

  /// Whether the value of a code precedes that of another: by name or number.
  func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
    switch self {
    case .texts(let dictionary): dictionary.precedes(Int(a), Int(b))
    case .numbers: a < b
    case .instants(let starts): starts[Int(a)] < starts[Int(b)]
    }
  }

  /// Returns the codes of values, nil for those that no event has.
  func codes(of values: [InsightsValue], _ executor: ParallelExecutor) -> [UInt32?] {
    switch self {
    case .texts(let dictionary):
      let texts: [[UInt8]?] = values.map { if case .text(let text) = $0 { Array(text.utf8) } else { nil } }
      return dictionary.codes(ofTexts: texts, on: executor).map { $0.map { UInt32($0) } }
    case .numbers:
      return values.map { if case .number(let number) = $0 { UInt32(exactly: number) } else { nil } }
    case .instants(let starts):
      let codes = Dictionary(starts.enumerated().map { ($1, UInt32($0)) }) { first, _ in first }
      return values.map { if case .instant(let start) = $0 { codes[start] } else { nil } }
    }
  }
}
