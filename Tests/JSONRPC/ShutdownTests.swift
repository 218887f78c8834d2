import Testing

@testable import JSONRPC

/// Shutting down a server.
@Suite struct ShutdownTests {
  @Test func `an idle server shuts down immediately`() throws {
    let server = try PipedServer()
    server.send(request(1) + "\n")
    #expect(server.receive() == result(1, "0"))
    server.stop()
    #expect(try server.outcome() == .init(end: .stopped, replies: .init(results: 1)))
    #expect(server.receiveAll() == [])
  }

  @Test(arguments: [0, 1, 1000]) func `the current message is answered, queued ones are not started`(
    waiting: Int
  ) throws {
    let (gate, entered) = (try Pipe(), try Pipe())
    let server = try PipedServer(.test, GatedHandler(gate: gate, entered: entered))
    let requests = (0..<waiting).map { #"{"id":\#($0 + 2),"method":"wait"}"# + "\n" }
    server.send(#"{"id":1,"method":"wait"}"# + "\n" + requests.joined())
    _ = entered.readLine()
    server.stop()
    gate.write(Array(String(repeating: "open\n", count: waiting + 1).utf8))
    #expect(try server.outcome() == .init(end: .stopped, replies: .init(results: 1)))
    #expect(server.receiveAll() == [#"{"jsonrpc":"2.0","id":1,"result":"open"}"#])
  }

  @Test func `a batch is one message and is answered as a whole`() throws {
    let (gate, entered) = (try Pipe(), try Pipe())
    let server = try PipedServer(.test, GatedHandler(gate: gate, entered: entered))
    server.send(
      #"[{"jsonrpc":"2.0","id":1,"method":"wait"},{"jsonrpc":"2.0","id":2,"method":"wait"}]"# + "\n")
    _ = entered.readLine()
    server.stop()
    gate.write(Array("a\nb\n".utf8))
    #expect(try server.outcome() == .init(end: .stopped, replies: .init(results: 2)))
    #expect(
      server.receiveAll() == [
        #"[{"jsonrpc":"2.0","id":1,"result":"a"},{"jsonrpc":"2.0","id":2,"result":"b"}]"#
      ])
  }

  @Test(arguments: [1, 3]) func `requests that exceed the grace period are cancelled`(requests: Int) throws {
    let (gate, input, output) = (try Pipe(), try Pipe(), try Pipe())
    let shutdown = ShutdownSignal()
    let serving = TestThread {
      Result { () throws(TransportError) in
        try Server(limits: .test, handler: GatedHandler(gate: gate), gracePeriodMilliseconds: 20, now: { 0 })
          .run(input: input.reading, output: output.writing, until: shutdown)
      }
    }
    let batch = (1...requests).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"endless"}"# }
    input.write(Array("[\(batch.joined(separator: ","))]\n".utf8))
    // It says that it has begun.
    #expect(output.readLine().contains("begun"))
    shutdown.raise()
    #expect(
      try serving.result()?.get() == .init(end: .stopped, replies: .init(errors: requests)))
  }

  @Test func `a shutdown before the start answers nothing`() throws {
    let (input, output) = (try Pipe(), try Pipe())
    let shutdown = ShutdownSignal()
    shutdown.raise()
    input.write(Array((request(1) + "\n").utf8))
    let outcome = try testServer().run(input: input.reading, output: output.writing, until: shutdown)
    #expect(outcome == .init(end: .stopped, replies: .init()))
  }
}

private func request(_ id: Int) -> String { #"{"id":\#(id),"method":"sum"}"# }

private func result(_ id: Int, _ text: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"result":\#(text)}"#
}
