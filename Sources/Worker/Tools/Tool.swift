import JSON

/// A tool that the tool server offers: a method under a name of its own.
///
/// All tools only read.
struct Tool: Sendable {
  let name: String
  let method: Method

  /// The tools in the order in which they are listed.
  static let all: [Tool] = Method.all.compactMap { method in
    method.tool.map { Tool(name: $0, method: method) }
  }

  /// The short title, for people.
  func title(_ cache: SchemaCache) -> JSONValue { paramsSchema(cache)["title"] ?? .null }

  /// When to use it and what the numbers mean, for language models.
  func description(_ cache: SchemaCache) -> JSONValue { paramsSchema(cache)["description"] ?? .null }

  private func paramsSchema(_ cache: SchemaCache) -> JSONValue {
    cache.document("\(method.name).params.json")
  }

  /// The schema of its arguments: that of the method's params, and nothing else may be sent, so that a
  /// misspelt name is not passed over.
  func inputSchema(_ cache: SchemaCache) -> JSONObject {
    var collector = SchemaCollector(cache)
    var schema = collector.schema("\(method.name).params.json")
    schema["title"] = nil
    schema["description"] = nil
    schema["additionalProperties"] = false
    return withDefinitions(schema, collector)
  }

  /// The schema of its results' `structuredContent`.
  func outputSchema(_ cache: SchemaCache, _ revision: ProtocolRevision) -> JSONObject {
    var collector = SchemaCollector(cache)
    var schema = collector.schema("\(method.name).result.json")
    schema["examples"] = nil
    guard revision.wrapsStructuredContent else { return withDefinitions(schema, collector) }
    if returnsObject(cache) {
      schema["type"] = "object"
    } else {
      schema = [
        "type": "object", "properties": [Self.wrapper: .object(schema)], "required": [.string(Self.wrapper)],
      ]
    }
    return withDefinitions(schema, collector)
  }

  /// A result as `structuredContent`.
  func structured(_ result: JSONValue, _ cache: SchemaCache, _ revision: ProtocolRevision) -> JSONValue {
    revision.wrapsStructuredContent && !returnsObject(cache) ? [Self.wrapper: result] : result
  }

  /// The member that holds a result which is no object, where it must be one.
  private static let wrapper = "result"

  /// Whether every result of the method is an object.
  private func returnsObject(_ cache: SchemaCache) -> Bool {
    let schema = cache.document("\(method.name).result.json")
    return schema["type"]?.string == "object" || schema["$ref"] == "common.json#/$defs/savedReport"
  }

  private func withDefinitions(_ schema: JSONObject, _ collector: SchemaCollector) -> JSONObject {
    var schema = schema
    if !collector.definitions.isEmpty { schema["$defs"] = .object(collector.definitions) }
    return schema
  }
}
