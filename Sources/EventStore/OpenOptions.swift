import Engine

/// How a store is opened.
public struct OpenOptions: Sendable {
  /// How rows are read.
  public var rules = ReadingRules()
  /// Never writes to an SQLite file, not even saved reports.
  public var isReadOnly = false

  /// Where columns are cached for the next process.
  public var cache = CacheLocation.none

  /// How many threads read rows and build columns.
  public var threads = 1
  /// Where copies of pipes and of decompressed files go that are too large for memory.
  public var temporaryFolder = ReadingResources.standardTemporaryFolder
  /// How long to wait for another process's lock on an SQLite file.
  var busyTimeoutMilliseconds = Connection.busyTimeoutMilliseconds
  /// How much of a file a thread reads at a time.
  var chunkBytes = 8 << 20
  /// The limits on the contents of files.
  var limits = DataLimits.standard

  public init() {}
}

/// What reading files needs besides the files.
struct ReadingResources {
  static let standardTemporaryFolder = "/tmp"

  /// Where temporary files go.
  var temporaryFolder = Self.standardTemporaryFolder
  var isCancelled: @Sendable () -> Bool = { false }
}

/// How rows are interpreted.
public struct ReadingRules: Sendable {
  /// The names of columns that differ from Umami's.
  public var columnMap = ColumnMap.none
  /// The names of events that are pageviews, which then have no event name; nil for the usual ones, if the file
  /// has names of events but no types.
  public var pageviewNames: [String]?
  /// The table or view of an SQLite file that has the events; nil for `website_event`.
  public var table: String?
  /// The separator of fields; nil to recognise it from the header.
  public var separator: Separator?
  /// The names of the columns of files that have no header row.
  public var header: [String]?
  /// How times are read.
  public var times = TimeRules()
  /// The website of events that name none.
  public var defaultWebsiteID = Self.nilUUID
  /// The encoding of text files; nil if a byte order mark determines it, otherwise UTF-8.
  public var encoding: TextEncoding?
  /// Whether the first bad row is an error; otherwise bad rows are skipped and reported.
  public var isStrict = false

  /// Which requests in access logs count, and who their visitors are.
  public var accessLogs = AccessLogRules()

  /// The UUID whose bits are all zero (RFC 9562, section 5.9).
  public static let nilUUID = "00000000-0000-0000-0000-000000000000"

  public init() {}
}

/// A character between the fields of a row.
public enum Separator: String, CaseIterable, Sendable {
  case comma, tab, semicolon, pipe

  var byte: UInt8 {
    switch self {
    case .comma: UInt8(ascii: ",")
    case .tab: UInt8(ascii: "\t")
    case .semicolon: UInt8(ascii: ";")
    case .pipe: UInt8(ascii: "|")
    }
  }

  /// The separator with this name, or that is this character; nil if there is none.
  public init?(named text: String) {
    let found = Self.allCases.first { separator in
      separator.rawValue == text || text == String(UnicodeScalar(separator.byte))
        || separator == .tab && text == "\\t"
    }
    guard let found else { return nil }
    self = found
  }
}
