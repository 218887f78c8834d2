/// Saved reports that live as long as the process: events from CSV files have no place to keep them.
final class MemoryReportStore: SavedReportStore {
  private var reports: [SavedReport] = []

  var isDurable: Bool { false }

  func all() -> [SavedReport] { reports }

  func report(_ id: String) -> SavedReport? { index(of: id).map { reports[$0] } }

  func insert(_ report: SavedReport) throws(StoreError) {
    guard index(of: report.id) == nil else {
      throw .usage("there is a saved report with the id \(report.id) already")
    }
    reports.append(report)
  }

  func update(_ report: SavedReport) -> Bool {
    guard let index = index(of: report.id) else { return false }
    reports[index] = report
    return true
  }

  func delete(_ id: String) -> Bool {
    guard let index = index(of: id) else { return false }
    reports.remove(at: index)
    return true
  }

  private func index(of id: String) -> Int? {
    reports.firstIndex { $0.id.utf8.elementsEqual(id.utf8) }
  }
}
