/// Codes that are still being collected, in pages each of which is as narrow as its largest code allows. No
/// code is moved once its page is full.
struct CodePages {
  static let pageCount = 1 << 14
  private var pages: [CodeColumn] = []
  private var last: [UInt32] = []
  private var paged = 0

  var count: Int { paged + last.count }

  @inline(__always)
  mutating func append(_ code: UInt32) {
    last.append(code)
    if last.count == Self.pageCount {
      last.withUnsafeBufferPointer { append(page: $0) }
      last.removeAll(keepingCapacity: true)
    }
  }

  /// Appends a page of codes; none but the last has less than `pageCount`.
  mutating func append(page: UnsafeBufferPointer<UInt32>) {
    precondition(paged.isMultiple(of: Self.pageCount) && page.count <= Self.pageCount)
    pages.append(CodeColumn(count: page.count, largest: page.max() ?? 0) { page[$0] })
    paged += page.count
  }

  /// The codes of `rows`.
  func codes(_ rows: Range<Int>) -> [UInt32] {
    var codes: [UInt32] = []
    codes.reserveCapacity(rows.count)
    forEachStretch(rows) { codes.append(contentsOf: $1) }
    return codes
  }

  /// Calls `body` with the codes of `rows`, some at a time, and how many of them came before.
  func forEachStretch(_ rows: Range<Int>, _ body: (_ offset: Int, UnsafeBufferPointer<UInt32>) -> Void) {
    precondition(rows.upperBound <= count)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.pageCount) { buffer in
      var row = rows.lowerBound
      while row < rows.upperBound {
        let (number, first) = row.quotientAndRemainder(dividingBy: Self.pageCount)
        let end = min(Self.pageCount, first + rows.upperBound - row)
        copy(page: number, first..<end, to: buffer)
        body(row - rows.lowerBound, UnsafeBufferPointer(rebasing: buffer[..<(end - first)]))
        row += end - first
      }
    }
  }

  private func copy(page number: Int, _ rows: Range<Int>, to output: UnsafeMutableBufferPointer<UInt32>) {
    guard number < pages.count else { return widen(last.span.extracting(rows), to: output) }
    switch pages[number] {
    case .one(let column): widen(column.span.extracting(rows), to: output)
    case .two(let column): widen(column.span.extracting(rows), to: output)
    case .four(let column): widen(column.span.extracting(rows), to: output)
    }
  }

  private func widen(
    _ codes: Span<some FixedWidthInteger>, to output: UnsafeMutableBufferPointer<UInt32>
  ) {
    for row in codes.indices { output[row] = UInt32(truncatingIfNeeded: codes[row]) }
  }
}

extension CodeColumn {
  init(narrowing codes: [UInt32]) {
    self.init(count: codes.count, largest: codes.max() ?? 0) { codes[$0] }
  }
}
