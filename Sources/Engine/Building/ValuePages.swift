/// Values that are still being collected, page by page, so that none is moved to make room for others.
struct ValuePages<Value: BitwiseCopyable> {
  private var pages: [[Value]] = []
  private(set) var count = 0

  /// All pages but the last have `CodePages.pageCount` values.
  mutating func append(page: UnsafeBufferPointer<Value>) {
    precondition(count.isMultiple(of: CodePages.pageCount) && page.count <= CodePages.pageCount)
    pages.append(Array(page))
    count += page.count
  }

  /// Writes the values of `rows` to the start of `output`, which has room for them.
  func copy(_ rows: Range<Int>, to output: UnsafeMutablePointer<Value>) {
    precondition(rows.upperBound <= count)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let (number, first) = row.quotientAndRemainder(dividingBy: CodePages.pageCount)
      let end = min(CodePages.pageCount, first + rows.upperBound - row)
      pages[number].withUnsafeBufferPointer { page in
        let target = output + (row - rows.lowerBound)
        target.update(from: page.baseAddress.unsafelyUnwrapped + first, count: end - first)
      }
      row += end - first
    }
  }
}
