/// What is exported, and how.
public struct ExportOptions: Sendable {
  /// How the files of the store are read.
  public var rules = ReadingRules()
  /// The first time that is exported, in milliseconds since 1970; nil for no limit.
  public var firstMilliseconds: Int64?
  /// The last time that is exported, in milliseconds since 1970; nil for no limit.
  public var lastMilliseconds: Int64?
  /// The id, name or domain of the only website that is exported; nil for all.
  public var website: String?
  /// Whether the files of an earlier export are replaced.
  public var replacesFiles = false
  /// Where copies of pipes and of decompressed files go that are too large for memory.
  public var temporaryFolder = ReadingResources.standardTemporaryFolder

  public init() {}

  /// Whether some events may be left out.
  var isSelective: Bool { firstMilliseconds != nil || lastMilliseconds != nil || website != nil }
}

/// The result of an export.
public struct ExportSummary: Equatable, Sendable {
  /// Rows of `website_event.csv`.
  public var events = 0
  /// Rows of `event_data.csv`.
  public var properties = 0
  /// Rows of `revenue.csv`.
  public var amounts = 0
  /// Rows of `website.csv`.
  public var websites = 0
  /// Rows of `report.csv`.
  public var reports = 0
  /// Rows that were skipped and reported.
  public var badRows = 0

  public init() {}
}
