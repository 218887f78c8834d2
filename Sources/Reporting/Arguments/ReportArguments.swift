public import Calendar
import Engine
public import JSON

/// A user's arguments for a report: the flags of a command line, and the params built from them.
public struct ReportArguments: Sendable {
  /// The report that they are for.
  public let kind: ReportKind
  /// By flag.
  private var values: [String: [JSONValue]] = [:]
  /// The filters as the user wrote them.
  private(set) var filterTexts: [String] = []

  public init(_ kind: ReportKind) { self.kind = kind }

  /// Takes a flag and its value; returns false if the report has no such flag.
  public mutating func take(_ name: String, _ text: String) throws(FlagError) -> Bool {
    guard let flag = kind.flags.first(where: { $0.name == name }) else { return false }
    do throws(FlagValueError) {
      let read = try flag.read(text)
      if flag.isList { values[name, default: []] += read } else { values[name] = read }
    } catch {
      throw FlagError(flag: name, sentence: error.sentence)
    }
    if name == ReportFlag.filter.name { filterTexts.append(text) }
    return true
  }

  /// Throws if a required flag is missing.
  public func checkComplete() throws(FlagError) {
    for (flag, times, example) in kind.required where values[flag]?.count ?? 0 < times {
      let needed = times == 1 ? flag : "at least \(times) \(flag) flags"
      throw FlagError(flag: nil, sentence: "\(kind.name) needs \(needed), for example \(example)")
    }
    try period.checkCombination()
  }

  /// The name of the time zone in which days are counted.
  public var timeZoneName: String { period.timeZoneName }

  /// Whether the report needs a currency and none is given.
  public var lacksCurrency: Bool {
    kind.needsCurrency && values["--currency"] == nil
  }

  /// The requested range. If an end is omitted, it is the start of the day of the first event or the end of
  /// the day of the last event.
  ///
  /// - Parameters:
  ///   - events: From the first event to the last, in milliseconds since 1970; nil if there are none.
  ///   - now: Milliseconds since 1970.
  public func range(in zone: TimeZoneRules, events: Period?, now: Int64) throws(FlagError) -> Period {
    let (from, to) = try period.bounds(in: zone, now: now)
    let first = zone.date(at: events?.start ?? now).dayNumber
    let last = zone.date(at: events?.end ?? now).dayNumber
    let whole = Period(days: first..<last + 1, in: zone)
    let start = from ?? min(whole.start, to ?? .max)
    return Period(start: start, end: to ?? max(whole.end, start))
  }

  /// The params of the report's method.
  public func params(websiteID: String, range: Period) -> JSONObject {
    var params: JSONObject = ["websiteId": .string(websiteID)]
    // As texts, because small numbers, in the first months of 1970, would be taken for seconds.
    var dates: JSONObject = [
      "startDate": .string(formatInstant(range.start)), "endDate": .string(formatInstant(range.end)),
    ]
    if let unit = values["--unit"]?.first { dates["unit"] = unit }
    if kind.rangeIsTopLevel {
      for (name, value) in dates.members { params[name] = value }
    } else {
      params["dateRange"] = .object(dates)
    }
    for (name, value) in kind.defaults.members { params[name] = value }
    for flag in kind.flags {
      guard let member = flag.member, let values = values[flag.name] else { continue }
      params[member] = flag.isList ? .array(values) : values[0]
    }
    return params
  }

  /// The flag from which the params member at `pointer` was built; nil if there is none.
  public func flag(at pointer: String) -> String? {
    let parts = pointer.split(separator: "/")
    switch parts.last {
    case "startDate": return "--from"
    case "endDate": return "--to"
    case "unit" where parts.count == 2: return "--unit"
    default: return kind.flags.first { $0.member.map { $0 == parts.first ?? "" } ?? false }?.name
    }
  }

  private var period: PeriodFlags {
    var flags = PeriodFlags()
    for name in PeriodFlags.names {
      if let text = values[name]?.first?.string { flags.take(name, text) }
    }
    return flags
  }
}
