/// How fast pages were for their visitors. Defined in `Sources/Engine/Reports/README.md`, section "performance".
public struct PerformanceRequest: Sendable {
  /// The measurements that count. Its conditions must be about the measurement itself (see
  /// ``EventCondition/isAboutOneRow``).
  public var scope: ReportScope
  /// The value of the chart and of the lists.
  public var vital = WebVital.lcp
  /// The units of the chart.
  public var units: SeriesUnits
  /// The number of values of each list.
  public var limit = PerformanceRequest.defaultLimit

  /// As many as Umami has.
  public static let defaultLimit = 500

  public init(scope: ReportScope, units: SeriesUnits) {
    self.scope = scope
    self.units = units
  }
}

/// The percentiles of some measured values.
public struct VitalPercentiles: Sendable, Equatable {
  /// The number of values.
  public let count: Int
  /// The values that 50, 75 and 95 percent do not exceed, interpolated between two values, in millionths of the unit of
  /// the value; 0 if there are no values.
  public let p50, p75, p95: Int128

  /// No values.
  public static let none = VitalPercentiles(count: 0, p50: 0, p75: 0, p95: 0)

  /// Those of which percentiles are computed, ascending.
  private static let percents = [50, 75, 95]

  package init(count: Int, p50: Int128, p75: Int128, p95: Int128) {
    (self.count, self.p50, self.p75, self.p95) = (count, p50, p75, p95)
  }

  /// Reorders the values of a range, which are in ten-thousandths. Takes time in proportion to their number.
  init(_ values: inout [Int64], in range: Range<Int>) {
    guard !range.isEmpty else {
      self = .none
      return
    }
    var found: [Int128] = []
    var first = range.lowerBound
    for percent in Self.percents {
      let (place, hundredths) = ((range.count - 1) * percent).quotientAndRemainder(dividingBy: 100)
      let index = range.lowerBound + place
      let value = values.nthSmallest(index, in: first..<range.upperBound)
      first = index
      var millionths = Int128(value) * 100
      if hundredths > 0 {
        // All values behind are at least as large.
        let next = values.nthSmallest(index + 1, in: (index + 1)..<range.upperBound)
        millionths += (Int128(next) - Int128(value)) * Int128(hundredths)
      }
      found.append(millionths)
    }
    self.init(count: range.count, p50: found[0], p75: found[1], p95: found[2])
  }
}

/// All values of one web vital.
public struct VitalSummary: Sendable, Equatable {
  public let percentiles: VitalPercentiles
  /// The number of values up to ``WebVital/good``.
  public let good: Int
  /// The number of values above ``WebVital/poor``.
  public let poor: Int

  package init(percentiles: VitalPercentiles, good: Int, poor: Int) {
    (self.percentiles, self.good, self.poor) = (percentiles, good, poor)
  }
}

/// The values of one unit of time.
public struct PerformancePoint: Sendable, Equatable {
  /// The start of the unit, in milliseconds since 1970.
  public let startMilliseconds: Int64
  public let percentiles: VitalPercentiles

  package init(startMilliseconds: Int64, percentiles: VitalPercentiles) {
    (self.startMilliseconds, self.percentiles) = (startMilliseconds, percentiles)
  }
}

/// The values with one text of a column.
public struct PerformanceRow: Sendable, Equatable {
  public let name: String
  public let percentiles: VitalPercentiles

  package init(name: String, percentiles: VitalPercentiles) {
    (self.name, self.percentiles) = (name, percentiles)
  }
}

/// The percentiles of all web vitals, and of one of them by time, page, title, device and browser.
public struct PerformanceReport: Sendable {
  /// The number of measurements, whatever they measured.
  public let measurements: Int
  /// By `WebVital`.
  public let summary: [VitalSummary]
  /// Only units with a value; by time.
  public let chart: [PerformancePoint]
  /// By p75 descending, then by name.
  public let pages, pageTitles, devices, browsers: [PerformanceRow]

  package init(
    measurements: Int, summary: [VitalSummary], chart: [PerformancePoint], pages: [PerformanceRow],
    pageTitles: [PerformanceRow], devices: [PerformanceRow], browsers: [PerformanceRow]
  ) {
    (self.measurements, self.summary, self.chart) = (measurements, summary, chart)
    (self.pages, self.pageTitles, self.devices, self.browsers) = (pages, pageTitles, devices, browsers)
  }
}

extension WebVital {
  /// The largest value that counts as good, in ten-thousandths.
  public var good: Int64 {
    switch self {
    case .lcp: 25_000_000
    case .inp: 2_000_000
    case .cls: 1000
    case .fcp: 18_000_000
    case .ttfb: 8_000_000
    }
  }

  /// The largest value that does not count as poor, in ten-thousandths.
  public var poor: Int64 {
    switch self {
    case .lcp: 40_000_000
    case .inp: 5_000_000
    case .cls: 2500
    case .fcp: 30_000_000
    case .ttfb: 18_000_000
    }
  }
}

extension WebsiteColumns {
  /// Returns the percentiles of the measurements in range. Throws if a filter cannot be compiled.
  public func performance(
    _ request: PerformanceRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> PerformanceReport {
    // A condition that cannot be compiled is an error also if there are no measurements.
    let columns = measurements ?? WebsiteColumns(idWithoutEvents: id)
    let kernel = PerformanceKernel(request, columns, executor)
    var state = try columns.scan(request.scope, executor, kernel)
    let summary = WebVital.allCases.map { vital in
      VitalSummary(of: vital, &state.values[vital.rawValue], executor)
    }
    func rows(_ column: TextColumn) -> [PerformanceRow] {
      let texts = columns.dictionary(column)
      let codes = state.samples.codes[PerformanceSamples.index(of: column)]
      var found = state.samples.groups(codes, count: texts.count, executor)
      found = executor.first(request.limit, of: found) { a, b in
        a.percentiles.p75 != b.percentiles.p75
          ? a.percentiles.p75 > b.percentiles.p75 : texts.precedes(a.code, b.code)
      }
      return found.map { PerformanceRow(name: texts[$0.code], percentiles: $0.percentiles) }
    }
    let starts = state.buckets.starts
    var chart = state.samples.groups(state.samples.units, count: starts.count, executor).map {
      PerformancePoint(startMilliseconds: starts[$0.code], percentiles: $0.percentiles)
    }
    executor.sort(&chart) { $0.startMilliseconds < $1.startMilliseconds }
    return PerformanceReport(
      measurements: state.measurements, summary: summary, chart: chart, pages: rows(.urlPath),
      pageTitles: rows(.pageTitle), devices: rows(.device), browsers: rows(.browser))
  }
}

extension VitalSummary {
  fileprivate init(of vital: WebVital, _ values: inout [Int64], _ executor: ParallelExecutor) {
    (good, poor) = values.reduce(into: (0, 0)) { counts, value in
      if value <= vital.good { counts.0 += 1 }
      if value > vital.poor { counts.1 += 1 }
    }
    percentiles = executor.isCancelled ? .none : VitalPercentiles(&values, in: 0..<values.count)
  }
}
