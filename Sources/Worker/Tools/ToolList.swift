import JSON
import JSONRPC

/// The result of `tools/list`.
final class ToolList {
  private let cache: SchemaCache
  /// The lists so far, by revision.
  private var lists: [Key: JSONValue] = [:]

  private struct Key: Hashable {
    let revision: ProtocolRevision
    let hasSavedReports: Bool
  }

  init(_ cache: SchemaCache) {
    self.cache = cache
  }

  /// The list of tools, in one page.
  ///
  /// - Parameter hasSavedReports: Whether the store has any: without, the tools for saved reports are left out.
  func list(
    _ params: JSONValue?, _ revision: ProtocolRevision, hasSavedReports: Bool = true
  ) throws(RPCError) -> JSONValue {
    if let cursor = params?["cursor"], cursor != .null {
      throw .invalidToolParams("expected no \"cursor\"; the list of tools has one page")
    }
    let key = Key(revision: revision, hasSavedReports: hasSavedReports)
    if let list = lists[key] { return list }
    let listed = Tool.all.filter { $0.isListed && (hasSavedReports || !$0.needsSavedReports) }
    let tools = JSONValue.array(listed.map { .object(description(of: $0, revision)) })
    let list = ServerDescription.complete(["tools": tools], revision, isCacheable: true)
    lists[key] = list
    return list
  }

  private func description(of tool: Tool, _ revision: ProtocolRevision) -> JSONObject {
    var description: JSONObject = ["name": .string(tool.name)]
    if revision.hasStructuredContent { description["title"] = tool.title(cache) }
    description["description"] = tool.description(cache)
    description["inputSchema"] = .object(tool.inputSchema(cache))
    // Models read the list with every conversation. What results have is said by the descriptions and seen in the
    // results; schemas of them would double the list.
    if revision.hasAnnotations {
      description["annotations"] = ["readOnlyHint": true, "openWorldHint": false]
    }
    return description
  }
}
