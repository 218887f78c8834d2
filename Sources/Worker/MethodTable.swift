import JSON

/// The methods by name. A new method is a line here, a file in `Methods`, and two schemas.
struct MethodTable: Sendable {
  static let all: [Method] = [
    .utm, .revenue, .currencies, .journey, .retention, .insights, .goals, .funnel, .attribution,
    .listReports, .getReport, .createReport, .updateReport, .deleteReport, .runReport,
    .listWebsites, .appendEvents, .discover,
  ]

  /// Those that answer reports: what a saved report may run.
  static let reports: [Method] = [
    .utm, .revenue, .journey, .retention, .insights, .goals, .funnel, .attribution,
  ]

  /// The method that runs saved reports of a type, which is the last part of its name; nil for the type of another
  /// program.
  static func report(ofType type: String) -> Method? {
    reports.first { sameScalars($0.name, "reports.\(type)") }
  }

  /// A method, and the params that its name carries when it is an endpoint (`GET /api/reports/ID`).
  struct Match {
    let method: Method
    let pathParams: [JSONObject.Member]
  }

  private let methods: [String: Method]

  init() {
    var methods: [String: Method] = [:]
    for method in Self.all {
      methods[method.name] = method
      if let endpoint = method.endpoint { methods[endpoint] = method }
    }
    self.methods = methods
  }

  /// The method of that name or endpoint.
  func match(_ name: String) throws(WorkerError) -> Match {
    if let method = methods[name] { return Match(method: method, pathParams: []) }
    if let match = matchPath(name) { return match }
    throw .noSuchMethod(name, nearest: nearestName(to: name, among: methods.keys))
  }

  /// An endpoint with an id in the place of `:reportId`.
  private func matchPath(_ name: String) -> Match? {
    guard let slash = name.lastIndex(of: "/") else { return nil }
    let id = name[name.index(after: slash)...]
    guard !id.isEmpty, let method = methods["\(name[...slash]):reportId"] else { return nil }
    return Match(method: method, pathParams: [(name: "reportId", value: .string(String(id)))])
  }
}
