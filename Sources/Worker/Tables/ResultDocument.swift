import Calendar
import Engine
import EventStore
public import JSON
public import JSONRPC
import JSONSchema
public import Reporting
import System

extension Worker {
  /// A result of the method `name` as a document, as a request with `"format":"html"` or `"svg"` returns it.
  public func document(
    _ result: JSONValue, of name: String, _ params: JSONObject, as format: DocumentFormat,
    _ origin: DocumentOrigin
  ) throws(RPCError) -> String {
    do throws(WorkerError) {
      let call = call(in: RequestContext())
      return try call.document(result, of: try methods.match(name).method, params, as: format, origin)
    } catch {
      throw error.rpcError
    }
  }
}

extension Worker {
  /// Runs a saved report, and returns its figures.
  ///
  /// - Parameter replacements: Members that replace those of the saved parameters.
  public func figures(
    ofReport id: String, replacing replacements: JSONObject
  ) throws(RPCError) -> [Figure] {
    do throws(WorkerError) {
      let call = call(in: RequestContext())
      var params = replacements
      params["reportId"] = .string(id)
      let (method, members) = try call.savedRequest(params)
      return try call.figures(of: try call.run(method, members), method, members).figures
    } catch {
      throw error.rpcError
    }
  }
}

extension Call {
  /// A result as a document: charts and tables if the method is one of those with a form for people, else a table.
  ///
  /// - Parameter params: Those that the result answers.
  func document(
    _ result: JSONValue, of method: Method, _ params: JSONObject, as format: DocumentFormat,
    _ origin: DocumentOrigin
  ) throws(WorkerError) -> String {
    let (figures, heading) = try figures(of: result, method, params)
    let text = Reporting.document(figures, heading: heading, as: format, origin)
    guard text.utf8.count <= Limits.replyBytes else { throw .replyTooLarge }
    return text
  }

  /// The figures of a result, and their heading.
  fileprivate func figures(
    of result: JSONValue, _ method: Method, _ params: JSONObject
  ) throws(WorkerError) -> (figures: [Figure], heading: (title: String, subtitle: String)) {
    if let context = try reportContext(of: method, params) {
      return (reportFigures(result, context), context.heading)
    }
    let table = resultTable(result, of: method, params)
    let title = schemas.document("\(method.name).params.json")["title"]?.string ?? method.name
    return ([tableFigure(columns: table.columns, rows: table.rows, title: title)], (title, ""))
  }

  /// What a document says about a request; nil if results of the method have no form for people.
  private func reportContext(of method: Method, _ params: JSONObject) throws(WorkerError) -> ReportContext? {
    guard let kind = ReportDefinition.answering(method.name) else { return nil }
    let snapshot = try snapshot()
    let id = try websiteID(params, in: snapshot)
    let website = try website(id, of: snapshot)
    let name = [website?.name, website?.domain, id].compactMap(\.self).first { !$0.isEmpty } ?? ""
    var errors: [ValidationError] = []
    var (range, zone) = (Period(from: 0, through: 0), timeZone(params, &errors))
    if method.range != .none {
      let (instants, rules) = try self.range(of: method, params)
      (range, zone) = (Period(from: instants.start, through: instants.end), rules)
    }
    guard let range else { return nil }
    return ReportContext(
      ReportArguments(kind, method: method.name, params), params: params, website: name, range: range,
      zone: zone)
  }

  /// A result as rows and columns.
  ///
  /// - Parameter params: Those that the result answers.
  func resultTable(_ result: JSONValue, of method: Method, _ params: JSONObject) -> ResultTable {
    let schema = ResultSchema(of: method, schemas, params)
    let isCompared = method.comparison == .beside && result["comparisonRange"] != nil
    return isCompared ? ResultTable(compared: result, schema: schema) : ResultTable(result, schema: schema)
  }
}
