/// Releases the memory of a file's rows once they have been read, one large block at a time.
final class MappedPageReleaser {
  private static let blockBytes = 16 << 20

  private let contents: FileContents
  private var released: Int

  convenience init(_ table: FileTable) { self.init(table.contents, from: table.rows.lowerBound) }

  /// Releases bytes from `start` on.
  init(_ contents: FileContents, from start: Int) {
    self.contents = contents
    released = start
  }

  /// Call this when the rows before `end` have been read.
  @inline(__always)
  func didRead(upTo end: Int) {
    if end - released >= Self.blockBytes { release(before: end) }
  }

  private func release(before end: Int) {
    // Released bytes that are accessed again, such as those of the current row, are reloaded from the file.
    contents.release(released..<end)
    released = end
  }
}
