import Foundation
import JSON
import TestSupport
import Testing

/// The reference of all methods in `schemas/README.md`: made from the OpenRPC document, the schemas and the tools of
/// the built binary. That the examples are what methods take and give is tested by `ExampleTests`.
@Suite struct ReferencePageTests {
  private static let page = "schemas/README.md"
  private let methods: [JSONValue]
  private let tools: [JSONValue]
  private let common: JSONValue
  private let definitions: DocumentationPage

  init() throws {
    let replies = try Self.serve([
      #"{"method":"rpc.discover"}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#,
      #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#,
    ])
    methods = try #require(replies.first?["result"]?["methods"]?.array)
    tools = try #require(replies.last?["result"]?["tools"]?.array)
    common = try Self.schema("common.json")
    definitions = try DocumentationPage(path: "Sources/Engine/Reports/README.md")
  }

  private static func serve(_ requests: [String]) throws -> [JSONValue] {
    let input = Data(requests.map { "\($0)\n" }.joined().utf8)
    return try BuiltBinary.run(["serve", "examples/website_event.csv"], input: input).lines
      .map { try JSONValue(parsing: $0) }
  }

  private static func schema(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: String(decoding: BuiltBinary.run(["schema", name]).output, as: UTF8.self))
  }

  @Test func `the reference is what the schemas say`() throws {
    var text = "\n### Common params\n\n" + table(rows(commonMembers))
    text += "\n**Dates.** \(common["$defs"]?["date"]?["description"]?.string ?? "")\n"
    var tools = tools
    for (index, method) in methods.enumerated() {
      let name = try #require(method["name"]?.string)
      let params = try Self.schema("\(name).params.json")
      let result = try Self.schema("\(name).result.json")
      let example = params["examples"]?.array?.first
      // A tool has a description of its own or that of its method, and then an example.
      let place = tools.firstIndex { tool in
        tool["description"]?.string?.hasPrefix((params["x-tool"] ?? params["description"])?.string ?? "none")
          == true
      }
      let tool = place.map { tools.remove(at: $0) }
      text += "\n### `\(name)`\n\n\(introduction(method, params, tool))\n"
      text += "\n\(members(of: params))"
      if let example {
        let request: JSONValue = [
          "jsonrpc": "2.0", "id": .integer(Int64(index + 1)), "method": .string(name), "params": example,
        ]
        text += block("\(request)")
      }
      text += "\nResult: \(result["title"]?.string ?? "").\n"
      if let reply = result["examples"]?.array?.first { text += block(layout(reply)) }
    }
    text += "\n"
    #expect(tools.isEmpty, "tools without a method")
    let difference = try GeneratedFile.difference(Self.page, section: "methods", text)
    #expect(difference == nil)
  }

  private func block(_ json: String) -> String { "\n```json\n\(json)\n```\n" }

  /// What the method is for, and where to read on.
  private func introduction(_ method: JSONValue, _ params: JSONValue, _ tool: JSONValue?) -> String {
    let name = method["name"]?.string ?? ""
    var facts: [String] = []
    let endpoint = /(?:GET|POST|DELETE) \/[\w\/:]+/
    if let found = method["description"]?.string?.firstMatch(of: endpoint) {
      facts.append("`\(found.output)`")
    }
    if let tool = tool?["name"]?.string { facts.append("tool `\(tool)`") }
    let report = String(name.split(separator: ".").last ?? "")
    if definitions.lines.contains("### \(report)") {
      facts.append("[definition](../\(definitions.path)#\(report))")
    }
    let summary = "**\(method["summary"]?.string ?? "").**"
    let purpose = params["description"]?.string ?? ""
    return [facts.joined(separator: " · "), "\(summary) \(purpose)"].filter { !$0.isEmpty }
      .joined(separator: "\n\n")
  }

  // MARK: Members

  /// Members that several methods share, which are described once.
  private var commonMembers: JSONValue {
    let names = [
      "websiteId", "dateRange", "timezone", "filters", "channels", "period", "asOf", "weekStart", "compare",
      "comparison",
    ]
    return .object(JSONObject(members: names.map { ($0, common["$defs"]?[$0] ?? .null) }))
  }

  private func isCommon(_ name: String, _ schema: JSONValue) -> Bool {
    commonMembers[name] != nil && schema["$ref"]?.string == "common.json#/$defs/\(name)"
  }

  private func members(of params: JSONValue) -> String {
    let properties = params["properties"]?.object?.members ?? []
    let required = (params["required"]?.array ?? []).compactMap(\.string)
    let shared = properties.filter { isCommon($0.name, $0.value) }.map(\.name)
    let own = properties.filter { !isCommon($0.name, $0.value) }
    var text = ""
    if !own.isEmpty { text += table(rows(.object(JSONObject(members: own)), required: required)) }
    if !shared.isEmpty {
      let names = shared.map { required.contains($0) ? "`\($0)` (required)" : "`\($0)`" }
      text += "\(own.isEmpty ? "" : "\n")[Common params](#common-params): \(names.joined(separator: ", ")).\n"
    }
    return text.isEmpty ? "No params.\n" : text
  }

  private func table(_ rows: [String]) -> String {
    "| member | value | meaning |\n|---|---|---|\n\(rows.joined(separator: "\n"))\n"
  }

  /// A row for each member, and for those in it.
  private func rows(
    _ members: JSONValue, required: [String] = [], note: String? = nil, in place: String = ""
  ) -> [String] {
    (members.object?.members ?? []).flatMap { name, schema in
      let isDate = schema["$ref"]?.string?.hasSuffix("/$defs/date") == true
      let own = schema["description"]?.string
      let schema = resolved(schema)
      let items = schema["items"].map(resolved) ?? .null
      // The page describes dates in one place.
      let meaning = [
        required.contains(name) ? "Required." : note, isDate ? own : schema["description"]?.string,
        items["description"]?.string,
      ].compactMap(\.self).joined(separator: " ").replacing("|", with: "\\|").replacing("*", with: "\\*")
      let allowed = isDate ? "[date](#common-params)" : value(schema)
      let row = "| `\(place)\(name)` | \(allowed) | \(meaning) |"
      // Filters hold filters: what one has is told once, for the filters of the params.
      if !place.isEmpty, name == "filters" || place.hasPrefix("filters[].") { return [row] }
      let holder = schema["properties"] == nil ? items : schema
      let inner = holder["properties"] ?? .null
      let innerRequired = holder["required"]?.array?.compactMap(\.string) ?? []
      let innerPlace = "\(place)\(name)\(schema["properties"] == nil ? "[]" : "")."
      return [row] + rows(inner, required: innerRequired, in: innerPlace)
        + conditional(holder).flatMap { condition, members in
          rows(members, note: condition, in: innerPlace)
        }
    }
  }

  /// Members that an object has only if others have certain values, each time with that condition.
  private func conditional(_ schema: JSONValue) -> [(condition: String, members: JSONValue)] {
    ([schema] + (schema["allOf"]?.array ?? [])).compactMap { rule in
      guard let test = rule["if"]?["properties"]?.object?.members.first,
        let members = rule["then"]?["properties"]
      else { return nil }
      let values = test.value["enum"]?.array ?? [test.value["const"]].compactMap(\.self)
      let names = values.compactMap(\.string).map { "`\($0)`" }.joined(separator: " or ")
      return ("If `\(test.name)` is \(names).", members)
    }
  }

  /// A schema with what it refers to; what it says itself counts.
  private func resolved(_ schema: JSONValue) -> JSONValue {
    guard let name = schema["$ref"]?.string?.split(separator: "/").last,
      let target = common["$defs"]?[String(name)], var members = schema.object?.members
    else { return schema }
    members += (resolved(target).object?.members ?? []).filter { schema[$0.name] == nil }
    var object = JSONObject(members: members)
    // A simple form beside a combined one: the members of both.
    if let simple = object["else"], simple["$ref"] != nil {
      let simple = resolved(simple)
      let own = object["properties"]?.object?.members ?? []
      let others = (simple["properties"]?.object?.members ?? []).filter {
        object["properties"]?[$0.name] == nil
      }
      object["properties"] = .object(JSONObject(members: others + own))
      object["allOf"] = simple["allOf"]
    }
    return .object(object)
  }

  /// Which values a member may have.
  private func value(_ schema: JSONValue) -> String {
    if let values = schema["enum"]?.array {
      return values.map { "`\($0.string ?? $0.description)`" }.joined(separator: ", ")
    }
    let types = schema["type"]?.array ?? [schema["type"]].compactMap(\.self)
    var words = [types.compactMap(\.string).joined(separator: " or ")]
    func count(_ least: String, _ most: String, _ unit: String) {
      switch (schema[least]?.wholeNumber, schema[most]?.wholeNumber) {
      case (let low?, let high?): words.append(low == high ? "\(low)\(unit)" : "\(low) to \(high)\(unit)")
      case (let low?, nil): words.append("at least \(low)\(unit)")
      case (nil, let high?): words.append("at most \(high)\(unit)")
      case (nil, nil): break
      }
    }
    count("minimum", "maximum", "")
    if schema["minLength"]?.wholeNumber == 1, schema["maxLength"] == nil {
      words.append("not empty")
    } else {
      count("minLength", "maxLength", " characters")
    }
    count("minItems", "maxItems", " elements")
    if let bound = schema["exclusiveMinimum"] { words.append("greater than \(bound)") }
    if let format = schema["format"]?.string { words.append(format) }
    if let usual = schema["default"] { words.append("default `\(usual)`") }
    return words.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  // MARK: Values as text

  /// A value on as many lines as it needs.
  private func layout(_ value: JSONValue, indent: String = "") -> String {
    let line = spaced(value)
    if indent.count + line.count <= 100 { return line }
    let inner = indent + "  "
    switch value {
    case .array(let elements):
      let lines = elements.map { inner + layout($0, indent: inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
    case .object(let object):
      let lines = object.members.map { name, value in
        "\(inner)\(JSONValue.string(name)): \(layout(value, indent: inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    default: return line
    }
  }

  /// A value on one line, with spaces between its members.
  private func spaced(_ value: JSONValue) -> String {
    switch value {
    case .array(let elements): "[\(elements.map(spaced).joined(separator: ", "))]"
    case .object(let object):
      "{"
        + object.members.map { "\(JSONValue.string($0.name)): \(spaced($0.value))" }.joined(separator: ", ")
        + "}"
    default: value.description
    }
  }
}
