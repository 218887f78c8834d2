import Calendar
import Engine
import JSON
import JSONSchema

/// Reads the params of a funnel that have passed their schema and go beyond steps and one window: what members mean, and
/// which of them exclude each other.
struct FunnelParams {
  private let params: JSONObject
  private let steps: [JSONValue]
  private var errors: [ValidationError] = []

  /// The members of the params and of steps that make chains and results that the plain report does not have.
  private static let members = [
    "windowUnit", "totalWindow", "distinct", "order", "exclusions", "scope", "open", "breakdown", "timing",
    "trend", "next",
  ]
  private static let stepMembers = ["window", "minWait", "optional"]

  /// Whether one of these members is given.
  static func areGiven(_ params: JSONObject) -> Bool {
    let steps = params["steps"]?.array ?? []
    return !isGiven(params["window"]) || members.contains { isGiven(params[$0]) }
      || steps.contains { step in stepMembers.contains { step.object?.hasMember($0) ?? false } }
  }

  /// Whether a member asks for something: false, null and an empty list do not.
  private static func isGiven(_ value: JSONValue?) -> Bool {
    switch value {
    case .none, .null, .bool(false): false
    case .array(let elements): !elements.isEmpty
    default: true
    }
  }

  /// The request that the params describe. The error lists every invalid member.
  static func request(
    _ params: JSONObject, _ common: CommonParams, _ call: Call
  ) throws(WorkerError) -> FunnelRequest {
    var reader = FunnelParams(params: params, steps: params["steps"]?.array ?? [])
    let request = reader.request(common, call)
    guard reader.errors.isEmpty else { throw .invalidParams(reader.errors) }
    return request
  }

  private init(params: JSONObject, steps: [JSONValue]) { (self.params, self.steps) = (params, steps) }

  private mutating func request(_ common: CommonParams, _ call: Call) -> FunnelRequest {
    checkCombinations()
    var matchers = ConditionReader(call, zone: common.timeZone, range: common.scope.range)
    var request = FunnelRequest(
      scope: common.scope, steps: steps.enumerated().map { matchers.step($1, at: "/steps/\($0)") },
      links: links())
    request.totalWindowMilliseconds = duration(params["totalWindow"])
    request.order = params["order"] == "strict" ? .strict : params["order"] == "any" ? .any : .inTime
    request.isDistinct = params["distinct"] == true
    for (index, value) in (params["exclusions"]?.array ?? []).enumerated() {
      let matcher = matchers.step(value, at: "/exclusions/\(index)")
      if let steps = excludedSteps(value, index) {
        request.exclusions.append(FunnelExclusion(matcher, between: steps))
      }
    }
    request.staysInVisit = Self.isGiven(params["scope"])
    request.isOpen = params["open"] == true
    request.hasTiming = params["timing"] == true
    request.breakdown = breakdown(call)
    request.trend = trend(common, call)
    if let next = params["next"], next != .null {
      request.nextLimit = Int(next["limit"]?.clampedWholeNumber ?? 5)
    }
    errors += matchers.errors
    return request
  }

  private mutating func refuse(_ location: String, _ error: String) {
    errors.append(ValidationError(instanceLocation: location, keywordLocation: "", error: error))
  }
}

// MARK: - Combinations

extension FunnelParams {
  private mutating func checkCombinations() {
    if params["open"] == true {
      for name in ["breakdown", "timing", "trend", "next", "totalWindow"] { exclude(name, "open") }
      for (index, step) in steps.enumerated() where step["optional"] == true {
        refuse("/steps/\(index)/optional", Self.exclusion("open"))
      }
    }
    if params["order"] == "any" {
      for name in [
        "window", "distinct", "exclusions", "scope", "open", "breakdown", "timing", "trend", "next",
      ] {
        exclude(name, "order any")
      }
      for (index, step) in steps.enumerated() {
        for name in Self.stepMembers where Self.isGiven(step[name]) {
          refuse("/steps/\(index)/\(name)", Self.exclusion("order any"))
        }
      }
      if !Self.isGiven(params["totalWindow"]) { refuse("", "must have \"totalWindow\" if order is any") }
    } else if !params.hasMember("window"), !Self.isGiven(params["totalWindow"]) {
      refuse("", "must have \"window\" (null for no bound) or \"totalWindow\"")
    }
    for index in [0, steps.count - 1] where steps[index]["optional"] == true {
      refuse(
        "/steps/\(index)/optional",
        "must not be true, because only steps between the first and the last are optional")
    }
  }

  private mutating func exclude(_ name: String, _ other: String) {
    if Self.isGiven(params[name]) { refuse("/\(name)", Self.exclusion(other)) }
  }

  private static func exclusion(_ other: String) -> String {
    "must not be given together with \(other), because they exclude each other"
  }
}

