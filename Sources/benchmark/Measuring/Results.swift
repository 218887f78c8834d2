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
    /// The sum over as many bytes as the report has to read.
    let limit: Samples

    var rowsPerSecond: Double { Double(rows) / time.median.seconds }
    /// How many times as long as the limit it took.
    var timesLimit: Double { time.median.seconds / limit.median.seconds }
  }

  let options: RunOptions
  let cores: Int
  let extent: StoreExtent
  let eventsOfMonth: Int
  /// From spawn to the reply of `websites.list`: all events are loaded by then.
  let start: Samples
  /// From spawn to the reply of a report over a month.
  let startToReport: Samples
  let reports: [Report]
  /// How many small requests were sent without waiting for replies, and how long all took.
  let requests: Int
  let smallRequests: Duration
  let peakResidentBytes: Int?

  var loadedRowsPerSecond: Double { Double(extent.events) / start.median.seconds }
  var requestsPerSecond: Double { Double(requests) / smallRequests.seconds }
}
