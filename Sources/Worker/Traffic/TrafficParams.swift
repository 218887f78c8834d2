import Calendar
import Engine
import EventStore
import JSON
import JSONSchema

/// The params that every `websites` method has that counts events.
struct TrafficParams {
  var request: TrafficRequest
  let timeZone: TimeZoneRules
  let weekStart: WeekStart
}

extension Call {
  /// The params of a `websites` method. The error lists every invalid member.
  ///
  /// - Parameters:
  ///   - own: Members that the method itself has, although they are names of Umami's filters.
  ///   - range: Replaces the range of the params.
  ///   - matchesAnyFilter: Whether one of `filters` is enough.
  func trafficParams(
    _ params: JSONObject, own: Set<String> = [], range: InstantRange? = nil,
    honoursExcludeBounce: Bool = false, matchesAnyFilter: Bool = false
  ) throws(WorkerError) -> TrafficParams {
    var errors: [ValidationError] = []
    let timeZone = timeZone(params, &errors)
    let range = range ?? trafficRange(params, in: timeZone, &errors)
    var reader = ConditionReader(self, zone: timeZone, range: range, params)
    var conditions = reader.elements(params["filters"], at: "/filters")
    if matchesAnyFilter { conditions = [.any(conditions)] }
    conditions += umamiConditions(params, own: own, in: timeZone, &errors)
    if let id = params["segment"]?.string { conditions.append(reader.segment(named: id, at: "/segment")) }
    errors += reader.errors
    let excludesBounces = honoursExcludeBounce && isTrue(params["excludeBounce"])
    if excludesBounces { conditions.append(.hasSeveralPageviews) }
    guard errors.isEmpty, let range else { throw .invalidParams(errors) }
    return TrafficParams(
      request: TrafficRequest(
        scope: ReportScope(
          range: range, conditions: conditions, sourceCategories: sourceCategories(params)),
        bounce: excludesBounces ? .none : params["bounce"] == "single" ? .single : .engaged),
      timeZone: timeZone, weekStart: weekStart(params))
  }

  /// The same for a report of Umami 3, which begins at the earliest when the website was reset.
  func umamiParams(
    _ params: JSONObject, range: InstantRange? = nil, honoursExcludeBounce: Bool = false
  ) throws(WorkerError) -> TrafficParams {
    var traffic = try trafficParams(params, range: range, honoursExcludeBounce: honoursExcludeBounce)
    // A given range has been computed from one that begins so late.
    guard range == nil, let reset = try resetMilliseconds(params) else { return traffic }
    let asked = traffic.request.scope.range
    if let range = InstantRange(start: max(asked.start, reset), end: asked.end) {
      traffic.request.scope.range = range
    } else {
      // All of it is before.
      traffic.request.scope.conditions.append(.any([]))
    }
    return traffic
  }

  private func resetMilliseconds(_ params: JSONObject) throws(WorkerError) -> Int64? {
    let snapshot = try snapshot()
    let id = try websiteID(params, in: snapshot)
    return try withStore { _ throws(StoreError) in try snapshot.resetMilliseconds(of: id) }
  }

  /// The units of `unit`, or of `dateRange.unit`, or days.
  func seriesUnits(_ params: JSONObject, _ traffic: TrafficParams) -> SeriesUnits {
    let name = (params["unit"] ?? params["dateRange"]?["unit"])?.string
    return SeriesUnits(
      name.flatMap(CalendarUnit.init) ?? .day, weekStart: traffic.weekStart, in: traffic.timeZone)
  }
}

/// Umami takes any text that is not empty as true, also `false`.
private func isTrue(_ value: JSONValue?) -> Bool {
  switch value {
  case .bool(let flag): flag
  case .string(let text): !text.isEmpty
  default: false
  }
}

// MARK: - Range

/// A way to state the range of a `websites` method.
enum RangeForm: CaseIterable {
  case startAt, startDate, dateRange, period

  var members: [String] {
    switch self {
    case .startAt: ["startAt", "endAt"]
    case .startDate: ["startDate", "endDate"]
    case .dateRange: ["dateRange"]
    case .period: ["period"]
    }
  }

  /// Returns the forms of which a member is there.
  static func all(in params: JSONObject) -> [RangeForm] {
    allCases.filter { $0.members.contains { params[$0] ?? .null != .null } }
  }
}

extension Call {
  /// The range of a `websites` method, which has exactly one form.
  func trafficRange(
    _ params: JSONObject, in zone: TimeZoneRules, _ errors: inout [ValidationError]
  ) -> InstantRange? {
    let forms = RangeForm.all(in: params)
    guard let form = forms.first else {
      errors.append(
        ValidationError(
          instanceLocation: "", keywordLocation: "/anyOf",
          error: "must have a range: startAt and endAt, startDate and endDate, dateRange, or period"))
      return nil
    }
    if forms.count > 1 {
      errors.append(
        .member(
          forms[1].members[0],
          "must not be given together with \(form.members[0]); a request has exactly one range"))
      return nil
    }
    switch form {
    case .startAt:
      return dateRange(.object(params), in: zone, at: "", names: ("startAt", "endAt"), &errors)
    case .startDate: return dateRange(.object(params), in: zone, at: "", &errors)
    case .dateRange:
      return dateRange(params["dateRange"] ?? .null, in: zone, at: "/dateRange", &errors)
    case .period:
      do throws(PeriodError) {
        return try period(params["period"]?.string ?? "", now(params, in: zone, &errors), params, zone)
      } catch {
        errors.append(.member("period", error.description))
        return nil
      }
    }
  }

  /// The time of the member `asOf`, or that of the clock.
  func now(_ params: JSONObject, in zone: TimeZoneRules, _ errors: inout [ValidationError]) -> Int64 {
    guard let value = params["asOf"] else { return now() }
    do throws(CalendarDateError) { return try CalendarDate(value).start(in: zone) } catch {
      errors.append(.member("asOf", error.description))
      return 0
    }
  }

  private func period(
    _ text: String, _ now: Int64, _ params: JSONObject, _ zone: TimeZoneRules
  ) throws(PeriodError) -> InstantRange {
    let digits = text == "today" ? "0" : text.prefix { ("0"..."9").contains($0) }
    let name = text == "today" ? "day" : String(text.dropFirst(digits.count))
    guard digits.utf8.count <= 4, let count = Int(digits) else { throw PeriodError(text: text) }
    if name == "h", count > 0 {
      let start = max(now - Int64(count) * 3_600_000, writableInstants.lowerBound)
      guard let range = InstantRange(start: start, end: now) else {
        throw PeriodError(text: text)
      }
      return range
    }
    guard let unit = CalendarUnit(rawValue: name), unit != .minute else { throw PeriodError(text: text) }
    let weekStart = weekStart(params)
    let current = zone.bounds(of: unit, weekStart: weekStart, containing: now)
    var start = current.start
    for _ in 1..<max(count, 1) where start > writableInstants.lowerBound {
      start = zone.bounds(of: unit, weekStart: weekStart, containing: start - 1).start
    }
    start = max(start, writableInstants.lowerBound)
    guard let range = InstantRange(start: start, end: current.end - 1) else { throw PeriodError(text: text) }
    return range
  }
}

private struct PeriodError: Error, CustomStringConvertible {
  let text: String

  var description: String {
    "must be 24h (so many hours until now), today, 0day, 0week, 0month or 0year (the current unit), or a number of "
      + "units that ends with the current one, such as 7day or 12month; is \"\(text)\""
  }
}
