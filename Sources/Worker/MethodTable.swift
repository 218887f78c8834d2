import Engine
import JSON
import System

/// Finds methods by name or by endpoint.
struct MethodTable: Sendable {
  /// A method, and the params that were part of its endpoint.
  struct Match {
    let method: Method
    /// From the path (`GET /api/reports/ID`).
    var pathParams: [JSONObject.Member] = []
    /// From the query string (`GET /api/reports?page=2`), in order, as texts.
    var queryParams: [(name: String, value: String)] = []
  }

  private let methods: [String: Method]
  /// The verbs of each path that endpoints have, in the order of ``Method/all``.
  private let verbs: [String: [String]]

  init() {
    var methods: [String: Method] = [:]
    var verbs: [String: [String]] = [:]
    for method in Method.all {
      methods[method.name] = method
      guard let endpoint = method.endpoint, let (verb, path) = Self.divided(endpoint) else { continue }
      methods[endpoint] = method
      verbs[path, default: []].append(verb)
    }
    self.methods = methods
    self.verbs = verbs
  }

  /// Finds the method with this name or endpoint.
  func match(_ name: String) throws(WorkerError) -> Match {
    if let method = methods[name] { return Match(method: method) }
    guard let (verb, address) = Self.divided(name) else { throw unknown(name) }
    let path = String(address.prefix { $0 != "?" })
    var query = String(address.dropFirst(path.count))
    var match = try matchPath(verb, path, name)
    match.queryParams = query.withUTF8(formPairs)
    return match
  }

  /// Matches an endpoint, which may have an id in place of `:reportId`.
  private func matchPath(_ verb: String, _ path: String, _ name: String) throws(WorkerError) -> Match {
    if let method = methods["\(verb) \(path)"] { return Match(method: method) }
    // The last part of a path that exists is no id.
    if let verbs = verbs[path] { throw .wrongVerb(name, endpoints: verbs.map { "\($0) \(path)" }) }
    guard let slash = path.lastIndex(of: "/") else { throw unknown(name) }
    let id = path[path.index(after: slash)...]
    let pattern = "\(path[...slash]):reportId"
    guard !id.isEmpty, Self.httpVerbs.contains(verb), let verbs = verbs[pattern] else { throw unknown(name) }
    guard let method = methods["\(verb) \(pattern)"] else {
      throw .wrongVerb(name, endpoints: verbs.map { "\($0) \(pattern)" })
    }
    return Match(method: method, pathParams: [(name: "reportId", value: .string(String(id)))])
  }

  private static let httpVerbs: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

  private func unknown(_ name: String) -> WorkerError {
    .unknownMethod(name, nearest: nearestName(to: name, among: methods.keys))
  }

  /// The verb and the address of an endpoint; nil if `name` is no endpoint.
  private static func divided(_ name: String) -> (verb: String, address: String)? {
    guard let space = name.firstIndex(of: " "), name[space...].hasPrefix(" /") else { return nil }
    return (String(name[..<space]), String(name[name.index(after: space)...]))
  }
}

extension JSONObject {
  /// Adds the params of a query string. Each text is converted to the type that the method's schema declares; if it cannot
  /// be, it stays a text, which the schema then rejects. An empty text counts as missing if it must be converted.
  mutating func addQuery(_ pairs: [(name: String, value: String)], declaredBy schema: JSONObject) {
    let properties = schema["properties"]?.object ?? JSONObject()
    let members = pairs.compactMap { name, text -> Member? in
      let type = properties[name]?["type"]?.string ?? "string"
      if type == "string" { return (name, .string(text)) }
      return text.isEmpty ? nil : (name, value(text, ofType: type))
    }
    merge(JSONObject(members: members))
  }
}

/// The JSON value of a text, if it has the type; otherwise the text.
private func value(_ text: String, ofType type: String) -> JSONValue {
  let parsed = try? JSONValue(
    parsing: Array(text.utf8), maximumDepth: Limits.nesting, maximumValues: Limits.values)
  guard let parsed, parsed.typeName == type || type == "integer" && parsed.typeName == "number" else {
    return .string(text)
  }
  return parsed
}
