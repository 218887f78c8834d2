/// Saved reports that live as long as the process: events from CSV files have no place to keep them.
final class MemoryReportStore: SavedReportStore {
  private var reports: [SavedReport] = []

  var isDurable: Bool { false }

  func all() -> [SavedReport] { reports }

  func report(_ id: String) -> SavedReport? { index(of: id).map { reports[$0] } }

  func insert(_ report: SavedReport) -> Bool {
    guard index(of: report.id) == nil else { return false }
    reports.append(report)
    return true
  }

  func update(_ id: String, _ change: (inout SavedReport) -> Void) -> SavedReport? {
    guard let index = index(of: id) else { return nil }
    change(&reports[index])
    return reports[index]
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
