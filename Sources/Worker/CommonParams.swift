import Calendar
import Engine
import EventStore
import JSON
import JSONSchema

// The params that several methods share. They have passed their schema, so each member has the type that the schema
// requires; this file determines what the members mean.

/// The params that every report has.
struct CommonParams {
  /// The events that the report counts.
  let scope: ReportScope
  /// UTC if the params name no zone.
  let timeZone: TimeZoneRules
  /// Monday if the params do not say.
  let weekStart: WeekStart
}

extension Call {
  /// Runs `report` on the events of the website that `params` name, or of the store's only website. It may run twice,
  /// so it must have no side effects.
  func reading<Answer>(
    _ params: JSONObject, _ report: (any ReportBackend) throws(ReportError) -> Answer
  ) throws(WorkerError) -> Answer {
    let snapshot = try snapshot()
    let id = try websiteID(params, in: snapshot)
    let answer = try withStore { _ throws(StoreError) in try snapshot.reading(id, report) }
    do throws(ReportError) { return try answer.get() } catch {
      throw .invalidParams([ValidationError(error, of: params)])
    }
  }

  /// A snapshot of the store's current rows.
  func snapshot() throws(WorkerError) -> any EventSnapshot {
    try withStore { store throws(StoreError) in try store.snapshot(in: loading) }
  }

  /// The websites of a snapshot.
  func websites(of snapshot: any EventSnapshot) throws(WorkerError) -> [WebsiteSummary] {
    try withStore { _ throws(StoreError) in try snapshot.websites }
  }

  /// The website with this id; nil if the store says nothing about it.
  func website(_ id: String, of snapshot: any EventSnapshot) throws(WorkerError) -> WebsiteSummary? {
    try websites(of: snapshot).first { sameScalars($0.id, id) }
  }

  /// The id of the website that `params` name, or of the store's only website.
  func websiteID(_ params: JSONObject, in snapshot: any EventSnapshot) throws(WorkerError) -> String {
    if let id = params["websiteId"]?.string {
      let isKnown = try withStore { _ throws(StoreError) in try snapshot.holdsWebsite(id) }
      guard isKnown else { throw .unknownWebsite(id, known: try websites(of: snapshot).map(\.id)) }
      return id
    }
    let websites = try websites(of: snapshot)
    if websites.isEmpty { return "" }
    guard let only = websites.first?.id, websites.count == 1 else {
      throw .invalidParams([
        ValidationError(
          instanceLocation: "", keywordLocation: "/properties/websiteId",
          error: "must have the member \"websiteId\", because the store has \(websites.count) websites")
      ])
    }
    return only
  }

  /// The params that every report has: which events, and which calendar. The error lists every invalid member.
  func commonParams(_ params: JSONObject) throws(WorkerError) -> CommonParams {
    try commonParams(params, range: params["dateRange"] ?? .null, at: "/dateRange")
  }

  /// The same for a query, in which `startDate` and `endDate` are members of the params themselves.
  func commonParams(ofQuery params: JSONObject) throws(WorkerError) -> CommonParams {
    try commonParams(params, range: .object(params), at: "")
  }

  private func commonParams(
    _ params: JSONObject, range: JSONValue, at location: String
  ) throws(WorkerError) -> CommonParams {
    var errors: [ValidationError] = []
    var zoneErrors: [ValidationError] = []
    let timeZone = timeZone(params, &zoneErrors)
    let range = dateRange(range, in: timeZone, at: location, &errors)
    var conditions = ConditionReader(self, zone: timeZone, range: range, params)
    let filters = conditions.elements(params["filters"], at: "/filters")
    errors += conditions.errors + zoneErrors
    guard errors.isEmpty, let range else { throw .invalidParams(errors) }
    let scope = ReportScope(range: range, conditions: filters, sourceCategories: sourceCategories(params))
    return CommonParams(scope: scope, timeZone: timeZone, weekStart: weekStart(params))
  }

