import JSON
import System

/// Finds methods by name or by endpoint.
struct MethodTable: Sendable {
  /// A method, and the params that were part of its endpoint (`GET /api/reports/ID`).
  struct Match {
    let method: Method
    let pathParams: [JSONObject.Member]
  }

  private let methods: [String: Method]

  init() {
    var methods: [String: Method] = [:]
    for method in Method.all {
      methods[method.name] = method
      if let endpoint = method.endpoint { methods[endpoint] = method }
    }
    self.methods = methods
  }

  /// Finds the method with this name or endpoint.
  func match(_ name: String) throws(WorkerError) -> Match {
    if let method = methods[name] { return Match(method: method, pathParams: []) }
    if let match = matchPath(name) { return match }
    throw .unknownMethod(name, nearest: nearestName(to: name, among: methods.keys))
  }

  /// Matches an endpoint that has an id in place of `:reportId`.
  private func matchPath(_ name: String) -> Match? {
    guard let slash = name.lastIndex(of: "/") else { return nil }
    let id = name[name.index(after: slash)...]
    guard !id.isEmpty, let method = methods["\(name[...slash]):reportId"] else { return nil }
    return Match(method: method, pathParams: [(name: "reportId", value: .string(String(id)))])
  }
}
