import Engine
public import EventStore
public import JSON

extension Method {
  static let inspectStore = Method(
    "store.inspect", tool: "inspect_store"
  ) { params, call throws(WorkerError) in
    // All files are read, because rows of one may refer to another.
    let tables = try call.withStore { store throws(StoreError) in try store.inspect(in: call.loading) }
    guard let file = params["file"]?.string else { return JSONValue(inspection: tables) }
    let found = tables.filter { sameScalars(file, $0.path) }
    guard !found.isEmpty else { throw .invalidParams([.member("file", wrongFile(tables.map(\.path)))]) }
    return JSONValue(inspection: found)
  }

  /// Says which files there are; a file with several tables has its path several times in succession.
  private static func wrongFile(_ paths: [String]) -> String {
    var distinct: [String] = []
    for path in paths where distinct.last.map({ !sameScalars($0, path) }) ?? true { distinct.append(path) }
    let shown = 5
    let rest = distinct.count > shown ? " and \(distinct.count - shown) more" : ""
    return "must be a file of the store: "
      + distinct.prefix(shown).map { "\"\($0)\"" }.joined(separator: ", ") + rest
  }
}

extension JSONValue {
  /// The result of `store.inspect`.
  public init(inspection tables: [InspectedTable]) {
    let numbered = zip(1..., tables)
    self = [
      "files": .array(numbered.map { .object(JSONObject(table: $1, number: $0).adding(file: $1)) }),
      "columns": .array(
        numbered.flatMap { number, table in
          table.columns.map { .object(JSONObject(table: table, number: number).adding($0)) }
        }),
      "problems": .array(
        numbered.flatMap { number, table in
          table.problems.map { .object(JSONObject(table: table, number: number).adding($0)) }
        }),
    ]
  }

  /// A text, or null if there is none.
  fileprivate init(optional text: String?) { self = text.map { .string($0) } ?? .null }
}

extension JSONObject {
  /// The members that name the table which the others describe.
  fileprivate init(table: InspectedTable, number: Int) {
    self = [
      "number": JSONValue(number), "file": .string(table.path), "table": JSONValue(optional: table.table),
    ]
  }

  fileprivate func adding(file table: InspectedTable) -> JSONObject {
    adding([
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
    ])
  }

  fileprivate func adding(_ column: InspectedColumn) -> JSONObject {
    adding([
      "name": .string(column.name), "readAs": .array(column.targets.map { .string($0) }),
      "suggestion": JSONValue(optional: column.suggestion), "example": JSONValue(optional: column.example),
    ])
  }

  fileprivate func adding(_ problem: RowProblem) -> JSONObject {
    adding([
      "reason": .string(problem.reason.rawValue), "column": JSONValue(optional: problem.column),
      "rows": JSONValue(problem.count), "lines": .array(problem.lines.map { .integer($0) }),
      "message": .string(problem.message),
    ])
  }

  private func adding(_ members: JSONObject) -> JSONObject {
    var object = self
    object.merge(members)
    return object
  }
}
