import Calendar
import Engine
import EventStore
import JSON
import JSONRPC
import JSONSchema

/// Reads the conditions of params that have passed their schema: lists of filter elements, and matchers.
///
/// What the schema cannot say is checked here: members that exclude each other, how many conditions and levels a list
/// has, dates, and saved segments. Errors are collected, each with its location.
struct ConditionReader {
  private let call: Call
  private let zone: TimeZoneRules
  /// The range of the report, which completes one that a `did` gives only half; nil if it is not known.
  private let range: InstantRange?
  /// They name the website whose sessions a segment's filters look for.
  private let params: JSONObject
  /// All that is wrong.
  private(set) var errors: [ValidationError] = []
  /// How many conditions the current list has so far.
  private var conditions = 0
  /// The ids of the segments that are being read, the outermost first.
  private var segments: [String] = []

  init(_ call: Call, zone: TimeZoneRules, range: InstantRange?, _ params: JSONObject = JSONObject()) {
    self.call = call
    self.params = params
    self.zone = zone
    self.range = range
  }

  /// Where an element is.
  private struct Place {
    var location: String
    var level = 1
    var isInDid = false

    func member(_ name: String) -> Place {
      Place(location: "\(location)/\(name)", level: level, isInDid: isInDid)
    }
    func inner(_ name: String) -> Place {
      Place(location: "\(location)/\(name)", level: level + 1, isInDid: isInDid)
    }
  }

  /// Reads a list of filter elements, all of which must hold.
  mutating func elements(_ list: JSONValue?, at location: String) -> [EventCondition] {
    let outer = conditions
    defer { conditions = outer }
    conditions = 0
    return elements(list, Place(location: location))
  }

  private mutating func elements(_ list: JSONValue?, _ place: Place) -> [EventCondition] {
    (list?.array ?? []).enumerated().map { element($1, place.member("\($0)")) }
  }

  private mutating func refuse(_ place: Place, _ error: String) {
    if errors.count >= Self.maximumErrors { return }
    errors.append(ValidationError(instanceLocation: place.location, keywordLocation: "", error: error))
  }

  private static let maximumErrors = 20

  private mutating func element(_ value: JSONValue, _ place: Place) -> EventCondition {
    if place.level > Limits.filterLevels {
      refuse(place, "must not be nested more than \(Limits.filterLevels) levels deep")
      return .every
    }
    let kinds = ["name", "any", "all", "not", "did", "segment"].filter {
      value[$0].map { $0 != .null } ?? false
    }
    if kinds.count > 1 {
      refuse(place, "must not have both \"\(kinds[0])\" and \"\(kinds[1])\", because they exclude each other")
      return .every
    }
    switch kinds.first {
    case "any": return .any(elements(value["any"], place.inner("any")))
    case "all": return .all(elements(value["all"], place.inner("all")))
    case "not": return .not(element(value["not"] ?? .null, place.inner("not")))
    case "did": return did(value["did"] ?? .null, place.inner("did"))
    case "segment":
      let report = segment(value["segment"]?.string ?? "", place.member("segment"))
      return report.map { condition(of: $0, place) } ?? .every
    default: return condition(value, place)
    }
  }

