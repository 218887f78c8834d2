import JSON

/// A result as a table, for CSV and spreadsheets. The result's schema decides the shape, so a result without rows still
/// has its columns:
///
/// - A list of objects: one row per object and one column per member.
/// - An object with one such list and paging fields: the list.
/// - An object with several lists and groups of numbers (revenue, attribution): the rows of all of them. The first
///   column, `part`, names the member that a row comes from; a group is one row.
///   The schema marks a list of tables with `x-tables`, the member that names one: their rows are of the part `by.channel`,
///   and their other groups of numbers of parts such as `credit.channel.total`.
/// - An object of objects of counts (utm): one row per count, with the columns `part`, `name`, `value`, or a column for each
///   of several numbers.
/// - A list of lists (weekly sessions): one row per list. The first column tells which list it is, the others are called
///   `0`, `1`, …
/// - Any other object: one row. Any other value: one cell, `result`.
///
/// An element that has a list of objects for a value, as a series or a funnel for each value has, becomes a row for each of
/// them, and so does one with lists that the schema marks with `x-rows`: the prefix of their columns. A result that is compared with that of another range has the rows of both; the first column, `range`, is `result`
/// or `comparison`.
///
/// A member that is an object with declared members becomes columns such as `website.domain`, a list of values becomes
/// columns such as `items.1`, the goals of a row become columns such as `goals.1.visitors`, and any other array or object
/// becomes its JSON text.
struct ResultTable {
  /// A value and the index of its column.
  typealias Cell = (column: Int, value: JSONValue)

  private(set) var columns: [String]
  /// The cells of each row; a missing cell is empty. Rows are sparse, because members that only one of many objects has
  /// make a wide table of which each row fills little.
  private(set) var rows: [[Cell]] = []
  private var positions: [ScalarKey: Int] = [:]

