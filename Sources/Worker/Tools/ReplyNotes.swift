import Calendar
import Engine
import EventStore
import JSON
import System

/// Sentences about an answer that is empty or misleading: a range without events, or names that no event has, most often
/// because they are misspelt, with those that may be meant.
struct ReplyNotes {
  private(set) var sentences: [String] = []
  private let call: Call
  private let request: InterpretedRequest
  private var params: JSONObject { request.params }

  /// The most sentences about names.
  private static let maximum = 5
  /// How many values of a filter are looked up.
  private static let lookedUp = 20
  /// The values of properties, by key. Each takes a scan of all events.
  private var valuesOfProperties: [ScalarKey: [String]] = [:]
  private static let scannedProperties = 5
  /// How many values are compared with an unknown one, to find the one that may be meant.
  private static let candidates = 1000

  /// - Parameter result: of the request's method.
  init(_ request: InterpretedRequest, of result: JSONValue, _ call: Call) throws(WorkerError) {
    self.call = call
    self.request = request
    guard let website = request.website else { return }
    guard let first = website.firstEventMilliseconds, let last = website.lastEventMilliseconds else {
      sentences.append("the website has no events")
      return
    }
    let isOutside = addRange(first, last)
    if isOutside { return }
    try addNames()
    let isEmpty = (request.comparesBeside(result) ? result["result"] ?? .null : result).isBlank
    if isEmpty, sentences.isEmpty { try addEmptiness(last) }
  }

  /// Only about values in filters.
  init(onFiltersOf request: InterpretedRequest, _ call: Call) throws(WorkerError) {
    self.call = call
    self.request = request
    try addFilters(params["filters"])
  }

  // MARK: The range

  /// Returns whether the range has no events because it is outside the data.
  private mutating func addRange(_ first: Int64, _ last: Int64) -> Bool {
    let day: Int64 = 86_400_000
    guard let range = request.range else { return false }
    let extent = "\(request.zone.dayText(first)) to \(request.zone.dayText(last))"
    if range.end < first || range.start > last {
      sentences.append("there are no events in this range; those of the website are of \(extent)")
      return true
    }
    let now = call.now()
    if range.start < first, first - range.start >= day {
      sentences.append("the first event is of \(request.zone.dayText(first)), after the start of the range")
    }
    if range.end > now, last < now, range.end - now >= day {
      sentences.append("the range is not over: it is \(request.zone.dayText(now))")
    }
    if range.end - last >= day, now - last >= day {
      sentences.append("the last event is of \(request.zone.dayText(last)), before the end of the range")
    }
    if let other = request.otherRange, other.end < first || other.start > last {
      sentences.append("the range that it is compared with has no events; the website's are of \(extent)")
    } else if let other = request.otherRange, other.start < first, first - other.start >= day {
      sentences.append(
        "the range that it is compared with begins before the first event (\(request.zone.dayText(first)))")
    }
    return false
  }

  /// An answer that is empty although all names are known.
  private mutating func addEmptiness(_ last: Int64) throws(WorkerError) {
    if request.method.name == Method.active.name {
      sentences.append("the last event was at \(request.zone.instantText(last))")
      return
    }
    guard let range = request.range else { return }
    let traffic = TrafficRequest(scope: ReportScope(range: range))
    let numbers = try reading { events throws(ReportError) in
      try events.trafficNumbers(traffic, of: .all, on: call.executor)
    }
    let events = numbers.views
    let filters = params["filters"]?.array ?? []
    sentences.append(
      events == 0
        ? "there are no events in this range"
        : filters.isEmpty
          ? "the range has \(events) events, but none that this asks for"
          : "the range has \(events) events, but none that meets all filters and is asked for")
  }

  // MARK: Names

  /// Where a name must be found.
  private enum Source {
    case column(TextColumn)
    case property(String)
    case fixed([String])
  }

  private func reading<Answer>(
    _ body: (any ReportBackend) throws(ReportError) -> Answer
  ) throws(WorkerError) -> Answer { try call.reading(params, body) }

