import Synchronization

/// The progress of an import or of reading a store.
public struct ReadingProgress: Equatable, Sendable {
  /// Bytes of the input that were read.
  public let bytesDone: Int
  /// Bytes of the whole input.
  public let bytesTotal: Int
  /// Rows that were read.
  public let rows: Int

  public init(bytesDone: Int, bytesTotal: Int, rows: Int) {
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
    self.rows = rows
  }
}

/// Receives progress reports from time to time; one call at a time, from any thread.
public typealias ProgressReport = @Sendable (ReadingProgress) -> Void

/// Adds up the progress of several threads.
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
    // Reports inside the lock, so that no report overtakes another.
    done.withLock { done in
      done.bytes += bytes
      done.rows += rows
      report(ReadingProgress(bytesDone: done.bytes, bytesTotal: bytesTotal, rows: done.rows))
    }
  }
}

/// The progress of a thread within a range of a table, or within a whole table: SQLite may have to read a
/// view to its end before it returns a row.
final class TaskProgress {
  /// How many rows are reported at a time.
  private static let rowsPerReport = 1 << 14

  private let sum: ProgressSum
  private let taskBytes: Int
  private let pageBytes: Int
  private let pagesRead: () -> Int
  private let pagesBefore: Int
  private var reportedBytes = 0
  private var unreportedRows = 0

  /// - Parameters:
  ///   - taskBytes: the approximate size of the range in the file.
  ///   - pagesRead: returns how many pages the thread has read so far.
  init(_ sum: ProgressSum, taskBytes: Int, pageBytes: Int, pagesRead: @escaping () -> Int) {
    self.sum = sum
    self.taskBytes = taskBytes
    self.pageBytes = pageBytes
    self.pagesRead = pagesRead
    pagesBefore = pagesRead()
  }

  func countRow() {
    unreportedRows += 1
    if unreportedRows == Self.rowsPerReport { report(reportedBytes) }
  }

  /// Reports progress by the number of pages read, a percent at a time; 100 % is reported only at the end.
  func reportPages() {
    let bytes = min((pagesRead() - pagesBefore) * pageBytes, taskBytes / 100 * 99)
    if bytes - reportedBytes > taskBytes / 100 { report(bytes) }
  }

  func finish() { report(taskBytes) }

  private func report(_ bytes: Int) {
    sum.add(bytes: bytes - reportedBytes, rows: unreportedRows)
    (reportedBytes, unreportedRows) = (bytes, 0)
  }
}
