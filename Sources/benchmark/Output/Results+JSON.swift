import JSON

extension Results {
  /// The results as one object for machines. Times are in milliseconds.
  var json: JSONValue {
    [
      "footfall": .string(options.footfall),
      "store": .array(options.store.map { .string($0) }),
      "cores": .integer(Int64(cores)),
      "events": .integer(Int64(extent.events)),
      "ranges": ["all": extent.whole.json, "month": extent.month.json, "day": extent.day.json],
      "start": [
        "firstReply": json(start),
        "rowsPerSecond": rounded(loadedRowsPerSecond, to: 1),
        "goalsOfMonth": json(startToReport),
      ],
      "reports": .array(reports.map(json)),
      "smallRequests": [
        "count": .integer(Int64(requests)),
        "perSecond": rounded(requestsPerSecond, to: 1),
      ],
      "peakResidentBytes": peakResidentBytes.map { .integer(Int64($0)) } ?? .null,
    ]
  }

  private func json(_ report: Report) -> JSONValue {
    [
      "report": .string(report.name),
      "range": .string(report.range),
      "rows": .integer(Int64(report.rows)),
      "time": json(report.time),
      "rowsPerSecond": rounded(report.rowsPerSecond, to: 1),
      "bytesPerRow": .integer(Int64(report.bytesPerRow)),
      "limit": json(report.limit),
      "timesLimit": rounded(report.timesLimit, to: 100),
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

  /// `number` to that part of one.
  private func rounded(_ number: Double, to parts: Double) -> JSONValue {
    .double((number * parts).rounded() / parts)
  }
}
