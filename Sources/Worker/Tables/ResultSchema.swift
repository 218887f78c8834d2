import JSON

/// The shape of a result, as its schema declares it.
struct ResultSchema {
  /// The shapes that ``ResultTable`` distinguishes.
  enum Form {
    case list(of: ResultSchema)
    case page(member: String, of: ResultSchema)
    case parts([(name: String, element: ResultSchema)])
    case countsByName
    /// Each list is a row, with a name in the first column.
    case lists(column: String, names: [String])
    case record(ResultSchema)
    case value
  }

  private let schema: JSONValue
  private let definitions: JSONObject
  private let metrics: Metrics?
  /// The prefix of the columns of the elements of a list with this schema, each of which becomes a row (`x-rows`); nil if
  /// they do not.
  private let rowPrefix: String?
  /// Whether it is that of a member that only options of a request add (`x-option`).
  private let isOption: Bool
  /// The member in whose column it then is; nil if it has a column of its own.
  private let replacedMember: String?
  /// The column that is true if the value is null (`x-null`).
  private let nullColumn: String?

  /// The metrics that a request names.
  private struct Metrics {
    /// In the order of the request.
    let requested: [String]
    /// All that it could name.
    let known: [String]
  }

  /// - Parameter params: Those of the request. If they name metrics, rows have these and no others.
  init(of method: Method, _ cache: SchemaCache, _ params: JSONObject = [:]) {
    var bundler = SchemaBundler(cache)
    schema = .object(bundler.schema("\(method.name).result.json"))
    definitions = bundler.definitions
    rowPrefix = nil
    isOption = false
    (replacedMember, nullColumn) = (nil, nil)
    let requested = (params["metrics"]?.array ?? []).compactMap(\.string)
    let choices = cache.document("\(method.name).params.json")["properties"]?["metrics"]?["items"]?["enum"]
    metrics =
      requested.isEmpty
      ? nil : Metrics(requested: requested, known: (choices?.array ?? []).compactMap(\.string))
  }

  /// A part of the schema.
  private init(_ schema: JSONValue, of other: ResultSchema) {
    var schema = schema
    (definitions, metrics) = (other.definitions, other.metrics)
    rowPrefix = schema["x-rows"]?.string
    isOption = schema["x-option"] != nil
    replacedMember = schema["x-option"]?.string
    nullColumn = schema["x-null"]?.string
    while let name = schema["$ref"]?.string?.split(separator: "/").last {
      schema = definitions[String(name)] ?? nil
    }
    self.schema = schema
  }

  /// The schema of the form that a result has, if options give results several forms.
  func alternative(of result: JSONValue) -> ResultSchema {
    let choices = ResultSchema(schema, of: self).schema["anyOf"]?.array ?? []
    let alternatives = choices.map { ResultSchema($0, of: self) }
    return alternatives.first { $0.fits(result) } ?? alternatives.first ?? self
  }

  /// Whether a result is of the type that the schema declares, and has the required members.
  private func fits(_ result: JSONValue) -> Bool {
    if isOf("array") { return result.array != nil }
    return result.object != nil
      && (schema["required"]?.array ?? []).allSatisfy { $0.string.map { result[$0] != nil } ?? false }
  }

  /// The form of a result. Some methods return a list, or an object if more is asked for.
  func form(of result: JSONValue) -> Form {
    let resolved = ResultSchema(schema, of: self)
    let isList = resolved.isOf("array") && (!resolved.isOf("object") || result.array != nil)
    if let (column, names) = resolved.schema["x-lists"]?.object?.members.first {
      return .lists(column: column, names: (names.array ?? []).compactMap(\.string))
    }
    return isList ? .list(of: resolved.items) : resolved.objectForm(of: result)
  }

  /// Whether a type is one of those of the schema.
  private func isOf(_ type: String) -> Bool {
    schema["type"]?.string == type || schema["type"]?.array?.contains { $0.string == type } ?? false
  }

  private func objectForm(of result: JSONValue) -> Form {
    guard isOf("object") else { return .value }
    let tables = listsOfTables.map(\.member)
    let members = allMembers.filter { member in
      (!member.schema.isOption || result[member.name] != nil) && !tables.contains(member.name)
    }
    if schema["properties"] == nil, schema["additionalProperties"]?["type"] == "object" {
      return .countsByName
    }
    let lists = members.filter { $0.schema.isListOfObjects }
    if lists.isEmpty, tables.isEmpty { return .record(self) }
    if lists.count == 1, tables.isEmpty, !members.contains(where: \.schema.isGroup) {
      return .page(member: lists[0].name, of: lists[0].schema.items)
    }
    return .parts(
      members.filter { $0.schema.isListOfObjects || $0.schema.isGroup }
        .map { (name: $0.name, element: $0.schema.isListOfObjects ? $0.schema.items : $0.schema) })
  }

