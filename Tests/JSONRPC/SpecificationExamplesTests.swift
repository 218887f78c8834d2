import JSON
import JSONRPC
import Testing

/// The examples of the JSON-RPC 2.0 specification, section 7. Our errors say more than its words for
/// them, so those rows are compared by id, code and the words that the message begins with.
@Suite struct SpecificationExamplesTests {
  @Test func `calls with positional parameters`() {
    check(
      #"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
      #"{"jsonrpc":"2.0","id":1,"result":19}"#)
    check(
      #"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#,
      #"{"jsonrpc":"2.0","id":2,"result":-19}"#)
  }

  @Test func `calls with named parameters`() {
    check(
      #"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
      #"{"jsonrpc":"2.0","id":3,"result":19}"#)
    check(
      #"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#,
      #"{"jsonrpc":"2.0","id":4,"result":19}"#)
  }

  @Test func notifications() {
    check(#"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#, nil)
    check(#"{"jsonrpc": "2.0", "method": "foobar"}"#, nil)
  }

  @Test func `a call of a method that does not exist`() {
    check(#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#, methodNotFound(#""1""#))
  }

  @Test func `a call with invalid JSON`() {
    check(#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#, parseError)
  }

  @Test func `a call with an invalid request object`() {
    check(#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#, invalidRequest)
  }

  @Test func `a batch with invalid JSON`() {
    let first = #"{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}"#
    check(#"[\#(first),{"jsonrpc": "2.0", "method"]"#, parseError)
  }

  @Test func `an empty batch`() {
    check("[]", invalidRequest)
  }

  @Test func `invalid batches`() {
    check("[1]", "[\(invalidRequest)]")
    check("[1,2,3]", "[\(invalidRequest),\(invalidRequest),\(invalidRequest)]")
  }

  @Test func `a batch of everything`() {
    let requests = [
      #"{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}"#,
      #"{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}"#,
      #"{"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"}"#,
      #"{"foo": "boo"}"#,
      #"{"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"}"#,
      #"{"jsonrpc": "2.0", "method": "get_data", "id": "9"}"#,
    ]
    let replies = [
      #"{"jsonrpc":"2.0","id":"1","result":7}"#,
      #"{"jsonrpc":"2.0","id":"2","result":19}"#,
      invalidRequest,
      methodNotFound(#""5""#),
      #"{"jsonrpc":"2.0","id":"9","result":["hello",5]}"#,
    ]
    check("[\(requests.joined(separator: ","))]", "[\(replies.joined(separator: ","))]")
  }

  @Test func `a batch of notifications`() {
    check(
      #"[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},"#
        + #"{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]"#, nil)
  }
}

private let parseError = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}"#
private let invalidRequest =
  #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}"#

private func methodNotFound(_ id: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32601,"message":"Method not found"}}"#
}

private func check(_ line: String, _ expected: String?, _ location: SourceLocation = #_sourceLocation) {
  #expect(testServer().reply(to: line).map(withoutDetails) == expected, sourceLocation: location)
}

/// A reply whose errors say no more than the specification's words.
private func withoutDetails(_ reply: String) -> String {
  guard let value = try? JSONValue(parsing: Array(reply.utf8), maximumDepth: 8) else { return reply }
  let brief = value.array.map { .array($0.map(withoutDetails)) } ?? withoutDetails(value)
  return String(decoding: brief.serialized(), as: UTF8.self)
}

private func withoutDetails(_ reply: JSONValue) -> JSONValue {
  guard let error = reply["error"], let message = error["message"]?.string else { return reply }
  let words = message.prefix { $0 != ":" }
  return [
    "jsonrpc": reply["jsonrpc"] ?? "missing", "id": reply["id"] ?? "missing",
    "error": ["code": error["code"] ?? "missing", "message": .string(String(words))],
  ]
}
