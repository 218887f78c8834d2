import System
import Testing

@testable import JSONRPC

/// The server with real pipes.
@Suite struct ServerTests {
  @Test func `twenty thousand requests are answered in order`() throws {
    let server = try PipedServer()
    let count = 20_000
    let client = TestThread {
      for start in stride(from: 0, to: count, by: 1000) {
        server.send((start..<start + 1000).map { request($0) + "\n" }.joined())
      }
      server.endInput()
    }
    #expect(server.receiveAll() == (0..<count).map { result($0, "0") })
    #expect(try server.outcome() == .init(end: .endOfInput, replies: .init(results: count)))
    #expect(client.result() != nil)
  }

  @Test func `a reply comes without waiting for the next request`() throws {
    let server = try PipedServer()
    for id in 0..<100 {
      server.send(request(id) + "\n")
      #expect(server.receive() == result(id, "0"))
    }
    server.endInput()
    #expect(try server.outcome() == .init(end: .endOfInput, replies: .init(results: 100)))
  }

  @Test func `a slow reply is not held back by the next request`() throws {
    let gate = try Pipe()
    let server = try PipedServer(.test, GatedHandler(gate: gate))
    server.send([#"{"id":1,"method":"slow"}"#, #"{"id":2,"method":"wait"}"#, ""].joined(separator: "\n"))
    #expect(server.receive() == #"{"jsonrpc":"2.0","id":1,"result":"slow"}"#)
    gate.write(Array("open\n".utf8))
    #expect(server.receive() == #"{"jsonrpc":"2.0","id":2,"result":"open"}"#)
    server.endInput()
    #expect(try server.outcome().end == .endOfInput)
  }

  /// The clock of the test server advances with each call. Here it does not, so that all replies are quick.
  @Test func `quick replies are not held back by a slow request that follows`() throws {
    let (gate, input, output) = (try Pipe(), try Pipe(), try Pipe())
    let serving = TestThread {
      Result { () throws(TransportError) in
        try Server(limits: .test, handler: GatedHandler(gate: gate), now: { 0 })
          .run(input: input.reading, output: output.writing)
      }
    }
    for round in 0..<3 {
      let quick = (1...2).map { #"{"id":\#(round * 10 + $0),"method":"quick"}"# }
      input.write(Array((quick + [#"{"id":0,"method":"wait"}"#, ""]).joined(separator: "\n").utf8))
      for id in 1...2 {
        #expect(output.readLine() == #"{"jsonrpc":"2.0","id":\#(round * 10 + id),"result":"quick"}"#)
      }
      gate.write(Array("open\n".utf8))
      #expect(output.readLine() == #"{"jsonrpc":"2.0","id":0,"result":"open"}"#)
    }
    input.closeWriting()
    #expect(try serving.result()?.get().end == .endOfInput)
  }

  @Test func `after any garbage the next valid line is answered`() throws {
    var limits = MessageLimits.test
    limits.maximumMessageBytes = 200
    let server = try PipedServer(limits)
    let garbage: [[UInt8]] = [
      Array("garbage".utf8), [0], [0xFF, 0xFE, 0x22], Array("{\"jsonrpc\":".utf8), Array("\"\u{1}\"".utf8),
      Array(String(repeating: "[", count: 150).utf8), Array(String(repeating: "x", count: 100_000).utf8),
    ]
    for (id, line) in garbage.enumerated() {
      server.send(line + Array("\r\n\n \n\(request(id))\n".utf8))
      #expect(server.receive().hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":"#))
      #expect(server.receive() == result(id, "0"))
    }
    server.endInput()
    let counts = ReplyCounts(results: garbage.count, errors: garbage.count)
    #expect(try server.outcome() == .init(end: .endOfInput, replies: counts))
  }

  @Test(arguments: [
    ("", []),
    (request(1), [result(1, "0")]),
    ("\(request(1))\n\(request(2))", [result(1, "0"), result(2, "0")]),
    ("\(request(1))\n\n\r", [result(1, "0")]),
    (#"{"jsonrpc":"2.0","method":"update"}"#, []),
  ])
  func `everything that was read is answered when the input ends`(input: String, expected: [String]) throws {
    let server = try PipedServer()
    server.send(input)
    server.endInput()
    #expect(server.receiveAll() == expected)
    #expect(try server.outcome() == .init(end: .endOfInput, replies: .init(results: expected.count)))
  }

  @Test func `a line cut by the end of the input is an error`() throws {
    let server = try PipedServer()
    server.send(request(1).utf8.dropLast(5))
    server.endInput()
    #expect(server.receiveAll().count == 1)
    #expect(try server.outcome() == .init(end: .endOfInput, replies: .init(errors: 1)))
  }

  @Test func `requests with headers get replies with headers, whatever is between them`() throws {
    let server = try PipedServer()
    let blank = #"{"jsonrpc":"2.0","id":9,"method":"sum"}   "#
    server.send(framed(request(1)) + "Content-Length: x\r\n\r\n" + framed(blank) + framed("[") + framed(""))
    server.send(framed(#"{"jsonrpc":"2.0","method":"update"}"#) + framed("\n\(request(2))\n"))
    server.endInput()
    let replies = try framedMessages(server.receiveBytes())
    try #require(replies.count == 6)
    #expect(replies[0] == result(1, "0") && replies[2] == result(9, "0") && replies[5] == result(2, "0"))
    for index in [1, 3, 4] {
      #expect(replies[index].hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"#))
    }
    #expect(try server.outcome() == .init(end: .endOfInput, replies: .init(results: 3, errors: 3)))
  }

  @Test func `large replies with headers arrive whole`() throws {
    let server = try PipedServer()
    let sizes = [63 << 10, 64 << 10, 65 << 10, 1 << 20, 0]
    for size in sizes {
      server.send(framed(#"{"jsonrpc":"2.0","id":0,"method":"repeat","params":{"count":\#(size)}}"#))
    }
    server.endInput()
    let expected = sizes.map { result(0, "\"\(String(repeating: "x", count: $0))\"") }
    let arrived = try framedMessages(server.receiveBytes()) == expected
    #expect(arrived)
  }

  @Test func `the server ends without an error when the reader closes the output`() throws {
    let server = try PipedServer()
    server.closeOutput()
    server.send(request(1) + "\n")
    #expect(try server.outcome().end == .outputClosed)
  }

  @Test(arguments: [true, false])
  func `large replies arrive whole, whether the output blocks or not`(isBlocking: Bool) throws {
    let server = try PipedServer(blockingOutput: isBlocking)
    let sizes = [63 << 10, 64 << 10, 65 << 10, 1 << 20, 0]
    for (id, size) in sizes.enumerated() {
      server.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"repeat","params":{"count":\#(size)}}"# + "\n")
    }
    server.endInput()
    let expected = sizes.enumerated().map { result($0, "\"\(String(repeating: "x", count: $1))\"") }
    // Not through the expectation, which would print megabytes.
    let arrived = server.receiveAll() == expected
    #expect(arrived)
  }

  @Test func `a client that does not read replies gets backpressure, and no reply is lost`() throws {
    let server = try PipedServer()
    let text = String(repeating: "x", count: 1000)
    let line = Array((#"{"method":"echo","text":"\#(text)"}"# + "\n").utf8)
    let count = 4000
    let offered = Array(repeatElement(line, count: count).joined())
    let taken = server.sendUntilHeldUp(offered)
    // Two pipes, the chunk being read, what waits, what is being handled, the replies collected.
    #expect(taken < 3 << 20)
    let client = TestThread {
      server.send(offered[taken...])
      server.endInput()
    }
    let reply = #"{"jsonrpc":"2.0","id":null,"result":{"text":"\#(text)"}}"#
    #expect(server.receiveAll() == Array(repeating: reply, count: count))
    #expect(client.result() != nil)
  }

  @Test func `a failing descriptor is an error that names the operation`() throws {
    let pipe = try Pipe()
    let folder = open("/", O_RDONLY)
    defer { close(folder) }
    #expect(throws: TransportError("read requests", code: EISDIR)) {
      try testServer().run(input: folder, output: pipe.writing)
    }
    pipe.write(Array((request(1) + "\n").utf8))
    #expect(throws: TransportError("write replies", code: EBADF)) {
      try testServer().run(input: pipe.reading, output: pipe.reading)
    }
    #expect(
      TransportError("write replies", code: EBADF).description == "cannot write replies: Bad file descriptor")
  }
}

private func request(_ id: Int) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"method":"sum"}"#
}

private func result(_ id: Int, _ result: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#
}

/// A message with its header.
private func framed(_ message: String) -> String { "Content-Length: \(message.utf8.count)\r\n\r\n\(message)" }

/// The messages of a stream with headers.
private func framedMessages(_ bytes: [UInt8]) throws -> [String] {
  var messages: [String] = []
  var rest = String(decoding: bytes, as: UTF8.self).utf8[...]
  while !rest.isEmpty {
    let digits = rest.dropFirst("Content-Length: ".utf8.count).prefix { $0 != UInt8(ascii: "\r") }
    let count = try #require(Int(String(digits) ?? ""))
    rest = rest[digits.endIndex...].dropFirst(4)
    messages.append(String(rest.prefix(count)) ?? "")
    rest = rest.dropFirst(count)
  }
  return messages
}
