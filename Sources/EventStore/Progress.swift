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
