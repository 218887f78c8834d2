import Calendar
/// A column of codes under construction, in pages. Each page is as narrow as its largest code allows. Codes
/// are not moved after their page is full.
struct PagedCodes {
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

  /// Appends a page of codes. Only the last page may have fewer than `pageCount`.
  mutating func append(page: UnsafeBufferPointer<UInt32>) {
    precondition(paged.isMultiple(of: Self.pageCount) && page.count <= Self.pageCount)
    pages.append(CodeColumn(count: page.count, largest: page.max() ?? 0) { page[$0] })
    paged += page.count
  }

  /// Returns the codes of `rows`.
  func codes(_ rows: Range<Int>) -> [UInt32] {
    var codes: [UInt32] = []
    codes.reserveCapacity(rows.count)
    forEachRun(rows) { codes.append(contentsOf: $1) }
    return codes
  }

  /// Calls `body` with successive runs of the codes of `rows`, each with the number of codes before it.
  func forEachRun(_ rows: Range<Int>, _ body: (_ offset: Int, UnsafeBufferPointer<UInt32>) -> Void) {
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

/// A column of values under construction, in pages, so that values are not moved when the column grows.
struct PagedValues<Value: BitwiseCopyable> {
  private var pages: [[Value]] = []
  private(set) var count = 0

  /// All pages but the last have `PagedCodes.pageCount` values.
  mutating func append(page: UnsafeBufferPointer<Value>) {
    precondition(count.isMultiple(of: PagedCodes.pageCount) && page.count <= PagedCodes.pageCount)
    pages.append(Array(page))
    count += page.count
  }

  /// Writes the values of `rows` to the start of `output`, which has room for them.
  func copy(_ rows: Range<Int>, to output: UnsafeMutablePointer<Value>) {
    precondition(rows.upperBound <= count)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let (number, first) = row.quotientAndRemainder(dividingBy: PagedCodes.pageCount)
      let end = min(PagedCodes.pageCount, first + rows.upperBound - row)
      pages[number].withUnsafeBufferPointer { page in
        let target = output + (row - rows.lowerBound)
        target.update(from: page.baseAddress.unsafelyUnwrapped + first, count: end - first)
      }
      row += end - first
    }
  }
}

/// The latest rows of a website, until they fill a page.
///
/// All columns are in one allocation, so that writing a row does not check the capacity of every column. A
/// store may have as many websites as rows, so a page begins small.
final class PageBuffer {
  static let rowLimit = PagedCodes.pageCount
  private static let (firstCapacity, growth) = (8, 8)
  /// Separates the columns of a full page by a cache line: columns at equal offsets in the processor's cache
  /// would evict one another.
  private static let gap = 16

  private(set) var rowCount = 0
  private let columnCount: Int
  private var rows: Rows
  /// The number of rows that fit.
  private var capacity = firstCapacity
  /// The distance from one column of codes to the next.
  private var stride = firstCapacity

  private struct Rows {
    let codes: UnsafeMutablePointer<UInt32>
    let times: UnsafeMutablePointer<Int64>
    let types: UnsafeMutablePointer<UInt8>
    let clickIDs: UnsafeMutablePointer<UInt8>
    let rowIDs: UnsafeMutablePointer<Int64>

    init(codes count: Int, rows: Int) {
      codes = .allocate(capacity: count)
      times = .allocate(capacity: rows)
      types = .allocate(capacity: rows)
      clickIDs = .allocate(capacity: rows)
      rowIDs = .allocate(capacity: rows)
    }

    func deallocate() {
      codes.deallocate()
      times.deallocate()
      types.deallocate()
      clickIDs.deallocate()
      rowIDs.deallocate()
    }
  }

  /// Whether no other row fits: then ``grow()`` or ``removeAll()`` must be called.
  var isFull: Bool { rowCount == capacity }
  /// Whether the buffer has as many rows as a page.
  var isWhole: Bool { rowCount == Self.rowLimit }

  init(columnCount: Int) {
    self.columnCount = columnCount
    rows = Rows(codes: columnCount * Self.firstCapacity, rows: Self.firstCapacity)
  }

  deinit { rows.deallocate() }

  /// Makes room for more rows.
  func grow() {
    let larger = min(capacity * Self.growth, Self.rowLimit)
    precondition(larger > capacity)
    let largerStride = larger == Self.rowLimit ? larger + Self.gap : larger
    let copy = Rows(codes: columnCount * largerStride, rows: larger)
    // Sound: it copies only rows that were written, and the larger memory holds more than these.
    for column in 0..<columnCount {
      (copy.codes + column * largerStride).update(from: rows.codes + column * stride, count: rowCount)
    }
    copy.times.update(from: rows.times, count: rowCount)
    copy.types.update(from: rows.types, count: rowCount)
    copy.clickIDs.update(from: rows.clickIDs, count: rowCount)
    copy.rowIDs.update(from: rows.rowIDs, count: rowCount)
    rows.deallocate()
    (rows, capacity, stride) = (copy, larger, largerStride)
  }

  /// Writes a code of the row that is being added.
  @inline(__always)
  func set(_ column: Int, _ code: UInt32) {
    // Sound: the memory has `columnCount` columns, and a full page grows or is emptied immediately.
    rows.codes[column &* stride &+ rowCount] = code
  }

  /// Completes the row whose codes have all been written.
  @inline(__always)
  func add(time: Int64, type: UInt8, clickIDs: UInt8, rowID: Int64) {
    rows.times[rowCount] = time
    rows.types[rowCount] = type
    rows.clickIDs[rowCount] = clickIDs
    rows.rowIDs[rowCount] = rowID
    rowCount += 1
  }

  func codes(_ column: Int) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: rows.codes + column * stride, count: rowCount)
  }

  var allTimes: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: rows.times, count: rowCount) }
  var allTypes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: rows.types, count: rowCount) }
  var allClickIDs: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: rows.clickIDs, count: rowCount) }
  var allRowIDs: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: rows.rowIDs, count: rowCount) }

  func removeAll() { rowCount = 0 }
}

/// A text column of one website in one builder, dictionary-encoded with codes of its own.
struct EncodedText {
  var interner = TextInterner.forDictionary()
  var codes = PagedCodes()
}

/// The properties that one builder has ingested, in input order.
struct PropertyRows {
  /// The ids of their events.
  private(set) var events: [IdentifierBits] = []
  private(set) var keys: [UInt32] = []
  private(set) var strings: [UInt32] = []
  private(set) var numbers: [Int64] = []
  private(set) var types: [PackedPropertyType] = []
  private(set) var keyInterner = TextInterner.forDictionary()
  private(set) var stringInterner = TextInterner.forDictionary()

  var count: Int { events.count }

  mutating func append(_ property: PropertyRow, event: IdentifierBits) {
    events.append(event)
    keys.append(keyInterner.code(of: property.key))
    numbers.append(property.numberTenThousandths ?? PropertyColumns.missingNumber)
    if property.string.isEmpty, property.numberTenThousandths == nil, let date = property.dateMilliseconds {
      var text = formatInstant(date)
      strings.append(text.withUTF8 { stringInterner.code(of: $0) })
      types.append(PackedPropertyType(property.dataType, isTextOfDate: true))
    } else {
      strings.append(stringInterner.code(of: property.string))
      types.append(PackedPropertyType(property.dataType))
    }
  }
}
