import Calendar
import Engine
import EventStore
import JSON
import JSONRPC

// Segments and cohorts of Umami's own table `segment`. Their parameters are `{filters: [{name, operator, value}], match,
// sessionPropertyFilters}`, those of cohorts have a `dateRange` and an `action` as well.

/// What is wrong with a segment or a cohort.
struct UmamiSegmentError: Error, CustomStringConvertible {
  /// The member of the parameters, from the outermost inwards; empty for all of them.
  private let place: String
  private let error: String

  init(_ place: String, _ error: String) { (self.place, self.error) = (place, error) }

  var description: String { place.isEmpty ? error : "\(place) \(error)" }
}

extension Call {
  /// The condition of the filters of a segment, or of a cohort.
  func condition(
    ofUmami report: SavedReport, _ params: JSONObject, in zone: TimeZoneRules
  ) throws(UmamiSegmentError) -> EventCondition {
    let parameters = try parameters(of: report)
    var conditions: [EventCondition] = []
    var filters: [EventCondition] = []
    for (index, value) in try list(parameters, "filters").enumerated() {
      let place = "filters/\(index)"
      let name = value["name"]?.string ?? ""
      guard let column = TextColumn(requestName: withoutDigits(name)) else {
        throw UmamiSegmentError("\(place)/name", "must be a column, is \"\(name)\"")
      }
      filters.append(
        .column(try filter(column, value["operator"]?.string ?? "eq", value["value"] ?? .null, place)))
      if column == .referrerDomain { conditions.append(.isNoSelfReferral) }
    }
    if parameters["match"] == "any", !filters.isEmpty {
      conditions.append(.any(filters))
    } else {
      conditions += filters
    }
    for (index, value) in try list(parameters, "sessionPropertyFilters").enumerated() {
      let place = "sessionPropertyFilters/\(index)"
      do throws(UmamiPropertyError) {
        let filter = try UmamiPropertyFilter(
          key: value["propertyName"]?.string ?? "", type: (value["dataType"] ?? 1).description,
          operator: value["operator"]?.string ?? "", Self.text(value["value"] ?? .null), in: zone)
        if let filter { conditions.append(try condition(ofSession: filter, params)) }
      } catch {
        throw UmamiSegmentError(place, "\(error)")
      }
    }
    return .all(conditions)
  }

  /// The condition that the event's visitor is in a cohort: has an event in the cohort's own range that passes its filters
  /// and is its action.
  func condition(
    ofUmamiCohort report: SavedReport, _ params: JSONObject, in zone: TimeZoneRules, now: Int64
  ) throws(UmamiSegmentError) -> EventCondition {
    let parameters = try parameters(of: report)
    let action = parameters["action"] ?? .null
    let name = action["type"]?.string ?? ""
    guard let column = TextColumn(requestName: name) else {
      throw UmamiSegmentError("action/type", "must be a column, such as path or event, is \"\(name)\"")
    }
    let isAction = EventCondition.column(try filter(column, "eq", action["value"] ?? .null, "action"))
    let text = parameters["dateRange"]?.string ?? ""
    guard let range = cohortRange(text, in: zone, now: now) else {
      throw UmamiSegmentError(
        "dateRange", "must be a number of units, such as 30day, or range:START:END, is \"\(text)\"")
    }
    let conditions = [try condition(ofUmami: report, params, in: zone), isAction]
    return .did(EventCount(of: .visitor, .all(conditions), least: 1, range: range))
  }

  private func parameters(of report: SavedReport) throws(UmamiSegmentError) -> JSONObject {
    do throws(WorkerError) { return try report.parameterObject() } catch {
      throw UmamiSegmentError("", error.rpcError.message)
    }
  }

  private func list(_ parameters: JSONObject, _ name: String) throws(UmamiSegmentError) -> [JSONValue] {
    guard let value = parameters[name], value != .null else { return [] }
    guard let list = value.array else { throw UmamiSegmentError(name, "must be an array") }
    guard list.count <= Limits.filters else {
      throw UmamiSegmentError(name, "must have at most \(Limits.filters) elements, has \(list.count)")
    }
    return list
  }

  private func filter(
    _ column: TextColumn, _ name: String, _ value: JSONValue, _ place: String
  ) throws(UmamiSegmentError) -> Filter {
    guard let known = TextCondition.Operator(rawValue: name) else {
      let names = TextCondition.Operator.allCases.map(\.rawValue).joined(separator: ", ")
      throw UmamiSegmentError("\(place)/operator", "must be one of \(names), is \"\(name)\"")
    }
    do throws(FilterError) {
      return Filter(column, try TextCondition(known, umami: Self.text(value)))
    } catch {
      throw UmamiSegmentError("\(place)/value", "\(error)")
    }
  }

  /// The text of a value; those of a list have commas between them, as in a request.
  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .array(let values): values.map(text).joined(separator: ",")
    default: value.description
    }
  }

  /// The range of a cohort: `7day`, from so many units before the current one to its end, or `range:START:END` in
  /// milliseconds. Weeks begin on Sunday.
  private func cohortRange(_ text: String, in zone: TimeZoneRules, now: Int64) -> InstantRange? {
    let parts = text.split(separator: ":" as Character, omittingEmptySubsequences: false)
    if parts.count == 3, parts[0] == "range" {
      guard let start = Int64(parts[1]), let end = Int64(parts[2]), writableInstants ~= start,
        writableInstants ~= end
      else { return nil }
      return InstantRange(start: start, end: end)
    }
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard digits.utf8.count <= 4, let count = Int(digits),
      let unit = CalendarUnit(rawValue: String(text.dropFirst(digits.count))), unit != .minute
    else { return nil }
    let current = zone.bounds(of: unit, weekStart: .sunday, containing: now)
    var start = current.start
    for _ in 0..<count where start > writableInstants.lowerBound {
      start = zone.bounds(of: unit, weekStart: .sunday, containing: start - 1).start
    }
    return InstantRange(start: max(start, writableInstants.lowerBound), end: current.end - 1)
  }
}

extension Call {
  /// The condition of a filter on properties of sessions, which the store has in a table of its own.
  func condition(
    ofSession filter: UmamiPropertyFilter, _ params: JSONObject
  ) throws(UmamiPropertyError) -> EventCondition {
    let properties: [SessionProperty]?
    if let known = reads.sessionProperties[ScalarKey(filter.key)] {
      properties = known
    } else {
      do throws(WorkerError) {
        // A call is about one website.
        let id = try websiteID(params, in: snapshot())
        properties = try withStore { store throws(StoreError) in
          try store.sessionProperties(filter.key, of: id, in: loading)
        }
      } catch {
        throw .store(error.rpcError.message)
      }
      reads.sessionProperties[ScalarKey(filter.key)] = .some(properties)
    }
    guard let properties else { throw .noSessionProperties }
    do throws(FilterError) { return try filter.sessionCondition(properties, executor) } catch {
      throw .filter(error)
    }
  }
}
