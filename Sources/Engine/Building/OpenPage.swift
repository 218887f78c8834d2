/// The rows of a website that came last, until they fill a page.
///
/// All columns stand in one piece of memory, so that a row is written without asking every column for room.
final class OpenPage {
  static let rowLimit = CodePages.pageCount
  /// From one column of codes to the next. More than a page by a cache line: columns that stood at equal
  /// places of the processor's cache would drive one another out.
  private static let stride = rowLimit + 16

  private(set) var rowCount = 0
  private let codes: UnsafeMutablePointer<UInt32>
  private let times: UnsafeMutablePointer<Int64>
  private let types: UnsafeMutablePointer<UInt8>
  private let paidAds: UnsafeMutablePointer<UInt8>
  private let rowIDs: UnsafeMutablePointer<Int64>

  var isFull: Bool { rowCount == Self.rowLimit }

  init(columnCount: Int) {
    codes = .allocate(capacity: columnCount * Self.stride)
    times = .allocate(capacity: Self.rowLimit)
    types = .allocate(capacity: Self.rowLimit)
    paidAds = .allocate(capacity: Self.rowLimit)
    rowIDs = .allocate(capacity: Self.rowLimit)
  }

  deinit {
    codes.deallocate()
    times.deallocate()
    types.deallocate()
    paidAds.deallocate()
    rowIDs.deallocate()
  }

  /// Writes a code of the row that is being added.
  @inline(__always)
  func set(_ column: Int, _ code: UInt32) {
    // Sound: columns are those that room was made for, and a page that is full is emptied at once.
    codes[column * Self.stride + rowCount] = code
  }

  /// Completes the row of which all codes were written.
  @inline(__always)
  func add(time: Int64, type: UInt8, paidAd: UInt8, rowID: Int64) {
    times[rowCount] = time
    types[rowCount] = type
    paidAds[rowCount] = paidAd
    rowIDs[rowCount] = rowID
    rowCount += 1
  }

  func codes(_ column: Int) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: codes + column * Self.stride, count: rowCount)
  }

  var allTimes: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: times, count: rowCount) }
  var allTypes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: types, count: rowCount) }
  var allPaidAds: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: paidAds, count: rowCount) }
  var allRowIDs: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: rowIDs, count: rowCount) }

  func removeAll() { rowCount = 0 }
}
