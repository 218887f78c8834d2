public import JSON

/// The result of `store.inspect` as text: for each table its format, columns, counts and problems.
///
/// - Parameter command: The command line that reads a file with a value of `--map`.
public func inspectionText(
  _ result: JSONValue, on canvas: Canvas, command: (_ file: String, _ map: String) -> String
) -> String {
  func byNumber(_ name: String) -> [Int64?: [JSONValue]] {
    Dictionary(grouping: result[name]?.array ?? []) { $0["number"]?.wholeNumber }
  }
  let (columnsOfTable, problemsOfTable) = (byNumber("columns"), byNumber("problems"))
  return (result["files"]?.array ?? []).map { file in
    var text =
      canvas.styled(displayable(name(of: file)), .strong) + "\n" + summary(of: file).joined(separator: " · ")
      + "\n"
    if let error = file["error"]?.string { text += displayable(error) + "\n" }
    let number = file["number"]?.wholeNumber
    let columns = columnsOfTable[number] ?? []
    if !columns.isEmpty { text += "\n" + columnsText(columns, canvas) }
    let problems = problemsOfTable[number] ?? []
    if !problems.isEmpty { text += "\n" + problems.map { problemText($0) + "\n" }.joined() }
    if let map = file["map"]?.string, let path = file["file"]?.string {
      text += "\nTo read columns by their usual names, add --map:\n" + displayable(command(path, map)) + "\n"
    }
    return text
  }.joined(separator: "\n")
}

private func name(of file: JSONValue) -> String {
  let path = file["file"]?.string ?? ""
  return file["table"]?.string.map { "\(path), table \($0)" } ?? path
}

/// What a file is, and how much it has.
private func summary(of file: JSONValue) -> [String] {
  var summary = [formatText(file)]
  func count(_ member: String, _ one: String, _ many: String) {
    let count = file[member] ?? 0
    summary.append("\(numberText(count)) \(count == 1 ? one : many)")
  }
  guard file["error"]?.string == nil else { return summary }
  count("rows", "row", "rows")
  switch file["kind"]?.string {
  case "website_event":
    count("events", "event", "events")
    if file["properties"] != 0 { count("properties", "property", "properties") }
  case "event_data": count("properties", "property", "properties")
  case let kind?: summary.append("table \(kind)")
  case nil: break
  }
  if let first = file["firstEvent"]?.string, let last = file["lastEvent"]?.string {
    summary.append(first == last ? first : "\(first) to \(last)")
  }
  return summary
}

private func formatText(_ file: JSONValue) -> String {
  let format = file["format"]?.string ?? ""
  let names = [
    "csv": "CSV", "ndjson": "JSON, one object a line", "goatcounter": "GoatCounter's export",
    "access-log": "access log", "sql-copy": "SQL dump with COPY", "sql-inserts": "SQL dump with INSERT",
    "sqlite": "SQLite", "other": "unknown format",
  ]
  var text = names[format] ?? format
  if let separator = file["separator"]?.string, separator != "comma" {
    text += ", separated by \(separator)s"
  }
  if let encoding = file["encoding"]?.string, encoding != "utf-8" { text += ", \(encoding)" }
  if let compression = file["compression"]?.string { text += ", compressed with \(compression)" }
  return text
}

private func columnsText(_ columns: [JSONValue], _ canvas: Canvas) -> String {
  var table = Table([.text("column"), .text("read as"), .text("example")])
  for column in columns {
    let targets = (column["readAs"]?.array ?? []).compactMap(\.string)
    let suggestion = column["suggestion"]?.string.map { " (\($0)?)" } ?? ""
    table.append([
      nameText(column["name"]),
      targets.isEmpty
        ? .faint("not read\(suggestion)") : .text(displayable(targets.joined(separator: ", ") + suggestion)),
      .text(displayable(column["example"]?.string ?? "")),
    ])
  }
  return table.text(on: canvas)
}

/// `2 rows: session_id is empty (lines 4, 7)`.
private func problemText(_ problem: JSONValue) -> String {
  let rows = problem["rows"]?.wholeNumber ?? 0
  let lines = (problem["lines"]?.array ?? []).compactMap(\.wholeNumber)
  var text = "\(countText(rows, "row")): \(displayable(problem["message"]?.string ?? ""))"
  if !lines.isEmpty {
    text += " (line\(lines.count == 1 ? "" : "s") \(lines.map { "\($0)" }.joined(separator: ", "))"
    text += rows > lines.count ? ", …)" : ")"
  }
  return text
}
