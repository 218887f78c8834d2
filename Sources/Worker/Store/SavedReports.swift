import EventStore
import JSON
import JSONSchema

extension Method {
  static let listReports = Method(
    "reports.list", endpoint: "GET /api/reports", tool: "list_saved_reports"
  ) { params, call throws(WorkerError) in
    let filter = SavedReportFilter(
      websiteID: optionalText(params, "websiteId"), search: optionalText(params, "search"),
      page: Int(params["page"]?.clampedWholeNumber ?? 1),
      pageSize: Int(params["pageSize"]?.clampedWholeNumber ?? 10))
    let (reports, count) = try call.withStore { store throws(StoreError) in
      try store.reports(matching: filter, maximumBytes: Limits.replyBytes, in: call.loading)
    }
    let websites = try call.websites(of: call.snapshot())
    let domains = Dictionary(websites.map { (ScalarKey($0.id), $0.domain) }) { first, _ in first }
    return [
      "data": .array(
        reports.map { report in
          var members = report.json(parameters: .string(report.parameters))
          members["website"] = ["domain": JSONValue(domain: domains[ScalarKey(report.websiteID)] ?? "")]
          return .object(members)
        }),
      "count": JSONValue(count), "page": JSONValue(filter.page), "pageSize": JSONValue(filter.pageSize),
    ]
  }
}

extension Method {
  static let getReport = Method(
    "reports.get", endpoint: "GET /api/reports/:reportId", tool: "get_saved_report"
  ) {
    params, call throws(WorkerError) in
    .object(try call.savedReport(params).json())
  }
}

extension Method {
  static let createReport = Method(
    "reports.create", endpoint: "POST /api/reports", isReadOnly: false
  ) {
    params, call throws(WorkerError) in
    let now = call.now()
    let id = params["reportId"]?.string ?? call.newID()
    try params.checkExpectations()
    let report = SavedReport(
      id: id,
      userID: optionalText(params, "userId") ?? SavedReport.defaultUserID,
      websiteID: try call.websiteID(params, in: call.snapshot()), type: params["type"]?.string ?? "",
      name: params["name"]?.string ?? "", description: params["description"]?.string ?? "",
      parameters: JSONValue.object(params.savedParameters ?? [:]).description, createdAtMilliseconds: now,
      updatedAtMilliseconds: now)
    guard try call.withStore({ store throws(StoreError) in try store.insert(report, in: call.loading) })
    else {
      throw .invalidParams([.member("reportId", "must be a new id; a report \"\(id)\" already exists")])
    }
    var reply = try report.json()
    if !call.store.savedReportsAreDurable {
      reply["notice"] = .string(call.store.lostReportsNotice)
    }
    return .object(reply)
  }
}

extension Method {
  static let updateReport = Method(
    "reports.update", endpoint: "POST /api/reports/:reportId", isReadOnly: false
  ) {
    params, call throws(WorkerError) in
    try params.checkExpectations()
    let report = try call.savedReport(params)
    let id = report.id
    // A report whose parameters cannot be returned must not be changed.
    let parameters =
      try params["parameters"] == nil
      ? report.parameterObject().taking(expectOf: params) : params.savedParameters
    let websiteID = params["websiteId"] == nil ? nil : try call.websiteID(params, in: call.snapshot())
    let now = call.now()
    let updated = try call.withStore { store throws(StoreError) in
      try store.update(id, in: call.loading) { report in
        report.websiteID = websiteID ?? report.websiteID
        report.type = params["type"]?.string ?? report.type
        report.name = params["name"]?.string ?? report.name
        report.description = params["description"]?.string ?? report.description
        if let parameters { report.parameters = JSONValue.object(parameters).description }
        report.updatedAtMilliseconds = now
      }
    }
    // Another process may have deleted it meanwhile.
    guard let updated else { throw .unknownReport(id) }
    return .object(try updated.json())
  }
}

