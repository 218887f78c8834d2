import JSON

/// A result as tables for models: whatever its shape, each list of objects is one.
///
/// Values next to lists are lines. A list in the rows of another becomes rows of that one, with its values repeated, if there
/// are few of them, else a table of its own. An object in a row becomes columns such as `total.visitors`, a list of values
/// columns such as `items.1`.
struct ToolTables {
  private struct Table {
    let name: String
    var columns: [String] = []
    var positions: [ScalarKey: Int] = [:]
    var rows: [[ResultTable.Cell]] = []

    mutating func add(_ cells: [(name: String, value: JSONValue)]) {
      rows.append(cells.map { (column: position(of: $0.name), value: $0.value) })
    }

    /// The columns, those of one list next to each other, although a longer list may come later.
    var order: [Int] {
      var first: [ScalarKey: Int] = [:]
      let keys = columns.enumerated().map { position, column in
        let list = column.lastIndex(of: ".").flatMap { dot in
          Int(column[column.index(after: dot)...]) == nil ? nil : ScalarKey(String(column[..<dot]))
        }
        guard let list else { return position }
        let start = first[list] ?? position
        first[list] = start
        return start
      }
      return columns.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    }

    private mutating func position(of column: String) -> Int {
      let key = ScalarKey(column)
      if let position = positions[key] { return position }
      columns.append(column)
      positions[key] = columns.count - 1
      return columns.count - 1
    }
  }

  /// `name: value`, for values next to lists.
  private(set) var lines: [String] = []
  private var tables: [Table] = []

  /// - Parameter hasCounts: Whether the members are objects of values by name, as those of `reports.utm` are.
  init(_ result: JSONValue, hasCounts: Bool = false) {
    add(hasCounts ? Self.list(ofCounts: result) : result)
  }

  /// The tables of a result and of that for another range, which each row names in its first
  /// column.
  init(_ result: JSONValue, comparedWith comparison: JSONValue, hasCounts: Bool = false) {
    for (name, value) in [("result", result), ("comparison", comparison)] {
      range = name
      add(hasCounts ? Self.list(ofCounts: value) : value)
    }
  }

  /// What the column `range` has in the rows that are added.
  private var range: String?
  private static let flattenedColumns = 3

  private static func list(ofCounts value: JSONValue) -> JSONValue {
    .array(
      (value.object?.members ?? []).flatMap { part in
        (part.value.object?.members ?? []).map { name, value -> JSONValue in
          var row: JSONObject = ["part": .string(part.name), "name": .string(name)]
          if let numbers = value.object { row.merge(numbers) } else { row["value"] = value }
          return .object(row)
        }
      })
  }

  private mutating func add(_ result: JSONValue) {
    guard let object = result.object else {
      if result.array?.first?.array != nil || result.array == nil {
        add([("result", result)], to: "")
      } else {
        addList(result.array ?? [], named: "")
      }
      return
    }
    let isRecord = object.members.allSatisfy { !$0.value.isListOfObjects && $0.value.object == nil }
    if isRecord {
      add(cells(of: object), to: "")
      return
    }
    for (name, value) in object.members {
      if let list = value.array, value.isListOfObjects || list.isEmpty {
        addList(list, named: name)
      } else if let inner = value.object {
        add(cells(of: inner), to: name)
      } else {
        lines.append("\(range.map { "\($0) " } ?? "")\(name): \(Self.text(value))")
      }
    }
  }

