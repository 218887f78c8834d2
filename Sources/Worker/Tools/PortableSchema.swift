import JSON

/// Rewrites a JSON Schema into the subset that the converters of all clients accept. Some of them refuse a tool, or the
/// whole list of tools, because of one keyword that they do not know.
///
/// In the subset:
/// - A schema has one `type`, or it is an `anyOf` of schemas that have one. There are no lists of types and no references.
/// - An object declares every member that it may have under `properties`, also those that the original asks for
///   conditionally (`if`, `then`, `else`, `allOf`). `additionalProperties` is false or, in arguments, missing: the package
///   google-genai fails on false. The package openai-agents adds it, if the object declares a member.
/// - The other keywords are `description`, `required`, `items`, `enum` (of strings), `minItems` and `minimum`; in results also
///   `maxItems` and `maximum`. What the others say is left out, because calls are checked against the original.
///
/// The subset accepts what the original accepts, except that arguments are declared with one of several scalar types.
struct PortableSchema {
  /// What a schema describes.
  enum Purpose {
    /// The arguments of a call. Of several scalar types only the first is declared, because clients choose one anyway, and
    /// many do not support unions.
    case arguments
    /// A result, which clients check against the schema, so every type is declared.
    case results
  }

  /// The schema, with `type` or `anyOf`.
  var json: JSONObject { Self.json(of: alternatives) }

  /// Each has one `type`, which no other has.
  private var alternatives: [JSONObject]

  /// - Parameter definitions: The targets of its references, by name.
  /// - Parameter forms: Definitions that are declared by another one, by name.
  init(
    _ schema: JSONValue, definitions: JSONObject, for purpose: Purpose, forms: [String: String] = [:]
  ) {
    alternatives = SchemaRewriter(definitions: definitions, purpose: purpose, forms: forms).alternatives(
      of: schema)
  }

  private init(alternatives: [JSONObject]) { self.alternatives = alternatives }

  /// The schema that accepts what any of `schemas`, all of one purpose, accepts.
  init(union schemas: [PortableSchema]) {
    self.init(alternatives: schemas.reduce(into: []) { Self.add($1.alternatives, to: &$0) })
  }

  /// All params of a method, with definitions that refer to themselves cut short: what types members have.
  /// Parameters that replace those of a saved report are those of any report.
  init(paramsOf method: Method, _ cache: SchemaCache) {
    var bundler = SchemaBundler(cache)
    var schema = bundler.schema("\(method.name).params.json")
    for name in SchemaRewriter.simpleForms.values { _ = bundler.reference(toCommon: name) }
    // Members that only Umami's clients send.
    (schema["allOf"], schema["dependentRequired"]) = (nil, nil)
    if Self.ofSavedReports.contains(method.name) {
      let reports = Method.all.filter { $0.reportType != nil && $0.bodyEndpoint == nil }
        .map { PortableSchema(paramsOf: $0, cache) }
      var properties = schema["properties"]?.object ?? JSONObject()
      var parameters = properties["parameters"]?.object ?? JSONObject()
      let members = PortableSchema(union: reports).json["properties"] ?? [:]
      parameters["properties"] = members
      properties["parameters"] = .object(parameters)
      schema["properties"] = .object(properties)
    }
    self.init(
      .object(schema), definitions: bundler.definitions, for: .arguments, forms: SchemaRewriter.simpleForms)
  }

