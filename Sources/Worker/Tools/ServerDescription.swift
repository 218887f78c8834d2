import JSON

/// The server's description of itself, and the members that every result of a revision has.
enum ServerDescription {
  /// How long a client may cache the description and the tools, which change only with the binary.
  private static let freshMilliseconds: Int64 = 3_600_000

  private static let capabilities: JSONValue = ["tools": [:]]

  private static let instructions = """
    Web analytics reports, computed from recorded events. Call list_websites first: it returns each website's id, the times \
    of its first and last event and the current time; list_events returns the names of events and their properties. \
    dateRange is a day, month or year (2026-05), today, yesterday, this-week, last-month, 24h, 7d or FROM..TO, both included, \
    in days of timezone (default UTC). A visitor is a distinct session_id, a visit a distinct visit_id. Columns for filters \
    and fields: path, title, referrer, hostname, query, country, region, city, browser, os, device, screen, language, event, \
    tag, utm_source, utm_medium, utm_campaign, utm_content, utm_term, distinctId. Operators of filters: eq, neq, in and not_in \
    (values with commas between them), contains, not_contains, set, not_set, regex, not_regex; gt, gte, lt and lte compare \
    numbers of property:KEY. Filters look at single events; for visitors or visits that did something, use a filter \
    {"did": {"by": "visitor" or "visit", "filters": [...], "atLeast": 1}}, also inside {"not": ...}, {"any": [...]} and \
    {"all": [...]}. A step of type pageview counts views of a page, url also custom events fired on it. Do not add up \
    visitors of several rows: one visitor may be in many. Notes of a reply tell why it is empty or zero.
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