  private mutating func condition(_ value: JSONValue, _ place: Place) -> EventCondition {
    conditions += 1
    if conditions == Limits.filters + 1 {
      refuse(place, "must be one of at most \(Limits.filters) conditions")
    }
    let name = value["name"]?.string ?? ""
    let operation = value["operator"]?.string ?? ""
    if let comparison = NumberCondition.Operator(rawValue: operation) {
      guard let key = propertyKey(name), let bound = TenThousandths(value["value"] ?? .null) else {
        refuse(place.member("value"), "must be a number, or a decimal in a string")
        return .every
      }
      return .propertyNumber(
        key: key, NumberCondition(comparison, tenThousandths: bound.floor, isExact: bound.isExact))
    }
    guard let textOperator = TextCondition.Operator(rawValue: operation) else {
      refuse(place.member("operator"), "must be an operator of filters, is \"\(operation)\"")
      return .every
    }
    let values = value["value"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
    if let group = EventGroup(idName: name) { return identifier(group, textOperator, values, place) }
    do throws(FilterError) {
      let test = try TextCondition(textOperator, values)
      if let key = propertyKey(name) { return .property(key: key, test) }
      switch name {
      case "type": return .type(test)
      case "entry": return .visit(.entry, test)
      case "exit": return .visit(.exit, test)
      case "channel": return .visit(.channel, test)
      default:
        // The schema has checked the name.
        guard let column = TextColumn(requestName: name) else {
          refuse(place.member("name"), "must be a column or property:KEY, is \"\(name)\"")
          return .every
        }
        return .column(Filter(column, test))
      }
    } catch {
      refuse(place.member("value"), "filter \"\(name)\": \(error)")
      return .every
    }
  }

  private mutating func identifier(
    _ group: EventGroup, _ textOperator: TextCondition.Operator, _ values: [String], _ place: Place
  ) -> EventCondition {
    switch textOperator {
    case .equals: return .identifier(group, IdentifierCondition(values, isNegated: false))
    case .notEquals: return .identifier(group, IdentifierCondition(values, isNegated: true))
    // Every event has both.
    case .isSet: return .every
    case .isNotSet: return .any([])
    default:
      refuse(
        place.member("operator"),
        "must be eq, neq, s or ns, because ids of visitors and visits are compared as a whole")
      return .every
    }
  }

  private mutating func did(_ value: JSONValue, _ place: Place) -> EventCondition {
    if place.isInDid {
      refuse(place, "must not be inside another \"did\"")
      return .every
    }
    let least = value["atLeast"]?.clampedWholeNumber ?? 1
    let most = value["atMost"]?.clampedWholeNumber
    if least == 0, most == nil {
      refuse(place, "must have \"atMost\" if \"atLeast\" is 0, because it holds for every event")
    }
    var inner = place.member("filters")
    inner.isInDid = true
    let filters = elements(value["filters"], inner)
    return .did(
      EventCount(
        of: value["by"]?.string == "visit" ? .visit : .visitor, .all(filters), least: Int(clamping: least),
        most: most.map { Int(clamping: $0) }, range: didRange(value, place)))
  }

  /// The range that a `did` names; nil if it names none.
  private mutating func didRange(_ value: JSONValue, _ place: Place) -> InstantRange? {
    let names = ["startDate", "endDate"].filter { value[$0].map { $0 != .null } ?? false }
    if names.isEmpty { return nil }
    var instants: [String: Int64] = [:]
    for name in names {
      do throws(CalendarDateError) {
        let date = try CalendarDate(value[name] ?? .null)
        instants[name] = name == "startDate" ? date.start(in: zone) : date.end(in: zone)
      } catch {
        refuse(place.member(name), error.description)
        return nil
      }
    }
    guard let start = instants["startDate"] ?? range?.start, let end = instants["endDate"] ?? range?.end
    else {
      return nil
    }
    if let range = InstantRange(start: start, end: end) { return range }
    refuse(place.member("endDate"), "must not be before startDate")
    return nil
  }

  /// Finds a saved segment, and refuses an unknown id and one that contains itself.
  private mutating func segment(_ id: String, _ place: Place) -> SavedReport? {
    if segments.contains(where: { sameScalars($0, id) }) {
      refuse(place, "must not lead back to itself: segment \"\(id)\" contains itself")
      return nil
    }
    if segments.count >= Limits.segmentLevels {
      refuse(place, "must not be nested more than \(Limits.segmentLevels) segments deep")
      return nil
    }
    call.reads.segmentReferences += 1
    if call.reads.segmentReferences > Limits.segmentReferences {
      refuse(
        place,
        "must be one of at most \(Limits.segmentReferences) references of a request to segments, those in other segments included"
      )
      return nil
    }
    let report: SavedReport?
    do throws(WorkerError) { report = try call.segment(id) } catch {
      refuse(place, "\(error.rpcError.message)")
      return nil
    }
    if report == nil { refuse(place, "must be the id of a saved report of type segment, found \"\(id)\"") }
    return report
  }

  /// The condition of a segment. Its conditions and levels count by themselves.
  private mutating func condition(of report: SavedReport, _ place: Place) -> EventCondition {
    segments.append(report.id)
    let outer = conditions
    defer {
      segments.removeLast()
      conditions = outer
    }
    conditions = 0
    if report.table == .segment {
      do throws(UmamiSegmentError) { return try call.condition(ofUmami: report, params, in: zone) } catch {
        refuse(place, "segment \"\(report.id)\": \(error)")
        return .every
      }
    }
    do throws(WorkerError) {
      let parameters = try report.parameterObject()
      let match = parameters["match"].flatMap { $0 == .null ? nil : $0 } ?? .string("all")
      let (filters, errors) = call.schemas.filters.takingNullAsMissing(parameters["filters"] ?? .null)
      if let error = errors.first {
        refuse(place, "segment \"\(report.id)\": filters\(error.instanceLocation) \(error.error)")
      } else if match.string != "all", match.string != "any" {
        refuse(place, "segment \"\(report.id)\": match must be \"all\" or \"any\"")
      } else {
        let inner = Place(location: "\(place.location)/filters", isInDid: place.isInDid)
        let elements = elements(filters, inner)
        return match.string == "any" ? .any(elements) : .all(elements)
      }
      return .every
    } catch {
      refuse(place, error.rpcError.message)
      return .every
    }
  }

  /// Reads the condition of the segment with this id, which is a member of the params.
  mutating func segment(named id: String, at location: String) -> EventCondition {
    let place = Place(location: location)
    return segment(id, place).map { condition(of: $0, place) } ?? .every
  }

  /// Reads a matcher.
  ///
  /// - Parameter isTyped: Whether `url` looks only at pageviews and `event` only at custom events.
  mutating func matcher(_ value: JSONValue, at location: String, isTyped: Bool = false) -> EventCondition {
    let both = matchers(value, at: location)
    return isTyped ? both.typed : both.untyped
  }

  /// Reads a matcher, whose filters are read once for both meanings of its types.
  private mutating func matchers(_ value: JSONValue, at location: String) -> Matchers {
    let place = Place(location: location)
    let filters = elements(value["filters"], at: "\(location)/filters")
    var matches: Matchers
    if let choices = value["any"]?.array {
      for name in ["type", "value"] where value[name].map({ $0 != .null }) ?? false {
        refuse(place, "must not have both \"any\" and \"\(name)\", because they exclude each other")
      }
      let read = choices.enumerated().map { matchers($1, at: "\(location)/any/\($0)") }
      matches = (.any(read.map(\.untyped)), .any(read.map(\.typed)))
    } else {
      matches = typed(value, place)
    }
    if !filters.isEmpty {
      matches = (.all([matches.untyped] + filters), .all([matches.typed] + filters))
    }
    return matches
  }

  /// A matcher whose types `url` and `event` match by the column alone, and one whose types look only at pageviews and
  /// custom events.
  private typealias Matchers = (untyped: EventCondition, typed: EventCondition)

  /// Reads a step: a matcher that, if it is only a path or a name, is read without building a condition.
  mutating func step(_ value: JSONValue, at location: String) -> EventMatcher {
    let isPlain = ["any", "filters"].allSatisfy { value[$0].map { $0 == .null } ?? true }
    switch value["type"]?.string {
    case "url" where isPlain, "path" where isPlain:
      return .path(WildcardPattern(value["value"]?.string ?? ""))
    case "event" where isPlain: return .event(WildcardPattern(value["value"]?.string ?? ""))
    default:
      let both = matchers(value, at: location)
      return .condition(both.untyped, typed: both.typed)
    }
  }

  private mutating func typed(_ value: JSONValue, _ place: Place) -> Matchers {
    let pattern = value["value"]?.string.map { WildcardPattern($0) }
    func matches(_ column: TextColumn, _ type: UInt8?) -> EventCondition {
      let conditions = [type.map { EventCondition.eventType($0) }, pattern.map { .pattern(column, $0) }]
        .compactMap(\.self)
      return conditions.count == 1 ? conditions[0] : .all(conditions)
    }
    func always(_ condition: EventCondition) -> Matchers { (condition, condition) }
    switch value["type"]?.string {
    case "event": return (matches(.eventName, nil), matches(.eventName, EventType.custom))
    case "pageview": return always(matches(.urlPath, EventType.pageview))
    case "custom": return always(matches(.eventName, EventType.custom))
    case "every":
      if pattern != nil {
        refuse(place, "must not have a \"value\", because the type \"every\" matches all events")
      }
      return always(.every)
    default: return (matches(.urlPath, nil), matches(.urlPath, EventType.pageview))
    }
  }
}

extension EventGroup {
  /// The group whose id a filter name means; nil for another name.
  fileprivate init?(idName name: String) {
    switch name {
    case "visitor": self = .visitor
    case "visit": self = .visit
    default: return nil
    }
  }
}
