/// How often each campaign parameter was seen ("utm" in the reports' contract).
public struct UTMRequest {
  public var scope: ReportScope

  public init(scope: ReportScope) { self.scope = scope }
}

/// One `utm_` key of query strings and how often each of its values was seen.
public struct UTMKey: Sendable {
  public let key: String
  /// By count descending, then name.
  public let values: [(value: String, count: Int)]
}

extension WebsiteColumns {
  /// The keys in the order utm_source, utm_medium, utm_campaign, utm_content, utm_term, then the rest by
  /// name.
  public func utm(_ request: UTMRequest, on scanner: Scanner = Scanner()) -> [UTMKey] {
    let queries = dictionary(.urlQuery)
    let counts = scan(request.scope, scanner, UTMKernel(codeCount: queries.count))
    var tally = CampaignTally()
    var reader = FormReader()
    for code in 1..<max(queries.count, 1) where counts[code] > 0 {
      queries.withBytes(of: code) { tally.add($0, count: counts[code], &reader) }
    }
    return tally.result()
  }
}

/// Counts the campaign parameters of query strings.
private struct CampaignTally {
  private var keys = TextInterner()
  private var values = TextInterner()
  /// By code of the key × 2³² + code of the value.
  private var counts: [UInt64: Int] = [:]

  /// Counts a query string that was seen `count` times.
  mutating func add(_ query: Bytes, count: Int, _ reader: inout FormReader) {
    reader.forEachPair(query) { name, value in
      guard isCampaignKey(name) else { return }
      counts[UInt64(keys.code(of: name)) << 32 | UInt64(values.code(of: value)), default: 0] += count
    }
  }

  func result() -> [UTMKey] {
    let (keyTexts, valueTexts) = (keys.dictionary(), values.dictionary())
    let byKey = Dictionary(grouping: counts) { $0.key >> 32 }
    return byKey.map { key, counts in
      UTMKey(
        key: keyTexts[Int(key)],
        values: counts.map { (value: valueTexts[Int($0.key & 0xFFFF_FFFF)], count: $0.value) }.sorted {
          $0.count != $1.count ? $0.count > $1.count : precedes($0.value, $1.value)
        })
    }.sorted { campaignOrder($0.key, $1.key) }
  }
}

/// Counts the selected pageviews of each query string.
private struct UTMKernel: ReportKernel {
  let codeCount: Int

  /// By code of the query string.
  func start() -> [Int] { Array(repeating: 0, count: codeCount) }

  func take(_ block: BlockRows, into counts: inout [Int]) {
    let (types, selected) = (block.partition.types, block.selected)
    let firstRow = block.block.rows.lowerBound
    var counts = counts.mutableSpan
    block.partition[.urlQuery].forEachText(block.block.rows) { row, query in
      if types[firstRow + row] == EventType.pageview, selected[row] { counts[query] += 1 }
    }
  }

  func merge(_ other: [Int], into counts: inout [Int]) {
    for code in counts.indices { counts[code] += other[code] }
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
