import Engine

/// Asks from time to time, while rows are read, whether to stop.
struct CancellationCheck {
  private static let rowsPerCheck = 1024
  private var rows = 0
  private let isCancelled: () -> Bool

  init(_ isCancelled: @escaping () -> Bool) { self.isCancelled = isCancelled }

  /// Call this for every row, whatever becomes of it. Throws `cancelled`.
  @inline(__always)
  mutating func atNextRow() throws(StoreError) {
    rows += 1
    guard rows % Self.rowsPerCheck == 0 else { return }
    if isCancelled() { throw .cancelled }
  }
}

/// A table whose rows are read as fields, one after another: in a file, or in an SQLite file.
protocol ScannableTable {
  /// The file, for messages.
  var path: String { get }
  var columns: [String] { get }
  /// The size of the rows.
  var byteCount: Int { get }
  /// How many times a change of the clock made uncertain while rows became fields.
  var clockChanges: ClockChangeCount { get }

  /// Passes each row to `body` together with how much of ``byteCount`` has been read; `body` returns the row's defect, if
  /// any. Bad rows go to `badRows`. Throws `cancelled`, also within rows that are bad or left out.
  func forEachRow(
    _ fields: RowFields, badRows: BadRows, isCancelled: @escaping () -> Bool,
    _ body: (_ bytesDone: Int) throws(StoreError) -> RowDefect?
  ) throws(StoreError)

  /// Throws `inputOutput` if the rows may have changed while they were read.
  func checkUnchanged() throws(StoreError)
}

extension FileTable: ScannableTable {
  var byteCount: Int { rows.count }
  var clockChanges: ClockChangeCount { ClockChangeCount() }

  func forEachRow(
    _ fields: RowFields, badRows: BadRows, isCancelled: @escaping () -> Bool,
    _ body: (_ bytesDone: Int) throws(StoreError) -> RowDefect?
  ) throws(StoreError) {
    let pages = MappedPageReleaser(self)
    try forEachRow(in: rows, fields, badRows: badRows, isCancelled: isCancelled) { end throws(StoreError) in
      defer { pages.didRead(upTo: end) }
      return try body(end - rows.lowerBound)
    }
  }

  func checkUnchanged() throws(StoreError) { try contents.checkUnchanged() }
}
