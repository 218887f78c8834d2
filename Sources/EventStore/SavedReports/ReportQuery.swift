/// Which saved reports to list, and which page of them.
public struct ReportQuery: Equatable, Sendable {
  public var websiteID: String?
  /// Text that the name, the description or the type contains, ignoring case.
  public var search: String?
  /// From 1.
  public var page: Int
  public var pageSize: Int

  public init(websiteID: String? = nil, search: String? = nil, page: Int = 1, pageSize: Int = 10) {
    self.websiteID = websiteID
    self.search = search
    self.page = page
    self.pageSize = pageSize
  }
}

extension ReportQuery {
  /// The page of those `reports` that match, newest first, and how many match. Reports that were created
  /// at one time are ordered by id.
  func page(of reports: [SavedReport]) -> (reports: [SavedReport], count: Int) {
    let needle = search.map { Array($0.lowercased().utf8) } ?? []
    let matching = reports.filter { matches($0, needle) }.sorted(by: Self.precedes)
    let (start, overflow) = max(page - 1, 0).multipliedReportingOverflow(by: max(pageSize, 0))
    guard !overflow, start < matching.count else { return ([], matching.count) }
    return (Array(matching[start...].prefix(max(pageSize, 0))), matching.count)
  }

  private func matches(_ report: SavedReport, _ needle: [UInt8]) -> Bool {
    if let websiteID, !isSame(websiteID, report.websiteID) { return false }
    return [report.name, report.description, report.type].contains {
      contains(Array($0.lowercased().utf8), needle)
    }
  }

  private static func precedes(_ a: SavedReport, _ b: SavedReport) -> Bool {
    a.createdAtMilliseconds == b.createdAtMilliseconds
      ? a.id.utf8.lexicographicallyPrecedes(b.id.utf8) : a.createdAtMilliseconds > b.createdAtMilliseconds
  }
}

private func contains(_ text: [UInt8], _ needle: [UInt8]) -> Bool {
  guard needle.count <= text.count else { return false }
  return (0...(text.count - needle.count)).contains { text[$0...].starts(with: needle) }
}
