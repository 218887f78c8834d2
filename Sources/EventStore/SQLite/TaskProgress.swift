/// How far a thread is in a part of a table, which may be all of one: a view may have to be read to its end before it
/// gives a row.
final class TaskProgress {
  /// How many rows are told at a time.
  private static let rowsAtATime = 1 << 14

  private let sum: ProgressSum
  private let taskBytes: Int
  private let pageBytes: Int
  private let pagesRead: () -> Int
  private let pagesBefore: Int
  private var toldBytes = 0
  private var untoldRows = 0

  /// - Parameters:
  ///   - taskBytes: about as many bytes of the file as the part takes.
  ///   - pagesRead: how many pages the thread has read so far.
  init(_ sum: ProgressSum, taskBytes: Int, pageBytes: Int, pagesRead: @escaping () -> Int) {
    self.sum = sum
    self.taskBytes = taskBytes
    self.pageBytes = pageBytes
    self.pagesRead = pagesRead
    pagesBefore = pagesRead()
  }

  func countRow() {
    untoldRows += 1
    if untoldRows == Self.rowsAtATime { tell(toldBytes) }
  }

  /// Tells what the pages say that were read meanwhile, a percent at a time; all of it is told at the end only.
  func look() {
    let bytes = min((pagesRead() - pagesBefore) * pageBytes, taskBytes / 100 * 99)
    if bytes - toldBytes > taskBytes / 100 { tell(bytes) }
  }

  func finish() { tell(taskBytes) }

  private func tell(_ bytes: Int) {
    sum.add(bytes: bytes - toldBytes, rows: untoldRows)
    (toldBytes, untoldRows) = (bytes, 0)
  }
}
