import System

/// All that was measured.
struct Results {
  /// A report over a range of time.
  struct Report {
    let name: String
    let range: String
    /// The events in range.
    let rows: Int
    let bytesPerRow: Int
    let time: Samples
    /// From the spawn of a process that finds its columns in the cache to the reply.
    let first: Samples
    /// The sum over as many bytes as the report has to read.
    let limit: Samples
    /// DuckDB's query; nil where it was not asked.
    let duckDB: Samples?

    var rowsPerSecond: Double { Double(rows) / time.median.seconds }
    /// How many times as long as the limit it took.
    var timesLimit: Double { time.median.seconds / limit.median.seconds }
    /// How many times as long DuckDB took.
    var timesFaster: Double? { duckDB.map { $0.median.seconds / time.median.seconds } }
  }

  /// Something that reads all events once.
  struct Load {
    let name: String
    let time: Duration
    /// Nil where the system does not say, or of a peer.
    var peakResidentBytes: Int?
  }

  /// Requests that append events.
  struct Append {
    /// Where to.
    let store: String
    /// How many each of them appends.
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
  let loads: [Load]
  let appends: [Append]
  /// A page that is on the disk.
  let synchronousWrite: Samples
  let duckDBVersion: String?
  /// From spawn to the reply of `websites.list`, with columns in the cache.
  let start: Samples
  let reports: [Report]
  /// How many small requests were sent without waiting for replies, and how long all took.
  let requests: Int
  let smallRequests: Duration
  /// Of the worker that answered every report.
  let peakResidentBytes: Int?

  /// The geometric mean of how many times as long DuckDB took for the reports over `range`.
  func meanTimesFaster(range: String) -> Double? {
    let times = reports.filter { $0.range == range }.compactMap(\.timesFaster)
    return times.isEmpty ? nil : exp(times.map { log($0) }.reduce(0, +) / Double(times.count))
  }

  var requestsPerSecond: Double { Double(requests) / smallRequests.seconds }
}
