/// The reason why a document cannot be compiled as a schema, and the location.
public struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The location in the schema: the URI of its document and a JSON pointer,
  /// `common.json#/$defs/limit/minimum`.
  public var location: String
  /// What is wrong there and what would be right.
  public var problem: String

  public init(location: String, problem: String) {
    self.location = location
    self.problem = problem
  }

  public var description: String { "\(location): \(problem)" }
}
