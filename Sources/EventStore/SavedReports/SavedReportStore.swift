/// A store for saved reports. Ids and times come from the caller.
protocol SavedReportStore: AnyObject {
  /// Whether reports outlive the process.
  var isDurable: Bool { get }

  /// All reports, without their parameters, which may be large.
  func all() throws(StoreError) -> [SavedReport]
  func report(_ id: String) throws(StoreError) -> SavedReport?
  /// False if the id is taken.
  func insert(_ report: SavedReport) throws(StoreError) -> Bool
  /// Changes the report with this id and returns the result; nil if there is none. No other writer can
  /// intervene between reading and writing it.
  func update(_ id: String, _ change: (inout SavedReport) -> Void) throws(StoreError) -> SavedReport?
  /// False if there is no such report.
  func delete(_ id: String) throws(StoreError) -> Bool
}

/// A report's parameters under a name ("Saved reports" in Sources/Engine/Reports/README.md).
public struct SavedReport: Equatable, Sendable {
  public var id: String
  public var userID: String
  public var websiteID: String
  public var type: String
  public var name: String
  public var description: String
  /// The text of a JSON object.
  public var parameters: String
  public var createdAtMilliseconds: Int64
  public var updatedAtMilliseconds: Int64

  public init(
    id: String, userID: String, websiteID: String, type: String, name: String, description: String,
    parameters: String, createdAtMilliseconds: Int64, updatedAtMilliseconds: Int64
  ) {
    self.id = id
    self.userID = userID
    self.websiteID = websiteID
    self.type = type
    self.name = name
    self.description = description
    self.parameters = parameters
    self.createdAtMilliseconds = createdAtMilliseconds
    self.updatedAtMilliseconds = updatedAtMilliseconds
  }
}
