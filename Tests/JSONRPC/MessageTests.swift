import JSON
import JSONRPC
import Testing

/// Invalid messages, their replies and their ids.
@Suite struct MessageTests {
  @Test func `an id comes back as it was sent`() {
    for id in [
      "0", "-7", "9223372036854775807", "null", #""""#, #""é\"""#, "1.5", "1.50", "2.0", "1e2", "-0.0",
    ] {
      check(#"{"jsonrpc":"2.0","id":\#(id),"method":"get_data"}"#, result(id, #"["hello",5]"#))
    }
    check(
      #" { "x" : {"id":1.5} , "id":7.5, "method":"sum", "\u0069d" : -12345678901234567890.25e-2 } "#,
      result("-12345678901234567890.25e-2", "0"))
    check(
      #"[ 1.5, {"x":[{"id":7.5},"]\"}"],"id":1e2,"method":"sum"} , {"id":0.10},[{}],{},{"method":"sum","id":2.0},"]" ]"#,
      batch(
        invalid("null", "expected an object, found a number"),
        result("1e2", "0"),
        invalid("0.10", #"expected \"method\" to be a string, found none"#),
        invalid("null", "expected an object, found an array"),
        invalid("null", #"expected \"method\" to be a string, found none"#),
        result("2.0", "0"),
        invalid("null", "expected an object, found a string")))
  }

  @Test func `an invalid request gets an error with its id`() {
    check(
      #"{"jsonrpc":"1.0","id":7,"method":"sum"}"#,
      invalid("7", #"expected \"jsonrpc\" to be \"2.0\", found another version"#))
    check(
      #"{"jsonrpc":2.0,"id":7,"method":"sum"}"#,
      invalid("7", #"expected \"jsonrpc\" to be the string \"2.0\", found a number"#))
    check(
      #"{"jsonrpc":null,"id":7,"method":"sum"}"#,
      invalid("7", #"expected \"jsonrpc\" to be the string \"2.0\", found null"#))
    check(
      #"{"id":"a","method":"sum","params":[1]}"#,
      invalid(#""a""#, #"expected \"jsonrpc\":\"2.0\" next to \"params\", found none"#))
    check(#"{"jsonrpc":"2.0","id":1.5}"#, invalid("1.5", #"expected \"method\" to be a string, found none"#))
    check(
      #"{"jsonrpc":"2.0","id":1,"method":{}}"#,
      invalid("1", #"expected \"method\" to be a string, found an object"#)
    )
    check(
      #"{"jsonrpc":"2.0","method":"sum","params":"bar"}"#,
      invalid("null", #"expected \"params\" to be an array or an object, found a string"#))
    check(
      #"{"jsonrpc":"2.0","id":true,"method":"sum"}"#,
      invalid("null", #"expected \"id\" to be a string, a number or null, found a boolean"#))
    check(
      #"{"jsonrpc":"2.0","id":[],"method":"sum"}"#,
      invalid("null", #"expected \"id\" to be a string, a number or null, found an array"#))
    check("7", invalid("null", "expected an object, found a number"))
    check("null", invalid("null", "expected an object, found null"))
    check("[[]]", batch(invalid("null", "expected an object, found an array")))
  }

  @Test(arguments: ["null", "[]", "[null]", " [ null ] "])
  func `params that are null or empty are none`(params: String) {
    check(#"{"jsonrpc":"2.0","id":1,"method":"echo","params":\#(params)}"#, result("1", "null"))
    check(#"{"id":1,"method":"echo","params":\#(params)}"#, result("1", "{}"))
    check(#"{"id":1,"method":"echo","params":\#(params),"a":2}"#, result("1", #"{"a":2}"#))
  }

  @Test func `params with a value are passed on`() {
    for params in ["[null,null]", "[0]", "[[]]", "{}"] {
      check(#"{"jsonrpc":"2.0","id":1,"method":"echo","params":\#(params)}"#, result("1", params))
    }
  }

  @Test func `a reply that a client sends is ignored`() {
    for member in [#""result":{}"#, #""result":null"#, #""error":{"code":1,"message":"x"}"#] {
      check(#"{"jsonrpc":"2.0","id":1,\#(member)}"#, nil)
      check(#"[{"jsonrpc":"2.0","id":1,\#(member)}]"#, nil)
      check(
        #"[{"id":7,\#(member)},{"jsonrpc":"2.0","id":1.50,"method":"sum"},{"id":3}]"#,
        batch(result("1.50", "0"), invalid("3", #"expected \"method\" to be a string, found none"#)))
      check(#"{"jsonrpc":"2.0","id":1,"method":"sum",\#(member)}"#, result("1", "0"))
    }
  }

  @Test func `other members of a request are ignored`() {
    check(#"{"jsonrpc":"2.0","id":1,"method":"echo","extra":[]}"#, result("1", "null"))
  }

  @Test func `an error of the handler is the reply, except for notifications`() {
    let error = #"{"code":1,"message":"No such website","data":{"websiteId":"w"}}"#
    check(#"{"jsonrpc":"2.0","id":1,"method":"fail"}"#, #"{"jsonrpc":"2.0","id":1,"error":\#(error)}"#)
    check(#"{"jsonrpc":"2.0","method":"fail"}"#, nil)
  }

  @Test func `blank lines get no reply`() {
    check("", nil)
    check(" \t\r", nil)
  }

  @Test func `a bare request is always answered, and its params are its other members`() {
    check(#"{"method":"echo"}"#, result("null", "{}"))
    check(#"{"method":"echo","id":5,"a":1,"b":[2]}"#, result("5", #"{"a":1,"b":[2]}"#))
    check(#"{"z":1,"method":"echo","a":1}"#, result("null", #"{"z":1,"a":1}"#))
    check(#"{"method":"subtract","minuend":3,"subtrahend":1}"#, result("null", "2"))
    check(#"[{"method":"echo"},{"jsonrpc":"2.0","method":"echo"}]"#, batch(result("null", "{}")))
    check(#"{"method":3,"id":5}"#, invalid("5", #"expected \"method\" to be a string, found a number"#))
    // With `jsonrpc` it is a request of the specification's form.
    check(#"{"jsonrpc":"2.0","method":"echo","id":5,"a":1}"#, result("5", "null"))
  }

  @Test func `an error about invalid JSON says where and why`() throws {
    let reply = try #require(testServer().answer(Array(#"{"jsonrpc" "2.0"}"#.utf8)))
    let error = try #require(try JSONValue(parsing: reply, maximumDepth: 8)["error"])
    #expect(error["code"]?.wholeNumber == -32700)
    #expect(error["data"]?["offset"]?.wholeNumber == 11)
    #expect(error["data"]?["reason"]?.string?.isEmpty == false)
  }
}

/// Each limit of messages, tested on both sides.
@Suite struct MessageLimitsTests {
  @Test(arguments: [127, 128, 129])
  func `nesting has a limit`(depth: Int) {
    // The request's own object is one level.
    let params = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
    let line = #"{"jsonrpc":"2.0","id":1,"method":"sum","params":\#(params)}"#
    if depth <= 128 { check(line, result("1", "0")) } else { checkLimit(line, "nesting", maximum: 128) }
  }

  @Test(arguments: [99, 100, 101])
  func `a batch has a limit`(count: Int) {
    let line = batch(Array(repeating: #"{"jsonrpc":"2.0","id":1,"method":"sum"}"#, count: count))
    if count <= 100 {
      check(line, batch(Array(repeating: result("1", "0"), count: count)))
    } else {
      checkLimit(line, "batch", maximum: 100)
    }
  }

  @Test(arguments: [9, 10, 11])
  func `the values of a message have a limit`(count: Int) {
    var limits = MessageLimits.test
    limits.maximumValues = 10
    // Four members, and the elements of the params.
    let params = Array(repeating: "0", count: count - 4).joined(separator: ",")
    let line = #"{"jsonrpc":"2.0","id":1,"method":"sum","params":[\#(params)]}"#
    if count <= 10 {
      check(line, result("1", "0"), limits)
    } else {
      checkLimit(line, "values", maximum: 10, limits)
    }
  }

  @Test(arguments: [63, 64, 65])
  func `a line has a limit`(bytes: Int) {
    var limits = MessageLimits.test
    limits.maximumMessageBytes = 64
    let request = #"{"jsonrpc":"2.0","id":1,"method":"sum"}"#
    let line = request + String(repeating: " ", count: bytes - request.utf8.count)
    if bytes <= 64 {
      check(line, result("1", "0"), limits)
    } else {
      checkLimit(line, "line", maximum: 64, limits)
    }
  }
}

/// The limit of replies, to the byte.
@Suite struct ReplyLimitTests {
  private static let request = #"{"jsonrpc":"2.0","id":1,"method":"sum"}"#
  private static let refusal =
    #"{"jsonrpc":"2.0","id":1,"error":{"code":4,"message":"Limit exceeded: expected a reply of at most MAXIMUM bytes, "#
    + #"found a larger one; ask for less at once, for example a shorter date range, fewer fields or nodes, a smaller page, "#
    + #"or one request instead of a batch","data":{"limit":"reply","maximum":MAXIMUM}}}"#

  private func limits(_ maximum: Int) -> MessageLimits {
    var limits = MessageLimits.test
    limits.maximumReplyBytes = maximum
    return limits
  }

  private func refusal(_ maximum: Int) -> String { Self.refusal.replacing("MAXIMUM", with: "\(maximum)") }

  @Test func `a result that does not fit is answered with the limit`() {
    let reply = result("1", "0")
    check(Self.request, reply, limits(reply.utf8.count))
    check(Self.request, refusal(reply.utf8.count - 1), limits(reply.utf8.count - 1))
  }

  @Test func `an error that does not fit is answered with the limit`() {
    let line = #"{"jsonrpc":"2.0","id":1,"method":3}"#
    let reply = invalid("1", #"expected \"method\" to be a string, found a number"#)
    check(line, reply, limits(reply.utf8.count))
    check(line, refusal(reply.utf8.count - 1), limits(reply.utf8.count - 1))
  }

  @Test func `the replies of a batch that fit are sent`() {
    let line = batch(Self.request, Self.request, Self.request)
    let (one, all) = (result("1", "0"), batch(result("1", "0"), result("1", "0"), result("1", "0")))
    check(line, all, limits(all.utf8.count))
    let less = all.utf8.count - 1
    check(line, batch(one, one, refusal(less)), limits(less))
    check(line, batch(refusal(5), refusal(5), refusal(5)), limits(5))
  }

  @Test func `after a reply that is too large the next request is answered`() throws {
    let server = testServer(limits(50))
    let long = #"{"jsonrpc":"2.0","id":1,"method":"\#(String(repeating: "x", count: 100))"}"#
    #expect(server.reply(to: long) == refusal(50))
    #expect(server.reply(to: Self.request) == result("1", "0"))
  }
}

private func result(_ id: String, _ result: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#
}

private func invalid(_ id: String, _ reason: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32600,"message":"Invalid Request: \#(reason)"}}"#
}

private func batch(_ elements: String...) -> String { batch(elements) }

private func batch(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }

private func check(
  _ line: String, _ expected: String?, _ limits: MessageLimits = .test,
  _ location: SourceLocation = #_sourceLocation
) {
  #expect(testServer(limits).reply(to: line) == expected, sourceLocation: location)
}

/// Expects an error about the limit, with the id null.
private func checkLimit(
  _ line: String, _ limit: String, maximum: Int, _ limits: MessageLimits = .test,
  _ location: SourceLocation = #_sourceLocation
) {
  let reply = testServer(limits).reply(to: line) ?? "none"
  #expect(
    reply.hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":4,"message":"Limit exceeded: "#),
    sourceLocation: location)
  #expect(
    reply.hasSuffix(#"","data":{"limit":"\#(limit)","maximum":\#(maximum)}}}"#), sourceLocation: location)
}
