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

  /// When to use the tool and what its numbers mean, for language models.
  func description(_ cache: SchemaCache) -> JSONValue { paramsSchema(cache)["description"] ?? .null }

  private func paramsSchema(_ cache: SchemaCache) -> JSONValue {
    cache.document("\(method.name).params.json")
  }

  /// The schema of its arguments: the schema of the method's params, without additional members, so that a misspelt name
  /// is an error.
  func inputSchema(_ cache: SchemaCache) -> JSONObject {
    var bundler = SchemaBundler(cache)
    var schema = bundler.schema("\(method.name).params.json")
    schema["title"] = nil
    schema["description"] = nil
    schema["additionalProperties"] = false
    return withDefinitions(schema, bundler)
  }

  /// The schema of the `structuredContent` of its results.
  func outputSchema(_ cache: SchemaCache, _ revision: ProtocolRevision) -> JSONObject {
    var bundler = SchemaBundler(cache)
    var schema = bundler.schema("\(method.name).result.json")
    schema["examples"] = nil
    guard revision.wrapsStructuredContent else { return withDefinitions(schema, bundler) }
    if returnsObject(cache) {
      schema["type"] = "object"
    } else {
      schema = [
        "type": "object", "properties": [Self.wrapper: .object(schema)], "required": [.string(Self.wrapper)],
      ]
    }
    return withDefinitions(schema, bundler)
  }

  /// A result as `structuredContent`.
  func structured(_ result: JSONValue, _ cache: SchemaCache, _ revision: ProtocolRevision) -> JSONValue {
    revision.wrapsStructuredContent && !returnsObject(cache) ? [Self.wrapper: result] : result
  }

  /// The member that wraps a result if `structuredContent` must be an object.
  private static let wrapper = "result"

  /// Whether every result of the method is an object.
  private func returnsObject(_ cache: SchemaCache) -> Bool {
    let schema = cache.document("\(method.name).result.json")
    return schema["type"]?.string == "object" || schema["$ref"] == "common.json#/$defs/savedReport"
  }

  private func withDefinitions(_ schema: JSONObject, _ bundler: SchemaBundler) -> JSONObject {
    var schema = schema
    if !bundler.definitions.isEmpty { schema["$defs"] = .object(bundler.definitions) }
    return schema
  }
}