// MARK: - Members

extension FunnelParams {
  /// The rules of the links into the steps.
  private func links() -> [FunnelLink] {
    steps.map { step in
      // A null replaces the window too.
      let window = step.object?.hasMember("window") ?? false ? step["window"] : params["window"]
      return FunnelLink(
        windowMilliseconds: duration(window),
        minimumWaitMilliseconds: duration(step["minWait"], roundsUp: true) ?? 0,
        isOptional: step["optional"] == true)
    }
  }

  /// A number of `windowUnit` in milliseconds; nil if it is null or missing.
  ///
  /// Times are whole milliseconds. So a maximum may be rounded down, and a minimum up.
  private func duration(_ value: JSONValue?, roundsUp: Bool = false) -> Int64? {
    guard let value, value != .null else { return nil }
    let unit: Int64 =
      switch params["windowUnit"]?.string {
      case "second": 1000
      case "hour": 3_600_000
      case "day": 86_400_000
      case "week": 604_800_000
      default: 60_000
      }
    return milliseconds(value, of: unit, roundsUp: roundsUp)
  }

  /// The steps between which an exclusion's events must not lie, counted from 0.
  private mutating func excludedSteps(_ value: JSONValue, _ index: Int) -> ClosedRange<Int>? {
    let from = value["from"]?.clampedWholeNumber ?? 1
    let to = value["to"]?.clampedWholeNumber ?? Int64(steps.count)
    for (name, step) in [("from", from), ("to", to)] where step > Int64(steps.count) {
      refuse(
        "/exclusions/\(index)/\(name)", "must be at most \(steps.count), the number of steps, is \(step)")
      return nil
    }
    if from < to { return Int(from) - 1...Int(to) - 1 }
    refuse("/exclusions/\(index)/from", "must be less than to, which is \(to), is \(from)")
    return nil
  }

  private mutating func breakdown(_ call: Call) -> FunnelBreakdown? {
    guard let value = params["breakdown"], value != .null else { return nil }
    let name = value["name"]?.string ?? ""
    guard let dimension = Dimension(requestName: name) else {
      refuse("/breakdown/name", "must be a column, channel, entry or property:KEY, is \"\(name)\"")
      return nil
    }
    let place: FunnelBreakdown.Place =
      switch value["at"]?.string {
      case "last": .lastEvent
      case "visit": .visit
      default: .firstEvent
      }
    if case .property = dimension, place == .visit {
      refuse("/breakdown/at", "must be first or last for \(name), because a visit has no properties")
    }
    return FunnelBreakdown(
      by: dimension, at: place, limit: Int(value["limit"]?.clampedWholeNumber ?? 20),
      hasRest: value["rest"] == true)
  }

  private mutating func trend(_ common: CommonParams, _ call: Call) -> SeriesUnits? {
    guard let value = params["trend"], value != .null else { return nil }
    let unit = value["unit"]?.string.flatMap(CalendarUnit.init) ?? .day
    let units = SeriesUnits(unit, weekStart: call.weekStart(params), in: common.timeZone)
    if units.starts(of: common.scope.range) == nil {
      refuse(
        "/trend/unit",
        "must divide the range into at most \(WebsiteColumns.maximumUnits) units; \(unit.rawValue) makes more"
      )
    }
    return units
  }
}

extension JSONObject {
  /// Whether there is a member, even if it is null.
  fileprivate func hasMember(_ name: String) -> Bool {
    if case .some = self[name] { true } else { false }
  }
}

/// Returns a number of units, at least 0, in whole milliseconds: exactly, then rounded. It is clamped to a duration longer
/// than any range of events.
func milliseconds(_ number: JSONValue, of unit: Int64, roundsUp: Bool) -> Int64 {
  let longest = 1e15
  let decimal: JSONDecimal
  switch number {
  case .integer(let whole): decimal = JSONDecimal(whole)
  case .decimal(let exact): decimal = exact
  default: decimal = JSONDecimal(shortest: number.double ?? 0) ?? JSONDecimal(0)
  }
  if number.double ?? 0 >= longest / Double(unit) { return Int64(longest) }
  var (digits, scale, isExact) = (decimal.significand, decimal.scale, true)
  // With so many digits after the point, only whether there are more matters.
  while scale > 18, digits != 0 {
    isExact = isExact && digits % 10 == 0
    (digits, scale) = (digits / 10, scale - 1)
  }
  if digits == 0 { return isExact || !roundsUp ? 0 : 1 }
  var divisor: Int128 = 1
  for _ in 0..<max(scale, 0) { divisor *= 10 }
  let (quotient, remainder) = (digits * Int128(unit)).quotientAndRemainder(dividingBy: divisor)
  return Int64(quotient) + (roundsUp && (remainder != 0 || !isExact) ? 1 : 0)
}
