import JSON

/// Writes a table as CSV (RFC 4180): names first, lines end with CRLF, and a value stands in quotes where it
/// must. Null is nothing at all.
///
/// - Returns: nil where the text would have more than so many bytes.
func csvText(_ table: ResultTable, maximumBytes: Int = .max) -> String? {
  var text = line(table.columns)
  for row in table.rows where text.utf8.count <= maximumBytes { text += line(row.map(cell)) }
  return text.utf8.count <= maximumBytes ? text : nil
}

private func line(_ cells: [String]) -> String {
  cells.map(quoted).joined(separator: ",") + "\r\n"
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
