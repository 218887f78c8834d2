import JSON

/// Times requests that append events, and the first report after each.
struct Appending {
  let options: RunOptions

  /// The number of events per request, and the number of requests timed in each run.
  private static let sizes = [
    (events: 1, requests: 40), (events: 100, requests: 10), (events: 10_000, requests: 1),
  ]

  /// The name of stores without events before the first append.
  static let emptyStore = "an empty store"

  private var sizes: [(events: Int, requests: Int)] {
    Self.sizes.filter { $0.events <= options.mostAppended }
  }

  /// Appends to an empty store, a separate one for each request size.
  func intoEmptyStores(_ folder: ScratchFolder) throws(BenchmarkError) -> [Results.Append] {
    var results: [Results.Append] = []
    for size in sizes {
      let store = folder.path("append \(size.events).db")
      let creation = try ChildProcess(executable: options.footfall, arguments: ["create", store])
      guard creation.end() else { throw .worker("footfall create failed") }
      let date = CalendarDate(dayNumber: 20_148)
      results.append(
        try time(Self.emptyStore, store, size, websiteID: "w", AppendedEvents(seed: 1, from: date)))
    }
    return results
  }

  /// Appends to a store that has events already.
  func into(_ store: String, _ extent: StoreExtent) throws(BenchmarkError) -> [Results.Append] {
    guard let last = CalendarDate(startOf: extent.month.start) else { return [] }
    var results: [Results.Append] = []
    for size in sizes {
      // Different events for each request size.
      let events = AppendedEvents(seed: .max - UInt64(size.events), from: last)
      results.append(try time("the imported store", store, size, websiteID: extent.websiteID, events))
    }
    return results
  }

  private func time(
    _ name: String, _ store: String, _ size: (events: Int, requests: Int), websiteID: String,
    _ events: AppendedEvents
  ) throws(BenchmarkError) -> Results.Append {
    var events = events
    var worker = try WorkerClient(options.footfall, serving: [store], .besideStore)
    let report = ReportCase.count.request(websiteID, DateRange(start: "2000-01-01", end: "2100-01-01"))
    var (times, reports): ([Duration], [Duration]) = ([], [])
    // The first request is not counted; it makes the worker read the columns.
    for round in 0...(options.runs * size.requests) {
      let request = events.request(size.events, websiteID: websiteID)
      let start = ContinuousClock.now
      let reply = try worker.result(of: request)
      let appended = ContinuousClock.now
      _ = try worker.send(report)
      let reported = ContinuousClock.now
      guard reply["added"] == .integer(Int64(size.events)) else {
        throw .worker("not every event was new: \(reply)")
      }
      if round == 0 { continue }
      times.append(appended - start)
      reports.append(reported - appended)
    }
    return Results.Append(store: name, events: size.events, time: Samples(times), report: Samples(reports))
  }
}
