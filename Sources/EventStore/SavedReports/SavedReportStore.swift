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
  /// Unique among the saved reports.
  public var id: String
  /// Who has saved it; the nil UUID if nobody is named.
  public var userID: String
  /// The website that it is about.
  public var websiteID: String
  /// The name of a report, such as `funnel`.
  public var type: String
  /// Its title.
  public var name: String
  /// Free text; may be empty.
  public var description: String
  /// The text of a JSON object.
  public var parameters: String
  /// When it was saved; milliseconds since 1970.
  public var createdAtMilliseconds: Int64
  /// When it was last changed; milliseconds since 1970.
  public var updatedAtMilliseconds: Int64
  /// Which table it is in.
  public var table = Table.report

  /// A table of saved reports.
  public enum Table: Equatable, Sendable {
    case report
    /// Umami's table of segments and cohorts, whose parameters have Umami's form. It is only read.
    case segment
  }

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
