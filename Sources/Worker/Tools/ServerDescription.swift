import JSON

/// The server's description of itself, and the members that every result of a revision has.
enum ServerDescription {
  /// How long a client may cache the description and the tools, which change only with the binary.
  private static let freshMilliseconds: Int64 = 3_600_000

  private static let capabilities: JSONValue = ["tools": [:]]

  private static let instructions = """
    Web analytics reports, computed from recorded events. Call list_websites first: it returns each website's \
    id, the times of its first and last event and the current time; choose every dateRange between them. A visitor \
    is a distinct session_id, a visit a distinct visit_id. Both ends of a range are included. Dates without a zone \
    are UTC; pass timezone if days matter. Columns for filters and fields: url, title, referrer, host, query, country, \
    region, city, browser, os, device, screen, language, event, tag, utm_source, utm_medium, utm_campaign, \
    utm_content, utm_term, distinctId. Filters look at single events; for visitors or visits that did something, use \
    a filter {"did": {"by": "visitor" or "visit", "filters": [...], "atLeast": 1}}, also inside {"not": ...}, \
    {"any": [...]} and {"all": [...]}. Do not add up visitors of several rows: one visitor may be in many.
    """

  /// The result of `initialize`.
  static func handshake(_ revision: ProtocolRevision) -> JSONValue {
    [
      "protocolVersion": .string(revision.rawValue), "capabilities": capabilities,
      "serverInfo": implementation(revision), "instructions": .string(instructions),
    ]
  }

  /// The result of `server/discover`.
  static func discovery(_ revision: ProtocolRevision) -> JSONValue {
    let versions = ProtocolRevision.allCases.filter(\.isStateless).map { JSONValue.string($0.rawValue) }
    return complete(
      [
        "supportedVersions": .array(versions), "capabilities": capabilities,
        "instructions": .string(instructions),
      ], revision, isCacheable: true)
  }

  /// Adds the members that the revision requires in every result, and those of a cacheable one.
  static func complete(
    _ result: JSONObject, _ revision: ProtocolRevision, isCacheable: Bool = false
  ) -> JSONValue {
    guard revision.isStateless else { return .object(result) }
    var complete: JSONObject = ["resultType": "complete"]
    for (name, value) in result.members { complete[name] = value }
    if isCacheable {
      complete["ttlMs"] = .integer(freshMilliseconds)
      complete["cacheScope"] = "public"
    }
    complete["_meta"] = ["io.modelcontextprotocol/serverInfo": implementation(revision)]
    return .object(complete)
  }

  private static func implementation(_ revision: ProtocolRevision) -> JSONValue {
    var implementation: JSONObject = ["name": "footfall", "version": .string(productVersion)]
    if revision.hasStructuredContent { implementation["title"] = "Footfall web analytics" }
    return .object(implementation)
  }
}