  /// The arguments of a method's tool: the params that models need, each in a short form.
  init(argumentsOf method: Method, _ cache: SchemaCache) {
    var bundler = SchemaBundler(cache, keepsToolTexts: true)
    var schema = bundler.schema("\(method.name).params.json")
    schema["x-tool"] = nil
    (schema["title"], schema["description"]) = (nil, nil)
    for name in SchemaRewriter.toolForms.values { _ = bundler.reference(toCommon: name) }
    var properties = schema["properties"]?.object ?? JSONObject()
    if method.name == Method.runReport.name {
      for name in ["dateRange", "timezone", "filters", "compare"] {
        properties[name] = bundler.reference(toCommon: name == "compare" ? "comparison" : name)
      }
      properties["parameters"] = nil
    }
    if method.range == .traffic || properties["startDate"] != nil {
      // Of the ways to state a range, tools declare one.
      for name in Self.otherRanges { properties[name] = nil }
      properties["dateRange"] = bundler.reference(toCommon: "dateRange")
      let required = (schema["required"]?.array ?? []).filter { !Self.otherRanges.contains($0.string ?? "") }
      let isDeclared = required.contains("dateRange") || method.toolArguments.contains(.optionalRange)
      schema["required"] = .array(required + (isDeclared ? [] : ["dateRange"]))
      (schema["anyOf"], schema["oneOf"]) = (nil, nil)
    }
    if method.toolArguments.contains(.limit) {
      properties["limit"] = ["type": "integer", "description": .string("Rows. Default: \(Limits.toolRows).")]
    }
    if var fields = properties["fields"]?.object {
      // A field may be its name.
      fields["items"] = fields["items"]?["properties"]?["name"] ?? fields["items"]
      properties["fields"] = .object(fields)
    }
    schema["properties"] = .object(properties)
    // Members that only Umami's clients send.
    (schema["allOf"], schema["dependentRequired"]) = (nil, nil)
    var forms = SchemaRewriter.toolForms
    if method.toolArguments.contains(.visitorFilters) {
      forms["filters"] = "toolVisitorFilters"
      _ = bundler.reference(toCommon: "toolVisitorFilters")
    }
    self.init(.object(schema), definitions: bundler.definitions, for: .arguments, forms: forms)
  }

  /// Methods that run saved reports, some of whose parameters they replace.
  private static let ofSavedReports = [Method.runReport.name, Method.checkReports.name]
  /// The members that state a range in other ways than `dateRange`.
  private static let otherRanges = ["startAt", "endAt", "startDate", "endDate", "period", "asOf"]

  fileprivate static func json(of alternatives: [JSONObject]) -> JSONObject {
    alternatives.count == 1 ? alternatives[0] : ["anyOf": .array(alternatives.map(JSONValue.object))]
  }

  fileprivate static func alternatives(of json: JSONValue) -> [JSONObject] {
    json["anyOf"]?.array?.compactMap(\.object) ?? [json.object ?? JSONObject()]
  }
}

/// Rewrites schemas into ``PortableSchema``.
private struct SchemaRewriter {
  let definitions: JSONObject
  let purpose: PortableSchema.Purpose
  /// Definitions that are declared by another one, by name.
  let forms: [String: String]

  func alternatives(of schema: JSONValue) -> [JSONObject] {
    let schema = resolved(schema)
    guard let choices = schema["anyOf"]?.array, schema["type"] == nil else {
      return types(of: schema).map { type in alternative(type, of: schema) }
    }
    return choices.reduce(into: []) { PortableSchema.add(alternatives(of: $1), to: &$0) }
  }

  private func portable(_ schema: JSONValue) -> JSONValue {
    .object(PortableSchema.json(of: alternatives(of: schema)))
  }

  /// A schema with the members of the definition to which it refers. Its own members count.
  private func resolved(_ schema: JSONValue) -> JSONObject {
    var own = schema.object ?? JSONObject()
    guard let target = own["$ref"]?.string?.split(separator: "/").last.map(String.init) else { return own }
    let name = forms[target] ?? target
    guard let definition = definitions[name] else { preconditionFailure("\(name) is not defined") }
    own["$ref"] = nil
    var members = resolved(definition)
    if own["description"] != nil, members["x-tool"]?.string != nil { members["x-tool"] = nil }
    members.merge(own)
    return members
  }

  /// Definitions that refer to themselves, and forms of them that do not.
  fileprivate static let simpleForms = [
    "filters": "toolFilters", "filterElements": "toolFilters", "matcher": "toolMatcher",
    "simpleMatcher": "toolMatcher",
  ]