extension Method {
  static let deleteReport = Method(
    "reports.delete", endpoint: "DELETE /api/reports/:reportId", isReadOnly: false
  ) {
    params, call throws(WorkerError) in
    let id = params["reportId"]?.string ?? ""
    let wasThere = try call.withStore { store throws(StoreError) in try store.delete(id, in: call.loading) }
    guard wasThere else { throw .unknownReport(id) }
    return "ok"
  }
}

extension Method {
  /// Runs a saved report. Members next to `reportId`, or in a `parameters` object next to it, replace members of the saved
  /// parameters.
  static let runReport = Method("reports.run", tool: "run_saved_report") { params, call throws(WorkerError) in
    let (method, params) = try call.savedRequest(params)
    return try call.run(method, params)
  }
}

extension Call {
  /// The request that `reports.run` makes of a saved report: its method, and its params with the members that replace some.
  func savedRequest(_ params: JSONObject) throws(WorkerError) -> (method: Method, params: JSONObject) {
    let report = try savedReport(params)
    var replacements = params
    replacements["reportId"] = nil
    let hasUmamiFilters = replacements.spread()
    var (method, members) = try request(of: report, replacing: replacements)
    if members["websiteId"] == nil, !report.websiteID.isEmpty {
      members["websiteId"] = .string(report.websiteID)
    }
    // One of Umami 3's clients, which has its own form of the range, or saved filters and steps of its own.
    let replaced = members.merging(replacements)
    if let form = method.umamiForm, hasUmamiFilters || members.hasUmamiForm || replaced.hasUmamiForm {
      method = form
    }
    // Another form of the range must not contradict the one that replaces it.
    if method.range == .traffic, !RangeForm.all(in: replacements).isEmpty {
      for form in RangeForm.allCases { for member in form.members { members[member] = nil } }
    }
    // Null replaces a saved member only where it means something.
    let meant = schemas.params(of: method.name)
      .withoutRefusedNulls(.object(replacements), keepsRequired: false)
    members.merge(meant.object ?? replacements)
    return (method, method.isUmamiForm ? members.readingTexts(of: method, schemas) : members)
  }

  /// The method of a saved report, and its parameters.
  private func request(
    of report: SavedReport, replacing replacements: JSONObject
  ) throws(WorkerError) -> (Method, JSONObject) {
    if report.table == .segment, ["segment", "cohort"].contains(report.type) {
      // Its filters have a form of their own, in which they cannot be replaced one by one.
      let isReplaced = replacements["filters"] ?? .null != .null
      return (.stats, isReplaced ? [:] : JSONObject(members: [(report.type, .string(report.id))]))
    }
    var parameters = try report.parameterObject()
    parameters[SavedReport.expectMember] = nil
    parameters.spread()
    return (try report.method(), parameters)
  }
}

extension JSONObject {
  /// The parameters of a report to save: those of params, with the expectations beside them; nil if params have none.
  fileprivate var savedParameters: JSONObject? { self["parameters"]?.object?.taking(expectOf: self) }

  /// Throws if params of a report to save have an expectation that no value can meet, or state expectations twice.
  fileprivate func checkExpectations() throws(WorkerError) {
    let name = SavedReport.expectMember
    let places = [
      (path: name, list: self[name]), (path: "parameters/\(name)", list: self["parameters"]?[name]),
    ].filter { $0.list ?? .null != .null }
    guard places.count < 2 else {
      throw .invalidParams([.member(name, "must be left out, because parameters has it too")])
    }
    guard let (path, value) = places.first else { return }
    guard let list = value?.array, list.count <= Limits.expectations else {
      throw .invalidParams([SavedReport.expectationsFault(at: path)])
    }
    for (index, json) in list.enumerated() {
      do throws(Expectation.Fault) { _ = try Expectation(json) } catch {
        throw .invalidParams([.member("\(path)/\(index)/\(error.member)", error.sentence)])
      }
    }
  }

