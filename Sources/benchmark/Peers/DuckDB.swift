import System
import JSON

/// DuckDB with its own database of the same events, accessed through its Python module.
struct DuckDB {
  /// The time to load the files into tables.
  private(set) var loading = Duration.zero
  let version: String
  private let process: ChildProcess
  private var replies: LineInput

  /// Starts `python` and loads the CSV files `files`, events and properties.
  ///
  /// - Parameters:
  ///   - python: an interpreter that has the module `duckdb`.
  ///   - database: the path at which to create the database file.
  ///   - threads: as many as the worker has.
  init(python: String, files: [String], database: String, threads: Int) throws(BenchmarkError) {
    process = try ChildProcess(
      executable: python, arguments: ["-c", Self.driver, database, "\(threads)"])
    replies = LineInput(process.output)
    guard let version = try Self.read(&replies)["version"]?.string else {
      throw .worker("DuckDB does not say its version")
    }
    self.version = version
    let start = ContinuousClock.now
    for file in files { _ = try ask(DuckDBQueries.load(file)) }
    loading = ContinuousClock.now - start
  }

  /// The time of a query including fetching all rows, after a first run that is not counted.
  mutating func time(_ query: String, runs: Int) throws(BenchmarkError) -> Samples {
    var durations: [Duration] = []
    for run in 0...runs {
      let milliseconds = try ask(query)
      if run > 0 { durations.append(.milliseconds(milliseconds)) }
    }
    return Samples(durations)
  }

  /// Runs a statement; returns its time in milliseconds, measured in Python.
  private mutating func ask(_ statement: String) throws(BenchmarkError) -> Double {
    let line = JSONValue.string(statement).serialized() + "\n".utf8
    guard writeAll(process.input, line) else { throw .worker("DuckDB ended before it was asked") }
    let reply = try Self.read(&replies)
    guard let milliseconds = reply["milliseconds"]?.double else {
      throw .worker("DuckDB: \(reply["error"]?.string ?? "no answer")")
    }
    return milliseconds
  }

  private static func read(_ replies: inout LineInput) throws(BenchmarkError) -> JSONValue {
    guard let line = try replies.next(), let reply = try? JSONValue(parsing: line) else {
      throw .worker("DuckDB did not start or ended; what Python said stands above")
    }
    return reply
  }

  /// Reads statements, one JSON string per line, and writes the time of each.
  private static let driver = """
    import json, sys, time
    import duckdb
    def say(reply): print(json.dumps(reply), flush=True)
    database = duckdb.connect(sys.argv[1])
    database.execute(f"SET threads = {int(sys.argv[2])}")
    database.execute("SET TimeZone = 'UTC'")
    # It would be drawn on the standard output, among the replies.
    database.execute("SET enable_progress_bar = false")
    say({"version": duckdb.__version__})
    for line in sys.stdin:
        start = time.perf_counter()
        try:
            database.execute(json.loads(line)).fetchall()
            say({"milliseconds": (time.perf_counter() - start) * 1000.0})
        except Exception as error:
            say({"error": str(error)})
    """
}
