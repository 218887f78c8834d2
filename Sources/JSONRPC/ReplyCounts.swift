/// How many requests were answered with what.
public struct ReplyCounts: Sendable, Equatable {
  public var results: Int
  public var errors: Int

  public init(results: Int = 0, errors: Int = 0) {
    self.results = results
    self.errors = errors
  }
}
