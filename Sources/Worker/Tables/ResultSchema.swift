import JSON

/// The shape of a result, as its schema declares it.
struct ResultSchema {
  /// The shapes that ``ResultTable`` distinguishes.
  enum Form {
    case list(of: ResultSchema)
    case page(member: String, of: ResultSchema)
    case parts([(name: String, element: ResultSchema)])
    case countsByName
    case record(ResultSchema)
    case value
  }

  private let schema: JSONValue
  private let definitions: JSONObject

  init(of method: Method, _ cache: SchemaCache) {
    var bundler = SchemaBundler(cache)
    schema = .object(bundler.schema("\(method.name).result.json"))
    definitions = bundler.definitions
  }

  private init(_ schema: JSONValue, _ definitions: JSONObject) {
    var schema = schema
    while let name = schema["$ref"]?.string?.split(separator: "/").last {
      schema = definitions[String(name)] ?? nil
    }
    self.schema = schema
    self.definitions = definitions
  }

  var form: Form {
    let resolved = ResultSchema(schema, definitions)
    return resolved.schema["type"] == "array" ? .list(of: resolved.items) : resolved.objectForm
  }

  private var objectForm: Form {
    guard schema["type"] == "object" else { return .value }
    if schema["properties"] == nil, schema["additionalProperties"]?["type"] == "object" {
      return .countsByName
    }
    let lists = members.filter { $0.schema.isListOfObjects }
    if lists.isEmpty { return .record(self) }
    if lists.count == 1, !members.contains(where: \.schema.isGroup) {
      return .page(member: lists[0].name, of: lists[0].schema.items)
    }
    return .parts(
      members.filter { $0.schema.isListOfObjects || $0.schema.isGroup }
        .map { (name: $0.name, element: $0.schema.isListOfObjects ? $0.schema.items : $0.schema) })
  }

  /// The columns of an object with this schema, given the length of the longest list in each member.
  func columns(longestLists: [String: Int]) -> [String] {
    members.flatMap { name, schema -> [String] in
      if schema.schema["type"] == "array" {
        return (0..<(longestLists[name] ?? 0)).map { "\(name).\($0 + 1)" }
      }
      return schema.isGroup ? schema.members.map { "\(name).\($0.name)" } : [name]
    }
  }

  /// The members of an object with this schema that are objects with declared members.
  var groups: Set<String> { Set(members.filter(\.schema.isGroup).map(\.name)) }

  /// The member that is a list of objects all of whose members an object with this schema has itself; nil if there is none.
  var listOfOwnMembers: String? {
    let names = Set(members.map(\.name))
    return members.first { member in
      member.schema.isListOfObjects && !member.schema.items.members.isEmpty
        && member.schema.items.members.allSatisfy { names.contains($0.name) }
    }?.name
  }

  private var members: [(name: String, schema: ResultSchema)] {
    (schema["properties"]?.object?.members ?? []).map { ($0.name, ResultSchema($0.value, definitions)) }
  }

  private var items: ResultSchema { ResultSchema(schema["items"] ?? nil, definitions) }

  private var isGroup: Bool { schema["properties"] != nil }

  private var isListOfObjects: Bool {
    schema["type"] == "array" && items.schema["type"] == "object"
  }
}