  private mutating func addNames() throws(WorkerError) {
    try addFilters(params["filters"])
    for (name, value) in params.members where name != "filters" { try addMatchers(value) }
    for name in ["startStep", "endStep"] {
      if let step = params[name]?.string, !step.isEmpty { try addStep(step) }
    }
    if params["propertyName"] != nil || request.method.name == Method.eventDataProperties.name,
      let event = params["event"]?.string
    {
      try add(event, in: .column(.eventName), as: "name")
    }
    if let key = params["propertyName"]?.string { _ = try addKey(key) }
    let dimensions =
      [params["type"], params["by"]?["name"]] + (params["fields"]?.array ?? []).map { $0["name"] }
    for case let name? in dimensions.map({ $0?.string }) {
      if let key = propertyKey(name) { _ = try addKey(key) }
    }
    if let currency = params["currency"]?.string, !currency.isEmpty {
      let currencies = CurrenciesRequest(scope: ReportScope(range: .always))
      let known = try reading { events throws(ReportError) in
        try events.currencies(currencies, on: call.executor)
      }
      try add(currency, in: .fixed(known), as: "currency")
    }
  }

  private mutating func addFilters(_ list: JSONValue?) throws(WorkerError) {
    for element in list?.array ?? [] {
      for name in ["any", "all"] { try addFilters(element[name]) }
      if let inner = element["not"] { try addFilters([inner]) }
      try addFilters(element["did"]?["filters"])
      guard let name = element["name"]?.string else { continue }
      try addCondition(name, element["operator"]?.string ?? "", element["value"] ?? .null)
    }
  }

  private mutating func addCondition(
    _ name: String, _ operation: String, _ value: JSONValue
  ) throws(WorkerError) {
    let source: Source
    if let key = propertyKey(name) {
      if try addKey(key) { return }
      source = .property(key)
    } else {
      switch name {
      case "entry", "exit": source = .column(.urlPath)
      case "channel": source = .fixed(Channel.allCases.map(\.name))
      case "type": source = .fixed(["pageview", "event", "link", "pixel"])
      default:
        guard let column = TextColumn(requestName: name) else { return }
        source = .column(column)
      }
    }
    let values = value.array?.compactMap(\.string) ?? [value.string].compactMap(\.self)
    switch operation {
    case "eq", "neq":
      for value in values.prefix(Self.lookedUp) where !value.isEmpty { try add(value, in: source, as: name) }
    case "c":
      if case .column(let column) = source { try addUnknownSubstring(values.first ?? "", column, name) }
    default: break
    }
  }

  /// Matchers at any depth: objects with a type and a value.
  private mutating func addMatchers(_ value: JSONValue) throws(WorkerError) {
    switch value {
    case .array(let elements): for element in elements { try addMatchers(element) }
    case .object(let object):
      try addFilters(object["filters"])
      if let type = object["type"]?.string, let name = object["value"]?.string { try addMatcher(type, name) }
      for (name, member) in object.members where name != "filters" { try addMatchers(member) }
    default: break
    }
  }

  private mutating func addMatcher(_ type: String, _ name: String) throws(WorkerError) {
    if name.isEmpty || name.utf8.contains(UInt8(ascii: "*")) { return }
    let isEvent: Bool
    switch type {
    case "event", "custom", "event-data": isEvent = true
    case "url", "path", "pageview": isEvent = false
    default: return
    }
    let (column, other): (TextColumn, TextColumn) =
      isEvent ? (.eventName, .urlPath) : (.urlPath, .eventName)
    let (isKnown, isOther) = try reading { events throws(ReportError) in
      (
        try events.has(name, in: column, on: call.executor),
        try events.has(name, in: other, on: call.executor)
      )
    }
    if isKnown { return }
    if isOther {
      append(
        isEvent
          ? "\"\(name)\" is a path, not the name of an event: its type is pageview"
          : "\"\(name)\" is the name of an event, not a path: its type is custom")
    } else {
      try add(name, in: .column(column), as: isEvent ? "name" : "path")
    }
  }

  /// A step that may be a path or the name of an event.
  private mutating func addStep(_ name: String) throws(WorkerError) {
    if name.utf8.contains(UInt8(ascii: "*")) { return }
    let isEvent = try reading { events throws(ReportError) in
      try events.has(name, in: .eventName, on: call.executor)
    }
    if isEvent { return }
    let events = try values(of: .column(.eventName))
    if let event = events.first(where: { $0.lowercased() == name.lowercased() }) {
      append(Self.sentence("name", name, meant: event))
    } else {
      try add(name, in: .column(.urlPath), as: "path")
    }
  }

