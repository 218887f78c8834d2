import JSON

/// An MCP tool: a read-only method under its own name.
struct Tool: Sendable {
  let name: String
  let method: Method

  /// All tools, in the order of the list.
  static let all: [Tool] = Method.all.compactMap { method in
    method.tool.map { Tool(name: $0, method: method) }
  }

  /// A short title for people.
  func title(_ cache: SchemaCache) -> JSONValue { paramsSchema(cache)["title"] ?? .null }

  /// When to use the tool, what its numbers mean, and an example of its arguments, for language models. The example is not
  /// in the schema, because some clients refuse a schema with examples.
  func description(_ cache: SchemaCache) -> JSONValue {
    let schema = paramsSchema(cache)
    let sentences = schema["description"]?.string ?? ""
    guard let example = schema["examples"]?.array?.first, example != [:] else { return .string(sentences) }
    return .string("\(sentences)\n\nExample arguments: \(example)")
  }

  private func paramsSchema(_ cache: SchemaCache) -> JSONValue {
    cache.document("\(method.name).params.json")
  }

  /// The schema of its arguments: the params of the method as a ``PortableSchema``.
  func inputSchema(_ cache: SchemaCache) -> JSONObject { cache.portableParams(of: method).json }

  /// The schema of the `structuredContent` of its results, as a ``PortableSchema``.
  func outputSchema(_ cache: SchemaCache, _ revision: ProtocolRevision) -> JSONObject {
    var bundler = SchemaBundler(cache)
    var schema = bundler.schema("\(method.name).result.json")
    let compared = method.comparison == .beside ? ComparedResult.members(of: schema) : []
    if revision.wrapsStructuredContent, !returnsObject(cache) {
      // Both have the member that wraps the result.
      let members: [JSONObject.Member] = [(Self.wrapper, .object(schema))] + compared.dropFirst()
      schema = [
        "type": "object", "properties": .object(JSONObject(members: members)),
        "required": [.string(Self.wrapper)],
      ]
    } else if !compared.isEmpty {
      schema = ["anyOf": [.object(schema), .object(ComparedResult.schema(compared))]]
    }
    return PortableSchema(.object(schema), definitions: bundler.definitions, for: .results).json
  }

  /// A result as `structuredContent`.
  func structured(_ result: JSONValue, _ cache: SchemaCache, _ revision: ProtocolRevision) -> JSONValue {
    let wraps = revision.wrapsStructuredContent && !returnsObject(cache)
    return wraps && ComparedResult(result, of: method) == nil ? [Self.wrapper: result] : result
  }

  /// The member that wraps a result if `structuredContent` must be an object.
  private static let wrapper = "result"

  /// Whether every result of the method is an object.
  private func returnsObject(_ cache: SchemaCache) -> Bool {
    let schema = cache.document("\(method.name).result.json")
    return schema["type"]?.string == "object" || schema["$ref"] == "common.json#/$defs/savedReport"
  }
}