  /// A list of tables in an object with a schema (`x-tables`): each element has its rows, and is called by a member.
  struct Tables {
    let member: String
    let name: String
    /// Of the rows.
    let element: ResultSchema
    /// The groups of numbers of each table that are no rows of it.
    let groups: [(name: String, element: ResultSchema)]
  }

  var listsOfTables: [Tables] {
    allMembers.compactMap { member, list in
      guard let name = list.schema["x-tables"]?.string else { return nil }
      let members = list.items.allMembers
      guard let rows = members.first(where: { $0.name == Self.rowsOfTables }) else { return nil }
      return Tables(
        member: member, name: name, element: rows.schema.items,
        groups: members.filter { $0.name != "rest" && $0.schema.isGroup }.map { ($0.name, $0.schema) })
    }
  }

  /// The member of a table that has its rows.
  static let rowsOfTables = "rows"

  /// The columns of objects with this schema, given the first of them and the length of the longest list in each member.
  func columns(of value: JSONValue?, longestLists: [String: Int]) -> [String] {
    let rows = rows?.member
    let replacing = optionMembers.filter { $0.schema.replacedMember != nil && value?[$0.name] != nil }
    let first = metrics.flatMap { metrics in members.first { metrics.known.contains($0.name) }?.name }
    return members.flatMap { name, schema -> [String] in
      if name == rows { return [] }
      if let other = replacing.first(where: { $0.schema.replacedMember == name }) { return [other.name] }
      if let metrics, metrics.known.contains(name) { return name == first ? metrics.requested : [] }
      if schema.isOf("array") { return (0..<(longestLists[name] ?? 0)).map { "\(name).\($0 + 1)" } }
      return schema.isGroup ? schema.columns(of: nil, longestLists: [:]).map { "\(name).\($0)" } : [name]
    }
  }

  /// The members of an object with this schema that are objects with declared members; `a.b` is the member `b` of the
  /// member `a`.
  var groups: Set<String> {
    Set(
      allMembers.filter(\.schema.isGroup).flatMap { name, schema in
        [name] + schema.groups.map { "\(name).\($0)" }
      })
  }

  /// A list of objects in an object, each of which becomes a row.
  struct Rows {
    /// The member that is the list.
    let member: String
    let element: ResultSchema
    /// The members of elements that the object has too, with another meaning.
    let ambiguous: Set<String>

    /// The column of a member of an element.
    func column(_ name: String) -> String { ambiguous.contains(name) ? "\(member).\(name)" : name }
  }

  /// The only list of objects in an object with this schema next to single values, if the object has all members of the
  /// list's elements itself, as either an element or a list of them, or if it is one of several values or their rest.
  var rows: Rows? {
    let lists = members.filter(\.schema.isListOfObjects)
    let others = members.filter { !$0.schema.isListOfObjects }
    guard lists.count == 1, others.allSatisfy(\.schema.isSingle) else { return nil }
    let element = lists[0].schema.items
    let own = Set(others.map(\.name))
    let same = element.members.map(\.name).filter(own.contains)
    if element.members.isEmpty { return nil }
    if same.count == element.members.count {
      return Rows(member: lists[0].name, element: element, ambiguous: [])
    }
    return own.contains("rest") ? Rows(member: lists[0].name, element: element, ambiguous: Set(same)) : nil
  }

  /// The lists in an object with this schema of which each element becomes a row, with the prefix of their columns.
  var listsOfRows: [(member: String, prefix: String)] {
    optionMembers.compactMap { member in member.schema.rowPrefix.map { (member.name, $0) } }
  }

  /// The members whose null has a column of its own, with that column.
  var nullColumns: [(member: String, column: String)] {
    allMembers.compactMap { member in member.schema.nullColumn.map { (member.name, $0) } }
  }

  private var members: [(name: String, schema: ResultSchema)] { allMembers.filter { !$0.schema.isOption } }

  /// They have a column if they are there: behind the others, or that of the member that they replace.
  private var optionMembers: [(name: String, schema: ResultSchema)] { allMembers.filter(\.schema.isOption) }

  private var allMembers: [(name: String, schema: ResultSchema)] {
    (schema["properties"]?.object?.members ?? []).map { ($0.name, ResultSchema($0.value, of: self)) }
  }

  private var items: ResultSchema { ResultSchema(schema["items"] ?? nil, of: self) }

  private var isGroup: Bool { isOf("object") && schema["properties"] != nil }

  private var isSingle: Bool { !isGroup && !isOf("array") && !isOf("object") }

  private var isListOfObjects: Bool {
    isOf("array") && items.isOf("object")
  }
}
