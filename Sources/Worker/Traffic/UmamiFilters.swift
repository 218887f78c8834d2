import Calendar
import Engine
import EventStore
import JSON
import JSONRPC
import JSONSchema

// The filters that Umami 3 sends as members of their own: `"path": "c.blog"`, `"browser1": "neq.edge"`.

private let umamiFilterNames: Set<String> = [
  "path", "referrer", "title", "query", "os", "browser", "device", "country", "region", "city", "tag",
  "hostname",
  "distinctId", "language", "event", "utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm",
]

/// Whether a member of params is one of Umami's filters, or decides with the others which events count.
func isUmamiFilter(_ member: String) -> Bool {
  ["match", "eventType", "excludeBounce", "segment", "cohort"].contains(member)
    || umamiFilterNames.contains(withoutDigits(member)) || UmamiProperty(member: member) != nil
}

/// What a filter on properties is about.
private enum UmamiProperty: String {
  case event = "epf"
  case session = "spf"

  /// Fails unless the member is `epf` or `spf` with digits.
  init?(member: String) {
    let name = withoutDigits(member)
    guard name.utf8.count < member.utf8.count else { return nil }
    self.init(rawValue: name)
  }
}

/// The name of a filter without the digits at its end, which allow several on one column.
func withoutDigits(_ member: String) -> String {
  let digits = member.utf8.reversed().prefix { 0x30...0x39 ~= $0 }.count
  return String(decoding: member.utf8.dropLast(digits), as: UTF8.self)
}

extension Call {
  /// What events must meet by the members of `params` that are Umami's filters. Digits at the end of a name are left out
  /// to find its column.
  func umamiConditions(
    _ params: JSONObject, own: Set<String>, in zone: TimeZoneRules, _ errors: inout [ValidationError]
  ) -> [EventCondition] {
    var filters: [EventCondition] = []
    var conditions: [EventCondition] = []
    var propertyFilters = 0
    for (member, value) in params.members where value != .null && !own.contains(member) {
      if let kind = UmamiProperty(member: member) {
        propertyFilters += 1
        // Each may read a table of the store.
        guard propertyFilters <= Limits.filters else { continue }
        do throws(UmamiPropertyError) {
          guard let filter = try UmamiPropertyFilter(value.string ?? "", in: zone) else { continue }
          conditions.append(kind == .event ? filter.eventCondition : try condition(ofSession: filter, params))
        } catch {
          errors.append(.member(member, "\(error)"))
        }
        continue
      }
      let name = withoutDigits(member)
      guard umamiFilterNames.contains(name), let column = TextColumn(requestName: name) else { continue }
      do throws(FilterError) {
        filters.append(.column(try Filter(column, umami: value)))
      } catch {
        errors.append(.member(member, "\(error)"))
      }
      // Umami leaves out self-referrals even if any of several filters is enough.
      if column == .referrerDomain { conditions.append(.isNoSelfReferral) }
    }
    let count = filters.count + propertyFilters
    if count > Limits.filters {
      errors.append(
        ValidationError(
          instanceLocation: "", keywordLocation: "/allOf/0/patternProperties",
          error: "must have at most \(Limits.filters) of Umami's filters, has \(count)"))
    }
    if params["match"] == "any", !filters.isEmpty {
      conditions.append(.any(filters))
    } else {
      conditions += filters
    }
    if let type = params["eventType"], type != .null { conditions.append(condition(onType: type, &errors)) }
    if let cohort = params["cohort"], cohort != .null {
      conditions.append(condition(ofCohort: cohort.string ?? "", params, in: zone, &errors))
    }
    return conditions
  }

  /// The condition of the cohort with an id, which is in a table of Umami.
  private func condition(
    ofCohort id: String, _ params: JSONObject, in zone: TimeZoneRules, _ errors: inout [ValidationError]
  ) -> EventCondition {
    let now = now(params, in: zone, &errors)
    do throws(UmamiSegmentError) {
      let report: SavedReport?
      do throws(WorkerError) { report = try segment(id, type: "cohort") } catch {
        throw UmamiSegmentError("", error.rpcError.message)
      }
      guard let report, report.table == .segment else {
        throw UmamiSegmentError("", "must be the id of a saved cohort; there is no \"\(id)\"")
      }
      do throws(UmamiSegmentError) {
        return try condition(ofUmamiCohort: report, params, in: zone, now: now)
      } catch {
        throw UmamiSegmentError("", "cohort \"\(id)\": \(error)")
      }
    } catch {
      errors.append(.member("cohort", "\(error)"))
      return .every
    }
  }

  private func condition(onType value: JSONValue, _ errors: inout [ValidationError]) -> EventCondition {
    guard let type = value.clampedWholeNumber ?? value.string.flatMap({ Int64($0) }), type > 0 else {
      errors.append(.member("eventType", "must be a positive whole number, is \(value)"))
      return .every
    }
    return UInt8(exactly: type).map { .eventType($0) } ?? .any([])
  }
}

extension Filter {
  /// The condition of a text `OPERATOR.VALUE`, or of a text or list without operator, which is `eq`.
  fileprivate init(_ column: TextColumn, umami value: JSONValue) throws(FilterError) {
    if let values = value.array {
      try self.init(column, .equals, values.compactMap(\.string))
      return
    }
    // Scalars, not characters: a mark may follow the dot or a comma, and be one character with it.
    let text = (value.string ?? "").unicodeScalars
    guard let dot = text.firstIndex(of: "."), let known = Operator(rawValue: String(text[..<dot])),
      !text.contains("\n")
    else {
      try self.init(column, TextCondition(.equals, umami: String(text)))
      return
    }
    try self.init(column, TextCondition(known, umami: String(text[text.index(after: dot)...])))
  }
}

extension TextCondition {
  /// The condition of an operator and a value of Umami 3: values of `eq` and `neq` have commas between them, and regular
  /// expressions ignore case.
  ///
  /// - Parameter dropsEmpty: Whether empty values between commas do not count.
  init(_ known: Operator, umami value: String, dropsEmpty: Bool = false) throws(FilterError) {
    switch known {
    case .equals, .notEquals:
      // Scalars, not characters: a mark may follow the comma, and be one character with it.
      let parts = value.unicodeScalars.split(separator: ",", omittingEmptySubsequences: dropsEmpty)
      try self.init(known, parts.map { String($0) })
    case .isSet, .isNotSet: try self.init(known)
    case .contains, .doesNotContain: try self.init(known, [value])
    case .matches, .doesNotMatch:
      guard value.unicodeScalars.count <= Limits.regularExpression else {
        throw .badRegularExpression(
          pattern: String(value.prefix(20)) + "…",
          reason: "it has more than \(Limits.regularExpression) characters")
      }
      // Without the group, to find errors of the pattern itself.
      _ = try TextCondition(known, [value])
      try self.init(known, ["(?i:\(value))"])
    }
  }
}
