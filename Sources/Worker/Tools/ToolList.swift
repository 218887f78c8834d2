import JSON
import JSONRPC

/// The result of `tools/list`.
final class ToolList {
  private let cache: SchemaCache
  /// The lists so far, by revision.
  private var lists: [ProtocolRevision: JSONValue] = [:]

  init(_ cache: SchemaCache) {
    self.cache = cache
  }

  /// The list of tools, in one page.
  func list(_ params: JSONValue?, _ revision: ProtocolRevision) throws(RPCError) -> JSONValue {
    if let cursor = params?["cursor"], cursor != .null {
      throw .invalidToolParams("expected no \"cursor\"; the list of tools has one page")
    }
    if let list = lists[revision] { return list }
    let tools = JSONValue.array(Tool.all.map { .object(description(of: $0, revision)) })
    let list = ServerDescription.complete(["tools": tools], revision, isCacheable: true)
    lists[revision] = list
    return list
  }

  private func description(of tool: Tool, _ revision: ProtocolRevision) -> JSONObject {
    var description: JSONObject = ["name": .string(tool.name)]
    if revision.hasStructuredContent { description["title"] = tool.title(cache) }
    description["description"] = tool.description(cache)
    description["inputSchema"] = .object(tool.inputSchema(cache))
    if revision.hasStructuredContent {
      description["outputSchema"] = .object(tool.outputSchema(cache, revision))
    }
    if revision.hasAnnotations {
      description["annotations"] = [
        "title": tool.title(cache), "readOnlyHint": true, "openWorldHint": false,
      ]
    }
    return description
  }
}
