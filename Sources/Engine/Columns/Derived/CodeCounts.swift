/// The number of rows for each code.
struct CodeCounts: Sendable {
  /// Adjacent rows are counted in different lanes, because incrementing the same count twice in a row stalls
  /// the processor. With many codes this is rare, and lanes would cost memory.
  private static let lanes = 4
  private static let maximumCodesInLanes = 4096

  private let codeCount: Int
  /// By code, lane after lane.
  private var counts: [Int]

  init(codeCount: Int) {
    self.codeCount = codeCount
    counts = Array(repeating: 0, count: codeCount * (codeCount <= Self.maximumCodesInLanes ? Self.lanes : 1))
  }

  subscript(code: Int) -> Int {
    stride(from: code, to: counts.count, by: codeCount).reduce(0) { $0 + counts[$1] }
  }

  mutating func add(_ count: Int, of code: Int) { counts[code] += count }

  mutating func add(_ other: CodeCounts) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// Counts `rows` of `codes`.
  mutating func count(_ codes: CodeColumn, _ rows: Range<Int>) {
    let laneStride = counts.count > codeCount ? codeCount : 0
    var counts = counts.mutableSpan
    switch codes {
    case .one(let column): addOnes(column.span.extracting(rows), &counts, laneStride)
    case .two(let column): addOnes(column.span.extracting(rows), &counts, laneStride)
    case .four(let column): addOnes(column.span.extracting(rows), &counts, laneStride)
    }
  }

  /// Counts those of `rows` of `codes` whose flag is set; flags are by row from the first of `rows`.
  mutating func count(_ codes: CodeColumn, _ rows: Range<Int>, where selected: [Bool]) {
    let laneStride = counts.count > codeCount ? codeCount : 0
    let selected = selected.bytes
    var counts = counts.mutableSpan
    switch codes {
    case .one(let column): addFlags(column.span.extracting(rows), selected, &counts, laneStride)
    case .two(let column): addFlags(column.span.extracting(rows), selected, &counts, laneStride)
    case .four(let column): addFlags(column.span.extracting(rows), selected, &counts, laneStride)
    }
  }
}

private func addOnes<Code: FixedWidthInteger>(
  _ codes: Span<Code>, _ counts: inout MutableSpan<Int>, _ laneStride: Int
) {
  var row = 0
  while row < codes.count {
    counts[Int(codes[unchecked: row]) &+ (row & 3) &* laneStride] &+= 1
    row &+= 1
  }
}

private func addFlags<Code: FixedWidthInteger>(
  _ codes: Span<Code>, _ selected: Span<UInt8>, _ counts: inout MutableSpan<Int>, _ laneStride: Int
) {
  precondition(selected.count >= codes.count)
  var row = 0
  while row < codes.count {
    // Adding 0 or 1 is faster than a branch.
    counts[Int(codes[unchecked: row]) &+ (row & 3) &* laneStride] &+= Int(selected[unchecked: row])
    row &+= 1
  }
}
