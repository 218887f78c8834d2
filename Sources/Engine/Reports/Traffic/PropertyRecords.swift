/// The properties of the selected events: how many there are of each event name, key and type.
public struct PropertyRecordsRequest {
  public var scope: ReportScope
  /// Only those of events with exactly this name.
  public var event: String?

  public init(scope: ReportScope, event: String? = nil) {
    self.scope = scope
    self.event = event
  }
}

public struct PropertyRecords: Sendable, Equatable {
  public let event: String
  public let key: String
  public let count: Int
}

/// The numbers of all properties together.
public struct PropertyTotals: Sendable, Equatable {
  /// Distinct events that have a property.
  public var events = 0
  /// Distinct keys.
  public var keys = 0
  public var records = 0
}

extension WebsiteColumns {
  /// Returns the records of each event name and key: by count descending, then by name, then by key.
  public func propertyRecords(
    _ request: PropertyRecordsRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ScopeError) -> [PropertyRecords] {
    let (names, keys) = (dictionary(.eventName), propertyKeys)
    guard let counts = try recordCounts(request, executor) else { return [] }
    var groups: [(name: Int, key: Int, count: Int)] = []
    for (number, pair) in counts.groups.pairs.enumerated() where counts.counts[number] > 0 {
      groups.append((Int(pair.first), Int(pair.second), counts.counts[number]))
    }
    executor.sort(&groups) { a, b in
      if a.count != b.count { return a.count > b.count }
      return a.name != b.name ? names.precedes(a.name, b.name) : keys.precedes(a.key, b.key)
    }
    return groups.map { PropertyRecords(event: names[$0.name], key: keys[$0.key], count: $0.count) }
  }

  public func propertyTotals(
    _ request: PropertyRecordsRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ScopeError) -> PropertyTotals {
    guard let counts = try recordCounts(request, executor) else { return PropertyTotals() }
    let keys = Set(zip(counts.groups.pairs, counts.counts).filter { $0.1 > 0 }.map(\.0.second))
    return PropertyTotals(events: counts.events, keys: keys.count, records: counts.counts.reduce(0, +))
  }

  /// Returns the texts of the property `key` of events named `event`, with the number of records of each: the
  /// first `limit`, by number descending, then by text.
  public func propertyValues(
    _ key: String, of event: String, _ scope: ReportScope, limit: Int,
    on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ScopeError) -> [(value: String, count: Int)] {
    guard let name = dictionary(.eventName).code(of: event, on: executor),
      let keyCode = propertyKeys.code(of: key, on: executor)
    else { return [] }
    let kernel = RecordTexts(name: UInt32(name), key: UInt32(keyCode), strings: propertyStrings)
    let partial = try scan(scope, executor, kernel)
    let texts = partial.texts.dictionary()
    let codes = partial.counts.indices.filter { partial.counts[$0] > 0 }
    return executor.first(limit, of: codes) { a, b in
      partial.counts[a] != partial.counts[b]
        ? partial.counts[a] > partial.counts[b] : texts.precedes(a, b)
    }.map { (texts[$0], partial.counts[$0]) }
  }

  /// Returns nil if no event has the name.
  private func recordCounts(_ request: PropertyRecordsRequest, _ executor: ParallelExecutor) throws(ScopeError)
    -> RecordCounts.Partial?
  {
    var name: UInt32?
    if let event = request.event {
      guard let code = dictionary(.eventName).code(of: event, on: executor) else { return nil }
      name = UInt32(code)
    }
    return try scan(request.scope, executor, RecordCounts(name: name, keyCount: propertyKeys.count))
  }
}


extension BlockRows {
  /// Calls `body` with the row, counted from the block's first, and the index of each property of selected
  /// events.
  fileprivate func forEachProperty(_ body: (_ row: Int, _ index: Int) -> Void) {
    let properties = partition.properties
    let selected = selected
    for index in properties.range(of: block.rows) {
      let row = Int(properties.rows[index]) - block.rows.lowerBound
      if selected[row] { body(row, index) }
    }
  }
}

/// Counts the properties of each event name and key.
private struct RecordCounts: ReportKernel {
  /// Nil for all.
  let name: UInt32?
  let keyCount: Int

  struct Partial: Sendable {
    /// Pairs of a name and a key.
    var groups: GroupKeyTable
    /// By pair.
    var counts: [Int] = []
    var events = 0
  }

  func start() -> Partial { Partial(groups: GroupKeyTable(secondCount: keyCount)) }

  func accumulate(_ block: BlockRows, into partial: inout Partial) {
    let (names, keys) = (block.partition[.eventName], block.partition.properties.keys)
    var latest = -1
    block.forEachProperty { row, index in
      let eventName = names[block.block.rows.lowerBound + row]
      if let name, name != eventName { return }
      add(1, of: eventName, keys[index], to: &partial)
      if row != latest { partial.events += 1 }
      latest = row
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for (number, pair) in other.groups.pairs.enumerated() {
      add(other.counts[number], of: pair.first, pair.second, to: &partial)
    }
    partial.events += other.events
  }

  private func add(_ count: Int, of name: UInt32, _ key: UInt32, to partial: inout Partial) {
    let group = Int(partial.groups.number(name, key))
    extend(&partial.counts, to: group + 1, with: 0)
    partial.counts[group] += count
  }
}

/// Counts the texts of the properties with one key of events with one name.
private struct RecordTexts: ReportKernel {
  let name: UInt32
  let key: UInt32
  let strings: TextDictionary

  struct Partial: Sendable {
    var texts = TextInterner.forDictionary()
    /// By code.
    var counts: [Int] = []
  }

  func start() -> Partial { Partial() }

  func accumulate(_ block: BlockRows, into partial: inout Partial) {
    let (names, properties) = (block.partition[.eventName], block.partition.properties)
    block.forEachProperty { row, index in
      guard properties.keys[index] == key, names[block.block.rows.lowerBound + row] == name else { return }
      let code = properties.withText(of: index, strings) { partial.texts.code(of: $0) }
      extend(&partial.counts, to: Int(code) + 1, with: 0)
      partial.counts[Int(code)] += 1
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for (code, count) in other.counts.enumerated() where count > 0 {
      let code = Int(partial.texts.code(of: UInt32(code), in: other.texts))
      extend(&partial.counts, to: code + 1, with: 0)
      partial.counts[code] += count
    }
  }
}