  /// - Parameter schema: The schema of the result.
  init(_ result: JSONValue, schema: ResultSchema) {
    let schema = schema.alternative(of: result)
    switch schema.form(of: result) {
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
          let value = result[part.name] ?? .null
          return (
            part: part.name, element: part.element, values: value == .null ? [] : value.array ?? [value]
          )
        } + schema.tables(in: result))
    case .countsByName:
      columns = [Self.part, "name"]
      fill(counts: result.object?.members ?? [])
    case .lists(let column, let names):
      let lists = (result.array ?? []).map { $0.array ?? [] }
      columns = [column] + (0..<(lists.map(\.count).max() ?? 0)).map { "\($0)" }
      rows = zip(names, lists).map { name, list in
        [(column: 0, value: .string(name))] + list.enumerated().map { (column: $0 + 1, value: $1) }
      }
    case .record(let element):
      columns = []
      fill([(part: nil, element: element, values: [result])])
    case .value:
      columns = ["result"]
      rows = [[(0, result)]]
    }
  }

  /// The table of a result and of that for another range.
  init(compared result: JSONValue, schema: ResultSchema) {
    columns = ["range"]
    positions[ScalarKey("range")] = 0
    for name in ["result", "comparison"] {
      let table = ResultTable(result[name] ?? .null, schema: schema)
      let places = table.columns.map { position(of: $0) }
      rows += table.rows.map { row in
        [(column: 0, value: .string(name))] + row.map { (column: places[$0.column], value: $0.value) }
      }
    }
  }

  init(columns: [String], rows: [[Cell]]) {
    (self.columns, self.rows) = (columns, rows)
  }

  /// The column that names the member that a row comes from.
  private static let part = "part"

  /// Adds a row for each count, or for each object of several counts.
  private mutating func fill(counts parts: [JSONObject.Member]) {
    let first = parts.first?.value.object?.members.first?.value.object
    columns += first?.members.map(\.name) ?? ["value"]
    for part in parts {
      for (name, value) in part.value.object?.members ?? [] {
        let numbers = value.object?.members.map(\.value) ?? [value]
        let cells = [.string(part.name), .string(name)] + numbers
        rows.append(cells.enumerated().map { (column: $0, value: $1) })
      }
    }
  }

  private mutating func fill(_ parts: [(part: String?, element: ResultSchema, values: [JSONValue])]) {
    for (position, column) in columns.enumerated() { positions[ScalarKey(column)] = position }
    for part in parts {
      let list = part.element.rows
      let own = part.element.columns(of: part.values.first, longestLists: longestLists(part.values))
      for name in own { _ = position(of: name) }
      let inner = part.values.flatMap { value in list.flatMap { value[$0.member]?.array } ?? [] }
      for name in list?.element.columns(of: inner.first, longestLists: longestLists(inner)) ?? [] {
        _ = position(of: list?.column(name) ?? name)
      }
    }
    for part in parts {
      let groups = part.element.groups
      for value in part.values {
        var row: [Cell] = []
        if let name = part.part { row.append((position(of: Self.part), .string(name))) }
        guard let list = part.element.rows, var object = value.object,
          let elements = object[list.member]?.array
        else {
          append(row, value, groups, part.element)
          continue
        }
        object[list.member] = nil
        for (name, value) in flattened(.object(object), groups) { row.append((position(of: name), value)) }
        let innerGroups = list.element.groups
        for element in elements {
          rows.append(
            row + flattened(element, innerGroups).map { (position(of: list.column($0)), $1) })
        }
      }
    }
  }

  /// Appends a value: a row for each element of its lists of rows, or one if they have none.
  private mutating func append(
    _ row: [Cell], _ value: JSONValue, _ groups: Set<String>, _ schema: ResultSchema
  ) {
    let lists = schema.listsOfRows
    var (row, own, spread) = (row, value, [(JSONValue, prefix: String)]())
    if var object = value.object, !lists.isEmpty {
      for list in lists {
        spread += (object[list.member]?.array ?? []).map { ($0, prefix: list.prefix) }
        object[list.member] = nil
      }
      own = .object(object)
    }
    for (name, value) in flattened(own, groups) { row.append((position(of: name), value)) }
    for (member, column) in schema.nullColumns where own[member] == .some(.null) {
      row.append((position(of: column), true))
    }
    if spread.isEmpty { rows.append(row) }
    for (element, prefix) in spread {
      rows.append(row + flattened(element, [], prefix).map { (position(of: $0), $1) })
    }
  }

  /// The index of a column, which is added if it is new.
  private mutating func position(of name: String) -> Int {
    let key = ScalarKey(name)
    if let position = positions[key] { return position }
    columns.append(name)
    positions[key] = columns.count - 1
    return columns.count - 1
  }

  /// The cells of an object, by column name; members in `groups` become several columns.
  private func flattened(_ value: JSONValue, _ groups: Set<String>, _ prefix: String = "") -> [(
    String, JSONValue
  )] {
    if let elements = value.array { return elements.enumerated().map { ("\($0 + 1)", $1) } }
    return (value.object?.members ?? []).flatMap { member, value -> [(String, JSONValue)] in
      let name = prefix + member
      return switch value {
      case .array(let elements) where elements.allSatisfy(isSingle):
        elements.enumerated().map { ("\(name).\($0 + 1)", $1) }
      case .array(let elements) where isListOfNumbers((member, value)):
        elements.enumerated().flatMap { flattened($1, [], "\(name).\($0 + 1).") }
      case .object where groups.contains(name): flattened(value, groups, "\(name).")
      default: [(name, value)]
      }
    }
  }

  /// The length of the longest list in each member.
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

/// Whether a member of a row is a list of objects that has columns in the row: the goals of a row of insights are a few
/// numbers each.
func isListOfNumbers(_ member: JSONObject.Member) -> Bool {
  member.name == "goals" && member.value.isListOfObjects
}

private func isSingle(_ value: JSONValue) -> Bool { value.array == nil && value.object == nil }

extension ResultSchema {
  /// The tables of lists that the schema marks with `x-tables`: the rows of each with its rest, and its other groups.
  fileprivate func tables(
    in result: JSONValue
  ) -> [(part: String?, element: ResultSchema, values: [JSONValue])] {
    var parts: [(part: String?, element: ResultSchema, values: [JSONValue])] = []
    for list in listsOfTables {
      for table in result[list.member]?.array ?? [] {
        let names = table[list.name]?.array ?? [table[list.name] ?? ""]
        let name = ([list.member] + names.map { $0.string ?? $0.description }).joined(separator: ".")
        var rows = table[Self.rowsOfTables]?.array ?? []
        if let rest = table["rest"] { rows.append(rest) }
        parts.append((name, list.element, rows))
        for group in list.groups {
          if let numbers = table[group.name] {
            parts.append(("\(name).\(group.name)", group.element, [numbers]))
          }
        }
      }
    }
    return parts
  }
}
