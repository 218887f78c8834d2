import JSON

extension Results {
  /// The results as one JSON object. Times are in milliseconds.
  var json: JSONValue {
    [
      "footfall": .string(options.footfall),
      "store": .array(options.store.map { .string($0) }),
      "cores": .integer(Int64(cores)),
      "events": .integer(Int64(extent.events)),
      "ranges": ["all": extent.whole.json, "month": extent.month.json, "day": extent.day.json],
      "storeBytes": .integer(Int64(storeBytes)),
      "columnBytes": .integer(Int64(columnBytes)),
      "loads": .array(loads.map(json)),
      "appends": .array(appends.map(json)),
      "synchronousWrite": json(synchronousWrite),
      "start": json(start),
      "reports": .array(reports.map(json)),
      "smallRequests": [
        "count": .integer(Int64(requests)),
        "perSecond": rounded(requestsPerSecond, to: 1),
      ],
      "peakResidentBytes": integer(peakResidentBytes),
      "duckDB": duckDBVersion.map { version in
        [
          "version": .string(version),
          "meanTimesFaster": rounded(meanTimesFaster(range: "all") ?? 0, to: 100),
        ]
      } ?? .null,
    ]
  }

  private func json(_ load: Load) -> JSONValue {
    [
      "name": .string(load.name),
      "seconds": rounded(load.time.seconds, to: 1000),
      "rowsPerSecond": rounded(Double(extent.events) / load.time.seconds, to: 1),
      "peakResidentBytes": integer(load.peakResidentBytes),
    ]
  }

  private func json(_ append: Append) -> JSONValue {
    [
      "store": .string(append.store),
      "events": .integer(Int64(append.events)),
      "time": json(append.time),
      "eventsPerSecond": rounded(append.eventsPerSecond, to: 1),
      "report": json(append.report),
    ]
  }

  private func integer(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }

  private func json(_ report: Report) -> JSONValue {
    [
      "report": .string(report.name),
      "range": .string(report.range),
      "rows": .integer(Int64(report.rows)),
      "time": json(report.time),
      "first": json(report.first),
      "rowsPerSecond": rounded(report.rowsPerSecond, to: 1),
      "bytesPerRow": .integer(Int64(report.bytesPerRow)),
      "limit": json(report.limit),
      "timesLimit": rounded(report.timesLimit, to: 100),
      "duckDB": report.duckDB.map(json) ?? .null,
      "timesFaster": report.timesFaster.map { rounded($0, to: 100) } ?? .null,
    ]
  }

  private func json(_ samples: Samples) -> JSONValue {
    [
      "runs": .integer(Int64(samples.count)),
      "median": rounded(samples.median.milliseconds, to: 10_000),
      "minimum": rounded(samples.minimum.milliseconds, to: 10_000),
      "maximum": rounded(samples.maximum.milliseconds, to: 10_000),
    ]
  }

  /// `number` rounded to a multiple of 1 / `parts`.
  private func rounded(_ number: Double, to parts: Double) -> JSONValue {
    .double((number * parts).rounded() / parts)
  }
}
