/// A report's parameters under a name ("saved reports" in the reports' contract).
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
