/// Saved reports apart from events, for events that are on a server which is only read: in a file of their own, or in memory.
public final class ReportLibrary {
  private enum Place {
    case memory(MemorySavedReportStore)
    case file(EventStore)
  }

  private let place: Place

  /// Keeps reports as long as the process lives.
  public init() { place = .memory(MemorySavedReportStore()) }

  /// Keeps reports in an SQLite file that `footfall create` has made.
  public init(path: String, diagnostics: @escaping Diagnostics) throws(StoreError) {
    var options = OpenOptions()
    options.cache = .none
    place = .file(try EventStore.open([path], options: options, diagnostics: diagnostics))
  }

  /// Whether reports outlive the process.
  public var isDurable: Bool {
    switch place {
    case .memory: false
    case .file(let store): store.savedReportsAreDurable
    }
  }

  /// See ``EventStore/reports(matching:maximumBytes:in:)``.
  public func reports(
    matching filter: SavedReportFilter, maximumBytes: Int, in context: LoadContext
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    switch place {
    case .memory(let reports): try filter.page(of: reports, maximumBytes: maximumBytes, context)
    case .file(let store): try store.reports(matching: filter, maximumBytes: maximumBytes, in: context)
    }
  }

  public func report(_ id: String, in context: LoadContext) throws(StoreError) -> SavedReport? {
    switch place {
    case .memory(let reports): reports.report(id)
    case .file(let store): try store.report(id, in: context)
    }
  }

  /// False if the id is taken.
  public func insert(_ report: SavedReport, in context: LoadContext) throws(StoreError) -> Bool {
    switch place {
    case .memory(let reports): try reports.insert(report)
    case .file(let store): try store.insert(report, in: context)
    }
  }

  /// Nil if there is no report with this id.
  public func update(
    _ id: String, in context: LoadContext, _ change: (inout SavedReport) -> Void
  ) throws(StoreError) -> SavedReport? {
    switch place {
    case .memory(let reports): try reports.update(id, change)
    case .file(let store): try store.update(id, in: context, change)
    }
  }

  /// False if there is no report with this id.
  public func delete(_ id: String, in context: LoadContext) throws(StoreError) -> Bool {
    switch place {
    case .memory(let reports): reports.delete(id)
    case .file(let store): try store.delete(id, in: context)
    }
  }
}

extension SavedReportFilter {
  /// The page of the matching reports, with their parameters as far as these have at most `maximumBytes` together.
  func page(
    of store: any SavedReportStore, maximumBytes: Int, _ context: LoadContext
  ) throws(StoreError) -> (reports: [SavedReport], count: Int) {
    var (reports, count) = try page(of: try store.all(), until: context.isCancelled)
    var bytes = 0
    for index in reports.indices where bytes <= maximumBytes {
      reports[index].parameters = try store.report(reports[index].id)?.parameters ?? ""
      bytes += reports[index].parameters.utf8.count
    }
    return (reports, count)
  }
}
