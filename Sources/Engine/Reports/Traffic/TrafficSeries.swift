public import Calendar

/// The calendar units by which a series divides its range.
public struct SeriesUnits: Sendable {
  public var unit: CalendarUnit
  public var weekStart: WeekStart
  public var timeZone: TimeZoneRules

  public init(_ unit: CalendarUnit, weekStart: WeekStart = .monday, in timeZone: TimeZoneRules) {
    self.unit = unit
    self.weekStart = weekStart
    self.timeZone = timeZone
  }

  /// Returns the first instant of every unit of a range, and after them that of the next unit; nil if there are
  /// more than ``WebsiteColumns/maximumUnits``.
  public func starts(of range: InstantRange) -> [Int64]? {
    let starts = TimeUnits.starts(unit, weekStart, timeZone, from: range.start, through: range.end)
    return starts.map {
      $0 + [timeZone.bounds(of: unit, weekStart: weekStart, containing: range.end).end]
    }
  }
}

/// The numbers of the events in one unit of time.
public struct TrafficPoint: Sendable, Equatable {
  /// The first instant of the unit, in milliseconds since 1970.
  public let startMilliseconds: Int64
  public let numbers: TrafficNumbers

  package init(startMilliseconds: Int64, numbers: TrafficNumbers) {
    (self.startMilliseconds, self.numbers) = (startMilliseconds, numbers)
  }
}

/// A series of traffic for each value of a dimension.
public struct TrafficSeriesRequest {
  public var traffic: TrafficRequest
  public var units: SeriesUnits
  public var dimension: Dimension
  /// The number of values with a series of their own.
  public var limit: Int
  /// Whether all other values have a series together.
  public var rest: Bool

  public init(traffic: TrafficRequest, units: SeriesUnits, by dimension: Dimension, limit: Int, rest: Bool) {
    self.traffic = traffic
    self.units = units
    self.dimension = dimension
    self.limit = limit
    self.rest = rest
  }
}

public struct TrafficSeries: Sendable {
  /// Nil for the rest.
  public let value: String?
  /// Only units with events, by time.
  public let points: [TrafficPoint]

  package init(value: String?, points: [TrafficPoint]) {
    (self.value, self.points) = (value, points)
  }
}

extension WebsiteColumns {
  /// The maximum number of units into which a range may be divided.
  public static var maximumUnits: Int { TimeUnits.maximumListed }

  /// Returns the numbers of each unit that has views or custom events, by time.
  ///
  /// - Parameter countsCustomEvents: Whether custom events are counted; without, units of custom events alone are left
  ///   out.
  public func trafficSeries(
    _ request: TrafficRequest, by units: SeriesUnits, countsCustomEvents: Bool = true,
    on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [TrafficPoint] {
    let grouping = TrafficGrouping(units: timeUnits(units, request.scope.range))
    let counts = try traffic(request, .views, grouping, countsCustomEvents: countsCustomEvents, executor)
    return counts.used.map { group in
      TrafficPoint(
        startMilliseconds: counts.groups.unitStart(counts.groups.key(of: group).unit),
        numbers: counts.numbers(of: group))
    }.sorted { $0.startMilliseconds < $1.startMilliseconds }
  }

  /// Returns a series for each of the values with the most visitors, by visitors descending, then by value; the
  /// series of the rest comes last.
  public func trafficSeries(
    _ request: TrafficSeriesRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [TrafficSeries] {
    let dimension = try CompiledDimension(request.dimension, in: request.traffic.scope, self, executor)
    var grouping = TrafficGrouping(
      dimension: dimension, units: timeUnits(request.units, request.traffic.scope.range))
    func scan(_ grouping: TrafficGrouping) throws(ReportError) -> TrafficCounts {
      try traffic(request.traffic, .views, grouping, countsCustomEvents: true, executor)
    }
    let texts = dimension.dictionary
    // Few values are told apart at once. With many, most would be in the rest.
    if dimension.codeCount <= CompiledDimension.maximumCodesAtOnce {
      grouping.countsVisitorsOfCodes = true
      let counts = try scan(grouping)
      let used = Set(counts.used.map { Int(counts.groups.key(of: $0).code) })
      let shown = texts.mostFrequent(request.limit, of: Array(used), executor, by: counts.visitorsOfCode)
      if !request.rest || used.count <= shown.count {
        return series(shown, counts, dimension, slotOfCode: shown.firstIndex(of:), rest: false)
      }
      grouping.countsVisitorsOfCodes = false
      return try series(shown, of: grouping, dimension, rest: true, scan)
    }
    let totals = try scan(TrafficGrouping(dimension: dimension))
    let used = totals.used
    let shown = texts.mostFrequent(request.limit, of: used, executor, by: totals.visitors)
    return try series(shown, of: grouping, dimension, rest: request.rest && used.count > shown.count, scan)
  }

  /// Returns the series of `shown` codes, and that of all others together.
  private func series(
    _ shown: [Int], of grouping: TrafficGrouping, _ dimension: CompiledDimension, rest: Bool,
    _ scan: (TrafficGrouping) throws(ReportError) -> TrafficCounts
  ) throws(ReportError) -> [TrafficSeries] {
    var grouping = grouping
    // The last slot holds the codes that are not shown.
    var slots = Array(repeating: UInt32(shown.count), count: max(dimension.codeCount, 1))
    for (slot, code) in shown.enumerated() { slots[code] = UInt32(slot) }
    grouping.slots = slots
    return series(shown, try scan(grouping), dimension, slotOfCode: { $0 }, rest: rest)
  }

  private func series(
    _ shown: [Int], _ counts: TrafficCounts, _ dimension: CompiledDimension, slotOfCode: (Int) -> Int?,
    rest: Bool
  ) -> [TrafficSeries] {
    let texts = dimension.dictionary
    var points: [[TrafficPoint]] = Array(repeating: [], count: shown.count + 1)
    for group in counts.used {
      let (code, _, unit) = counts.groups.key(of: group)
      guard let slot = slotOfCode(Int(code)) else { continue }
      points[slot].append(
        TrafficPoint(
          startMilliseconds: counts.groups.unitStart(unit), numbers: counts.numbers(of: group)))
    }
    func sorted(_ points: [TrafficPoint]) -> [TrafficPoint] {
      points.sorted { $0.startMilliseconds < $1.startMilliseconds }
    }
    var series = zip(shown, points).map { TrafficSeries(value: texts[$0], points: sorted($1)) }
    if rest { series.append(TrafficSeries(value: nil, points: sorted(points[shown.count]))) }
    return series
  }

  func timeUnits(_ units: SeriesUnits, _ range: InstantRange) -> TimeUnits {
    TimeUnits(
      units.unit, weekStart: units.weekStart, in: units.timeZone, of: range, events: extentMilliseconds)
  }
}
