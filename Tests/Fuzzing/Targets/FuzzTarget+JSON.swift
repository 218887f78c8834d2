import JSON

extension FuzzTarget {
  /// A JSON text: what is read is written as a text that is read as the same value.
  static let json = FuzzTarget(name: "json") { checkJSON }
}

private func checkJSON(_ input: [UInt8]) throws(Violation) {
  let value: JSONValue
  do { value = try JSONValue(parsing: input) } catch {
    return try require(0...input.count ~= error.offset, "an error at \(error.offset) of \(input.count) bytes")
  }
  let again = try readBack(value)
  try require(again.hashValue == value.hashValue, "\(value) has another hash when it is read back")
  // A double with few digits is an exact decimal when it is read back, which is written in another way.
  let text = again.serialized()
  try require(try readBack(again).serialized() == text, "\(again) is written in another way each time")
}

/// The value of the text of a value, which is the same.
private func readBack(_ value: JSONValue) throws(Violation) -> JSONValue {
  let again: JSONValue
  do { again = try JSONValue(parsing: value.serialized()) } catch {
    throw Violation(description: "\(value) was written, and is refused: \(error)")
  }
  try require(again == value, "\(value) is read back as \(again)")
  return again
}
