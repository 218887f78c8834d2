import Synchronization

/// How far an import, or the reading of a store, has come.
public struct ReadingProgress: Equatable, Sendable {
  public let bytesDone: Int
  public let bytesTotal: Int
  public let rows: Int

  public init(bytesDone: Int, bytesTotal: Int, rows: Int) {
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
    self.rows = rows
  }
}

/// Takes how far reading has come, now and then; one call at a time, from any thread.
public typealias ProgressReport = @Sendable (ReadingProgress) -> Void

/// Adds up what several threads have read.
final class ProgressSum: Sendable {
  private let bytesTotal: Int
  private let report: ProgressReport?
  private let done = Mutex((bytes: 0, rows: 0))

  init(bytesTotal: Int, _ report: ProgressReport?) {
    self.bytesTotal = bytesTotal
    self.report = report
  }

  func add(bytes: Int, rows: Int) {
    guard let report else { return }
    // The report is made while others wait, so that none overtakes another.
    done.withLock { done in
      done.bytes += bytes
      done.rows += rows
      report(ReadingProgress(bytesDone: done.bytes, bytesTotal: bytesTotal, rows: done.rows))
    }
  }
}

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