  /// Definitions that tools declare in a form of their own: a shorter one that is enough for models, without definitions
  /// that refer to themselves. A call may have either form.
  fileprivate static let toolForms = [
    "filters": "toolFilters", "matcher": "toolMatcher", "simpleMatcher": "toolMatcher",
    "dateRange": "toolDateRange", "comparison": "toolComparison", "compare": "toolComparison",
    "timezone": "toolTimezone", "websiteId": "toolWebsiteId", "column": "toolColumn",
  ]

  private func types(of schema: JSONObject) -> [String] {
    let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string ?? impliedType(schema)]
    guard purpose == .arguments, types.count > 1 else { return types }
    let values = types.filter { $0 != "null" }
    return values.contains("array") || values.contains("object") ? values : Array(values.prefix(1))
  }

  private func impliedType(_ schema: JSONObject) -> String {
    if schema["enum"] != nil || schema["const"] != nil { return "string" }
    return schema["items"] == nil ? "object" : "array"
  }

  private func alternative(_ type: String, of schema: JSONObject) -> JSONObject {
    var alternative: JSONObject = ["type": .string(type)]
    alternative["description"] = description(of: schema, type)
    switch type {
    case "string":
      alternative["enum"] = schema["enum"] ?? schema["const"].map { [$0] }
    case "integer", "number":
      copy(["minimum"] + (purpose == .results ? ["maximum"] : []), of: schema, to: &alternative)
    case "array":
      alternative["items"] = schema["items"].map(portable)
      copy(["minItems"] + (purpose == .results ? ["maxItems"] : []), of: schema, to: &alternative)
    case "object":
      alternative["properties"] = .object(properties(of: schema))
      let required = ([schema] + bases(of: schema)).flatMap { $0["required"]?.array ?? [] }
      if !required.isEmpty { alternative["required"] = .array(required) }
      if purpose == .results, schema["additionalProperties"] == false {
        alternative["additionalProperties"] = false
      }
    default: break
    }
    return alternative
  }

  private func copy(_ keywords: [String], of schema: JSONObject, to alternative: inout JSONObject) {
    for keyword in keywords { alternative[keyword] = schema[keyword] }
  }

  /// The description, with what keywords outside the subset tell a model.
  private func description(of schema: JSONObject, _ type: String) -> JSONValue? {
    if let text = schema["x-tool"]?.string { return text.isEmpty ? nil : .string(text) }
    var sentences = [(schema["description"] ?? schema["title"])?.string].compactMap(\.self)
    if type == "number", let bound = schema["exclusiveMinimum"] { sentences.append("Greater than \(bound).") }
    if let value = schema["default"] { sentences.append("Default: \(value).") }
    return sentences.isEmpty ? nil : .string(sentences.joined(separator: " "))
  }

  /// The definitions that a schema extends: references in its `allOf`.
  private func bases(of schema: JSONObject) -> [JSONObject] {
    (schema["allOf"]?.array ?? []).filter { $0["$ref"] != nil }.map(resolved)
  }

  /// The members of an object, those of its conditions included. If a condition only restricts a member, the member stays as
  /// the object declares it.
  private func properties(of schema: JSONObject) -> JSONObject {
    var properties = JSONObject()
    for base in bases(of: schema) { properties.merge(self.properties(of: base)) }
    for (name, member) in schema["properties"]?.object?.members ?? []
    where resolved(member)["x-tool"] != false { properties[name] = portable(member) }
    var conditional = JSONObject()
    for rule in [.object(schema)] + (schema["allOf"]?.array ?? []) {
      for branch in [rule["then"], rule["else"]] {
        for (name, member) in branch?["properties"]?.object?.members ?? []
        where properties[name] == nil && resolved(member)["x-tool"] != false {
          var joined = conditional[name].map(PortableSchema.alternatives) ?? []
          PortableSchema.add(alternatives(of: member), to: &joined)
          conditional[name] = .object(PortableSchema.json(of: joined))
        }
      }
    }
    properties.merge(conditional)
    return properties
  }
}

// MARK: Unions

