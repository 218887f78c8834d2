/// The limits of *data*: of what visitors of websites, imports and appended events may bring.
///
/// The limits of requests stand in `Worker/Limits.swift` and `JSONRPC/MessageLimits.swift`. Each limit here has a
/// test on both sides. What is beyond one is refused with an error that names it (imports, appends) or, in events of
/// visitors that are stored already, left out and counted in the diagnostics.
public enum DataLimits {
  /// Events and properties that are loaded from a store: their numbers take 32 bits.
  public static let rows = 4_000_000_000
  /// Columns of a CSV file.
  public static let csvColumns = 4096
  /// Bytes of a CSV file's header.
  public static let csvHeaderBytes = 1 << 20
  /// Bytes of a field in a CSV file, as it is written there.
  public static let csvFieldBytes = 16 << 20
  /// Bytes of a row in a CSV file.
  public static let csvRowBytes = 64 << 20
}
