import System

/// The pages of the website. A few are viewed constantly, most hardly ever.
struct Pages {
  let paths: [Fields]
  let titles: [Fields]
  /// The pages on which visits begin, and those that follow.
  let landing: AliasTable
  let later: AliasTable

  init() {
    let core: KeyValuePairs<String, Double> = [
      "/": 30, "/pricing": 14, "/docs": 10, "/docs/install": 6, "/blog": 8, "/contact": 3, "/signup": 5,
      "/login": 4, "/cart": 6, "/checkout": 4, "/thanks": 2, "/about": 2,
    ]
    let rest =
      (1..<400).map { "/blog/post-\($0)" } + (1..<300).map { "/docs/page-\($0)" }
      + (1..<1300).map { "/product/\($0)" } + ["/über-uns", "/a b%20c", "/search", "/файл"]
    let coreWeights = core.map { $0.value * 30 }
    let restWeights = rest.indices.map { 1000 * zipf(rank: $0 + 1, exponent: 0.8) }
    let paths = core.map(\.key) + rest
    self.paths = paths.map { Fields($0) }
    titles = paths.enumerated().map { Fields(Self.title(of: $1, index: $0)) }
    later = AliasTable(weights: coreWeights + restWeights)
    landing = AliasTable(weights: coreWeights.map { $0 * 3 } + restWeights)
  }

  /// Some titles contain characters that a CSV reader must handle specially.
  private static func title(of path: String, index: Int) -> String {
    if index % 50 == 0 { return "Two\nlines of \(path)" }
    if index % 25 == 0 { return "Say \"hi\", \(path)" }
    return "Title of \(path)"
  }
}

/// The weight of the `rank`th most frequent item, by Zipf's law.
func zipf(rank: Int, exponent: Double) -> Double { pow(Double(rank), -exponent) }
