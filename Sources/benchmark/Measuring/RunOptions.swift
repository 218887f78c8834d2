/// What to measure.
struct RunOptions {
  /// The path of the built worker.
  var footfall: String
  /// The paths that it serves.
  var store: [String]
  /// How often each thing is timed.
  var runs = 5
  /// How many small requests are sent at once; fewer where they would take too long.
  var requests = 20_000
  /// How many events a request may append, of those numbers that are timed.
  var mostAppended = 10_000
  /// Whether importing the store's CSV files is timed too.
  var importsFiles = false
  /// The Python interpreter whose module `duckdb` is asked the same, if any is.
  var duckDBPython: String?
  var isJSON = false

  /// Whether the store is CSV files, which others can read as well.
  var isCSV: Bool { store.allSatisfy { $0.hasSuffix(".csv") } }
}
