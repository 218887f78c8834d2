/// A pageview with campaign parameters.
struct CampaignEntry: RowEntry {
  let row: UInt32
  /// The set of its campaign parameters.
  let set: UInt32
}

/// The campaign parameters of the query strings of a website ("utm" in the reports' contract). A query string
/// is read once, whatever the number of requests.
///
/// Query strings with the same parameters have the same *set* of them, so that ids of clicks, which make
/// query strings many, cost nothing to count.
struct Campaigns: Sendable {
  /// A value of a key and the sets in which they stand; a set is here as often as it has them.
  typealias Parameter = (value: String, sets: [Int])
  typealias Key = (key: String, parameters: [Parameter])

  /// The keys in the order utm_source, utm_medium, utm_campaign, utm_content, utm_term, then the rest by
  /// name.
  let keys: [Key]
  /// Set 0 is that of query strings without campaign parameters.
  let setCount: Int
  /// By code of the query string.
  private let sets: Column<UInt32>
  /// A bit for each query string with campaign parameters.
  private let hasParameters: CodeBits<UInt8>

  init(_ queries: TextDictionary) {
    var reading = CampaignReading()
    var reader = FormReader()
    let sets = (0..<queries.count).map { code in
      queries.withBytes(of: code) { reading.set(of: $0, &reader) }
    }
    self.sets = Column(sets)
    hasParameters = CodeBits(table: sets.map { $0 == 0 ? 0 : 1 })
    setCount = reading.setCount
    keys = reading.keys()
  }

  /// The pageviews of a partition that have campaign parameters, by row.
  func entries(of partition: Partition) -> [CampaignEntry] {
    partition.derived.campaigns.value {
      let (types, queries) = (partition.types, partition[.urlQuery])
      var isTagged = Array(repeating: UInt8(0), count: partition.rowCount)
      queries.join(hasParameters, 0..<partition.rowCount, into: &isTagged)
      var entries: [CampaignEntry] = []
      forEachSet(isTagged.span, partition.rowCount) { row in
        if types[row] != EventType.pageview { return }
        entries.append(CampaignEntry(row: UInt32(row), set: sets[Int(queries[row])]))
      }
      return entries
    }
  }
}

/// Collects the sets of the query strings that it is given.
private struct CampaignReading {
  private var keyTexts = TextInterner()
  private var valueTexts = TextInterner()
  /// Pairs of a key and a value.
  private var parameters = PairTable(secondCount: 1 << 32)
  /// A set is another one, or none, and one parameter more.
  private var sets = PairTable(secondCount: 1 << 32)

  /// Set 0, that without parameters, among them.
  var setCount: Int { sets.count + 1 }

  /// The number of the set of `query`.
  mutating func set(of query: Bytes, _ reader: inout FormReader) -> UInt32 {
    var set: UInt32 = 0
    reader.forEachPair(query) { key, value in
      guard isCampaignKey(key) else { return }
      let parameter = parameters.number(keyTexts.code(of: key), valueTexts.code(of: value))
      set = sets.number(set, parameter) + 1
    }
    return set
  }

  func keys() -> [Campaigns.Key] {
    let setsOfParameter = setsOfParameters()
    let (keys, values) = (keyTexts.dictionary(), valueTexts.dictionary())
    var parametersOfKey = Array(repeating: [Campaigns.Parameter](), count: keys.count)
    for (pair, sets) in zip(parameters.pairs, setsOfParameter) {
      parametersOfKey[Int(pair.first)].append((values[Int(pair.second)], sets))
    }
    return parametersOfKey.enumerated().map { (keys[$0], $1) }.sorted { campaignOrder($0.key, $1.key) }
  }

  /// By parameter: the sets in which it stands, each as often as it does.
  private func setsOfParameters() -> [[Int]] {
    var setsOfParameter = Array(repeating: [Int](), count: parameters.count)
    for set in 1..<setCount {
      var rest = set
      while rest > 0 {
        let (shorter, parameter) = sets.pairs[rest - 1]
        setsOfParameter[Int(parameter)].append(set)
        rest = Int(shorter)
      }
    }
    return setsOfParameter
  }
}

/// `^utm_\w+$`, ASCII.
private func isCampaignKey(_ key: Bytes) -> Bool {
  key.count > 4 && key.starts(with: "utm_".utf8)
    && key.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }
}

private func campaignOrder(_ a: String, _ b: String) -> Bool {
  let first = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"]
  return switch (first.firstIndex(of: a), first.firstIndex(of: b)) {
  case (let a?, let b?): a < b
  case (_?, nil): true
  case (nil, _?): false
  case (nil, nil): precedes(a, b)
  }
}
