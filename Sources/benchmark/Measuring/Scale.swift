/// The options of a run at several numbers of events.
struct ScaleOptions {
  /// The path of the built worker.
  var footfall: String
  /// Numbers of events, ascending.
  var sizes = [1_000_000, 10_000_000, 60_000_000]
  var runs = 5
  /// Whether to time importing the files too.
  var importsFiles = false
  /// The days over which the events are spread, roughly; the same for each number.
  var days = 365
  var isJSON = false
}

/// The same measurements of event sets that differ in their number of events.
struct ScaleResults {
  /// By number of events, ascending; there is at least one.
  let results: [Results]

  /// Numbers of events for which values are extrapolated.
  static let extrapolatedSizes = [100_000_000, 1_000_000_000]

  /// What was measured at each number of events.
  struct Quantity {
    enum Unit: String {
      case seconds = "s"
      case milliseconds = "ms"
      case bytes = "MiB"
    }

    let name: String
    let unit: Unit
    /// In seconds or bytes, by number of events; nil where it is not known.
    let values: [Double?]
  }

  var sizes: [Int] { results.map(\.extent.events) }

  var quantities: [Quantity] {
    var quantities = [
      Quantity(name: "CSV files", unit: .bytes, values: results.map { Double($0.storeBytes) }),
      Quantity(name: "cached columns", unit: .bytes, values: results.map { Double($0.columnBytes) }),
    ]
    for load in results[0].loads {
      let loads = results.map { result in result.loads.first { $0.name == load.name } }
      quantities.append(Quantity(name: load.name, unit: .seconds, values: loads.map { $0?.time.seconds }))
      if load.peakResidentBytes != nil {
        quantities.append(
          Quantity(
            name: load.name + ", peak memory", unit: .bytes,
            values: loads.map { $0?.peakResidentBytes.map(Double.init) }))
      }
    }
    for append in results[0].appends where append.store != Appending.emptyStore {
      quantities.append(
        Quantity(
          name: "report after \(append.events) appended", unit: .milliseconds,
          values: results.map { result in
            result.appends.first { $0.store == append.store && $0.events == append.events }?.report.median
              .seconds
          }))
    }
    for report in results[0].reports where report.range == "all" {
      quantities.append(
        Quantity(
          name: report.name, unit: .milliseconds,
          values: results.map { result in
            result.reports.first { $0.name == report.name && $0.range == "all" }?.time.median.seconds
          }))
    }
    quantities.append(
      Quantity(
        name: "answering, peak memory", unit: .bytes,
        values: results.map { $0.peakResidentBytes.map(Double.init) }))
    return quantities
  }

  /// Returns the value at a number of events on the line through the two largest that were measured. Nil if none is known.
  func extrapolated(_ values: [Double?], to size: Int) -> Double? {
    let known = zip(sizes, values).compactMap { size, value in value.map { (size, $0) } }
    return known.isEmpty ? nil : Self.line(through: known)(size)
  }

  /// Returns the line through the last two points, or through the only one and the origin; not below 0.
  static func line(through points: [(size: Int, value: Double)]) -> (Int) -> Double {
    let last = points[points.count - 1]
    let first = points.count == 1 ? (0, 0) : points[points.count - 2]
    let slope = (last.value - first.1) / Double(last.size - first.0)
    return { max(0, last.value + slope * Double($0 - last.size)) }
  }
}

/// Makes an event set of each number of events, one after the other, and measures it.
func measureScale(_ options: ScaleOptions) throws(BenchmarkError) -> ScaleResults {
  var results: [Results] = []
  for size in options.sizes {
    let folder = try ScratchFolder()
    try makeEventSet(EventSetOptions(events: size, folder: folder.path, days: options.days))
    var run = RunOptions(
      footfall: options.footfall,
      store: [folder.path("website_event.csv"), folder.path("event_data.csv")])
    (run.runs, run.importsFiles) = (options.runs, options.importsFiles)
    results.append(try measure(run))
  }
  return ScaleResults(results: results)
}
