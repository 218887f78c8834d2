/// The options of a benchmark run.
struct RunOptions {
  /// The path of the built worker.
  var footfall: String
  /// The paths that the worker serves.
  var store: [String]
  /// How many times to time each operation.
  var runs = 5
  /// How many small requests to send at once; fewer if they would take too long.
  var requests = 20_000
  /// The largest number of appended events per request to measure.
  var mostAppended = 10_000
  /// Whether to time importing the store's CSV files too.
  var importsFiles = false
  /// The Python interpreter with the module `duckdb`, for the same queries; nil for no comparison.
  var duckDBPython: String?
  var isJSON = false

  /// Whether the store consists of CSV files, which other programs can read too.
  var isCSV: Bool { store.allSatisfy { $0.hasSuffix(".csv") } }
}
