/// The properties of the selected events: how many there are of each event name, key and type.
public struct PropertyRecordsRequest {
  public var scope: ReportScope
  /// Only those of events with exactly this name.
  public var event: String?
  /// Whether the records of one event name and key are told apart by their type.
  public var byDataType = false

  public init(scope: ReportScope, event: String? = nil) {
    self.scope = scope
    self.event = event
  }
}

public struct PropertyRecords: Sendable, Equatable {
  public let event: String
  public let key: String
  /// `data_type`: 1 string, 2 number, 3 boolean, 4 date, 5 array. Nil unless records are told apart by it.
  public let dataType: Int?
  public let count: Int

  package init(event: String, key: String, dataType: Int?, count: Int) {
    (self.event, self.key, self.dataType, self.count) = (event, key, dataType, count)
  }
}

/// The numbers of all properties together.
public struct PropertyTotals: Sendable, Equatable {
  /// Distinct events that have a property.
  public var events = 0
  /// Distinct keys.
  public var keys = 0
  public var records = 0

  package init(events: Int = 0, keys: Int = 0, records: Int = 0) {
    (self.events, self.keys, self.records) = (events, keys, records)
  }
}

extension WebsiteColumns {
  /// Returns the records of each event name and key: by count descending, then by name, key and type.
  public func propertyRecords(
    _ request: PropertyRecordsRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [PropertyRecords] {
    let (names, keys) = (dictionary(.eventName), propertyKeys)
    guard let counts = try recordCounts(request, executor) else { return [] }
    var groups: [(name: Int, key: Int, type: Int, count: Int)] = []
    for (number, count) in counts.counts.enumerated() {
      let group = counts.groups[number].map { Int($0) }
      groups.append((group[0], group[1], group[2], count))
    }
    executor.sort(&groups) { a, b in
      if a.count != b.count { return a.count > b.count }
      if a.name != b.name { return names.precedes(a.name, b.name) }
      return a.key != b.key ? keys.precedes(a.key, b.key) : a.type < b.type
    }
    return groups.map {
      PropertyRecords(
        event: names[$0.name], key: keys[$0.key], dataType: request.byDataType ? $0.type : nil,
        count: $0.count)
    }
  }

  public func propertyTotals(
    _ request: PropertyRecordsRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> PropertyTotals {
    guard let counts = try recordCounts(request, executor) else { return PropertyTotals() }
    let keys = Set(counts.counts.indices.map { counts.groups[$0].dropFirst().first })
    return PropertyTotals(events: counts.events, keys: keys.count, records: counts.counts.reduce(0, +))
  }

  /// Returns the texts of the property `key` of events named `event`, with the number of records of each: the
  /// first `limit`, by number descending, then by text.
  public func propertyValues(
    _ key: String, of event: String, _ scope: ReportScope, limit: Int,
    on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [(value: String, count: Int)] {
    guard let name = dictionary(.eventName).code(of: event, on: executor),
      let keyCode = propertyKeys.code(of: key, on: executor)
    else { return [] }
    let kernel = RecordTexts(name: UInt32(name), key: UInt32(keyCode), strings: propertyStrings)
    let state = try scan(scope, executor, kernel)
    let texts = state.texts.dictionary()
    let codes = state.counts.indices.filter { state.counts[$0] > 0 }
    return texts.mostFrequent(limit, of: codes, executor) { state.counts[$0] }
      .map { (texts[$0], state.counts[$0]) }
  }

  /// Returns nil if no event has the name.
  private func recordCounts(_ request: PropertyRecordsRequest, _ executor: ParallelExecutor)
    throws(ReportError)
    -> RecordCounts.State?
  {
    var name: UInt32?
    if let event = request.event {
      guard let code = dictionary(.eventName).code(of: event, on: executor) else { return nil }
      name = UInt32(code)
    }
    return try scan(request.scope, executor, RecordCounts(name: name, byDataType: request.byDataType))
  }
}

extension BlockRows {
  /// Calls `body` with the row, counted from the block's first, and the index of each property of selected
  /// events.
  fileprivate func forEachProperty(_ body: (_ row: Int, _ index: Int) -> Void) {
    let properties = partition.properties
    let selected = selected
    for index in properties.range(of: block.rows) where properties.keys[index] != PropertyColumns.amountKey {
      let row = Int(properties.rows[index]) - block.rows.lowerBound
      if selected[row] { body(row, index) }
    }
  }
}

/// Counts the properties of each event name, key and, if asked for, type.
private struct RecordCounts: ReportKernel {
  /// Nil for all.
  let name: UInt32?
  let byDataType: Bool

  struct State: Sendable {
    /// Tuples of a name, a key and a type.
    var groups = TupleTable(width: 3)
    /// By tuple.
    var counts: [Int] = []
    var events = 0
  }

  func start() -> State { State() }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let (names, properties) = (block.partition[.eventName], block.partition.properties)
    var latest = -1
    block.forEachProperty { row, index in
      let eventName = names[block.block.rows.lowerBound + row]
      if let name, name != eventName { return }
      let type = byDataType ? PackedPropertyType(rawValue: properties.types[index]).dataType : 0
      add(1, of: [eventName, properties.keys[index], UInt32(type)], to: &state)
      if row != latest { state.events += 1 }
      latest = row
    }
  }

  func merge(_ other: State, into state: inout State) {
    for (number, count) in other.counts.enumerated() {
      let group = other.groups[number]
      let (first, start) = (group.startIndex, group.startIndex + 1)
      add(count, of: [group[first], group[start], group[start + 1]], to: &state)
    }
    state.events += other.events
  }

  private func add(_ count: Int, of tuple: InlineArray<3, UInt32>, to state: inout State) {
    let group = Int(state.groups.number(of: tuple.span))
    extend(&state.counts, to: group + 1, with: 0)
    state.counts[group] += count
  }
}

/// Counts the texts of the properties with one key of events with one name.
private struct RecordTexts: ReportKernel {
  let name: UInt32
  let key: UInt32
  let strings: TextDictionary

  struct State: Sendable {
    var texts = TextInterner.forDictionary()
    /// By code.
    var counts: [Int] = []
  }

  func start() -> State { State() }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let (names, properties) = (block.partition[.eventName], block.partition.properties)
    block.forEachProperty { row, index in
      guard properties.keys[index] == key, names[block.block.rows.lowerBound + row] == name else { return }
      let code = properties.withText(of: index, strings) { state.texts.code(of: $0) }
      extend(&state.counts, to: Int(code) + 1, with: 0)
      state.counts[Int(code)] += 1
    }
  }

  func merge(_ other: State, into state: inout State) {
    for (code, count) in other.counts.enumerated() where count > 0 {
      let code = Int(state.texts.code(of: UInt32(code), in: other.texts))
      extend(&state.counts, to: code + 1, with: 0)
      state.counts[code] += count
    }
  }
}

extension PropertyColumns {
  /// Calls `body` with the text of a property: its string, else its number, else nothing.
  fileprivate func withText<Result>(of index: Int, _ texts: TextDictionary, _ body: (Bytes) -> Result)
    -> Result
  {
    let string = strings[index]
    if string != 0 || numbers[index] == Self.missingNumber { return texts.withBytes(of: Int(string), body) }
    var text: [UInt8] = []
    appendDecimal(numbers[index], to: &text)
    return text.withUnsafeBufferPointer(body)
  }
}
