/// How a store is opened.
public struct OpenOptions: Sendable {
  public var rules = ReadingRules()
  /// Never writes to an SQLite file, not even saved reports.
  public var isReadOnly = false

  public init() {}
}
