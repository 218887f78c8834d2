import JSON

/// A result as a table, which is what CSV and spreadsheets want. The result's schema decides on the form, so
/// that a result without rows has its columns all the same:
///
/// - A list of objects has a row for each and a column for each member.
/// - An object that holds one such list, and numbers of its page, is that list.
/// - An object of several lists and groups of numbers (revenue, attribution) has all their rows, and a first
///   column `part` that names the member that a row comes from; a group is one row.
/// - An object of counts by name in objects by name (utm) has a row for each: `part`, `name`, `value`.
/// - Any other object is one row, and any other value one cell, `result`.
///
/// A member that is a group itself, with names that the schema gives, becomes columns such as `website.domain`, a
/// list of values columns such as `items.1`, and anything else that is no single value its JSON text.
struct ResultTable {
  /// A value and the position of its column.
  typealias Cell = (column: Int, value: JSONValue)

  private(set) var columns: [String]
  /// Each row's cells; a column that it has none for is empty in it. Members that only one of many objects has make a
  /// table of many columns, of which a row fills few.
  private(set) var rows: [[Cell]] = []
  private var positions: [ScalarKey: Int] = [:]

  /// - Parameter schema: of the result, with nothing to be looked up elsewhere.
  init(_ result: JSONValue, schema: ResultSchema) {
    switch schema.form {
    case .list(let element):
      columns = []
      fill([(part: nil, element: element, values: result.array ?? [])])
    case .page(let member, let element):
      columns = []
      fill([(part: nil, element: element, values: result[member]?.array ?? [])])
    case .parts(let parts):
      columns = [Self.part]
      fill(
        parts.map { part in
          let value = result[part.name] ?? nil
          return (part: part.name, element: part.element, values: value.array ?? [value])
        })
    case .countsByName:
      columns = [Self.part, "name", "value"]
      rows = (result.object?.members ?? []).flatMap { part in
        (part.value.object?.members ?? []).map {
          [(0, .string(part.name)), (1, .string($0.name)), (2, $0.value)]
        }
      }
    case .record(let element):
      columns = []
      fill([(part: nil, element: element, values: [result])])
    case .value:
      columns = ["result"]
      rows = [[(0, result)]]
    }
  }

  /// The column that names the member which a row comes from.
  private static let part = "part"

  private mutating func fill(_ parts: [(part: String?, element: ResultSchema, values: [JSONValue])]) {
    for (position, column) in columns.enumerated() { positions[ScalarKey(column)] = position }
    for part in parts {
      for name in part.element.columns(longestLists: longestLists(part.values)) { _ = position(of: name) }
    }
    for part in parts {
      for value in part.values {
        var row: [Cell] = []
        if let name = part.part { row.append((position(of: Self.part), .string(name))) }
        for (name, value) in flattened(value, part.element.groups) { row.append((position(of: name), value)) }
        rows.append(row)
      }
    }
  }

  /// The position of a column, which is added where it is new.
  private mutating func position(of name: String) -> Int {
    let key = ScalarKey(name)
    if let position = positions[key] { return position }
    columns.append(name)
    positions[key] = columns.count - 1
    return columns.count - 1
  }

  /// The cells of an object, by column; `groups` are its members that become several.
  private func flattened(_ value: JSONValue, _ groups: Set<String>) -> [(String, JSONValue)] {
    (value.object?.members ?? []).flatMap { name, value -> [(String, JSONValue)] in
      switch value {
      case .array(let elements) where elements.allSatisfy(isSingle):
        elements.enumerated().map { ("\(name).\($0 + 1)", $1) }
      case .object(let object) where groups.contains(name):
        object.members.map { ("\(name).\($0.name)", $0.value) }
      default: [(name, value)]
      }
    }
  }

  /// How many elements the longest list in each member has.
  private func longestLists(_ values: [JSONValue]) -> [String: Int] {
    var longest: [String: Int] = [:]
    for value in values {
      for (name, value) in value.object?.members ?? [] {
        if let count = value.array?.count { longest[name] = max(longest[name] ?? 0, count) }
      }
    }
    return longest
  }
}

private func isSingle(_ value: JSONValue) -> Bool { value.array == nil && value.object == nil }
