import JSON

/// An MCP tool: a read-only method under its own name.
struct Tool: Sendable {
  let name: String
  let method: Method

  /// All tools, in the order of the list.
  static let all: [Tool] = Method.all.compactMap { method in
    method.tool.map { Tool(name: $0, method: method) }
  }

  /// Whether it is of use only if reports are saved.
  var needsSavedReports: Bool {
    [Method.listReports.name, Method.getReport.name, Method.runReport.name].contains(method.name)
  }

  /// A short title for people.
  func title(_ cache: SchemaCache) -> JSONValue { paramsSchema(cache)["title"] ?? .null }

  /// When to use the tool, what its numbers mean, and an example of its arguments, for language models. The example is not
  /// in the schema, because some clients refuse a schema with examples.
  func description(_ cache: SchemaCache) -> JSONValue {
    let schema = paramsSchema(cache)
    let sentences = schema["description"]?.string ?? ""
    guard let example = example(cache), example != [:] else { return .string(sentences) }
    return .string("\(sentences)\n\nExample: \(example)")
  }

  /// The first example of the params, as arguments: with the range in one member.
  func example(_ cache: SchemaCache) -> JSONValue? {
    guard var example = paramsSchema(cache)["examples"]?.array?.first?.object else { return nil }
    if let start = example["startDate"], let end = example["endDate"] {
      (example["startDate"], example["endDate"]) = (nil, nil)
      example["dateRange"] = ["startDate": start, "endDate": end]
    }
    if let start = example["dateRange"]?["startDate"]?.string,
      let end = example["dateRange"]?["endDate"]?.string
    {
      example["dateRange"] = .string(
        start.hasPrefix(end) && end.hasPrefix(start) ? start : "\(start)..\(end)")
    }
    if let mode = example["compare"]?["mode"] { example["compare"] = mode }
    example["websiteId"] = nil
    return .object(example)
  }

  private func paramsSchema(_ cache: SchemaCache) -> JSONValue {
    cache.document("\(method.name).params.json")
  }

  /// The schema of its arguments, as a ``PortableSchema``.
  func inputSchema(_ cache: SchemaCache) -> JSONObject { cache.toolArguments(of: method).json }

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
