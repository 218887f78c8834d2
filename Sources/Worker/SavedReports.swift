import EventStore
import JSON

// What the methods of saved reports have in common.

extension Worker {
  /// Asks the store; its errors become replies.
  func asking<Answer>(
    _ question: (EventStore) throws(StoreError) -> Answer
  ) throws(WorkerError) -> Answer {
    do throws(StoreError) { return try question(store) } catch {
      if case .cancelled = error { throw .cancelled }
      throw .store(error)
    }
  }

  /// The saved report that `params` name.
  func savedReport(_ params: JSONObject) throws(WorkerError) -> SavedReport {
    let id = params["reportId"]?.string ?? ""
    let report = try asking { store throws(StoreError) in try store.report(id) }
    guard let report else { throw .noSuchReport(id) }
    return report
  }
}

extension SavedReport {
  /// The user of reports that name none: the nil UUID.
  static let nobody = "00000000-0000-0000-0000-000000000000"

  /// The report as replies have it, with its parameters as an object.
  func json() throws(WorkerError) -> JSONObject { json(parameters: .object(try parameterObject())) }

  /// The report as replies have it, with its parameters as they are given.
  func json(parameters: JSONValue) -> JSONObject {
    [
      "id": .string(id), "userId": .string(userID), "websiteId": .string(websiteID), "type": .string(type),
      "name": .string(name), "description": .string(description), "parameters": parameters,
      "createdAt": JSONValue(savedInstant: createdAtMilliseconds),
      "updatedAt": JSONValue(savedInstant: updatedAtMilliseconds),
    ]
  }

  /// The parameters, which another program may have written.
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
        path: "report \(id)", sentence: "its parameters are not the text of a JSON object (\(reason))"))
  }

  /// The method that runs it. Other programs save reports of types that nothing here can run.
  func method() throws(WorkerError) -> Method {
    if let method = MethodTable.report(ofType: type) { return method }
    let types = MethodTable.reports.map { $0.name.dropFirst("reports.".count) }.joined(separator: ", ")
    throw .invalidParams([
      .member(
        "reportId",
        "must be of a report of a type that can be run, which are \(types); this one is of the type \"\(type)\""
      )
    ])
  }
}
