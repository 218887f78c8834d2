import JSON

/// Writes a table as CSV (RFC 4180): a header line, CRLF line ends, and quotes only around values that need them. Null is
/// an empty field.
///
/// - Parameter lineEnd: What ends a line.
/// - Parameter isCancelled: Called once per row.
/// - Returns: nil if the text would exceed `maximumBytes`, or if it was cancelled.
func csvText(
  _ table: ResultTable, lineEnd: String = "\r\n", maximumBytes: Int = .max,
  isCancelled: () -> Bool = { false }
) -> String? {
  var text = line(table.columns, lineEnd)
  // Each row has one comma less than it has columns, and a line end of two bytes.
  let (commas, overflow) = table.rows.count.multipliedReportingOverflow(by: table.columns.count + 1)
  guard !overflow, commas <= maximumBytes - min(text.utf8.count, maximumBytes) else { return nil }
  var cells = [String](repeating: "", count: table.columns.count)
  for row in table.rows {
    if text.utf8.count > maximumBytes || isCancelled() { return nil }
    for (column, value) in row { cells[column] = cell(value) }
    text += line(cells, lineEnd)
    for (column, _) in row { cells[column] = "" }
  }
  return text.utf8.count <= maximumBytes ? text : nil
}

private func line(_ cells: [String], _ end: String) -> String {
  cells.map(quoted).joined(separator: ",") + end
}

private func cell(_ value: JSONValue) -> String {
  switch value {
  case .null: ""
  case .string(let text): text
  default: value.description
  }
}

private func quoted(_ cell: String) -> String {
  let mustBeQuoted = cell.utf8.contains { byte in
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\n")
  }
  guard mustBeQuoted else { return cell }
  return "\"" + cell.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
}
