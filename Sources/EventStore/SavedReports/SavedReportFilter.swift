import Engine

/// Which saved reports to list, and which page of them.
public struct SavedReportFilter: Equatable, Sendable {
  /// The website of the reports; nil for all.
  public var websiteID: String?
  /// Text that the name, the description or the type contains, ignoring case.
  public var search: String?
  /// The type of the reports; nil for all.
  public var type: String?
  /// From 1.
  public var page: Int
  /// The maximum number of reports of a page.
  public var pageSize: Int

  public init(
    websiteID: String? = nil, search: String? = nil, type: String? = nil, page: Int = 1, pageSize: Int = 10
  ) {
    self.websiteID = websiteID
    self.search = search
    self.type = type
    self.page = page
    self.pageSize = pageSize
  }
}

extension SavedReportFilter {
  /// The requested page of those `reports` that match, newest first, and the number of matches. Reports with
  /// the same creation time are ordered by id. Throws `cancelled`.
  func page(
    of reports: [SavedReport], until isCancelled: @escaping @Sendable () -> Bool
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    let executor = ParallelExecutor(isCancelled: isCancelled)
    let needle = search.map { CaseInsensitiveSubstring($0) }
    var buffer = CaseInsensitiveSubstring.Buffer()
    var matching: [SavedReport] = []
    for report in reports {
      if matches(report, needle, &buffer, executor) { matching.append(report) }
      if executor.isCancelled { throw .cancelled }
    }
    matching.sort(by: Self.precedes)
    let (start, overflow) = max(page - 1, 0).multipliedReportingOverflow(by: max(pageSize, 0))
    guard !overflow, start < matching.count else { return ([], matching.count) }
    return (Array(matching[start...].prefix(max(pageSize, 0))), matching.count)
  }

  private func matches(
    _ report: SavedReport, _ needle: CaseInsensitiveSubstring?,
    _ buffer: inout CaseInsensitiveSubstring.Buffer,
    _ executor: ParallelExecutor
  ) -> Bool {
    if let websiteID, !sameUTF8(websiteID, report.websiteID) { return false }
    if let type, !sameUTF8(type, report.type) { return false }
    guard let needle else { return true }
    return needle.isContained(in: report.name, &buffer, executor)
      || needle.isContained(in: report.description, &buffer, executor)
      || needle.isContained(in: report.type, &buffer, executor)
  }

  private static func precedes(_ a: SavedReport, _ b: SavedReport) -> Bool {
    a.createdAtMilliseconds == b.createdAtMilliseconds
      ? a.id.utf8.lexicographicallyPrecedes(b.id.utf8) : a.createdAtMilliseconds > b.createdAtMilliseconds
  }
}
