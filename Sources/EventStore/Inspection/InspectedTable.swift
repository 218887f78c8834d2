import Engine

/// What a table in a file of a store has, and what became of its columns and rows.
public struct InspectedTable: Equatable, Sendable {
  /// The file.
  public let path: String
  /// The name that the file gives the table; nil if it gives none.
  public var table: String?
  /// How the rows are written, or what an unreadable file is.
  public var format: InputFormat
  /// Of CSV.
  public var separator: Separator?
  /// The encoding that the file was read with.
  public var encoding = TextEncoding.utf8
  /// The program that compressed the file; nil if it is not compressed.
  public var compression: String?
  /// What its rows are; nil if that is unknown.
  public var kind: Kind?
  /// In the order of the file.
  public var columns: [InspectedColumn] = []
  /// All rows, also those that do not count.
  public var rows = 0
  /// The events that reports see.
  public var events = 0
  /// The properties of events.
  public var properties = 0
  /// When the first of ``events`` was; milliseconds since 1970.
  public var firstMilliseconds: Int64?
  /// When the last of ``events`` was; milliseconds since 1970.
  public var lastMilliseconds: Int64?
  /// In the order of their first rows.
  public var problems: [RowProblem] = []
  /// Why the table cannot be read; nil if it can.
  public var error: String?
  /// A value of `--map` that names columns by their usual meanings; nil if there is nothing to propose.
  public var proposedMap: String?

  init(path: String, format: InputFormat) {
    self.path = path
    self.format = format
  }

  /// What rows are. The raw values are the names of Umami's tables.
  public enum Kind: String, CaseIterable, Sendable {
    case events = "website_event"
    case eventData = "event_data"
    case session, website, report
    case sessionData = "session_data"
    case revenue, segment
    case other
  }
}

/// How a file is written.
public enum InputFormat: String, CaseIterable, Sendable {
  case csv, ndjson
  case goatCounter = "goatcounter"
  case accessLog = "access-log"
  case postgresCopy = "sql-copy"
  case sqlInserts = "sql-inserts"
  case sqlite
  case other

  init(_ syntax: RowSyntax) {
    self =
      switch syntax {
      case .csv: .csv
      case .jsonLines: .ndjson
      case .accessLog: .accessLog
      case .goatCounter: .goatCounter
      case .copy: .postgresCopy
      case .insert: .sqlInserts
      }
  }

  init(_ format: FileFormat) {
    self =
      switch format {
      case .sqlite: .sqlite
      case .delimited: .csv
      case .jsonLines: .ndjson
      case .sqlDump: .sqlInserts
      case .accessLog: .accessLog
      case .compressed, .unreadable: .other
      }
  }
}

/// A column of a file, or a member of its JSON objects.
public struct InspectedColumn: Equatable, Sendable {
  /// The name in the file; of a member, with those of the enclosing objects.
  public let name: String
  /// What it is read as: columns of Umami, `url`, `referrer` or `property`. Empty if it is not read.
  public var targets: [String] = []
  /// What it could be read as, by its name; nil if it is read, or means nothing here.
  public var suggestion: String?
  /// Its first value that is not empty, shortened; nil if there is none near the start.
  public var example: String?

  init(name: String, targets: [String] = [], example: String? = nil) {
    self.name = name
    self.targets = targets
    self.example = example
  }

  private static let exampleBytes = 60

  /// The text of a value that is shown as an example.
  static func example(_ value: Bytes) -> String {
    String(decoding: value.prefix(exampleBytes), as: UTF8.self) + (value.count > exampleBytes ? "…" : "")
  }
}
