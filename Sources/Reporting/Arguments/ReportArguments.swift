public import Calendar
import Engine
public import JSON

/// A user's arguments for a report: the flags of a command line, and the params built from them.
public struct ReportArguments: Sendable {
  /// The report that they are for.
  public let kind: ReportDefinition
  /// By flag.
  var values: [String: [JSONValue]] = [:]
  /// The filters as the user wrote them.
  var filterTexts: [String] = []
  /// The segments as the user called them.
  public internal(set) var segmentNames: [String] = []

  public init(_ kind: ReportDefinition) { self.kind = kind }

  /// Takes a flag and its value; returns false if the report has no such flag.
  public mutating func take(_ name: String, _ text: String) throws(FlagError) -> Bool {
    guard let flag = kind.flags.first(where: { $0.name == name }) else { return false }
    if !flag.isList, values[name] != nil {
      throw FlagError(flag: name, sentence: "is given twice; give it once")
    }
    do throws(FlagValueError) {
      let read = try flag.read(text)
      if flag.isList { values[name, default: []] += read } else { values[name] = read }
    } catch {
      throw FlagError(flag: name, sentence: error.sentence)
    }
    if name == ReportFlag.filter.name { filterTexts.append(text) }
    if name == ReportFlag.segment.name { segmentNames.append(text) }
    return true
  }

  /// Throws if a required flag is missing.
  public func checkComplete() throws(FlagError) {
    for (flag, times, example) in kind.required where count(ofFlagsLike: flag) < times {
      let needed = times == 1 ? flag : "at least \(times) \(flag) flags"
      throw FlagError(flag: nil, sentence: "\(kind.name) needs \(needed), for example \(example)")
    }
    for flag in kind.flags where values[flag.name] != nil {
      let names = flag.member?.split(separator: "/") ?? []
      guard names.count == 2, let owner = kind.flags.first(where: { $0.member == String(names[0]) }),
        values[owner.name] == nil
      else { continue }
      throw FlagError(flag: flag.name, sentence: "needs \(owner.name)")
    }
    if let error = kind.combinationError(self) { throw error }
    try period.checkCombination()
  }

  /// The number of values of a flag, and of others for the same member.
  private func count(ofFlagsLike name: String) -> Int {
    let member = kind.flags.first { $0.name == name }?.member
    return kind.flags.filter { $0.name == name || member != nil && $0.member == member }
      .reduce(0) { $0 + (values[$1.name]?.count ?? 0) }
  }

  /// The method of the protocol that answers.
  public var method: String {
    guard let other = kind.methodFlag, values[other.flag] != nil else { return kind.method }
    return other.method
  }

  /// The name of the time zone in which days are counted.
  public var timeZoneName: String { period.timeZoneName }

  /// Whether a result is bad news, so that the command ends with an exit code of its own.
  public func isFailure(_ result: JSONValue) -> Bool { kind.isFailure(result) }

  /// Whether the params have a range.
  var statesRange: Bool {
    kind.hasRange
      && (!kind.rangeIsOptional || [.from, .to, .during].contains { (flag: ReportFlag) in isGiven(flag) })
  }

  /// The saved report that the user names; nil for all.
  public var savedReportName: String? { values[ReportFlag.savedReport.name]?.first?.string }

  /// Replaces the name of a saved report by its id.
  ///
  /// - Parameter reports: Those of the website.
  public mutating func resolveSavedReport(_ reports: [JSONValue]) throws(FlagError) {
    guard let name = savedReportName else { return }
    let found = Self.saved(reports, called: name)
    guard found.count == 1, let id = found[0]["id"] else {
      let shown = (found.isEmpty ? reports : found).prefix(20)
      let list = shown.map(Self.nameAndID)
      throw FlagError(
        flag: ReportFlag.savedReport.name,
        sentence: found.isEmpty
          ? "must be the name or id of a saved report, is \"\(name)\"; there are "
            + (list.isEmpty ? "none" : list.joined(separator: ", "))
          : "must be the id of one of the reports called \"\(name)\": \(list.joined(separator: ", "))")
    }
    values[ReportFlag.savedReport.name] = [id]
  }

  func isGiven(_ flag: ReportFlag) -> Bool { values[flag.name] != nil }

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
    let unitFlag = kind.flags.first { $0.name == "--unit" && $0.member == nil }
    if let unit = unitFlag.flatMap({ values[$0.name]?.first }) { dates["unit"] = unit }
    if kind.rangeIsTopLevel {
      for (name, value) in dates.members { params[name] = value }
    } else if statesRange {
      params["dateRange"] = .object(dates)
    }
    for (name, value) in kind.defaults.members {
      if !(kind.replacedDefaults[name]?(self) ?? false) { params[name] = value }
    }
    for flag in kind.flags {
      guard let member = flag.member, let values = values[flag.name] else { continue }
      let names = member.split(separator: "/" as Character).map(String.init)
      if names.count == 2 {
        var object = params[names[0]]?.object ?? JSONObject()
        object[names[1]] = values[0]
        params[names[0]] = .object(object)
      } else {
        // Two flags may add to one list, as filters and segments do.
        params[member] = flag.isList ? .array((params[member]?.array ?? []) + values) : values[0]
      }
    }
    return params
  }

  /// The flag from which the params member at `pointer` was built; nil if there is none.
  public func flag(at pointer: String) -> String? {
    let parts = pointer.split(separator: "/")
    switch parts.last {
    case _ where parts.first == "compare": return ReportFlag.compare.name
    case "startDate": return "--from"
    case "endDate": return "--to"
    case "unit" where parts.first == "dateRange": return "--unit"
    default:
      // Of several flags for one member, one that is given.
      let members = (kind.flags.filter(isGiven) + kind.flags).filter { $0.member != nil }
      return
        (members.first { $0.member == parts.prefix(2).joined(separator: "/") }
        ?? members.first { flag in parts.first.map { flag.member?.split(separator: "/").first == $0 } ?? false
        })?
        .name
    }
  }

  /// Replaces the names of segments by their ids.
  ///
  /// - Parameter segments: The saved reports of type `segment` whose name or id a segment is searched by.
  public mutating func resolveSegments(_ segments: [JSONValue]) throws(FlagError) {
    var resolved: [JSONValue] = []
    for name in segmentNames {
      let found = Self.saved(segments, called: name)
      guard found.count == 1, let id = found[0]["id"] else {
        let list = (found.isEmpty ? segments : found).map(Self.nameAndID)
        throw FlagError(
          flag: ReportFlag.segment.name,
          sentence: found.count > 1
            ? "must be the id of one of the segments called \"\(name)\": \(list.joined(separator: ", "))"
            : "must be a saved segment, is \"\(name)\"; "
              + (list.isEmpty ? "the website has none" : "there are \(list.joined(separator: ", "))"))
      }
      resolved.append(["segment": id])
    }
    if !resolved.isEmpty { values[ReportFlag.segment.name] = resolved }
  }

  /// The saved reports with this id; without one, those with this name.
  private static func saved(_ reports: [JSONValue], called name: String) -> [JSONValue] {
    let byID = reports.filter { $0["id"]?.string == name }
    return byID.isEmpty ? reports.filter { $0["name"]?.string == name } : byID
  }

  private static func nameAndID(_ report: JSONValue) -> String {
    "\(report["name"]?.string ?? "") (\(report["id"]?.string ?? ""))"
  }

  private var period: PeriodFlags {
    var flags = PeriodFlags()
    for name in PeriodFlags.names {
      if let text = values[name]?.first?.string { flags.take(name, text) }
    }
    return flags
  }
}
