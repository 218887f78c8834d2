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
      guard report.expectsSomething else {
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
      try store.reports(matching: filter, maximumBytes: .max, in: loading)
    }
    return reports.reversed().filter(\.expectsSomething)
  }

  /// Returns a row for each expectation of a report; one that has failed if the report cannot be run.
  fileprivate func check(
    _ report: SavedReport, _ replacements: JSONObject
  ) throws(WorkerError) -> [JSONValue] {
    func row(_ expectation: JSONValue, actual: JSONValue? = nil, error: String?) -> JSONValue {
      var row: JSONObject = [
        "reportId": .string(report.id), "name": .string(report.name), "expect": expectation,
        "actual": actual ?? .null, "ok": .bool(error == nil),
      ]
      // A value that is there explains itself.
      if actual == nil, let error { row["error"] = .string(error) }
      return .object(row)
    }
    var expectations: [JSONValue] = []
    do throws(WorkerError) {
      expectations = try report.expectations()
      var request = replacements
      request["reportId"] = .string(report.id)
      let (method, params) = try savedRequest(request)
      let reply = CheckedReply(try run(method, params), of: method)
      return expectations.enumerated().map { index, json in
        let shown = Expectation.shown(json)
        do throws(Expectation.Fault) {
          let expectation = try Expectation(json)
          let actual = try reply.value(at: expectation.path)
          return row(shown, actual: actual, error: try expectation.isMet(by: actual) ? nil : "")
        } catch {
          return row(shown, error: "\(SavedReport.expectMember)/\(index)/\(error.member) \(error.sentence)")
        }
      }
    } catch {
      if case .cancelled = error { throw error }
      let reason = error.rpcError.message
      return (expectations.isEmpty ? [[:]] : expectations).map { row(Expectation.shown($0), error: reason) }
    }
  }
}

/// What a saved report expects of one value of its result.
struct Expectation {
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

  /// An expectation as it is saved, without what is no part of one.
  static func shown(_ json: JSONValue) -> JSONValue {
    let members = (json.object?.members ?? []).filter { name, value in
      name == "value" ? value.object == nil && value.array == nil : value.string != nil
    }
    return .object(JSONObject(members: members.filter { ["path", "operator", "value"].contains($0.name) }))
  }

  /// Whether a value is as expected. Only numbers have an order.
  func isMet(by actual: JSONValue) throws(Fault) -> Bool {
    switch comparison {
    case .eq: return actual == expected
    case .neq: return actual != expected
    case .gt, .gte, .lt, .lte: break
    }
    guard let number = actual.decimal, let expected = expected.decimal else {
      throw Fault(member: "path", sentence: "must lead to a number, leads to \(actual)")
    }
    return switch comparison {
    case .gt: number > expected
    case .gte: number >= expected
    case .lt: number < expected
    default: number <= expected
    }
  }
}

/// The reply of a saved report, in which expectations find values.
struct CheckedReply {
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
  /// changes of numbers.
  func value(at path: JSONPointer) throws(Expectation.Fault) -> JSONValue {
    if path.tokens.first == "change" {
      return .double(try change(at: JSONPointer(tokens: Array(path.tokens.dropFirst()))))
    }
    guard let value = reply[path] ?? compared?.result[path] else {
      throw fault("must lead to a value of the result; there is none at \(path)")
    }
    if value.array != nil || value.object != nil {
      throw fault("must lead to a single value; at \(path) is a list or an object")
    }
    return value
  }

  private func change(at path: JSONPointer) throws(Expectation.Fault) -> Double {
    guard let compared else { throw fault("must not begin with /change, because the report has no compare") }
    guard let now = compared.result[path]?.double else {
      throw fault("must lead to a number of the result; there is none at \(path)")
    }
    guard let before = Self.counterpart(at: path, compared.result, compared.comparison)?.double, before != 0
    else { throw fault("must lead to a number that the other range has too, and that is not 0 there") }
    return (now - before) / abs(before)
  }

  private func fault(_ sentence: String) -> Expectation.Fault {
    Expectation.Fault(member: "path", sentence: sentence)
  }

  /// The value of the other range that belongs to the one at a path. Elements of lists belong together by their texts, such
  /// as a name, since the lists have their own order; those with nothing but times and numbers by their position.
  private static func counterpart(
    at path: JSONPointer, _ result: JSONValue, _ comparison: JSONValue
  ) -> JSONValue? {
    var (now, before) = (result, comparison)
    for token in path.tokens {
      let step = JSONPointer(tokens: [token])
      guard let next = now[step] else { return nil }
      if let elements = before.array, let texts = texts(of: next), !texts.isEmpty {
        let places = [before[step]].compactMap(\.self) + elements
        guard let same = places.first(where: { Self.texts(of: $0) == texts }) else { return nil }
        before = same
      } else {
        guard let same = before[step] else { return nil }
        before = same
      }
      now = next
    }
    return before
  }

  /// The members of an element that are texts and no times; nil if it is no object.
  private static func texts(of element: JSONValue) -> JSONObject? {
    guard let object = element.object else { return nil }
    return JSONObject(
      members: object.members.filter { $0.value.string != nil && !["t", "date"].contains($0.name) })
  }
}

extension SavedReport {
  /// The member of a saved report's parameters that holds its expectations.
  static let expectMember = "expect"

  /// Whether the parameters have expectations, or are damaged and seem to have some: a check that leaves them out would
  /// look like a success.
  fileprivate var expectsSomething: Bool {
    do throws(WorkerError) {
      return try parameterObject()[Self.expectMember] ?? .null != .null
    } catch {
      let member = Array("\"\(Self.expectMember)\"".utf8)
      return parameters.utf8.indices.contains { parameters.utf8[$0...].starts(with: member) }
    }
  }

  /// The expectations as they are saved.
  fileprivate func expectations() throws(WorkerError) -> [JSONValue] {
    let value = try parameterObject()[Self.expectMember] ?? .null
    guard let list = value.array, list.count <= Limits.expectations else {
      throw .invalidParams([Self.expectationsFault(at: "parameters/\(Self.expectMember)")])
    }
    return list
  }

  /// What is wrong with expectations that are no list, or too many.
  static func expectationsFault(at path: String) -> ValidationError {
    .member(path, "must be an array of at most \(Limits.expectations) elements {path, operator, value}")
  }
}
