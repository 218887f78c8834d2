import Engine
public import EventStore
public import JSON

extension Method {
  static let inspectStore = Method(
    "store.inspect", tool: "inspect_store"
  ) { params, call throws(WorkerError) in
    // All files are read, because rows of one may refer to another.
    let tables = try call.withStore { store throws(StoreError) in try store.inspect(in: call.loading) }
    let file = params["file"]?.string
    return JSONValue(
      inspection: tables.filter { table in file.map { sameScalars($0, table.path) } ?? true })
  }
}

extension JSONValue {
  /// The result of `store.inspect`.
  public init(inspection tables: [InspectedTable]) {
    self = [
      "files": .array(tables.map(Self.file)),
      "columns": .array(tables.flatMap { table in table.columns.map { Self.column($0, of: table) } }),
      "problems": .array(tables.flatMap { table in table.problems.map { Self.problem($0, of: table) } }),
    ]
  }

  private static func file(_ table: InspectedTable) -> JSONValue {
    [
      "file": .string(table.path), "table": JSONValue(optional: table.table),
      "format": .string(table.format.rawValue),
      "separator": JSONValue(optional: table.separator?.rawValue),
      "encoding": .string(table.encoding.rawValue),
      "compression": JSONValue(optional: table.compression),
      "kind": JSONValue(optional: table.kind?.rawValue),
      "rows": JSONValue(table.rows), "events": JSONValue(table.events),
      "properties": JSONValue(table.properties),
      "firstEvent": table.firstMilliseconds.map(JSONValue.init(instant:)) ?? .null,
      "lastEvent": table.lastMilliseconds.map(JSONValue.init(instant:)) ?? .null,
      "error": JSONValue(optional: table.error), "map": JSONValue(optional: table.proposedMap),
    ]
  }

  private static func column(_ column: InspectedColumn, of table: InspectedTable) -> JSONValue {
    [
      "file": .string(table.path), "table": JSONValue(optional: table.table), "name": .string(column.name),
      "readAs": .array(column.targets.map { .string($0) }),
      "suggestion": JSONValue(optional: column.suggestion), "example": JSONValue(optional: column.example),
    ]
  }

  private static func problem(_ problem: RowProblem, of table: InspectedTable) -> JSONValue {
    [
      "file": .string(table.path), "table": JSONValue(optional: table.table),
      "reason": .string(problem.reason.rawValue), "column": JSONValue(optional: problem.column),
      "rows": JSONValue(problem.count), "lines": .array(problem.lines.map { .integer($0) }),
      "message": .string(problem.message),
    ]
  }

  /// A text, or null if there is none.
  fileprivate init(optional text: String?) { self = text.map { .string($0) } ?? .null }
}
