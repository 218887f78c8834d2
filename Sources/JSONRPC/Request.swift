public import JSON

/// A request or a notification (section 4 of the specification).
///
/// In addition to the specification's form there is a **bare** form, for people and shell scripts: an object with a
/// `method` but neither `jsonrpc` nor `params`. Its params are its other members except `id`. It is always answered;
/// without an id, the reply has the id null.
///
/// Client libraries write "no params" in several ways: without the member, and as `null`, `[]` or `[null]`. All mean the
/// same.
public struct Request: Sendable {
  /// The id of the reply; nil for a notification, which gets no reply.
  public let id: RequestID?
  /// The name of the method, whether it exists or not.
  public let method: String
  /// An array with elements, or an object; nil if the request has none.
  public let params: JSONValue?

  public init(id: RequestID?, method: String, params: JSONValue?) {
    self.id = id
    self.method = method
    self.params = params
  }
}

/// A value that is not a valid request. It is answered with an error and the id that could be recovered from it.
public struct InvalidRequest: Error, Sendable {
  /// The id of the reply; null if none could be recovered.
  public let id: RequestID
  /// What is wrong.
  public let error: RPCError
}

extension Request {
  /// Decodes one request. `numericIDLexeme` returns the source text of its id; it is called only if the id is a number
  /// that is not an integer.
  init(_ value: JSONValue, numericIDLexeme: () -> String?) throws(InvalidRequest) {
    guard case .object(let object) = value else {
      throw InvalidRequest(
        id: .null, error: .invalidRequest("expected an object, found \(nounPhrase(value))"))
    }
    let id: RequestID?
    do { id = try decodeID(object["id"], numericIDLexeme) } catch {
      throw InvalidRequest(id: .null, error: error)
    }
    do { self = try Request(object, id: id) } catch { throw InvalidRequest(id: id ?? .null, error: error) }
  }

  private init(_ object: JSONObject, id: RequestID?) throws(RPCError) {
    let version = object["jsonrpc"]
    let params = object["params"].flatMap { isNone($0) ? Optional.none : $0 }
    let method = try decodeMethod(object["method"])
    if version == nil, params == nil {
      self.init(id: id ?? .null, method: method, params: .object(bareParams(of: object)))
    } else {
      try checkVersion(version)
      try checkParams(params)
      self.init(id: id, method: method, params: params)
    }
  }
}

private func decodeID(
  _ value: JSONValue?, _ numericIDLexeme: () -> String?
) throws(RPCError) -> RequestID? {
  switch value {
  case nil: nil
  case .null?: .null
  case .string(let text)?: .string(text)
  case .integer(let number)?: .integer(number)
  case .decimal?, .double?: numericIDLexeme().map(RequestID.number) ?? .null
  case .bool?, .array?, .object?:
    throw .invalidRequest("expected \"id\" to be a string, a number or null, found \(nounPhrase(value))")
  }
}

private func decodeMethod(_ value: JSONValue?) throws(RPCError) -> String {
  guard case .string(let method)? = value else {
    throw .invalidRequest("expected \"method\" to be a string, found \(nounPhrase(value))")
  }
  return method
}

private func checkVersion(_ value: JSONValue?) throws(RPCError) {
  switch value {
  case .string(let version)? where sameScalars(version, "2.0"): return
  case nil: throw .invalidRequest("expected \"jsonrpc\":\"2.0\" next to \"params\", found none")
  case .string?: throw .invalidRequest("expected \"jsonrpc\" to be \"2.0\", found another version")
  default: throw .invalidRequest("expected \"jsonrpc\" to be the string \"2.0\", found \(nounPhrase(value))")
  }
}

private func checkParams(_ value: JSONValue?) throws(RPCError) {
  switch value {
  case nil, .array?, .object?: return
  default:
    throw .invalidRequest("expected \"params\" to be an array or an object, found \(nounPhrase(value))")
  }
}

/// Whether a value of `params` means "no params".
private func isNone(_ params: JSONValue) -> Bool {
  switch params {
  case .null: true
  case .array(let elements): elements.isEmpty || elements.count == 1 && elements[0] == .null
  default: false
  }
}

/// The params of a bare request: all members but `method`, `id`, and a `params` that holds none.
private func bareParams(of object: JSONObject) -> JSONObject {
  var params = object
  params["params"] = nil
  params["method"] = nil
  params["id"] = nil
  return params
}

/// What was found in place of a member, for an error message.
private func nounPhrase(_ value: JSONValue?) -> String {
  switch value {
  case nil: "none"
  case .null?: "null"
  case .array?: "an array"
  case .object?: "an object"
  case let value?: "a \(value.typeName)"
  }
}
