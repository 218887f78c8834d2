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
  let ranges = [("all", extent.whole, extent.events), ("month", extent.month, eventsOfMonth)]
  var reports: [Results.Report] = []
  for (name, range, rows) in ranges {
    for report in ReportCase.all {
      let time = try timeReplies(&worker, report.request(extent.websiteID, range), runs: options.runs)
      reports.append(
        Results.Report(
          name: report.name, range: name, rows: rows, bytesPerRow: report.bytesPerRow, time: time,
          limit: limit.sum(bytes: rows * report.bytesPerRow, runs: options.runs)))
    }
  }
  let (requests, smallRequests) = try timeSmallRequests(&worker, options, extent)
  return Results(
    options: options, cores: limit.cores, extent: extent, eventsOfMonth: eventsOfMonth, start: start,
    startToReport: startToReport, reports: reports, requests: requests,
    smallRequests: smallRequests, peakResidentBytes: worker.process.peakResidentBytes)
}

/// No kind of measurement goes on for much longer, however often it is asked for.
private let longEnough = Duration.seconds(5)

/// How long it takes from spawning a worker to its reply to `request`, and what `read` makes of the result.
///
/// A worker that loads for long is not started as often as asked.
private func timeStarts<Value>(
  _ options: RunOptions, asking request: [UInt8],
  _ read: (JSONValue) throws(BenchmarkError) -> Value
) throws(BenchmarkError) -> (Samples, Value) {
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

/// How long replies to `request` take, after a first one that is looked at and not timed.
private func timeReplies(
  _ worker: inout WorkerClient, _ request: [UInt8], runs: Int
) throws(BenchmarkError) -> Samples {
  _ = try worker.result(of: request)
  var durations: [Duration] = []
  for _ in 0..<runs {
    let start = ContinuousClock.now
    _ = try worker.send(request)
    durations.append(ContinuousClock.now - start)
  }
  return Samples(durations)
}

/// How long many requests for the goals of one day take that are sent without waiting, and how many they
/// are.
private func timeSmallRequests(
  _ worker: inout WorkerClient, _ options: RunOptions, _ extent: StoreExtent
) throws(BenchmarkError) -> (count: Int, Duration) {
  let request = ReportCase.goals.request(extent.websiteID, extent.day)
  let one = try timeReplies(&worker, request, runs: options.runs).median
  let count = min(options.requests, max(1, Int(longEnough / one)))
  let start = ContinuousClock.now
  try worker.send(request, times: count)
  return (count, ContinuousClock.now - start)
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
