import JSON
import JSONSchema
import System

/// A request, with the params that methods take, whichever of the forms of Umami's API it has.
///
/// Umami 2 has the params of a report next to each other, with its range in `dateRange`. Umami 3 has them in two objects,
/// `parameters` and `filters`, and its range is in `parameters`. So an object `parameters` without a `dateRange` next to
/// it tells a request of Umami 3. Its method is the one whose `bodyEndpoint` it is, and its members are put next to each
/// other.
///
/// The endpoints with `GET` have members next to each other, but lists and numbers may be texts, as in a query string.
struct UmamiRequest {
  let method: Method
  let params: JSONObject
  /// The object in which each member was; empty if they were next to each other.
  private var places: [String: String] = [:]

  init(_ method: Method, _ params: JSONObject, _ schemas: SchemaCache) throws(WorkerError) {
    guard let parameters = params["parameters"]?.object, params["dateRange"] ?? .null == .null,
      let form = method.umamiForm
    else {
      self.method = method.savedForm(of: params)
      self.params = self.method.isUmamiForm ? params.readingTexts(of: self.method, schemas) : params
      return
    }
    self.method = form
    try Self.checkType(params["type"] ?? .null, of: form)
    var members = params.members.filter { sameScalars($0.name, "websiteId") }
    let known = schemas.document("\(form.name).params.json")["properties"]?.object ?? JSONObject()
    let hasDates = parameters["startDate"] ?? .null != .null || parameters["endDate"] ?? .null != .null
    for member in parameters.members where known[member.name] != nil && member.name != "websiteId" {
      // Umami ignores all but its own members, so other forms of the range do not contradict its dates.
      if hasDates, Self.otherRanges.contains(member.name) { continue }
      members.append(member)
      places[member.name] = "parameters"
    }
    switch params["filters"] {
    case .object(let filters)?:
      for member in filters.members where isUmamiFilter(member.name) {
        members.append(member)
        places[member.name] = "filters"
      }
    case nil, .null?: break
    // A list of conditions, or what the schema refuses.
    case let filters?: members.append((name: "filters", value: filters))
    }
    self.params = JSONObject(members: members).readingTexts(of: form, schemas)
  }

  private static let otherRanges: Set<String> = ["startAt", "endAt", "dateRange", "period"]

  /// Throws if a body names the type of another report.
  private static func checkType(_ type: JSONValue, of method: Method) throws(WorkerError) {
    let own = method.bodyEndpoint?.split(separator: "/" as Character).last.map(String.init) ?? ""
    guard type != .null, type.string.map({ !sameScalars($0, own) }) ?? true else { return }
    throw .invalidParams([.member("type", "must be \"\(own)\", the report of this method; is \(type)")])
  }

  /// The error, with the places that members have in the request.
  func located(_ error: WorkerError) -> WorkerError {
    guard case .invalidParams(let errors) = error, !places.isEmpty else { return error }
    return .invalidParams(
      errors.map { error in
        let member = error.instanceLocation.dropFirst().prefix { $0 != "/" }
        let place =
          error.instanceLocation.isEmpty && error.keywordLocation != "/properties/websiteId"
          ? "parameters" : places[String(member)]
        var error = error
        if let place { error.instanceLocation = "/\(place)\(error.instanceLocation)" }
        return error
      })
  }
}

extension Method {
  /// The method that answers this method's requests in the form of Umami 3; nil if there is none.
  var umamiForm: Method? {
    Method.all.first { $0.bodyEndpoint != nil && ($0.name == name || $0.bodyEndpoint == endpoint) }
  }

  /// Whether the method has the form of Umami 3.
  var isUmamiForm: Bool { name.hasPrefix("umami.") }

  /// The method that lists saved reports in the form of Umami 3, if the params have a member that only its list has.
  fileprivate func savedForm(of params: JSONObject) -> Method {
    name == Method.listReports.name && params["type"] ?? .null != .null ? .umamiReports : self
  }
}

extension JSONObject {
  /// The members, with each text read as JSON if the method takes no text there.
  func readingTexts(of method: Method, _ schemas: SchemaCache) -> JSONObject {
    var texts: [(name: String, value: String)] = []
    for member in members {
      if let text = member.value.string { texts.append((member.name, text)) }
    }
    var object = self
    object.addQuery(texts, declaredBy: schemas.portableParams(of: method).json)
    return object
  }
}

/// The report of Umami to which a path belongs, if Footfall does not have it.
func unsupportedUmamiReport(_ path: String) -> String? {
  let parts = path.split(separator: "/" as Character)
  let names = ["heatmap": "heatmap", "heatmaps": "heatmap"]
  guard parts.first == "api" else { return nil }
  let place = parts.dropFirst().first == "reports" ? 2 : 3
  return parts.count > place ? names[String(parts[place])] : nil
}
