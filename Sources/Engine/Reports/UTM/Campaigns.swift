/// A pageview with campaign parameters.
struct CampaignEntry: RowEntry {
  let row: UInt32
  /// The number of its set of campaign parameters.
  let set: UInt32
}

/// The campaign parameters in the query strings of a website. Each query string is parsed once for all
/// requests. Defined in `Sources/Engine/Reports/README.md`, section "utm".
///
/// Query strings with the same parameters share one *set* of them. So click ids, which make nearly every
/// query string distinct, cost nothing to count.
struct Campaigns: Sendable {
  /// A value of a key.
  typealias Parameter = (value: String, number: Int)
  typealias Key = (key: String, parameters: [Parameter])

  /// The keys in the order utm_source, utm_medium, utm_campaign, utm_content, utm_term, then the others by
  /// name.
  let keys: [Key]
  /// Set 0 belongs to query strings without campaign parameters.
  let setCount: Int
  let parameterCount: Int
  /// The numbers of the parameters, set after set; a parameter is repeated as often as it is in the set.
  let parameters: [UInt32]
  /// The end of each set in `parameters`.
  let setEnds: [Int]
  /// By query string code.
  let sets: Column<UInt32>
  /// A bit for each query string with campaign parameters.
  private let hasParameters: CodePredicate<UInt8>
  /// By partition, if the request names keys of its own; partitions keep the pageviews with the usual keys.
  private var entriesOfOwnKeys: [[CampaignEntry]]?

  /// The campaign parameters, and the parameters with any of `keys`. The result is meaningless once the executor is
  /// cancelled.
  init(_ website: WebsiteColumns, keys: [String], _ executor: ParallelExecutor) {
    self.init(website.dictionary(.urlQuery), keys: keys, executor)
    var entries = Array(repeating: [CampaignEntry](), count: website.partitions.count)
    let campaigns = self
    let states = executor.map(entries.count, tasksPerThread: 1, start: { [(Int, [CampaignEntry])]() }) {
      number, found in
      found.append((number, campaigns.makeEntries(of: website.partitions[number])))
    }
    for (number, found) in states.joined() { entries[number] = found }
    entriesOfOwnKeys = entries
  }

  /// The result is meaningless once the executor is cancelled.
  init(_ queries: TextDictionary, keys otherKeys: [String] = [], _ executor: ParallelExecutor) {
    var reading = CampaignParser(keys: otherKeys)
    var reader = FormReader()
    var sets: [UInt32] = []
    sets.reserveCapacity(queries.count)
    executor.forEach(0..<queries.count) { code in
      sets.append(queries.withBytes(of: code) { reading.set(of: $0, &reader) })
    }
    extend(&sets, to: queries.count, with: 0)
    self.sets = Column(sets)
    hasParameters = CodePredicate(table: sets.map { $0 == 0 ? 0 : 1 })
    parameterCount = reading.parameterCount
    (parameters, setEnds) = (reading.parametersOfSets, reading.setEnds)
    setCount = setEnds.count
    keys = reading.keys()
  }

  /// Returns the number of occurrences of each parameter, by its number, if each set occurs as often as in
  /// `counts`.
  func parameterCounts(_ counts: [Int], on executor: ParallelExecutor) -> [Int] {
    var seen = Array(repeating: 0, count: parameterCount)
    var parameter = 0
    let (parameters, ends, counts) = (parameters.span, setEnds.span, counts.span)
    for set in 1..<max(setCount, 1) {
      if set.isMultiple(of: 4096), executor.isCancelled { break }
      let count = counts[set]
      while parameter < ends[set] {
        seen[Int(parameters[parameter])] &+= count
        parameter &+= 1
      }
    }
    return seen
  }

  /// Returns the indices of a set in ``parameters``. Not for set 0.
  func parameters(of set: UInt32) -> Range<Int> { setEnds[Int(set) - 1]..<setEnds[Int(set)] }

  /// Returns the pageviews with parameters in the partition of a block, by row.
  func entries(of block: BlockRows) -> [CampaignEntry] {
    if let entriesOfOwnKeys { return entriesOfOwnKeys[block.number] }
    return block.partition.derived.campaigns.value { makeEntries(of: block.partition) }
  }

  private func makeEntries(of partition: Partition) -> [CampaignEntry] {
    let (types, queries) = (partition.types, partition[.urlQuery])
    var isTagged = Array(repeating: UInt8(0), count: partition.rowCount)
    queries.combine(hasParameters, 0..<partition.rowCount, into: &isTagged)
    var entries: [CampaignEntry] = []
    forEachSet(isTagged.span, partition.rowCount) { row in
      if types[row] != EventType.pageview { return }
      entries.append(CampaignEntry(row: UInt32(row), set: sets[Int(queries[row])]))
    }
    return entries
  }
}

/// Parses query strings and collects their sets.
private struct CampaignParser {
  /// The keys that count besides campaign parameters.
  private let otherKeys: [[UInt8]]
  private var keyTexts = TextInterner()
  private var valueTexts = TextInterner()
  /// Pairs of a key and a value.
  private var pairs = GroupKeyTable(secondCount: 1 << 32)
  /// The sets, each encoded as the bytes of its parameters' numbers. Set 0 is empty.
  private var setTexts = TextInterner.forDictionary()
  private(set) var parametersOfSets: [UInt32] = []
  /// By set.
  private(set) var setEnds = [0]
  /// The parameters of the current query string.
  private var parameters: [UInt32] = []

  init(keys: [String]) { otherKeys = keys.map { Array($0.utf8) } }

  var parameterCount: Int { pairs.count }

  /// Returns the number of the set of `query`.
  mutating func set(of query: Bytes, _ reader: inout FormReader) -> UInt32 {
    parameters.removeAll(keepingCapacity: true)
    reader.forEachPair(query) { key, value in
      guard isCampaignKey(key) || otherKeys.contains(where: { key.elementsEqual($0) }) else { return }
      parameters.append(pairs.number(keyTexts.code(of: key), valueTexts.code(of: value)))
    }
    if parameters.isEmpty { return 0 }
    let set = parameters.withUnsafeBytes { setTexts.code(of: $0.bindMemory(to: UInt8.self)) }
    if Int(set) == setEnds.count {
      parametersOfSets += parameters
      setEnds.append(parametersOfSets.count)
    }
    return set
  }

  func keys() -> [Campaigns.Key] {
    let (keys, values) = (keyTexts.dictionary(), valueTexts.dictionary())
    var parametersOfKey = Array(repeating: [Campaigns.Parameter](), count: keys.count)
    for (number, pair) in pairs.pairs.enumerated() {
      parametersOfKey[Int(pair.first)].append((values[Int(pair.second)], number))
    }
    return parametersOfKey.enumerated().map { (keys[$0], $1) }.sorted { campaignOrder($0.key, $1.key) }
  }
}

/// `^utm_\w+$`, ASCII.
package func isCampaignKey(_ key: Bytes) -> Bool {
  key.count > 4 && key.starts(with: "utm_".utf8)
    && key.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }
}

/// Whether a key comes before another one: those of Umami first, then by name.
package func campaignOrder(_ a: String, _ b: String) -> Bool {
  let first = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"]
  return switch (first.firstIndex(of: a), first.firstIndex(of: b)) {
  case (let a?, let b?): a < b
  case (_?, nil): true
  case (nil, _?): false
  case (nil, nil): precedes(a, b)
  }
}
