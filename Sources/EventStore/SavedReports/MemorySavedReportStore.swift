/// Saved reports that live as long as the process. They are used with files of rows, which cannot store them.
final class MemorySavedReportStore: SavedReportStore {
  private var reports: [SavedReport] = []
  private var bytes = 0
  private let maximumBytes: Int

  /// - Parameter maximumBytes: the limit on the total size of the reports.
  init(maximumBytes: Int = 64 << 20) {
    self.maximumBytes = maximumBytes
  }

  var isDurable: Bool { false }

  func all() -> [SavedReport] {
    reports.map { report in
      var report = report
      report.parameters = ""
      return report
    }
  }

  func report(_ id: String) -> SavedReport? { index(of: id).map { reports[$0] } }

  func insert(_ report: SavedReport) throws(StoreError) -> Bool {
    guard index(of: report.id) == nil else { return false }
    try makeRoom(0, report.keptBytes)
    reports.append(report)
    return true
  }

  func update(_ id: String, _ change: (inout SavedReport) -> Void) throws(StoreError) -> SavedReport? {
    guard let index = index(of: id) else { return nil }
    var changed = reports[index]
    change(&changed)
    try makeRoom(reports[index].keptBytes, changed.keptBytes)
    reports[index] = changed
    return changed
  }

  func delete(_ id: String) -> Bool {
    guard let index = index(of: id) else { return false }
    bytes -= reports.remove(at: index).keptBytes
    return true
  }

  /// Accounts for replacing `freed` bytes by `taken` bytes; throws if that exceeds the limit.
  private func makeRoom(_ freed: Int, _ taken: Int) throws(StoreError) {
    guard bytes - freed + taken <= maximumBytes else {
      throw .reportsFull(maximumBytes: maximumBytes)
    }
    bytes += taken - freed
  }

  private func index(of id: String) -> Int? {
    reports.firstIndex { sameUTF8($0.id, id) }
  }
}

extension SavedReport {
  /// Its approximate size in memory.
  fileprivate var keptBytes: Int {
    let texts = [id, userID, websiteID, type, name, description, parameters]
    return MemoryLayout<SavedReport>.stride + texts.reduce(0) { $0 + $1.utf8.count }
  }
}
