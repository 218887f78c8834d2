import EventStore
import JSON
import JSONRPC
import JSONSchema

extension Method {
  /// Runs saved reports that say what they expect of their results, and compares. A report that cannot be run does not keep
  /// others from being checked.
  static let checkReports = Method("reports.check", tool: "check_saved_reports") {
    params, call throws(WorkerError) in
    var replacements = params
    for name in ["reportId", "websiteId"] { replacements[name] = nil }
    var rows: [JSONValue] = []
    for report in try call.checkedReports(params) { rows += try call.check(report, replacements) }
    return .array(rows)
  }
}

extension Call {
  /// The report that params name; without one, those of the website that expect something, oldest first.
  fileprivate func checkedReports(_ params: JSONObject) throws(WorkerError) -> [SavedReport] {
    if let id = params["reportId"], id != .null {
      let report = try savedReport(params)
      guard try !report.expectations().isEmpty else {
        throw .invalidParams([
          .member(
            "reportId",
            "must name a report whose parameters have \"expect\", such as [{\"path\": \"/0/result\", "
              + "\"operator\": \"gte\", \"value\": 10}]")
        ])
      }
      return [report]
    }
    let filter = SavedReportFilter(
      websiteID: try websiteID(params, in: snapshot()), page: 1, pageSize: .max)
    let (reports, _) = try withStore { store throws(StoreError) in
      try store.reports(matching: filter, in: loading)
    }
    // What other programs have saved need not be JSON.
    return reports.reversed().filter { report in
      (try? report.parameterObject())?[SavedReport.expectMember] ?? .null != .null
    }
  }

  /// Returns a row for each expectation of a report.
  fileprivate func check(
    _ report: SavedReport, _ replacements: JSONObject
  ) throws(WorkerError) -> [JSONValue] {
    func row(_ expectation: JSONValue, _ actual: JSONValue, isMet: Bool, error: String? = nil) -> JSONValue {
      var row: JSONObject = [
        "reportId": .string(report.id), "name": .string(report.name), "expect": expectation, "actual": actual,
        "ok": .bool(isMet),
      ]
      if let error { row["error"] = .string(error) }
      return .object(row)
    }
    var written: [JSONValue] = []
    do throws(WorkerError) {
      written = try report.expectations()
      var request = replacements
      request["reportId"] = .string(report.id)
      let (method, params) = try savedRequest(request)
      let reply = CheckedReply(try run(method, params), of: method)
      return written.enumerated().map { index, json in
        do throws(Expectation.Fault) {
          let expectation = try Expectation(json)
          guard let actual = reply.value(at: expectation.path) else {
            let reason = "there is no value at \(expectation.path), or nothing to compare it with"
            return row(json, .null, isMet: false, error: reason)
          }
          return row(json, actual, isMet: expectation.isMet(by: actual))
        } catch {
          let reason = "\(SavedReport.expectMember)/\(index)/\(error.member) \(error.sentence)"
          return row(json, .null, isMet: false, error: reason)
        }
      }
    } catch {
      if case .cancelled = error { throw error }
      let reason = error.rpcError.message
      return written.isEmpty
        ? [row([:], .null, isMet: false, error: reason)]
        : written.map { row($0, .null, isMet: false, error: reason) }
    }
  }
}

/// What a saved report expects of one value of its result.
private struct Expectation {
  enum Operator: String, CaseIterable {
    case eq, neq, gt, gte, lt, lte
  }

  /// What is wrong with a member of an expectation.
  struct Fault: Error {
    let member: String
    let sentence: String
  }

  let path: JSONPointer
  private let comparison: Operator
  private let expected: JSONValue

  init(_ json: JSONValue) throws(Fault) {
    func fault(_ member: String, _ sentence: String) -> Fault { Fault(member: member, sentence: sentence) }
    guard let path = json["path"]?.string.flatMap(JSONPointer.init) else {
      throw fault("path", "must be a JSON Pointer, such as /0/result or /change/visitors")
    }
    guard let comparison = json["operator"]?.string.flatMap(Operator.init) else {
      let names = Operator.allCases.map(\.rawValue).joined(separator: ", ")
      throw fault("operator", "must be one of \(names)")
    }
    guard let expected = json["value"] else { throw fault("value", "must be there") }
    let isOrdered = ![.eq, .neq].contains(comparison)
    if isOrdered, expected.decimal == nil {
      throw fault("value", "must be a number if the operator is \(comparison.rawValue)")
    }
    (self.path, self.comparison, self.expected) = (path, comparison, expected)
  }

  /// Whether a value is as expected. Only numbers have an order.
  func isMet(by actual: JSONValue) -> Bool {
    switch comparison {
    case .eq: return actual == expected
    case .neq: return actual != expected
    case .gt, .gte, .lt, .lte: break
    }
    guard let actual = actual.decimal, let expected = expected.decimal else { return false }
    return switch comparison {
    case .gt: actual > expected
    case .gte: actual >= expected
    case .lt: actual < expected
    default: actual <= expected
    }
  }
}

/// The reply of a saved report, in which expectations find values.
private struct CheckedReply {
  private let reply: JSONValue
  /// The result, and that for the other range; nil if the report is not compared.
  private let compared: (result: JSONValue, comparison: JSONValue)?

  init(_ reply: JSONValue, of method: Method) {
    self.reply = reply
    if let both = ComparedResult(reply, of: method) {
      compared = (both.result, both.comparison)
    } else {
      compared = reply["comparison"].map { (reply, $0) }
    }
  }

  /// Returns the value at a path of the reply, or of its result if it is compared. Below `/change` stand the relative
  /// changes of numbers; nil if there is no number, or none or 0 to compare it with.
  func value(at path: JSONPointer) -> JSONValue? {
    if path.tokens.first == "change" {
      let inner = JSONPointer(tokens: Array(path.tokens.dropFirst()))
      guard let compared, let now = compared.result[inner]?.double,
        let before = compared.comparison[inner]?.double, before != 0
      else { return nil }
      return .double((now - before) / abs(before))
    }
    return reply[path] ?? compared?.result[path]
  }
}

extension SavedReport {
  /// The member of a saved report's parameters that holds its expectations.
  static let expectMember = "expect"

  /// The expectations as they are saved; empty if there are none.
  fileprivate func expectations() throws(WorkerError) -> [JSONValue] {
    let value = try parameterObject()[Self.expectMember] ?? .null
    if value == .null { return [] }
    guard let list = value.array else {
      throw .invalidParams([.member("parameters/expect", "must be an array of {path, operator, value}")])
    }
    return list
  }
}
