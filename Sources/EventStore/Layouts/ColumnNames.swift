/// The names of a table's columns, with lookup by name.
///
/// A name is looked for as it is written; if no column has it, without regard to case. Names that occur twice
/// matter only when they are looked for.
struct ColumnNames {
  /// How messages name the table.
  let label: String
  /// As in the file, without spaces around them.
  let names: [String]
  let map: ColumnMap
  /// The columns of each name, and of each name in lowercase.
  private let columns: [String: [Int]]
  private let foldedColumns: [String: [Int]]
  /// The columns that are mapped to a target; they have no meaning under their own names.
  private let mappedColumns: Set<Int>

  init(label: String, names: [String], map: ColumnMap) {
    self.label = label
    self.names = names.map(trimmed)
    self.map = map
    var (columns, foldedColumns): ([String: [Int]], [String: [Int]]) = ([:], [:])
    for (column, name) in self.names.enumerated() where !name.isEmpty {
      columns[name, default: []].append(column)
      foldedColumns[name.lowercased(), default: []].append(column)
    }
    (self.columns, self.foldedColumns) = (columns, foldedColumns)
    mappedColumns = Set(
      map.columnNames.flatMap { columns[$0] ?? foldedColumns[$0.lowercased()] ?? [] })
  }

  func has(_ name: String) -> Bool { columns[name] != nil || foldedColumns[name.lowercased()] != nil }

  /// The index of the column for `names`: the mapped column, else the first existing one that is not mapped to
  /// another target.
  ///
  /// Throws `unusableFile` if several columns have the name.
  func column(_ names: [String]) throws(StoreError) -> Int? {
    for name in names {
      switch map.source(of: name) {
      case .none?: return nil
      case .column(let source)?: if let column = try find(source, among: { _ in true }) { return column }
      case .text?, nil: break
      }
    }
    for name in names {
      if let column = try find(name, among: { !mappedColumns.contains($0) }) { return column }
    }
    return nil
  }

  func column(_ name: String) throws(StoreError) -> Int? { try column([name]) }

  /// Whether a column of another name is mapped to `target`.
  func isMapped(_ target: String) -> Bool {
    map.columnName(of: target).map { $0.lowercased() != target } ?? false
  }

  /// Whether some columns have another meaning than their names say, so that the table is not one of Umami's.
  var hasMappedColumns: Bool { !mappedColumns.isEmpty }

  /// Whether there is a column for one of `names`, however often.
  func hasColumn(_ names: [String]) -> Bool {
    do throws(StoreError) { return try column(names) != nil } catch { return true }
  }

  private func find(_ name: String, among isCandidate: (Int) -> Bool) throws(StoreError) -> Int? {
    let exact = (columns[name] ?? []).filter(isCandidate)
    let found = exact.isEmpty ? (foldedColumns[name.lowercased()] ?? []).filter(isCandidate) : exact
    guard found.count < 2 else {
      throw .unusableFile(
        path: label,
        sentence:
          "has \(found.count) columns with the name \(list(found.map { names[$0] })); rename one of them")
    }
    return found.first
  }

  /// The two columns that are mapped to `created_at` as `date+time`; nil if a column has that very name, and for other
  /// targets.
  func joinedColumns(_ target: String) throws(StoreError) -> JoinedColumns? {
    guard target == EventField.createdAt.rawValue, let source = map.columnName(of: target), !has(source)
    else {
      return nil
    }
    for plus in source.indices where source[plus] == "+" {
      let (date, time) = (String(source[..<plus]), String(source[source.index(after: plus)...]))
      guard let first = try find(date, among: { _ in true }),
        let second = try find(time, among: { _ in true })
      else { continue }
      return JoinedColumns(first: first, second: second)
    }
    return nil
  }

  /// Whether there is what is mapped to `target`: a column, or two that are joined.
  func hasSource(of target: String) throws(StoreError) -> Bool {
    guard let source = map.columnName(of: target) else { return true }
    if has(source) { return true }
    return try joinedColumns(target) != nil
  }

  func missing(_ columns: [String], of kind: String) -> StoreError {
    .missingColumns(MissingColumns(path: label, kind: kind, missing: columns, found: names))
  }
}

extension ColumnMap {
  /// Throws `usage` if a mapped column is in none of the tables with these headers, or if there are only texts of
  /// properties.
  func checkSources(_ headers: [ColumnNames]) throws(StoreError) {
    for target in mappedTargets {
      var isFound = false
      for header in headers where !isFound { isFound = try header.hasSource(of: target) }
      if !isFound, let absent = columnName(of: target) {
        throw .absentSource(absent, of: target, in: headers.map { ($0.label, $0.names) })
      }
    }
    if propertyColumns.isEmpty, let text = propertyTexts.first {
      throw .usage(
        "--map: \(Self.property(text.key)) is a text of events with other properties, and no column is one; add "
          + "property:revenue=amount, with a column of your file after the =")
    }
  }
}

/// `name` without spaces and other whitespace around it.
func trimmed(_ name: String) -> String {
  let scalars = name.unicodeScalars
  guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
    let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
  else { return "" }
  return String(scalars[first...last])
}
