import System

/// All results of a benchmark run.
struct Results {
  /// A report over a range of time.
  struct Report {
    let name: String
    let range: String
    /// The events in range.
    let rows: Int
    let bytesPerRow: Int
    let time: Samples
    /// From the spawn of a process whose columns are cached to the reply.
    let first: Samples
    /// The sum over as many bytes as the report has to read.
    let limit: Samples
    /// DuckDB's query; nil if DuckDB was not measured.
    let duckDB: Samples?

    var rowsPerSecond: Double { Double(rows) / time.median.seconds }
    /// The report's time divided by the limit.
    var timesLimit: Double { time.median.seconds / limit.median.seconds }
    /// DuckDB's time divided by the report's.
    var timesFaster: Double? { duckDB.map { $0.median.seconds / time.median.seconds } }
  }

  /// An operation that reads all events once.
  struct Load {
    let name: String
    let time: Duration
    /// Nil if the system does not report it, or for a peer.
    var peakResidentBytes: Int?
  }

  /// Requests that append events.
  struct Append {
    /// The name of the store.
    let store: String
    /// The number of events per request.
    let events: Int
    let time: Samples
    /// The first report afterwards.
    let report: Samples

    var eventsPerSecond: Double { Double(events) / time.median.seconds }
  }

  let options: RunOptions
  let cores: Int
  let extent: StoreExtent
  let eventsOfMonth: Int
  /// The bytes of the store's files.
  let storeBytes: Int
  /// The bytes of its cached columns.
  let columnBytes: Int
  let loads: [Load]
  let appends: [Append]
  /// A write of one page that is on disk when it returns.
  let synchronousWrite: Samples
  let duckDBVersion: String?
  /// From spawn to the reply of `websites.list`, with cached columns.
  let start: Samples
  let reports: [Report]
  /// The number of small requests sent without waiting for replies, and the total time.
  let requests: Int
  let smallRequests: Duration
  /// Of the worker that answered every report.
  let peakResidentBytes: Int?

  /// The geometric mean of the speedups over DuckDB for the reports over `range`.
  func meanTimesFaster(range: String) -> Double? {
    let times = reports.filter { $0.range == range }.compactMap(\.timesFaster)
    return times.isEmpty ? nil : exp(times.map { log($0) }.reduce(0, +) / Double(times.count))
  }

  var requestsPerSecond: Double { Double(requests) / smallRequests.seconds }
}
