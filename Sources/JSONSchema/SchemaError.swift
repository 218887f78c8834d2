/// Why a document is not a schema that can be compiled here, and where.
public struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The place in the schema: the URI of its document and a JSON pointer, `common.json#/$defs/limit/minimum`.
  public var location: String
  /// What is wrong there and what would be right.
  public var problem: String

  public init(location: String, problem: String) {
    self.location = location
    self.problem = problem
  }

  public var description: String { "\(location): \(problem)" }
}
