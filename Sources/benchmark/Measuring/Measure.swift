import JSON

/// Starts workers as their users do, one at a time, and times what they answer.
func measure(_ options: RunOptions) throws(BenchmarkError) -> Results {
  let list = requestLine("websites.list")
  let (start, extent) = try timeStarts(options, asking: list, StoreExtent.init)
  let goalsOfMonth = ReportCase.goals.request(extent.websiteID, extent.month)
  let (startToReport, _) = try timeStarts(options, asking: goalsOfMonth) { _ throws(BenchmarkError) in }

  var worker = try WorkerClient(options.footfall, serving: options.store)
  let eventsOfMonth = try countEvents(&worker, extent, extent.month)
  let limit = MachineLimit()
  var reports: [Results.Report] = []
  for (name, range, rows) in [
    ("all", extent.whole, extent.events), ("month", extent.month, eventsOfMonth),
  ] {
    for report in ReportCase.all {
      let request = report.request(extent.websiteID, range)
      _ = try worker.result(of: request)
      let time = try Samples.taking(options.runs) { () throws(BenchmarkError) in
        _ = try worker.send(request)
      }
      reports.append(
        Results.Report(
          name: report.name, range: name, rows: rows, bytesPerRow: report.bytesPerRow, time: time,
          limit: limit.sum(bytes: rows * report.bytesPerRow, runs: options.runs)))
    }
  }

  let goalsOfDay = ReportCase.goals.request(extent.websiteID, extent.day)
  _ = try worker.result(of: goalsOfDay)
  let smallRequests = try time { () throws(BenchmarkError) in
    try worker.send(goalsOfDay, times: options.requests)
  }
  return Results(
    options: options, cores: limit.cores, extent: extent, eventsOfMonth: eventsOfMonth, start: start,
    startToReport: startToReport, reports: reports, smallRequests: smallRequests,
    peakResidentBytes: worker.process.peakResidentBytes)
}

/// How long it takes from spawning a worker to its reply to `request`, and what `read` makes of the result.
///
/// A worker that loads for long is not started as often as asked.
private func timeStarts<Value>(
  _ options: RunOptions, asking request: [UInt8],
  _ read: (JSONValue) throws(BenchmarkError) -> Value
) throws(BenchmarkError) -> (Samples, Value) {
  let longEnough = Duration.seconds(5)
  var durations: [Duration] = []
  while true {
    let start = ContinuousClock.now
    var worker = try WorkerClient(options.footfall, serving: options.store)
    let result = try worker.result(of: request)
    durations.append(ContinuousClock.now - start)
    if durations.count == options.runs || durations.reduce(.zero, +) > longEnough {
      return (Samples(durations), try read(result))
    }
  }
}

private func countEvents(
  _ worker: inout WorkerClient, _ extent: StoreExtent, _ range: DateRange
) throws(BenchmarkError) -> Int {
  let result = try worker.result(of: ReportCase.count.request(extent.websiteID, range))
  guard let count = result.array?.first?["result"]?.wholeNumber else {
    throw .worker("reports.goals counts no events: \(result)")
  }
  return Int(count)
}
