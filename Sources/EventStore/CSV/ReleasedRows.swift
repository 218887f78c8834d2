/// Lets the memory of a file's rows go once they were read, a good piece at a time.
final class ReleasedRows {
  private static let pieceBytes = 16 << 20

  private let file: CSVFile
  private var released: Int

  convenience init(_ file: CSVFile) { self.init(file, from: file.rows.lowerBound) }

  /// Of rows from `start` on.
  init(_ file: CSVFile, from start: Int) {
    self.file = file
    released = start
  }

  /// The rows before `end` were read.
  @inline(__always)
  func pass(_ end: Int) {
    if end - released >= Self.pieceBytes { release(before: end) }
  }

  private func release(before end: Int) {
    // What is looked at once more, such as the row itself, is read from the file again.
    file.contents.release(released..<end)
    released = end
  }
}
