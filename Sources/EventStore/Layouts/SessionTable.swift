import Engine

/// The rows of tables `session`: the values that Umami's relational databases store once for a session.
final class SessionTable {
  private let texts: KeyedTexts

  /// Reads all rows of `tables`. Bad rows go to `badRows`; throws its errors, and those of `check`, which is
  /// called for every row.
  init(
    _ tables: [FileTable], map: ColumnMap, badRows: BadRows, check: () throws(StoreError) -> Void
  ) throws(StoreError) {
    let fields = try Self.fields(of: tables, map)
    let texts = KeyedTexts(columnCount: fields.count)
    for table in tables {
      let columns = ColumnNames(label: table.label, names: table.columns, map: map)
      guard let id = try columns.column(EventField.sessionID.names) else {
        throw columns.missing([EventField.sessionID.rawValue], of: "sessions")
      }
      var slots: [Int?] = []
      for field in fields { slots.append(try columns.column(field.names)) }
      let row = RowFields(columnCount: table.columns.count)
      try table.forEachRow(in: table.rows, row, badRows: badRows) { _ throws(StoreError) in
        try check()
        guard !row[id].isEmpty else { return .missing(column: EventField.sessionID.rawValue) }
        texts.add(row[id]) { column in slots[column].map { row[$0] } ?? Bytes(start: nil, count: 0) }
        return nil
      }
      try table.contents.checkUnchanged()
    }
    texts.finish()
    self.texts = texts
  }

  /// The columns that at least one of `tables` has, in the order in which a session table has them.
  static func fields(of tables: [FileTable], _ map: ColumnMap) throws(StoreError) -> [EventField] {
    var fields: [EventField] = []
    for table in tables {
      let columns = ColumnNames(label: table.label, names: table.columns, map: map)
      for field in SessionFields.all where !fields.contains(field) {
        if try columns.column(field.names) != nil { fields.append(field) }
      }
    }
    return fields
  }

  /// Sets the slots of `columns` to the values of the session `id`, which are empty if it is unknown.
  func join(_ columns: [(column: Int, slot: Int)], _ id: Bytes, _ row: RowFields) {
    let found = texts.row(of: id)
    for (column, slot) in columns {
      row[slot] = found.map { texts.text(row: $0, column: column) } ?? Bytes(start: nil, count: 0)
    }
  }
}
