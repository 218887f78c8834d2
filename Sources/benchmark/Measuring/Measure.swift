import JSON

/// Starts workers as their users do, one at a time, and times their replies.
func measure(_ options: RunOptions) throws(BenchmarkError) -> Results {
  let folder = try ScratchFolder()
  let cache = WorkerClient.Cache.folder(folder.path("columns"))
  let loading = Loading(options: options, folder: folder)
  let (uncached, _) = try loading.start("first reply, no cache", .none)
  let (caching, websites) = try loading.start("first reply, cache written", cache)
  let extent = try StoreExtent(websites)
  let columnBytes = folder.bytes(in: "columns")
  var loads = [uncached, caching]
  let appending = Appending(options: options)
  var appends = try appending.intoEmptyStores(folder)
  if options.importsFiles {
    loads += try loading.imports()
    appends += try appending.into(loading.importedStore, extent)
  }
  let synchronousWrite = try timeSynchronousWrites(folder, runs: options.runs)

  let start = try timeFirstReplies(options, cache, to: requestLine("websites.list"))
  let limit = MachineLimit()
  var duckDB: DuckDB?
  if let python = options.duckDBPython {
    let loaded = try DuckDB(
      python: python, files: options.store, database: folder.path("duck.db"), threads: limit.cores)
    loads.append(Results.Load(name: "DuckDB, into tables", time: loaded.loading))
    duckDB = loaded
  }

  var worker = try WorkerClient(options.footfall, serving: options.store, cache)
  let eventsOfMonth = try countEvents(&worker, extent, extent.month)
  let ranges = [("all", extent.whole, extent.events), ("month", extent.month, eventsOfMonth)]
  var reports: [Results.Report] = []
  for (name, range, rows) in ranges {
    let queries = DuckDBQueries(extent.websiteID, range)
    for report in ReportCase.all {
      let request = report.request(extent.websiteID, range)
      let first = try timeFirstReplies(options, cache, to: request)
      let time = try timeReplies(&worker, request, runs: options.runs)
      let limit = limit.sum(bytes: rows * report.bytesPerRow, runs: options.runs)
      let peer = try queries[report.name].flatMap { query throws(BenchmarkError) in
        try duckDB?.time(query, runs: options.runs)
      }
      reports.append(
        Results.Report(
          name: report.name, range: name, rows: rows, bytesPerRow: report.bytesPerRow, time: time,
          first: first, limit: limit, duckDB: peer))
    }
  }
  let (requests, smallRequests) = try timeSmallRequests(&worker, options, extent)
  return Results(
    options: options, cores: limit.cores, extent: extent, eventsOfMonth: eventsOfMonth,
    storeBytes: options.store.reduce(0) { $0 + fileSize($1) }, columnBytes: columnBytes, loads: loads,
    appends: appends, synchronousWrite: synchronousWrite, duckDBVersion: duckDB?.version, start: start,
    reports: reports, requests: requests,
    smallRequests: smallRequests, peakResidentBytes: worker.process.peakResidentBytes)
}

/// A measurement stops after about this time, however many runs are requested.
private let longEnough = Duration.seconds(5)

/// The time from spawning a worker whose columns are cached to its reply to `request`.
private func timeFirstReplies(
  _ options: RunOptions, _ cache: WorkerClient.Cache, to request: [UInt8]
) throws(BenchmarkError) -> Samples {
  var durations: [Duration] = []
  while durations.count < options.runs, durations.reduce(.zero, +) < longEnough {
    let start = ContinuousClock.now
    var worker = try WorkerClient(options.footfall, serving: options.store, cache)
    _ = try worker.send(request)
    durations.append(ContinuousClock.now - start)
  }
  return Samples(durations)
}

/// The times of replies to `request`, after a first reply that is checked and not timed.
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

/// Sends many requests for the goals of one day without waiting for replies; returns their total time and
/// their number.
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
