/// The limits of *data*: of what visitors of websites, imports and appended events may bring.
///
/// `Worker/Limits.swift` and `JSONRPC/MessageLimits.swift` have the limits of requests. Data beyond a limit is refused
/// with an error that names it; a row of a CSV file is left out and counted with its reason.
public struct DataLimits: Sendable {
  /// Events and properties that are loaded from a store: their numbers take 32 bits.
  public var rows = 4_000_000_000
  /// Columns of a CSV file.
  public var csvColumns = 4096
  /// Bytes of a CSV file's header.
  public var csvHeaderBytes = 1 << 20
  /// Bytes of a field in a CSV file, as it is written there.
  public var csvFieldBytes = 16 << 20
  /// Bytes of a row in a CSV file.
  public var csvRowBytes = 64 << 20
  /// Rows of the table `website` of an SQLite file.
  public var namedWebsites = 1_000_000
  /// Rows of the table `report` of an SQLite file.
  public var savedReports = 1_000_000
  /// Bytes of the key of a property of an appended event: the names of all objects that it is in.
  public var propertyKeyBytes = 4096
  /// Bytes of all property keys of one appended event.
  public var eventKeyBytes = 1 << 20
  /// Bytes of all property keys of the events of one request to append some.
  public var appendedKeyBytes = 64 << 20

  /// Those that hold; tests of what happens beyond one set it lower.
  public static let standard = DataLimits()

  public init() {}
}
