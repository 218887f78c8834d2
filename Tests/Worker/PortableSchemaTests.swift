import Calendar
import JSON
import JSONRPC
import JSONSchema
import System
import Testing

@testable import Worker

/// The schemas of tools are in the subset of JSON Schema that all clients accept.
@Suite struct PortableSchemaTests {
  // MARK: The subset

  /// The keywords that both Gemini's `Schema` (https://ai.google.dev/api/caching#Schema) and OpenAI's strict mode
  /// (https://platform.openai.com/docs/guides/structured-outputs) have, and the types of their values. Zed refuses `if`,
  /// `then`, `else` and `$ref`, and removes or rewrites others (`crates/language_model/src/tool_schema.rs`).
  private static let keywords = [
    "type": "string", "description": "string", "properties": "object", "required": "array", "items": "object",
    "anyOf": "array", "enum": "array", "minItems": "number", "maxItems": "number", "minimum": "number",
    "maximum": "number", "additionalProperties": "boolean",
  ]

  /// What clients would refuse, each with its place.
  private func faults(_ schema: JSONValue, isArguments: Bool, at place: String = "#") -> [String] {
    var faults: [String] = []
    func check(_ isRight: Bool, _ fault: String) { if !isRight { faults.append("\(place): \(fault)") } }
    let members = schema.object?.members ?? []
    for (name, value) in members {
      check(Self.keywords[name] == value.typeName, "\(name) is \(value)")
    }
    check(members.count { $0.name == "type" || $0.name == "anyOf" } == 1, "needs one type")
    // Some converters drop what is next to anyOf.
    check(schema["anyOf"] == nil || members.count == 1, "anyOf is not alone")
    if let values = schema["enum"]?.array {
      check(schema["type"] == "string" && values.allSatisfy { $0.string != nil }, "enum of no strings")
    }
    check(schema["type"] != "array" || schema["items"] != nil, "array without items")
    check(schema["additionalProperties"] ?? false == false, "additionalProperties")
    let properties = schema["properties"]?.object?.members ?? []
    if isArguments, schema["type"] == "object" {
      check(!properties.isEmpty, "object without properties")
      check(schema["additionalProperties"] == nil, "additionalProperties")
    }
    for name in schema["required"]?.array ?? [] {
      check(properties.contains { JSONValue.string($0.name) == name }, "required \(name) is not declared")
    }
    // Zed also applies its rewriting to the object of properties, as if their names were keywords.
    for (name, _) in properties {
      check(
        !isArguments || !["if", "then", "else", "$ref", "format", "default", "oneOf"].contains(name),
        "member \(name)")
    }
    for (name, member) in properties {
      faults += self.faults(member, isArguments: isArguments, at: "\(place)/\(name)")
    }
    for (index, choice) in (schema["anyOf"]?.array ?? []).enumerated() {
      check(choice["anyOf"] == nil, "anyOf in anyOf")
      faults += self.faults(choice, isArguments: isArguments, at: "\(place)/\(index)")
    }
    if let items = schema["items"] {
      faults += self.faults(items, isArguments: isArguments, at: "\(place)/items")
    }
    return faults
  }

  private func compiled(_ schema: JSONObject) throws -> Schema {
    var compiler = SchemaCompiler()
    try compiler.add(.object(schema), uri: "tool.json")
    return try compiler.schema("tool.json")
  }

  @Test(arguments: ProtocolRevision.allCases)
  func `every client accepts the schemas of every tool`(revision: ProtocolRevision) throws {
    let cache = SchemaCache()
    for tool in try ToolList(cache).list(nil, revision)["tools"]?.array ?? [] {
      let name = tool["name"]?.string ?? ""
      let input = try #require(tool["inputSchema"])
      #expect(input["type"] == "object")
      #expect(faults(input, isArguments: true) == [], "\(name)")
    }
  }