  /// Adds a sentence if no event has a property with this key, and returns whether it does.
  private mutating func addKey(_ key: String) throws(WorkerError) -> Bool {
    let isKnown = try reading { events throws(ReportError) in
      try events.has(propertyKey: key, on: call.executor)
    }
    if isKnown { return false }
    if sentences.count >= Self.maximum { return true }
    let allRecords = PropertyRecordsRequest(scope: ReportScope(range: .always), event: nil)
    let records = try reading { events throws(ReportError) in
      try events.propertyRecords(allRecords, on: call.executor)
    }
    var keys: [String] = []
    for record in records.prefix(Self.candidates) where !keys.contains(record.key) { keys.append(record.key) }
    append(Self.sentence("property", key, among: keys))
    return true
  }

  private mutating func addUnknownSubstring(_ substring: String, _ column: TextColumn, _ name: String)
    throws(WorkerError)
  {
    if substring.isEmpty { return }
    let found = try reading { events throws(ReportError) in
      try events.columnValues(
        column, containing: substring, of: ReportScope(range: .always), limit: 1, on: call.executor)
    }
    if found.isEmpty { append("no \(name) contains \"\(substring)\"") }
  }

  /// Adds a sentence if a name is not where it must be.
  private mutating func add(_ name: String, in source: Source, as noun: String) throws(WorkerError) {
    if sentences.count >= Self.maximum { return }
    if case .column(let column) = source {
      let isKnown = try reading { events throws(ReportError) in
        try events.has(name, in: column, on: call.executor)
      }
      if isKnown { return }
    }
    let known: [String]
    if case .property(let key) = source {
      guard let scanned = try values(ofProperty: key) else { return }
      known = scanned
    } else {
      known = try values(of: source)
    }
    if known.contains(where: { sameScalars($0, name) }) { return }
    append(Self.sentence(noun, name, among: known))
  }

  /// All values of a property; nil if they are too many, or those of too many properties.
  private mutating func values(ofProperty key: String) throws(WorkerError) -> [String]? {
    if let known = valuesOfProperties[ScalarKey(key)] { return known.count == Self.candidates ? nil : known }
    if valuesOfProperties.count >= Self.scannedProperties { return nil }
    let known = try values(of: .property(key))
    valuesOfProperties[ScalarKey(key)] = known
    return known.count == Self.candidates ? nil : known
  }

  /// Values, most frequent first.
  private func values(of source: Source) throws(WorkerError) -> [String] {
    let scope = ReportScope(range: .always)
    switch source {
    case .fixed(let names): return names
    case .column(let column):
      return try reading { events throws(ReportError) in
        try events.columnValues(
          column, containing: "", of: scope, limit: Self.candidates, on: call.executor)
      }.map(\.value)
    case .property(let key):
      var request = TrafficBreakdownRequest(
        traffic: TrafficRequest(scope: scope), dimension: .property(key), limit: Self.candidates)
      request.events = .all
      request.order = .events
      return try reading { events throws(ReportError) in
        try events.trafficBreakdown(request, on: call.executor)
      }.map(\.key.value)
    }
  }

  private mutating func append(_ sentence: String) {
    if sentences.count < Self.maximum, !sentences.contains(sentence) { sentences.append(sentence) }
  }

  private static func sentence(_ noun: String, _ name: String, among known: [String]) -> String {
    if known.isEmpty { return "no event has a \(noun), so none has \"\(name)\"" }
    if let meant = suggestedName(for: name, among: known) { return sentence(noun, name, meant: meant) }
    let shown = 5
    let values = known.prefix(shown).joined(separator: ", ")
    return "no event has the \(noun) \"\(name)\"; there are \(values)\(known.count > shown ? ", …" : "")"
  }

  private static func sentence(_ noun: String, _ name: String, meant: String) -> String {
    "no event has the \(noun) \"\(name)\"; did you mean \"\(meant)\"?"
  }
}
