/// The names in a CSV file's header, and where the columns stand that are looked for.
struct CSVHeader {
  let path: String
  let names: [String]
  private let columns: [String: Int]
  private let map: ColumnMap

  /// Throws `unusableFile` where two columns have one name.
  init(path: String, names: [String], map: ColumnMap) throws(StoreError) {
    var columns: [String: Int] = [:]
    for (column, name) in names.enumerated() where !name.isEmpty {
      guard columns.updateValue(column, forKey: name.lowercased()) == nil else {
        throw .unusableFile(path: path, sentence: "has two columns with the name \(name)")
      }
    }
    self.path = path
    self.names = names
    self.columns = columns
    self.map = map
  }

  func has(_ name: String) -> Bool { columns[name] != nil }

  /// The column that stands for the first of `names`: the mapped one, else the first that is there.
  func column(_ names: [String]) -> Int? {
    for name in names {
      if let source = map.source(of: name), let column = columns[source] { return column }
    }
    for name in names {
      if let column = columns[name] { return column }
    }
    return nil
  }

  func column(_ name: String) -> Int? { column([name]) }

  func missing(_ columns: [String], of kind: String) -> StoreError {
    .missingColumns(MissingColumns(path: path, kind: kind, missing: columns, found: names))
  }
}