  private mutating func addList(
    _ rows: [JSONValue], named name: String, after outer: [(name: String, value: JSONValue)] = []
  ) {
    if !tables.contains(where: { sameScalars($0.name, name) }) { tables.append(Table(name: name)) }
    for row in rows {
      guard let object = row.object else {
        add(outer + [("value", row)], to: name)
        continue
      }
      let own = cells(of: object)
      let taken = outer.map(\.name)
      let cells = outer + own.map { (taken.contains($0.name) ? "\(name).\($0.name)" : $0.name, $0.value) }
      let lists = object.members.filter { Self.isList($0) }
      if lists.count == 1, cells.count <= Self.flattenedColumns {
        // Of the names that both have, those of the inner rows say so.
        addFlattened(lists[0].value.array ?? [], lists[0].name, after: cells, to: name)
        continue
      }
      add(cells, to: name)
      let keys = cells.filter { $0.value.string != nil }
      for list in lists {
        addList(list.value.array ?? [], named: name.isEmpty ? list.name : "\(name).\(list.name)", after: keys)
      }
    }
  }

  private mutating func addFlattened(
    _ rows: [JSONValue], _ list: String, after outer: [(name: String, value: JSONValue)], to name: String
  ) {
    let taken = outer.map(\.name)
    for row in rows {
      let own = row.object.map { cells(of: $0) } ?? []
      add(outer + own.map { (taken.contains($0.name) ? "\(list).\($0.name)" : $0.name, $0.value) }, to: name)
    }
  }

  private mutating func add(_ cells: [(name: String, value: JSONValue)], to name: String) {
    let cells = (range.map { [("range", JSONValue.string($0))] } ?? []) + cells
    let index = tables.firstIndex { sameScalars($0.name, name) } ?? tables.count
    if index == tables.count { tables.append(Table(name: name)) }
    tables[index].add(cells)
  }

  /// The cells of an object, without its lists of objects.
  private func cells(of object: JSONObject) -> [(name: String, value: JSONValue)] {
    object.members.flatMap { name, value -> [(name: String, value: JSONValue)] in
      if Self.isList((name, value)) { return [] }
      if let inner = value.object {
        return cells(of: inner).map { (name: "\(name).\($0.name)", value: $0.value) }
      }
      if let list = value.array {
        return list.enumerated().flatMap { index, value -> [(name: String, value: JSONValue)] in
          let place = "\(name).\(index + 1)"
          // In a list null is a value, such as the end of a visit, not one that is missing.
          guard let inner = value.object else {
            return [(name: place, value: value == .null ? "null" : value)]
          }
          return cells(of: inner).map { (name: "\(place).\($0.name)", value: $0.value) }
        }
      }
      return [(name: name, value: value)]
    }
  }

  /// Whether a member of a row is a list of rows.
  private static func isList(_ member: JSONObject.Member) -> Bool {
    member.value.isListOfObjects && !isListOfNumbers(member)
  }

  private static func text(_ value: JSONValue) -> String { value.string ?? rounded(value).description }

  /// A share with as many digits as a model needs.
  private static func rounded(_ value: JSONValue) -> JSONValue {
    guard case .double(let number) = value, abs(number) < 1e9 else { return value }
    return JSONValue((number * 10_000).rounded() / 10_000)
  }

  // MARK: Text

  /// Each table as CSV, after its name if there are several.
  var text: String {
    tables.map { table in
      let title = table.name.isEmpty || tables.count == 1 ? "" : "\(table.name):\n"
      return title + Self.csv(table)
    }.joined(separator: "\n")
  }

  /// Without columns that have no value in any row.
  private static func csv(_ table: Table) -> String {
    if table.rows.isEmpty { return "no rows\n" }
    let filled = Set(table.rows.joined().filter { $0.value != .null }.map(\.column))
    let kept = table.order.filter { filled.isEmpty || filled.contains($0) }
    let places = Dictionary(kept.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = table.rows.map { row in
      row.compactMap { cell in places[cell.column].map { (column: $0, value: rounded(cell.value)) } }
    }
    return csvText(ResultTable(columns: kept.map { table.columns[$0] }, rows: rows), lineEnd: "\n") ?? ""
  }
}

extension JSONValue {
  /// Whether it is a list of objects, and not empty.
  var isListOfObjects: Bool { array?.first?.object != nil }
}
