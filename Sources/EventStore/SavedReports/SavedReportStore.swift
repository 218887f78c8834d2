/// Where saved reports are kept. Ids and times come from the caller.
protocol SavedReportStore: AnyObject {
  /// Whether reports are still there when the process has ended.
  var isDurable: Bool { get }

  /// All, without their parameters, which may be large.
  func all() throws(StoreError) -> [SavedReport]
  func report(_ id: String) throws(StoreError) -> SavedReport?
  /// False when there is one with its id.
  func insert(_ report: SavedReport) throws(StoreError) -> Bool
  /// Changes the report with this id, between whose reading and writing nobody else writes, and gives it as
  /// it is then; nil when there is none.
  func update(_ id: String, _ change: (inout SavedReport) -> Void) throws(StoreError) -> SavedReport?
  /// False when there is no such report.
  func delete(_ id: String) throws(StoreError) -> Bool
}
