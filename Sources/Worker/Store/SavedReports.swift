import EventStore
import JSON
import JSONSchema

extension Method {
  static let listReports = Method(
    "reports.list", endpoint: "GET /api/reports", tool: "list_saved_reports"
  ) { params, call throws(WorkerError) in
    let filter = SavedReportFilter(
      websiteID: optionalText(params, "websiteId"), search: optionalText(params, "search"),
      page: Int(params["page"]?.wholeNumber ?? 1), pageSize: Int(params["pageSize"]?.wholeNumber ?? 10))
    let (reports, count) = try call.withStore { store throws(StoreError) in
      try store.reports(matching: filter, maximumBytes: Limits.replyBytes, in: call.loading)
    }
    let websites = try call.snapshot().websites
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
    let report = SavedReport(
      id: id,
      userID: optionalText(params, "userId") ?? SavedReport.defaultUserID,
      websiteID: try call.websiteID(params, in: call.snapshot()), type: params["type"]?.string ?? "",
      name: params["name"]?.string ?? "", description: params["description"]?.string ?? "",
      parameters: (params["parameters"] ?? [:]).description, createdAtMilliseconds: now,
      updatedAtMilliseconds: now)
    guard try call.withStore({ store throws(StoreError) in try store.insert(report, in: call.loading) })
    else {
      throw .invalidParams([.member("reportId", "must be a new id; a report \"\(id)\" already exists")])
    }
    var reply = try report.json()
    if !call.store.savedReportsAreDurable {
      reply["notice"] =
        "Reports of CSV files are kept in memory only; this one is lost when the process ends."
    }
    return .object(reply)
  }
}

extension Method {
  static let updateReport = Method(
    "reports.update", endpoint: "POST /api/reports/:reportId", isReadOnly: false
  ) {
    params, call throws(WorkerError) in
    let report = try call.savedReport(params)
    let id = report.id
    // A report whose parameters cannot be returned must not be changed.
    if params["parameters"] == nil { _ = try report.parameterObject() }
    let websiteID = params["websiteId"] == nil ? nil : try call.websiteID(params, in: call.snapshot())
    let now = call.now()
    let updated = try call.withStore { store throws(StoreError) in
      try store.update(id, in: call.loading) { report in
        report.websiteID = websiteID ?? report.websiteID
        report.type = params["type"]?.string ?? report.type
        report.name = params["name"]?.string ?? report.name
        report.description = params["description"]?.string ?? report.description
        report.parameters = params["parameters"]?.description ?? report.parameters
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
    let report = try call.savedReport(params)
    let method = try report.method()
    var parameters = try report.parameterObject()
    if parameters["websiteId"] == nil, !report.websiteID.isEmpty {
      parameters["websiteId"] = .string(report.websiteID)
    }
    var replacements = params
    replacements["reportId"] = nil
    if let object = params["parameters"]?.object {
      replacements["parameters"] = nil
      replacements.merge(object)
    }
    parameters.merge(replacements)
    return try call.run(method, parameters)
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
  /// The saved segment with this id; nil if there is none.
  func segment(_ id: String) throws(WorkerError) -> SavedReport? {
    let report = try withStore { store throws(StoreError) in try store.report(id, in: loading) }
    return report?.type == "segment" ? report : nil
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
