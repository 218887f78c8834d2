/// What of the properties of an event-data goal is kept beyond their number, their sum and their extremes.
struct PropertyNeeds: Sendable {
  /// All numbers, for a median.
  var numbers = false
  /// The distinct texts.
  var texts = false
}

/// The properties with one key of the events with one name.
struct PropertySource: Sendable {
  /// The code of the event's name.
  let name: UInt32
  /// The code of the property's key.
  let key: UInt32
  private(set) var needs = PropertyNeeds()
  /// The texts of the properties; only if they are needed.
  private(set) var values: PropertyValues?

  init(name: UInt32, key: UInt32) { (self.name, self.key) = (name, key) }

  fileprivate mutating func add(
    _ aggregate: PropertyAggregate, _ property: String, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) {
    if aggregate == .median { needs.numbers = true }
    if aggregate == .distinct, values == nil {
      needs.texts = true
      values = website.propertyValues(property, executor)
    }
  }

  /// Adds the selected properties of a block to `accumulator`.
  func accumulate(_ block: BlockRows, into accumulator: inout PropertyAccumulator) {
    let needs = needs
    if needs.numbers || needs.texts {
      return forEachSelected(block) { property, text in accumulator.add(property, text: text, needs) }
    }
    let name = name
    block.forEachSelected(of: block.partition.properties(withKey: key), where: { $0.name == name }) {
      accumulator.add($0.number)
    }
  }

  /// Calls `body` with the selected properties of a block and, if texts are needed, with the code of the text.
  func forEachSelected(_ block: BlockRows, _ body: (_ property: KeyedProperty, _ text: UInt32) -> Void) {
    let properties = block.partition.properties(withKey: key)
    let name = name
    guard let entries = values?.entries[block.number] else {
      return block.forEachSelected(of: properties, where: { $0.name == name }) { body($0, 0) }
    }
    var next = entries.indexRange(of: block.block.rows).lowerBound
    block.forEachSelected(of: properties, where: { $0.name == name }) { property in
      while next < entries.count, entries[next].row < property.row { next += 1 }
      let hasText = next < entries.count && entries[next].row == property.row
      body(property, hasText ? entries[next].text : 0)
    }
  }
}

/// The sources of the event-data goals of a request; goals about the same properties share one.
struct PropertySources: Sendable {
  private(set) var all: [PropertySource] = []
  /// By goal; nil if the goal is about other events, or about a name or a key that no event has.
  private(set) var ofGoal: [Int?]

  init(_ goals: [GoalsRequest.Goal], _ website: WebsiteColumns, _ executor: ParallelExecutor) {
    func texts(_ text: (String, String) -> String) -> [[UInt8]?] {
      goals.map {
        if case .eventData(let event, let property, _) = $0 { Array(text(event, property).utf8) } else { nil }
      }
    }
    let names = website.dictionary(.eventName).codes(ofTexts: texts { event, _ in event }, on: executor)
    let keys = website.propertyKeys.codes(ofTexts: texts { _, property in property }, on: executor)
    ofGoal = Array(repeating: nil, count: goals.count)
    var indices: [UInt64: Int] = [:]
    for (index, goal) in goals.enumerated() {
      guard case .eventData(_, let property, let aggregate) = goal, let name = names[index],
        let key = keys[index], !property.isEmpty
      else { continue }
      let pair = UInt64(name) << 32 | UInt64(key)
      let source = indices[pair] ?? all.count
      indices[pair] = source
      if source == all.count { all.append(PropertySource(name: UInt32(name), key: UInt32(key))) }
      all[source].add(aggregate, property, website, executor)
      ofGoal[index] = source
    }
  }
}

/// What is known of the properties of one source.
struct PropertyAccumulator: Sendable {
  private var properties = 0
  private var numbers = 0
  private var sum = Amount.zero
  private var minimum = Int64.max
  private var maximum = Int64.min
  /// Only if they are needed.
  private var allNumbers: [Int64] = []
  private var texts: Set<UInt32> = []

  /// Adds a property; `number` is `missingNumber` if it has none.
  @inline(__always)
  fileprivate mutating func add(_ number: Int64) {
    properties += 1
    if number == PropertyColumns.missingNumber { return }
    numbers += 1
    sum += Amount(tenThousandths: Int128(number))
    minimum = min(minimum, number)
    maximum = max(maximum, number)
  }

  mutating func add(_ property: KeyedProperty, text: UInt32, _ needs: PropertyNeeds) {
    add(property.number)
    if needs.texts, text != 0 { texts.insert(text) }
    if needs.numbers, property.number != PropertyColumns.missingNumber { allNumbers.append(property.number) }
  }

  mutating func add(_ other: PropertyAccumulator) {
    properties += other.properties
    numbers += other.numbers
    sum += other.sum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    allNumbers += other.allNumbers
    texts.formUnion(other.texts)
  }

  func result(_ aggregate: PropertyAggregate, _ executor: ParallelExecutor) -> GoalResult {
    func amount(_ number: Int64) -> GoalResult { .amount(Amount(tenThousandths: Int128(number))) }
    switch aggregate {
    case .count: return .count(properties)
    case .distinct: return .count(texts.count)
    case .sum: return .amount(sum)
    case .average: return .average(numbers == 0 ? 0 : sum.double / Double(numbers))
    case _ where numbers == 0: return .amount(.zero)
    case .minimum: return amount(minimum)
    case .maximum: return amount(maximum)
    case .median:
      var numbers = allNumbers
      return amount(numbers.nthSmallest(percentileIndex(50, of: numbers.count)))
    }
  }
}