  /// The range between two members of `value`, which is at `location`.
  func dateRange(
    _ value: JSONValue, in zone: TimeZoneRules, at location: String,
    names: (start: String, end: String) = ("startDate", "endDate"), _ errors: inout [ValidationError]
  ) -> InstantRange? {
    func refuse(_ name: String, _ error: String) {
      let parents = location.isEmpty ? "" : "/properties\(location)"
      errors.append(
        ValidationError(
          instanceLocation: "\(location)/\(name)", keywordLocation: "\(parents)/properties/\(name)",
          error: error))
    }
    func date(_ name: String) -> CalendarDate? {
      guard value[name] ?? .null != .null else {
        refuse(name, "is required; a range has \(names.start) and \(names.end)")
        return nil
      }
      do throws(CalendarDateError) { return try CalendarDate(value[name] ?? .null) } catch {
        refuse(name, error.description)
        return nil
      }
    }
    let (start, end) = (date(names.start), date(names.end))
    guard let first = start?.start(in: zone), let last = end?.end(in: zone) else { return nil }
    if let range = InstantRange(start: first, end: last) { return range }
    if start == end {
      refuse(names.end, "must be a day that exists in the time zone; the zone skipped this one")
      return nil
    }
    refuse(
      names.end,
      "must not be before \(names.start): \(formatInstant(last)) is before \(formatInstant(first))")
    return nil
  }

  /// The day on which weeks begin.
  func weekStart(_ params: JSONObject) -> WeekStart {
    params["weekStart"]?.string.flatMap(WeekStart.init) ?? .monday
  }

  func timeZone(_ params: JSONObject, _ errors: inout [ValidationError]) -> TimeZoneRules {
    guard let name = params["timezone"]?.string else { return .utc }
    do throws(TimeZoneError) {
      return try zones.rules(named: name)
    } catch {
      errors.append(.member("timezone", error.description))
      return .utc
    }
  }
}

extension Call {
  /// The list by which sources are assigned to channels: the entries of the params' own list, then the standard ones.
  func sourceCategories(_ params: JSONObject) -> SourceCategories {
    guard let own = params["channels"], own != .null else { return .standard }
    var categories = SourceCategories()
    categories.add(own)
    categories.add(SourceCategories.standardList)
    return categories
  }

  /// The member `steps` of params that have passed their schema.
  func steps(of params: JSONObject, _ common: CommonParams) throws(WorkerError) -> [EventMatcher] {
    var reader = ConditionReader(self, zone: common.timeZone, range: common.scope.range)
    var steps: [EventMatcher] = []
    for (index, value) in (params["steps"]?.array ?? []).enumerated() {
      steps.append(reader.step(value, at: "/steps/\(index)"))
    }
    guard reader.errors.isEmpty else { throw .invalidParams(reader.errors) }
    return steps
  }
}

extension ValidationError {
  /// Why the report that these params ask for cannot be computed.
  fileprivate init(_ error: ReportError, of params: JSONObject) {
    let filters = params["filters"]?.array ?? []
    let (filter, index): (FilterError, Int?)
    switch error {
    case .condition(let error, let place): (filter, index) = (error, place)
    case .unsupported(let what):
      self.init(
        instanceLocation: "", keywordLocation: "",
        error:
          "must do without \(what), which cannot be computed where these events are; import them into a store of "
          + "Footfall, which can")
      return
    case .unreadable: preconditionFailure("the snapshot throws its own error")
    }
    guard let index, index < filters.count else {
      self.init(instanceLocation: "", keywordLocation: "", error: filter.description)
      return
    }
    let name = filters[index]["name"]?.string
    self.init(
      instanceLocation: "/filters/\(index)" + (name == nil ? "" : "/value"),
      keywordLocation: "/properties/filters/items",
      error: (name.map { "filter \"\($0)\": " } ?? "") + filter.description)
  }
}

/// An optional string member; an empty string counts as missing.
func optionalText(_ params: JSONObject, _ name: String) -> String? {
  params[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
}

extension CalendarDate {
  /// The date of a value that has passed the schema: a string or a whole number.
  init(_ value: JSONValue) throws(CalendarDateError) {
    if let number = value.wholeNumber {
      try self.init(milliseconds: number)
    } else if let text = value.string {
      try self.init(text)
    } else {
      throw .outsideYears(value.description)
    }
  }
}
