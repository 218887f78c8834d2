/// How often each goal was reached ("goals" in the reports' contract).
public struct GoalsRequest {
  public enum Goal {
    /// Events whose `url_path` matches.
    case path(WildcardPattern)
    /// Events whose `event_name` matches.
    case event(WildcardPattern)
    /// The properties with exactly the key `property` of the events with exactly the name `event`.
    case eventData(event: String, property: String, PropertyAggregate)
  }

  public var scope: ReportScope
  public var goals: [Goal]

  public init(scope: ReportScope, goals: [Goal]) {
    self.scope = scope
    self.goals = goals
  }
}

/// What is made of the properties of an event-data goal.
public enum PropertyAggregate: String, CaseIterable, Sendable {
  case count, sum, average
}

/// A goal's result.
public enum GoalResult: Sendable, Equatable {
  case count(Int)
  case sum(Amount)
  /// The mean of `number_value`; 0 where no property has one.
  case average(Double)
}

extension WebsiteColumns {
  /// One result a goal, in the order of the request.
  public func goals(_ request: GoalsRequest, on scanner: Scanner = Scanner()) -> [GoalResult] {
    let codes = request.goals.map { goal in
      switch goal {
      case .path(let pattern): dictionary(.urlPath).codes(matching: pattern)
      case .event(let pattern): dictionary(.eventName).codes(matching: pattern)
      case .eventData: [Int]()
      }
    }
    let partial = scan(request.scope, scanner, GoalsKernel(request.goals, codes, self))
    return request.goals.enumerated().map { index, goal in
      switch goal {
      case .path: .count(codes[index].reduce(0) { $0 + partial.pathCounts[$1] })
      case .event: .count(codes[index].reduce(0) { $0 + partial.nameCounts[$1] })
      case .eventData(_, _, let aggregate): partial.tallies[index].result(aggregate)
      }
    }
  }
}

/// Properties of one event-data goal.
private struct PropertyTally {
  var properties = 0
  var numbers = 0
  var sum = Amount.zero

  /// Adds a property; `number` is `missingNumber` where it has none.
  mutating func add(_ number: Int64) {
    properties += 1
    if number == PropertyColumns.missingNumber { return }
    numbers += 1
    sum += Amount(tenThousandths: Int128(number))
  }

  func result(_ aggregate: PropertyAggregate) -> GoalResult {
    switch aggregate {
    case .count: .count(properties)
    case .sum: .sum(sum)
    case .average: .average(numbers == 0 ? 0 : sum.double / Double(numbers))
    }
  }
}

/// The codes of a column that goals ask for.
private struct WantedCodes {
  /// Up to so many codes are counted one by one, which is quicker than to count them all.
  private static let most = 4

  private let column: TextColumn
  /// Each once.
  private let codes: [Int]

  init(_ column: TextColumn, _ codes: [Int]) {
    self.column = column
    self.codes = Set(codes).sorted()
  }

  var isEmpty: Bool { codes.isEmpty }

  /// Adds the selected rows of each wanted code to `counts`, by code; others may be counted too.
  func count(_ block: BlockRows, into counts: inout CodeCounts) {
    if codes.count > Self.most { return block.count(column, into: &counts) }
    for code in codes { counts.add(block.count(UInt32(code), in: column), of: code) }
  }
}

/// Counts the selected events of each path and each name, whatever the number of goals, and adds up the
/// properties of the event-data goals.
private struct GoalsKernel: ReportKernel {
  private let pathCount: Int
  private let nameCount: Int
  private let goalCount: Int
  private let paths: WantedCodes
  private let names: WantedCodes
  /// Goal index, code of the event's name, code of the property's key. A goal that names a text which no
  /// event has is not here.
  private let propertyGoals: [(goal: Int, name: UInt32, key: UInt32)]

  struct Partial {
    var pathCounts: CodeCounts
    var nameCounts: CodeCounts
    var tallies: [PropertyTally]
  }

  /// `codes`: those of the paths or names that each goal asks for.
  init(_ goals: [GoalsRequest.Goal], _ codes: [[Int]], _ website: WebsiteColumns) {
    pathCount = website.dictionary(.urlPath).count
    nameCount = website.dictionary(.eventName).count
    goalCount = goals.count
    paths = WantedCodes(
      .urlPath, zip(goals, codes).flatMap { if case .path = $0 { $1 } else { [Int]() } })
    names = WantedCodes(
      .eventName, zip(goals, codes).flatMap { if case .event = $0 { $1 } else { [Int]() } })
    propertyGoals = goals.enumerated().compactMap { index, goal in
      guard case .eventData(let event, let property, _) = goal,
        let name = website.dictionary(.eventName).code(of: event),
        let key = website.propertyKeys.code(of: property)
      else { return nil }
      return (index, UInt32(name), UInt32(key))
    }
  }

  var looksAtFewRows: Bool { paths.isEmpty && names.isEmpty }

  func start() -> Partial {
    Partial(
      pathCounts: CodeCounts(codeCount: pathCount), nameCounts: CodeCounts(codeCount: nameCount),
      tallies: Array(repeating: PropertyTally(), count: goalCount))
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    paths.count(block, into: &partial.pathCounts)
    names.count(block, into: &partial.nameCounts)
    for goal in propertyGoals {
      takeProperties(withKey: goal.key, ofName: goal.name, block, into: &partial.tallies[goal.goal])
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    partial.pathCounts.add(other.pathCounts)
    partial.nameCounts.add(other.nameCounts)
    for goal in partial.tallies.indices {
      partial.tallies[goal].properties += other.tallies[goal].properties
      partial.tallies[goal].numbers += other.tallies[goal].numbers
      partial.tallies[goal].sum += other.tallies[goal].sum
    }
  }

  private func takeProperties(
    withKey key: UInt32, ofName name: UInt32, _ block: BlockRows, into tally: inout PropertyTally
  ) {
    let properties = block.partition.properties(withKey: key)
    block.forEachSelected(of: properties, where: { $0.name == name }) { tally.add($0.number) }
  }
}