  /// The rules of the clients whose settings are in `examples/settings`, as far as they are public: Claude's API takes
  /// letters, digits and `_`, at most 64 (github.com/modelcontextprotocol/go-sdk/issues/169), which Claude Code and Claude
  /// Desktop put `mcp__SERVER__` in front of; Cursor leaves out tools whose name and server's name have more than 60
  /// characters (github.com/sparfenyuk/mcp-proxy/issues/45); VS Code warns of all but lower-case letters, digits, `_` and
  /// `-` (github.com/microsoft/vscode/issues/308463) and wants items of arrays (issues/248810, the test above); Codex takes
  /// letters, digits, `_` and `-` (github.com/openai/codex/issues/8174). Gemini and Zed restrict schemas, as above.
  @Test func `every client accepts the names and descriptions of tools`() {
    let cache = SchemaCache()
    for tool in Tool.all {
      #expect(
        tool.name.utf8.allSatisfy { $0 == 0x5F || 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }, "\(tool.name)")
      #expect("mcp__footfall__\(tool.name)".utf8.count <= 60, "\(tool.name)")
      // OpenAI's limit of a function's description.
      #expect((tool.description(cache).string?.unicodeScalars.count ?? .max) <= 1024, "\(tool.name)")
    }
  }

  @Test func `the faults of schemas are found`() throws {
    for schema in [
      #"{}"#, #"{"type":["string"]}"#, #"{"enum":["a"]}"#, #"{"type":"integer","enum":[1]}"#,
      #"{"type":"array"}"#,
      #"{"$ref":"x"}"#, #"{"type":"string","format":"date"}"#, #"{"type":"object"}"#,
      #"{"anyOf":[{"type":"string"}],"description":"d"}"#, #"{"anyOf":[{"anyOf":[{"type":"string"}]}]}"#,
      #"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#,
      #"{"type":"object","properties":{"a":{"const":1}}}"#,
      #"{"type":"object","properties":{"a":{"type":"string"}},"required":["b"]}"#,
      #"{"type":"object","properties":{"format":{"type":"string"}}}"#,
    ] {
      #expect(!faults(try JSONValue(parsing: schema), isArguments: true).isEmpty, "\(schema)")
    }
  }

  @Test func `the schema of a tool accepts its example, which the method answers`() throws {
    let cache = SchemaCache()
    let arguments = ToolArguments(zones: TimeZoneDatabase(directories: [], files: .system), now: 0)
    for tool in Tool.all {
      let input = try compiled(tool.inputSchema(cache))
      guard let example = tool.example(cache), example != [:] else { continue }
      #expect(input.validate(example).isEmpty, "\(tool.name): \(example)")
      #expect(tool.description(cache).string?.hasSuffix("\n\nExample: \(example)") == true, "\(tool.name)")
      let params = try arguments.params(example.object ?? JSONObject(), of: tool.method)
      #expect(cache.params(of: tool.method.name).validate(.object(params)).isEmpty, "\(tool.name)")
    }
  }

  @Test func `the list of tools is short enough to be read with every conversation`() throws {
    let list = try ToolList(SchemaCache()).list(
      nil, try #require(ProtocolRevision.allCases.last), hasSavedReports: false)
    #expect(list["tools"]?.serialized().count ?? .max <= 28_000)
  }

  @Test func `a saved report is run with another range, zone, filters or comparison`() throws {
    let properties = SchemaCache().toolArguments(of: .runReport).json["properties"]?.object?.members ?? []
    #expect(properties.map(\.name) == ["reportId", "dateRange", "timezone", "filters", "compare"])
  }

  // MARK: Rewriting

  /// Rewrites a schema, whose `$defs` are the definitions.
  private func check(
    _ schema: String, for purpose: PortableSchema.Purpose = .arguments, is expected: String,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let schema = try JSONValue(parsing: schema)
    let definitions = schema["$defs"]?.object ?? JSONObject()
    let portable = PortableSchema(schema, definitions: definitions, for: purpose)
    #expect(JSONValue.object(portable.json).description == expected, sourceLocation: location)
  }

  @Test func `references are replaced by their definitions`() throws {
    try check(
      #"{"type":"object","properties":{"a":{"$ref":"defs/b","description":"own"}},"$defs":{"b":{"$ref":"defs/c"},"c":{"type":"string","description":"of c"}}}"#,
      is: #"{"type":"object","properties":{"a":{"type":"string","description":"own"}}}"#)
  }

  @Test func `of several scalar types an argument has the first, a result all`() throws {
    try check(
      #"{"description":"d","type":["number","string"],"pattern":"x","minimum":1}"#,
      is: #"{"type":"number","description":"d","minimum":1}"#)
    try check(
      #"{"description":"d","type":["number","string"],"pattern":"x","minimum":1}"#, for: .results,
      is: #"{"anyOf":[{"type":"number","description":"d","minimum":1},{"type":"string","description":"d"}]}"#)
    try check(#"{"type":["null","string"]}"#, is: #"{"type":"string"}"#)
    try check(
      #"{"type":["string","null"]}"#, for: .results, is: #"{"anyOf":[{"type":"string"},{"type":"null"}]}"#)
    try check(
      #"{"type":["string","array"],"items":{"type":"string"}}"#,
      is: #"{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}"#)
  }

  @Test func `an enumeration has a type`() throws {
    try check(#"{"enum":["a","b"]}"#, is: #"{"type":"string","enum":["a","b"]}"#)
    try check(#"{"const":"a"}"#, is: #"{"type":"string","enum":["a"]}"#)
  }

  @Test func `what other keywords say is left out, or said in words`() throws {
    try check(
      #"{"type":"string","minLength":1,"maxLength":2,"pattern":"x","format":"uuid","examples":["x"]}"#,
      is: #"{"type":"string"}"#)
    try check(
      #"{"type":"number","exclusiveMinimum":0,"default":60,"description":"Minutes."}"#,
      is: #"{"type":"number","description":"Minutes. Greater than 0. Default: 60."}"#)
    try check(
      #"{"type":"object","additionalProperties":{"type":"integer"},"propertyNames":{}}"#, for: .results,
      is: #"{"type":"object","properties":{}}"#)
    try check(
      #"{"type":"object","additionalProperties":false}"#, for: .results,
      is: #"{"type":"object","properties":{},"additionalProperties":false}"#)
  }

  @Test func `what the keyword x-tool says takes the place of a description, and false of a member`() throws {
    try check(
      #"{"type":"object","properties":{"a":{"type":"integer","description":"long","default":1,"x-tool":"short"},"b":{"type":"string","x-tool":false},"c":{"$ref":"defs/hidden"},"d":{"$ref":"defs/short"},"e":{"$ref":"defs/short","description":"own"},"f":{"type":"string","description":"long","x-tool":""}},"if":{},"then":{"properties":{"g":{"type":"string","x-tool":false}}},"$defs":{"hidden":{"type":"string","x-tool":false},"short":{"type":"string","description":"long","x-tool":"short"}}}"#,
      is:
        #"{"type":"object","properties":{"a":{"type":"integer","description":"short"},"d":{"type":"string","description":"short"},"e":{"type":"string","description":"own"},"f":{"type":"string"}}}"#
    )
  }

  @Test func `an object has the members of the definitions that it extends`() throws {
    try check(
      #"{"type":"object","allOf":[{"$ref":"defs/base"}],"properties":{"b":{"type":"string"}},"$defs":{"base":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}"#,
      is:
        #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"]}"#)
  }

  @Test func `a member that tools do not declare is in the schema of the method`() {
    let cache = SchemaCache()
    let method = Method.expandedMetrics
    #expect(cache.toolArguments(of: method).json["properties"]?["offset"] == nil)
    #expect(cache.portableParams(of: method).json["properties"]?["offset"] != nil)
    #expect(!JSONValue.object(cache.portableParams(of: method).json).description.contains("x-tool"))
    #expect(!OpenRPCDocument(cache).json().description.contains("x-tool"))
  }

  @Test func `conditional members are declared, and none is required`() throws {
    try check(
      #"{"type":"object","properties":{"k":{"enum":["a","b"]}},"required":["k"],"if":{"properties":{"k":{"const":"a"}}},"then":{"properties":{"k":{"type":"string"},"v":{"type":"integer","minimum":2,"maximum":3,"description":"of a"}},"required":["v"]},"else":{"properties":{"v":{"type":"integer","minimum":1,"description":"of b"}}}}"#,
      is:
        #"{"type":"object","properties":{"k":{"type":"string","enum":["a","b"]},"v":{"type":"integer","description":"of a Or: of b","minimum":1}},"required":["k"]}"#
    )
    try check(
      #"{"type":"object","allOf":[{"then":{"properties":{"v":{"type":"string"}}}},{"then":{"properties":{"v":{"type":"array","items":{"enum":["a"]},"minItems":1}}}},{"then":{"properties":{"v":{"type":"array","items":{"enum":["b"]},"minItems":2,"maxItems":3}}}}]}"#,
      is:
        #"{"type":"object","properties":{"v":{"anyOf":[{"type":"string"},{"type":"array","minItems":1,"items":{"type":"string","enum":["a","b"]}}]}}}"#
    )
  }

  @Test func `a union of objects requires what all require`() throws {
    func portable(_ text: String) throws -> PortableSchema {
      PortableSchema(try JSONValue(parsing: text), definitions: JSONObject(), for: .results)
    }
    let one = try portable(
      #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a","b"],"additionalProperties":false}"#
    )
    let other = try portable(
      #"{"type":"object","properties":{"b":{"type":"integer"},"c":{"type":"string"}},"required":["b"],"additionalProperties":false}"#
    )
    #expect(
      JSONValue.object(PortableSchema(union: [one, other]).json).description
        == #"{"type":"object","properties":{"a":{"type":"string"},"b":{"anyOf":[{"type":"string"},{"type":"integer"}]},"c":{"type":"string"}},"required":["b"],"additionalProperties":false}"#
    )
  }

  @Test func `optional members that are null are removed, at any depth`() throws {
    let schema = PortableSchema(
      try JSONValue(
        parsing:
          #"{"type":"object","properties":{"a":{"type":"object","properties":{"x":{"type":"string"},"y":{"type":"string"}},"required":["x"]},"l":{"type":"array","items":{"type":"object","properties":{"z":{"type":"string"}}}},"u":{"type":["string","array"],"items":{"type":"object","properties":{"z":{"type":"string"}}}}}}"#
      ), definitions: JSONObject(), for: .arguments)
    func check(_ before: String, _ after: String) throws {
      let object = try #require(try JSONValue(parsing: before).object)
      #expect(JSONValue.object(schema.withoutNullMembers(object)).description == after)
    }
    try check(#"{"a":null,"l":null,"u":null}"#, "{}")
    try check(#"{"a":{"x":null,"y":null,"w":null},"other":null}"#, #"{"a":{"x":null,"w":null},"other":null}"#)
    try check(#"{"l":[{"z":null},null,{"z":"1"}],"u":[{"z":null}]}"#, #"{"l":[{},null,{"z":"1"}],"u":[{}]}"#)
    try check(#"{"a":[null],"l":{"z":null},"u":"s"}"#, #"{"a":[null],"l":{"z":null},"u":"s"}"#)
  }
}