extension PortableSchema {
  /// Adds alternatives; those of one type become one, which accepts what either accepted.
  fileprivate static func add(_ others: [JSONObject], to alternatives: inout [JSONObject]) {
    for other in others {
      if let index = alternatives.firstIndex(where: { $0["type"] == other["type"] }) {
        alternatives[index] = union(alternatives[index], other)
      } else {
        alternatives.append(other)
      }
    }
  }

  /// The union of two schemas with the same `type`.
  private static func union(_ one: JSONObject, _ other: JSONObject) -> JSONObject {
    var union: JSONObject = [:]
    union["type"] = one["type"]
    union["description"] = description(of: one, other)
    if let values = one["enum"]?.array, let others = other["enum"]?.array {
      union["enum"] = .array(values + others.filter { !values.contains($0) })
    }
    for keyword in ["minItems", "minimum"] { union[keyword] = bound(keyword, one, other) { $0 <= $1 } }
    for keyword in ["maxItems", "maximum"] { union[keyword] = bound(keyword, one, other) { $0 >= $1 } }
    if let items = one["items"], let others = other["items"] { union["items"] = self.union(items, others) }
    if one["type"] == "object" { addMembers(of: one, other, to: &union) }
    return union
  }

  private static func union(_ one: JSONValue, _ other: JSONValue) -> JSONValue {
    var joined = alternatives(of: one)
    add(alternatives(of: other), to: &joined)
    return .object(json(of: joined))
  }

  private static func description(of one: JSONObject, _ other: JSONObject) -> JSONValue? {
    guard let first = one["description"], let second = other["description"], first != second else {
      return one["description"] ?? other["description"]
    }
    return .string("\(first.string ?? "") Or: \(second.string ?? "")")
  }

  /// The looser of two bounds; none if one of the schemas has none.
  private static func bound(
    _ keyword: String, _ one: JSONObject, _ other: JSONObject, _ isLooser: (Double, Double) -> Bool
  ) -> JSONValue? {
    guard let first = one[keyword], let second = other[keyword], let left = first.double,
      let right = second.double
    else { return nil }
    return isLooser(left, right) ? first : second
  }

  private static func addMembers(of one: JSONObject, _ other: JSONObject, to union: inout JSONObject) {
    var properties = one["properties"]?.object ?? JSONObject()
    for (name, member) in other["properties"]?.object?.members ?? [] {
      properties[name] = properties[name].map { self.union($0, member) } ?? member
    }
    union["properties"] = .object(properties)
    let required = other["required"]?.array ?? []
    let common = (one["required"]?.array ?? []).filter(required.contains)
    if !common.isEmpty { union["required"] = .array(common) }
    if one["additionalProperties"] == false, other["additionalProperties"] == false {
      union["additionalProperties"] = false
    }
  }
}

// MARK: Optional members that are null

extension PortableSchema {
  /// The object without the optional members that are null, at any depth. Clients whose models must send every declared
  /// member (strict mode of OpenAI) send null in place of the ones that are left out.
  func withoutNullMembers(_ object: JSONObject) -> JSONObject {
    Self.withoutNullMembers(.object(object), alternatives).object ?? object
  }

  private static func withoutNullMembers(_ value: JSONValue, _ alternatives: [JSONObject]) -> JSONValue {
    let alternative = alternatives.first { $0["type"]?.string == value.typeName }
    switch value {
    case .object(let object):
      guard let properties = alternative?["properties"]?.object else { return value }
      let required = alternative?["required"]?.array ?? []
      let members = object.members.compactMap { name, member -> JSONObject.Member? in
        guard let schema = properties[name] else { return (name, member) }
        if member == .null, !required.contains(.string(name)) { return nil }
        return (name, withoutNullMembers(member, Self.alternatives(of: schema)))
      }
      return .object(JSONObject(members: members))
    case .array(let elements):
      guard let items = alternative?["items"] else { return value }
      let schemas = Self.alternatives(of: items)
      return .array(elements.map { withoutNullMembers($0, schemas) })
    default: return value
    }
  }
}
