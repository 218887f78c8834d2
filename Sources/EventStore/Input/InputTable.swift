import Engine

/// A table whose kind of rows is known.
struct InputTable {
  enum Layout {
    case events(EventLayout)
    case properties(PropertyLayout)
  }

  let table: FileTable
  let layout: Layout

  var isEvents: Bool {
    if case .events = layout { true } else { false }
  }

  /// Determines from the columns of `tables` which kind of rows they have.
  ///
  /// Throws `missingColumns`, and `usage` if `map` names a column that is in no file.
  static func inputs(_ tables: [FileTable], map: ColumnMap) throws(StoreError) -> [InputTable] {
    var headers: [ColumnNames] = []
    for table in tables {
      headers.append(try ColumnNames(path: table.label, names: table.columns, map: map))
    }
    if let absent = map.sources(missingFrom: headers).first {
      throw .absentSource(absent, in: headers.map { ($0.path, $0.names) })
    }
    var inputs: [InputTable] = []
    for (table, header) in zip(tables, headers) {
      let layout: Layout
      if PropertyLayout.matches(header) {
        layout = .properties(try PropertyLayout(header))
      } else {
        var events = try EventLayout(header)
        events.derivesEmptyColumns = table.syntax.columnsVaryByRow
        layout = .events(events)
      }
      inputs.append(InputTable(table: table, layout: layout))
    }
    return inputs
  }

  /// The names of columns that are not used.
  var unusedColumns: [String] {
    let used: Set<Int> =
      switch layout {
      case .events(let layout): Set(layout.slots + [layout.url, layout.referrer].compactMap(\.self))
      case .properties(let layout): Set(layout.slots)
      }
    return table.columns.enumerated().filter { !used.contains($0.offset) }.map(\.element)
  }

  func makeFields() -> RowFields {
    switch layout {
    case .events(let layout): layout.makeFields()
    case .properties(let layout): layout.makeFields()
    }
  }
}
