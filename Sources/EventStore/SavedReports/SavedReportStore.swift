/// Where saved reports are kept. Ids and times come from the caller.
protocol SavedReportStore: AnyObject {
  /// Whether reports are still there when the process has ended.
  var isDurable: Bool { get }

  func all() throws(StoreError) -> [SavedReport]
  func report(_ id: String) throws(StoreError) -> SavedReport?
  func insert(_ report: SavedReport) throws(StoreError)
  /// Replaces the report with the same id; false when there is none.
  func update(_ report: SavedReport) throws(StoreError) -> Bool
  /// False when there is no such report.
  func delete(_ id: String) throws(StoreError) -> Bool
}
