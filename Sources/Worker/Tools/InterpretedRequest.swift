import Calendar
import Engine
import EventStore
import JSON
import JSONSchema
import System

/// A tool call as it was interpreted. A reply states it, so that a model sees what its words became.
struct InterpretedRequest {
  /// The method that answered it: that of the saved report, if one was run.
  let method: Method
  let params: JSONObject
  /// Nil if the method is not about one website.
  let website: WebsiteSummary?
  /// Nil if the method has none.
  let range: InstantRange?
  /// The range that it is compared with.
  let otherRange: InstantRange?
  let zone: TimeZoneRules

  /// Of params with which the method has run.
  init(_ method: Method, _ params: JSONObject, _ call: Call) throws(WorkerError) {
    var (method, params) = (method, params)
    if method.name == Method.runReport.name { (method, params) = try call.savedRequest(params) }
    self.method = method
    self.params = params
    var errors: [ValidationError] = []
    let zone = call.timeZone(params, &errors)
    self.zone = zone
    guard method.range != .none || method.name == Method.active.name else {
      (website, range, otherRange) = (nil, nil, nil)
      return
    }
    let snapshot = try call.snapshot()
    let id = try call.websiteID(params, in: snapshot)
    website = try call.website(id, of: snapshot)
    range = try Self.range(of: method, params, call)
    guard let range else {
      otherRange = nil
      return
    }
    let compare = params["compare"].flatMap { $0 == .null ? nil : $0 }
    let other = method.comparison == .own ? compare ?? "prev" : compare
    if method.comparison != .none, let other {
      otherRange = try call.comparedRange(other, of: range, in: zone)
    } else {
      otherRange = nil
    }
  }

  private static func range(
    of method: Method, _ params: JSONObject, _ call: Call
  ) throws(WorkerError) -> InstantRange? {
    if method.name == Method.active.name { return nil }
    if method.name == Method.eventList.name, RangeForm.all(in: params).isEmpty { return nil }
    return try call.range(of: method, params).0
  }

  // MARK: In words

  private var zoneName: String { params["timezone"]?.string ?? "UTC" }

  func text(of range: InstantRange) -> String {
    let bounds = writableInstants.lowerBound...writableInstants.upperBound
    return zone.text(of: (range.start...range.end).clamped(to: bounds))
  }

  /// Whether a result is the result and that for another range.
  func comparesBeside(_ result: JSONValue) -> Bool {
    method.comparison == .beside && result["comparisonRange"] != nil
  }

  /// Whether the range consists of whole local days.
  var coversWholeDays: Bool { range.map { !text(of: $0).utf8.contains(UInt8(ascii: "T")) } ?? false }

  /// For `structuredContent`; nil if there is nothing to say.
  var json: JSONObject? {
    guard method.range != .none || website != nil else { return nil }
    var asked: JSONObject = [:]
    if let website {
      asked["websiteId"] = .string(website.id)
      if website.name != website.id { asked["website"] = .string(website.name) }
    }
    if let range { asked["dateRange"] = .string(text(of: range)) }
    asked["timezone"] = .string(zoneName)
    if let otherRange { asked["comparedWith"] = .string(text(of: otherRange)) }
    if let filters = params["filters"]?.array, !filters.isEmpty { asked["filters"] = .array(filters) }
    return asked
  }

  /// A line for each member.
  var lines: [String] {
    guard let asked = json else { return [] }
    return asked.members.compactMap { name, value in
      switch name {
      case "websiteId": "website: \(website.map(Self.name) ?? "")"
      case "website": nil
      case "dateRange": "dateRange: \(value.string ?? "") (\(zoneName))"
      case "timezone": range == nil ? "timezone: \(zoneName)" : nil
      case "filters": "filters: \((value.array ?? []).map(Self.text).joined(separator: " and "))"
      default: "\(name): \(value.string ?? "")"
      }
    }
  }

  private static func name(_ website: WebsiteSummary) -> String {
    website.name == website.id ? website.id : "\(website.name) (\(website.id))"
  }

  private static func text(_ filter: JSONValue) -> String {
    guard let name = filter["name"]?.string, let operation = filter["operator"]?.string else {
      return filter.description
    }
    let values = filter["value"].map { $0.array?.map(\.description) ?? [$0.description] } ?? []
    return ([name, operation] + [values.joined(separator: " or ")].filter { !$0.isEmpty })
      .joined(separator: " ")
  }
}
