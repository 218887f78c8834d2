import JSON

/// An MCP tool: a read-only method under its own name.
struct Tool: Sendable {
  let name: String
  let method: Method

  /// All tools, in the order of the list.
  static let all: [Tool] = Method.all.compactMap { method in
    method.tool.map { Tool(name: $0, method: method) }
  }

  /// Names under which other servers have such tools; they are not listed.
  fileprivate static let otherNames = [
    "get_websites": "list_websites", "get_stats": "get_website_stats",
    "get_website_pageviews": "get_website_series", "get_pageviews": "get_website_series",
    "get_pageview_series": "get_website_series", "get_metrics": "get_website_metrics",
    "get_active": "get_active_visitors", "get_realtime": "get_active_visitors",
    "get_website_active": "get_active_visitors", "get_events": "list_events",
    "get_website_events": "list_events",
  ]

  /// Whether it is in the list. The properties of events are in ``Method/eventList`` too.
  var isListed: Bool { method.name != Method.eventDataProperties.name }

  /// Whether it is of use only if reports are saved.
  var needsSavedReports: Bool {
    [
      Method.listReports.name, Method.getReport.name, Method.runReport.name, Method.checkReports.name,
    ].contains(method.name)
  }

  /// A short title for people.
  func title(_ cache: SchemaCache) -> JSONValue { paramsSchema(cache)["title"] ?? .null }

  /// When to use the tool, what its numbers mean, and an example of its arguments, for language models. The example is not
  /// in the schema, because some clients refuse a schema with examples.
  func description(_ cache: SchemaCache) -> JSONValue {
    let schema = paramsSchema(cache)
    let sentences = (schema["x-tool"] ?? schema["description"])?.string ?? ""
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
    if let range = example["dateRange"] {
      let dates = [range["startDate"], range["endDate"]].compactMap { Self.day($0?.string) }
      example["dateRange"] = .string(
        dates.count < 2 ? "2026-03" : dates[0] == dates[1] ? dates[0] : dates.joined(separator: ".."))
    }
    if let mode = example["compare"]?["mode"] { example["compare"] = mode }
    if example["compare"] == "prev" { example["compare"] = "previous" }
    if let fields = example["fields"]?.array { example["fields"] = .array(fields.map { $0["name"] ?? $0 }) }
    if let filters = example["filters"]?.array { example["filters"] = .array(filters.map(Self.toolFilter)) }
    let declared = inputSchema(cache)["properties"]
    return .object(
      JSONObject(members: example.members.filter { $0.name != "websiteId" && declared?[$0.name] != nil }))
  }

  /// A filter as the schemas of tools declare it: with a word as operator and a text as value.
  private static func toolFilter(_ filter: JSONValue) -> JSONValue {
    guard var words = filter.object else { return filter }
    if words["operator"] == "c" { words["operator"] = "contains" }
    if words["operator"] == "eq", let list = words["value"]?.array {
      words["operator"] = "in"
      words["value"] = .string(list.compactMap(\.string).joined(separator: ","))
    }
    return .object(words)
  }

  /// The day of a date in ISO 8601, which is short enough for an example.
  private static func day(_ date: String?) -> String? {
    guard let date, date.utf8.first.map({ 0x30...0x39 ~= $0 }) == true else { return nil }
    return String(date.prefix { $0 != "T" })
  }

  private func paramsSchema(_ cache: SchemaCache) -> JSONValue {
    cache.document("\(method.name).params.json")
  }

  /// The schema of its arguments, as a ``PortableSchema``.
  func inputSchema(_ cache: SchemaCache) -> JSONObject { cache.toolArguments(of: method).json }
}

extension Tool {
  /// The tool with this name, or with a name that other servers of such tools give it.
  init?(named name: String) {
    let known = Self.otherNames[name] ?? name
    guard let tool = Self.all.first(where: { sameScalars($0.name, known) }) else { return nil }
    self = tool
  }
}
