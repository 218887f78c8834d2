import JSON

/// Checks the reply to one line: none where none is due, else one line of JSON with as many responses as there
/// are requests, each with a result or an error, under the id of its request, and none of them our fault.
func checkReply(_ reply: [UInt8]?, to line: [UInt8]) throws(Violation) {
  let isDue = isReplyDue(to: line)
  guard let reply else { return try require(!isDue, "there is no reply") }
  try require(isDue, "a blank line or a notification is answered")
  try require(!reply.contains(UInt8(ascii: "\n")), "the reply has more than one line")
  let answered: JSONValue
  do { answered = try JSONValue(parsing: reply, maximumDepth: 512) } catch {
    throw Violation(description: "the reply is not JSON: \(error)")
  }
  let asked = try? JSONValue(parsing: line)
  if let responses = answered.array {
    let due = (asked?.array ?? []).compactMap(dueID)
    try require(responses.map { $0["id"] } == due, "\(due) are answered with \(answered)")
    for response in responses { try checkResponse(response) }
  } else {
    try checkResponse(answered)
    // What cannot be read, and a batch that is refused as a whole, have no id.
    let id = asked.flatMap { $0.array == nil ? dueID($0) : .null } ?? .null
    try require(answered["id"] == id, "\(id) is answered with \(answered)")
  }
}

/// Whether a line is to be answered: not where it is blank, or holds notifications and replies only.
func isReplyDue(to line: [UInt8]) -> Bool {
  if isBlank(line) { return false }
  return (try? JSONValue(parsing: line)).map(isSilent) != true
}

private func checkResponse(_ response: JSONValue) throws(Violation) {
  let names = response.object?.members.map(\.name)
  if names == ["jsonrpc", "id", "result"] { return }
  try require(
    names == ["jsonrpc", "id", "error"] && response["error"]?["message"]?.string?.isEmpty == false,
    "neither a result nor an error: \(response)")
  let code = response["error"]?["code"]?.wholeNumber
  try require(code != nil && code != -32_603, "a fault of ours: \(response)")
}

/// Whether a message consists of notifications and replies only, to which there is no reply.
private func isSilent(_ message: JSONValue) -> Bool {
  guard let batch = message.array else { return dueID(message) == nil }
  return !batch.isEmpty && batch.allSatisfy { dueID($0) == nil }
}

/// The id under which something in the place of a request is answered; nil for a notification, and for the reply to
/// a request that nobody sent.
private func dueID(_ request: JSONValue) -> JSONValue? {
  let isReply = request["method"] == nil && (request["result"] != nil || request["error"] != nil)
  if isReply { return nil }
  switch request["id"] {
  case .bool?, .array?, .object?: return .null
  case let id?: return id
  case nil: break
  }
  let params = request["params"]
  let isNotification =
    request["jsonrpc"] == "2.0" && request["method"]?.string != nil
    && (params == nil || params == .some(.null) || params?.array != nil || params?.object != nil)
  return isNotification ? nil : .null
}

/// Whether a line holds nothing but JSON's white space.
func isBlank(_ line: [UInt8]) -> Bool {
  line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
}
