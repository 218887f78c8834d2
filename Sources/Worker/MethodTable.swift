import JSON

/// The methods by name. A new method is a line here, a file in `Methods`, and two schemas.
struct MethodTable: Sendable {
  static let all: [Method] = [
    .utm, .revenue, .currencies, .journey, .retention, .insights, .goals, .funnel, .attribution,
    .listReports, .getReport, .createReport, .updateReport, .deleteReport, .runReport,
    .listWebsites,
  ]

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
    throw .noSuchMethod(name, nearest: nearest(to: name))
  }

  /// An endpoint with an id in the place of `:reportId`.
  private func matchPath(_ name: String) -> Match? {
    guard let slash = name.lastIndex(of: "/") else { return nil }
    let id = name[name.index(after: slash)...]
    guard !id.isEmpty, let method = methods["\(name[...slash]):reportId"] else { return nil }
    return Match(method: method, pathParams: [(name: "reportId", value: .string(String(id)))])
  }

  /// The name that a misspelt one is most likely to mean: the fewest edits away, and not too many.
  private func nearest(to name: String) -> String? {
    let candidates = methods.keys.map { (name: $0, edits: editDistance($0, name)) }
    let best = candidates.min { ($0.edits, $0.name) < ($1.edits, $1.name) }
    return best.flatMap { $0.edits <= max(2, name.utf8.count / 2) ? $0.name : nil }
  }
}

/// The fewest insertions, deletions and replacements of bytes that make one text the other, in any case.
private func editDistance(_ a: String, _ b: String) -> Int {
  let longest = 100
  let (a, b) = (Array(a.lowercased().utf8.prefix(longest)), Array(b.lowercased().utf8.prefix(longest)))
  var row = Array(0...b.count)
  for (i, byte) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (byte == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
