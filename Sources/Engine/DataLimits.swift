/// The limits of *data* from visitors of websites, imports and appended events.
///
/// `Worker/Limits.swift` and `JSONRPC/MessageLimits.swift` contain the limits of requests. Data beyond a
/// limit is rejected with an error that names the limit; a row of a file beyond a limit is skipped and counted
/// with its reason.
public struct DataLimits: Sendable {
  /// Events and properties that are loaded from a store: their numbers have 32 bits.
  public var rows = 4_000_000_000
  /// Columns of a CSV file, or of a table of an SQL dump.
  public var csvColumns = 4096
  /// Bytes of a CSV file's header, or of the start of a statement of an SQL dump.
  public var csvHeaderBytes = 1 << 20
  /// Bytes of a field in a file of rows, as written there.
  public var csvFieldBytes = 16 << 20
  /// Bytes of a row in a file of rows.
  public var csvRowBytes = 64 << 20
  /// Arrays and objects in one another in a line of JSON.
  public var jsonDepth = 128
  /// Rows of the table `website` of an SQLite file.
  public var namedWebsites = 1_000_000
  /// Rows of the table `report` of an SQLite file.
  public var savedReports = 1_000_000
  /// Bytes of the key of a property of an appended event, which includes the names of all objects that
  /// contain it.
  public var propertyKeyBytes = 4096
  /// Bytes of all property keys of one appended event.
  public var eventKeyBytes = 1 << 20
  /// Bytes of all property keys of the events in one append request.
  public var appendedKeyBytes = 64 << 20

  /// The default limits; tests set lower ones.
  public static let standard = DataLimits()

  public init() {}
}
