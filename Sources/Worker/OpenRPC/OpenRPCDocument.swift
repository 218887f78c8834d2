import JSON

extension Method {
  static let discover = Method("rpc.discover") { _, call in OpenRPCDocument(call.schemas).json() }
}

/// The OpenRPC document of all methods (OpenRPC 1.3, https://spec.open-rpc.org), from which tools generate clients. It is
/// computed from ``Method/all`` and the schemas, so it always agrees with the worker.
struct OpenRPCDocument {
  private let cache: SchemaCache

  init(_ cache: SchemaCache) {
    self.cache = cache
  }

  func json() -> JSONValue {
    var bundler = SchemaBundler(cache, location: "#/components/schemas/")
    let methods = Method.all.map { JSONValue.object(description(of: $0, &bundler)) }
    return [
      "openrpc": "1.3.2",
      "info": [
        "title": "Footfall", "version": .string(productVersion),
        "description": "Computes web analytics reports from recorded events.", "license": ["name": "MIT"],
      ],
      "methods": .array(methods),
      "components": ["schemas": .object(bundler.definitions)],
    ]
  }

  private func description(of method: Method, _ bundler: inout SchemaBundler) -> JSONObject {
    let params = bundler.schema("\(method.name).params.json")
    var result = bundler.schema("\(method.name).result.json")
    result["examples"] = nil
    var description: JSONObject = ["name": .string(method.name)]
    description["summary"] = params["title"]
    let mirrored = method.endpoint.map { "Mirrors \($0)." }
    let sentences = [params["description"]?.string, mirrored].compactMap(\.self)
    description["description"] = .string(sentences.joined(separator: " "))
    description["paramStructure"] = "by-name"
    description["params"] = .array(descriptors(of: params))
    if method.comparison == .beside {
      let compared = ComparedResult.schema(ComparedResult.members(of: result))
      result = ["anyOf": [.object(result), .object(compared)]]
    }
    description["result"] = ["name": "result", "schema": .object(result)]
    if method.name != Method.discover.name { addReplyOptions(to: &description, &bundler) }
    description["errors"] = OpenRPCErrors.errors(for: params)
    if let examples = examples(of: method) { description["examples"] = examples }
    return description
  }

  /// Adds the params of ``ReplyOptions``, and the CSV form of the result.
  private func addReplyOptions(to description: inout JSONObject, _ bundler: inout SchemaBundler) {
    let options = ["format", "workDoneToken"].map { name -> JSONValue in
      ["name": .string(name), "required": false, "schema": bundler.reference(toCommon: name)]
    }
    description["params"] = .array((description["params"]?.array ?? []) + options)
    let result = description["result"]?["schema"] ?? nil
    let alternatives = (result["anyOf"]?.array ?? [result]) + [bundler.reference(toCommon: "csv")]
    description["result"] = ["name": "result", "schema": ["anyOf": .array(alternatives)]]
  }

  /// Each member of the params, as a "Content Descriptor".
  private func descriptors(of params: JSONObject) -> [JSONValue] {
    let required = (params["required"]?.array ?? []).compactMap(\.string)
    return (params["properties"]?.object?.members ?? []).map { name, schema in
      [
        "name": .string(name), "required": .bool(required.contains { sameScalars($0, name) }),
        "schema": schema,
      ]
    }
  }

  /// The examples in the method's schemas, as an "Example Pairing".
  private func examples(of method: Method) -> JSONValue? {
    guard let params = cache.document("\(method.name).params.json")["examples"]?.array?.first?.object,
      let result = cache.document("\(method.name).result.json")["examples"]?.array?.first
    else { return nil }
    let pairs = params.members.map { JSONValue.object(["name": .string($0.name), "value": $0.value]) }
    return [["name": "example", "params": .array(pairs), "result": ["name": "result", "value": result]]]
  }
}
