/// How rows are understood.
public struct ReadingRules: Sendable {
  /// Names of columns in CSV files that are not Umami's.
  public var columnMap = ColumnMap.none
  /// The website of events that name none.
  public var defaultWebsiteID = Self.nilUUID
  /// Whether the first bad row is an error, instead of being left out and reported.
  public var isStrict = false

  public static let nilUUID = "00000000-0000-0000-0000-000000000000"

  public init() {}
}
