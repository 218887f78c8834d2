import Engine

/// How a store is opened.
public struct OpenOptions: Sendable {
  public var rules = ReadingRules()
  /// Never writes to an SQLite file, not even saved reports.
  public var isReadOnly = false

  /// Where columns are kept for the next process.
  public var cache = CacheLocation.none

  /// How many threads read rows and build columns.
  public var threads = 1
  /// Is told how far reading rows has come.
  public var progress: ProgressReport?
  /// Is asked now and then while all rows are read, by any thread. Once it says true it must not take that
  /// back: the reading ends with `cancelled`, and the next question reads again.
  public var isCancelled: @Sendable () -> Bool = { false }
  /// How long another process's lock on an SQLite file is waited for.
  var busyTimeoutMilliseconds = Connection.busyTimeoutMilliseconds
  /// How much of a CSV file a thread reads at a time.
  var chunkBytes = 8 << 20
  /// What the files may bring.
  var limits = DataLimits.standard

  public init() {}
}

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
