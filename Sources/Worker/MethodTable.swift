import Engine
import JSON
import System

/// Finds methods by name or by endpoint.
struct MethodTable: Sendable {
  /// A method, and the params that were segments of its endpoint.
  struct Match {
    let method: Method
    /// From the path (`GET /api/reports/ID`).
    var pathParams: [JSONObject.Member] = []
    /// From the query string (`GET /api/reports?page=2`), in order, as texts.
    var queryParams: [(name: String, value: String)] = []
    /// The type of the saved reports that the endpoint is about, if it has only those of one type.
    var savedType: String?
  }

  private let methods: [String: Method]
  /// By endpoint.
  private let savedTypes: [String: String]
  /// The verbs of each path that endpoints have, in the order of ``Method/all``.
  private let verbs: [String: [String]]
  /// The paths with placeholders, by their segments. A path without comes first.
  private let patterns: [[Substring]]

  init() {
    var methods: [String: Method] = [:]
    var verbs: [String: [String]] = [:]
    var patterns: [String] = []
    for method in Method.all {
      methods[method.name] = method
      for endpoint in [method.endpoint, method.bodyEndpoint].compactMap(\.self) where methods[endpoint] == nil
      {
        guard let (verb, path) = Self.divided(endpoint) else { continue }
        methods[endpoint] = method
        if verbs[path] == nil { patterns.append(path) }
        verbs[path, default: []].append(verb)
      }
    }
    var savedTypes: [String: String] = [:]
    for resource in Method.savedResources {
      guard let (verb, path) = Self.divided(resource.endpoint) else { continue }
      methods[resource.endpoint] = resource.method
      savedTypes[resource.endpoint] = resource.type
      verbs[path, default: []].append(verb)
      patterns.append(path)
    }
    self.methods = methods
    self.savedTypes = savedTypes
    self.verbs = verbs
    self.patterns = patterns.map(Self.segments)
  }

  /// Finds the method with this name or endpoint.
  func match(_ name: String) throws(WorkerError) -> Match {
    if let method = methods[name] { return Match(method: method, savedType: savedTypes[name]) }
    guard let (verb, address) = Self.divided(name) else { throw unknown(name) }
    // Scalars, not characters: a combining mark may follow a sign, and be one character with it.
    let path = String(address.unicodeScalars.prefix { $0 != "?" })
    var query = String(address.unicodeScalars.dropFirst(path.unicodeScalars.count))
    var match = try matchPath(verb, path, name)
    match.queryParams = query.withUTF8(formPairs)
    return match
  }

  /// Matches an endpoint, which may have values in place of placeholders.
  private func matchPath(_ verb: String, _ path: String, _ name: String) throws(WorkerError) -> Match {
    if let method = methods["\(verb) \(path)"] {
      return Match(method: method, savedType: savedTypes["\(verb) \(path)"])
    }
    if let report = unsupportedUmamiReport(path) { throw .unsupportedReport(name, report: report) }
    // The last segment of a path that exists is no value.
    if let verbs = verbs[path] { throw .wrongVerb(name, endpoints: verbs.map { "\($0) \(path)" }) }
    let segments = Self.segments(path)
    guard Self.httpVerbs.contains(verb), let pattern = patterns.first(where: { Self.matches(segments, $0) })
    else {
      throw unknown(name)
    }
    let endpoint = pattern.joined(separator: "/")
    guard let method = methods["\(verb) \(endpoint)"] else {
      throw .wrongVerb(name, endpoints: (verbs[endpoint] ?? []).map { "\($0) \(endpoint)" })
    }
    let values = zip(pattern, segments).filter { $0.0.first == ":" }
    return Match(
      method: method,
      pathParams: values.map { (name: String($0.0.dropFirst()), value: .string(percentDecoded($0.1))) },
      savedType: savedTypes["\(verb) \(endpoint)"])
  }

  private static func segments(_ path: String) -> [Substring] {
    path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { Substring($0) }
  }

  /// Whether a path has the segments of a pattern, and a value for each placeholder.
  private static func matches(_ segments: [Substring], _ pattern: [Substring]) -> Bool {
    segments.count == pattern.count
      && zip(segments, pattern).allSatisfy { segment, wanted in
        wanted.first == ":"
          ? !segment.isEmpty && segment.utf8.first != UInt8(ascii: ":")
          : sameScalars(String(segment), String(wanted))
      }
  }

  private static let httpVerbs: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

  private func unknown(_ name: String) -> WorkerError {
    .unknownMethod(name, nearest: nearestName(to: name, among: methods.keys))
  }

  /// The verb and the address of an endpoint; nil if `name` is no endpoint.
  private static func divided(_ name: String) -> (verb: String, address: String)? {
    guard let space = name.utf8.firstIndex(of: UInt8(ascii: " ")), name.utf8[space...].starts(with: " /".utf8)
    else { return nil }
    return (String(name[..<space]), String(name[name.utf8.index(after: space)...]))
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

/// The text of a segment of a path, in which `%XX` is a byte of UTF-8.
func percentDecoded(_ text: Substring) -> String {
  let bytes = Array(text.utf8)
  var decoded: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
      let high = hexadecimalValue(bytes[index + 1]),
      let low = hexadecimalValue(bytes[index + 2])
    {
      decoded.append(high << 4 | low)
      index += 3
    } else {
      decoded.append(bytes[index])
      index += 1
    }
  }
  return String(decoding: decoded, as: UTF8.self)
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