  /// The parameters, with `expect` of the params as a member.
  fileprivate func taking(expectOf params: JSONObject) -> JSONObject {
    guard let expectations = params[SavedReport.expectMember], expectations != .null else { return self }
    var parameters = self
    parameters[SavedReport.expectMember] = expectations
    return parameters
  }

  /// Puts the members of `parameters`, and of `filters` if that is an object of Umami's filters, next to the others.
  /// Returns whether it is.
  @discardableResult
  fileprivate mutating func spread() -> Bool {
    if let parameters = self["parameters"]?.object {
      self["parameters"] = nil
      merge(parameters)
    }
    guard let filters = self["filters"]?.object else { return false }
    self["filters"] = nil
    merge(JSONObject(members: filters.members.filter { isUmamiFilter($0.name) }))
    return true
  }

  /// The members, with those of another object, which replace them.
  fileprivate func merging(_ other: JSONObject) -> JSONObject {
    var object = self
    object.merge(other)
    return object
  }

  /// Whether the params of a report are those of Umami 3: by the form of their range, or by a member that only it has.
  fileprivate var hasUmamiForm: Bool {
    let ranges = RangeForm.all(in: self)
    if !ranges.isEmpty, !ranges.contains(.dateRange) { return true }
    return self["step"]?.string != nil
      || (self["steps"]?.array ?? []).contains { step in
        (step["filters"]?.array ?? []).contains { $0["property"] != nil }
      }
  }
}

extension Call {
  /// The saved report that `params` name.
  func savedReport(_ params: JSONObject) throws(WorkerError) -> SavedReport {
    let id = params["reportId"]?.string ?? ""
    let report = try withStore { store throws(StoreError) in try store.report(id, in: loading) }
    guard let report else { throw .unknownReport(id) }
    return report
  }
}

extension Call {
  /// The saved segment with this id, or the report of another type; nil if there is none.
  func segment(_ id: String, type: String = "segment") throws(WorkerError) -> SavedReport? {
    let report: SavedReport?
    if let known = reads.reports[ScalarKey(id)] {
      report = known
    } else {
      report = try withStore { store throws(StoreError) in try store.report(id, in: loading) }
      reads.reports[ScalarKey(id)] = .some(report)
    }
    return report?.type == type ? report : nil
  }
}

extension SavedReport {
  /// The user id of reports without one: the nil UUID.
  static let defaultUserID = "00000000-0000-0000-0000-000000000000"

  /// The JSON of the report, with its parameters as an object.
  func json() throws(WorkerError) -> JSONObject { json(parameters: .object(try parameterObject())) }

  /// The JSON of the report, with the given parameters.
  func json(parameters: JSONValue) -> JSONObject {
    [
      "id": .string(id), "userId": .string(userID), "websiteId": .string(websiteID), "type": .string(type),
      "name": .string(name), "description": .string(description), "parameters": parameters,
      "createdAt": JSONValue(savedInstant: createdAtMilliseconds),
      "updatedAt": JSONValue(savedInstant: updatedAtMilliseconds),
    ]
  }

  /// The parameters, parsed. Another program may have written them, so they may be invalid.
  func parameterObject() throws(WorkerError) -> JSONObject {
    let reason: String
    do throws(JSONParseError) {
      let value = try JSONValue(
        parsing: Array(parameters.utf8), maximumDepth: Limits.nesting, maximumValues: Limits.values)
      if let object = value.object { return object }
      reason = "found another value"
    } catch {
      reason = error.description
    }
    throw .store(
      .damaged(
        path: "report \(id)", sentence: "its parameters are not a JSON object (\(reason))"))
  }

  /// The method that runs the report. Throws for a type that only another program knows.
  func method() throws(WorkerError) -> Method {
    if let method = Method.report(ofType: type) { return method }
    let types = Method.reportTypes.joined(separator: ", ")
    throw .invalidParams([
      .member(
        "reportId",
        "must name a report of a type that can be run (\(types)); the type of this one is \"\(type)\""
      )
    ])
  }
}
