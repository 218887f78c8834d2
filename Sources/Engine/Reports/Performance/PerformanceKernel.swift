import Calendar

/// Collects the values of the selected measurements: percentiles need all of them.
struct PerformanceKernel: ReportKernel {
  /// By key code of the measurements: the web vital, or `noVital`.
  private let vitals: [UInt8]
  private let sampled: UInt8
  private let buckets: UnitNumbering

  private static let noVital = UInt8.max

  init(_ request: PerformanceRequest, _ measurements: WebsiteColumns, _ executor: ParallelExecutor) {
    var vitals = Array(repeating: Self.noVital, count: measurements.propertyKeys.count)
    for vital in WebVital.allCases {
      guard let code = measurements.propertyKeys.code(of: vital.name, on: executor) else { continue }
      vitals[Int(code)] = UInt8(vital.rawValue)
    }
    self.vitals = vitals
    sampled = UInt8(request.vital.rawValue)
    buckets = UnitNumbering(
      request.units.unit, weekStart: request.units.weekStart, in: request.units.timeZone)
  }

  struct State: Sendable {
    var measurements = 0
    /// By `WebVital`: all values in ten-thousandths, in any order.
    var values: [[Int64]] = WebVital.allCases.map { _ in [] }
    /// The values of the requested web vital.
    var samples = PerformanceSamples()
    var buckets: UnitNumbering
  }

  func start() -> State { State(buckets: buckets) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    state.measurements += block.count(ofType: EventType.performance)
    let partition = block.partition
    let (properties, times) = (partition.properties, partition.times)
    let columns = PerformanceSamples.columns.map { partition[$0] }
    let (rows, numbers) = (properties.rows.span, properties.numbers.span)
    let (isWhole, firstRow) = (block.selection.isWhole, block.block.rows.lowerBound)
    for index in properties.range(of: block.block.rows) {
      let row = Int(rows[index])
      let vital = vitals[Int(properties.keys[index])]
      guard isWhole || block.selected[row - firstRow], vital != Self.noVital else { continue }
      state.values[Int(vital)].append(numbers[index])
      guard vital == sampled else { continue }
      state.samples.append(
        numbers[index], unit: state.buckets.number(containing: times[row]), row: row, of: columns)
    }
  }

  func merge(_ other: State, into state: inout State) {
    state.measurements += other.measurements
    for vital in state.values.indices { state.values[vital] += other.values[vital] }
    let units = other.buckets.starts.map { UInt32(state.buckets.number(startingAt: $0)) }
    state.samples.append(other.samples, units: units)
  }
}

/// Values of one web vital, each with what it is grouped by.
struct PerformanceSamples: Sendable {
  /// The columns with a list.
  static let columns: [TextColumn] = [.urlPath, .pageTitle, .device, .browser]

  /// In ten-thousandths.
  private(set) var values: [Int64] = []
  /// The number of the unit of time of each value.
  private(set) var units: [UInt32] = []
  /// By column: the code of each value.
  private(set) var codes: [[UInt32]] = columns.map { _ in [] }

  static func index(of column: TextColumn) -> Int { columns.firstIndex(of: column) ?? 0 }

  @inline(__always)
  mutating func append(_ value: Int64, unit: Int, row: Int, of columns: [CodeColumn]) {
    values.append(value)
    units.append(UInt32(unit))
    for column in columns.indices { codes[column].append(UInt32(columns[column][row])) }
  }

  /// Appends the values of another thread, whose units have these numbers here.
  mutating func append(_ other: PerformanceSamples, units numbers: [UInt32]) {
    values += other.values
    units += other.units.map { numbers[Int($0)] }
    for column in codes.indices { codes[column] += other.codes[column] }
  }

  /// Returns the percentiles of the values of each code that has some, in order of the codes. The result is meaningless
  /// once the executor is cancelled.
  ///
  /// - Parameter codes: The code of each value.
  /// - Parameter count: The number of codes.
  func groups(
    _ codes: [UInt32], count: Int, _ executor: ParallelExecutor
  ) -> [(code: Int, percentiles: VitalPercentiles)] {
    // The start of each code's values, once they are sorted by code.
    var starts = Array(repeating: 0, count: count + 1)
    for code in codes { starts[Int(code) + 1] += 1 }
    for code in 0..<count { starts[code + 1] += starts[code] }
    var next = starts
    var grouped = values
    for (index, code) in codes.enumerated() {
      grouped[next[Int(code)]] = values[index]
      next[Int(code)] += 1
    }
    var found: [(code: Int, percentiles: VitalPercentiles)] = []
    executor.forEach(0..<count) { code in
      let range = starts[code]..<starts[code + 1]
      if !range.isEmpty { found.append((code, VitalPercentiles(&grouped, in: range))) }
    }
    return found
  }
}
