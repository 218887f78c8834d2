/// What is exported, and how.
public struct ExportOptions: Sendable {
  /// How the files of the store are read.
  public var rules = ReadingRules()
  /// The range of times, in milliseconds since 1970: the first that is exported, and the last; nil for all.
  public var firstMilliseconds: Int64?
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
  public var events = 0
  public var properties = 0
  public var websites = 0
  public var reports = 0
  /// Rows that were skipped and reported.
  public var badRows = 0

  public init() {}
}
