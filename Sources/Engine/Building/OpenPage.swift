/// The rows of a website that came last, until they fill a page.
///
/// All columns are in one piece of memory, so that a row is written without asking every column for room. A store may
/// have as many websites as rows, so that a page begins small.
final class OpenPage {
  static let rowLimit = CodePages.pageCount
  private static let (firstCapacity, growth) = (8, 8)
  /// Columns of a full page are longer than that by a cache line: columns at equal places of the processor's cache
  /// would drive one another out.
  private static let gap = 16

  private(set) var rowCount = 0
  private let columnCount: Int
  private var rows: Rows
  /// How many rows there is room for.
  private var capacity = firstCapacity
  /// From one column of codes to the next.
  private var stride = firstCapacity

  private struct Rows {
    let codes: UnsafeMutablePointer<UInt32>
    let times: UnsafeMutablePointer<Int64>
    let types: UnsafeMutablePointer<UInt8>
    let paidAds: UnsafeMutablePointer<UInt8>
    let rowIDs: UnsafeMutablePointer<Int64>

    init(codes count: Int, rows: Int) {
      codes = .allocate(capacity: count)
      times = .allocate(capacity: rows)
      types = .allocate(capacity: rows)
      paidAds = .allocate(capacity: rows)
      rowIDs = .allocate(capacity: rows)
    }

    func deallocate() {
      codes.deallocate()
      times.deallocate()
      types.deallocate()
      paidAds.deallocate()
      rowIDs.deallocate()
    }
  }

  /// Whether there is no room for another row: then ``grow()`` or ``removeAll()`` has to be called.
  var isFull: Bool { rowCount == capacity }
  /// Whether it has as many rows as a page has.
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
    // Sound: as many rows were written as are copied, and the new room is for more.
    for column in 0..<columnCount {
      (copy.codes + column * largerStride).update(from: rows.codes + column * stride, count: rowCount)
    }
    copy.times.update(from: rows.times, count: rowCount)
    copy.types.update(from: rows.types, count: rowCount)
    copy.paidAds.update(from: rows.paidAds, count: rowCount)
    copy.rowIDs.update(from: rows.rowIDs, count: rowCount)
    rows.deallocate()
    (rows, capacity, stride) = (copy, larger, largerStride)
  }

  /// Writes a code of the row that is being added.
  @inline(__always)
  func set(_ column: Int, _ code: UInt32) {
    // Sound: columns are those that room was made for, and a page that is full grows or is emptied at once.
    rows.codes[column &* stride &+ rowCount] = code
  }

  /// Completes the row of which all codes were written.
  @inline(__always)
  func add(time: Int64, type: UInt8, paidAd: UInt8, rowID: Int64) {
    rows.times[rowCount] = time
    rows.types[rowCount] = type
    rows.paidAds[rowCount] = paidAd
    rows.rowIDs[rowCount] = rowID
    rowCount += 1
  }

  func codes(_ column: Int) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: rows.codes + column * stride, count: rowCount)
  }

  var allTimes: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: rows.times, count: rowCount) }
  var allTypes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: rows.types, count: rowCount) }
  var allPaidAds: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: rows.paidAds, count: rowCount) }
  var allRowIDs: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: rows.rowIDs, count: rowCount) }

  func removeAll() { rowCount = 0 }
}
