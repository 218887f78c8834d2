@testable import JSONRPC
import TestSupport
import Testing

/// Cancellations overtake queued messages, and notifications come before replies. With real pipes.
@Suite struct CancellationTests {
  private let gate: Pipe
  private let server: PipedServer

  init() throws {
    gate = try Pipe()
    server = try PipedServer(.test, GatedHandler(gate: gate))
  }

  private func send(_ lines: String...) { server.send(lines.map { "\($0)\n" }.joined()) }

  @Test func `recording and removing cancellations takes linear time`() {
    let growth = Growth.ofThreadTime(4_000) { count in
      let cancellations = Cancellations()
      for index in 0..<count {
        let line =
          #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"a long id that ends with \#(index)"}}"#
        cancellations.record(.complete(Array(line.utf8)), limits: .test)
      }
      for index in (0..<count).reversed() {
        cancellations.remove(.string("a long id that ends with \(index)"))
      }
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test func `each of many cancellations is removed once, in any order`() {
    let cancellations = Cancellations()
    let count = 2_000
    let lines = (0..<count).map {
      #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"\#(String(repeating: "x", count: 50))\#($0 / 2)"}}"#
    }
    for line in lines { cancellations.record(.complete(Array(line.utf8)), limits: .test) }
    for index in (0..<count / 2).reversed() {
      let id = RequestID.string(String(repeating: "x", count: 50) + "\(index)")
      #expect(cancellations.contains(id))
      cancellations.remove(id)
      #expect(cancellations.contains(id))
      cancellations.remove(id)
      #expect(!cancellations.contains(id))
    }
    #expect(!cancellations.contains(nil))
    cancellations.cancelAll()
    #expect(cancellations.contains(nil) && cancellations.contains(.integer(1)))
  }

  @Test(arguments: [
    #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":ID}}"#,
    #"{"jsonrpc":"2.0","method":"$\/cancelRequest","params":{"id":ID}}"#,
    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":ID,"reason":"late"}}"#,
    #"[{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":ID}}]"#,
  ]) func `a running request is cancelled`(cancellation: String) throws {
    for id in ["7", #""seven""#] {
      send(#"{"jsonrpc":"2.0","id":\#(id),"method":"endless","params":[1]}"#)
      #expect(server.receive() == #"{"jsonrpc":"2.0","method":"begun","params":{"params":[1]}}"#)
      send(cancellation.replacing("ID", with: id))
      #expect(
        server.receive()
          == #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32800,"message":"Request cancelled"}}"#)
    }
    server.endInput()
    #expect(try server.outcome().replies == .init(errors: 2))
  }

  @Test func `queued requests are cancelled, too, but only those before the cancellation`()
    throws
  {
    send(
      request(1, "endless"), request(2, "a"), request(3, "b"), cancel(3), cancel(99), request(3, "again"),
      cancel(1)
    )
    server.endInput()
    #expect(
      server.receiveAll() == [
        #"{"jsonrpc":"2.0","method":"begun","params":{"params":null}}"#, cancelled(1), result(2, "a"),
        cancelled(3), result(3, "again"),
      ])
  }

  @Test func `cancelling an answered request changes nothing`() throws {
    send(request(1, "a"))
    #expect(server.receive() == result(1, "a"))
    send(cancel(1))
    send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":[]}}"#)
    send(#"{"jsonrpc":"2.0","method":"$/cancelRequest"}"#)
    send(request(1, "b"))
    #expect(server.receive() == result(1, "b"))
    send(#"{"jsonrpc":"2.0","id":4,"method":"$/cancelRequest","params":{"id":1}}"#)
    #expect(server.receive() == result(4, "$/cancelRequest"))
    server.endInput()
    #expect(try server.outcome().end == .endOfInput)
  }

  @Test func `a handler may send no reply, and may reject a batch as a whole`() throws {
    send(request(1, "quiet"), request(2, "a"), "[\(request(3, "a")),\(request(4, "alone"))]", request(5, "b"))
    server.endInput()
    #expect(
      server.receiveAll() == [
        result(2, "a"),
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request: expected no batch"}}"#,
        result(5, "b"),
      ])
  }

  @Test func `a rejected batch of notifications gets no reply, and its cancellations are removed`()
    throws
  {
    let alone = #"{"jsonrpc":"2.0","method":"alone"}"#
    let refused =
      #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request: expected no batch"}}"#
    send("[\(alone)]", "[\(cancel(1)),\(alone)]", request(1, "a"), "[\(alone),7]", request(2, "b"))
    send("[\(cancel(3)),\(request(4, "alone"))]", request(3, "c"))
    server.endInput()
    #expect(
      server.receiveAll() == [result(1, "a"), refused, result(2, "b"), refused, result(3, "c")])
  }

  @Test func `notifications to the client are framed like its requests`() throws {
    let line = #"{"jsonrpc":"2.0","id":1,"method":"endless"}"#
    server.send(
      "Content-Length: \(line.utf8.count)\r\n\r\n\(line)Content-Length: \(cancel(1).utf8.count)\r\n\r\n\(cancel(1))"
    )
    server.endInput()
    let begun = #"{"jsonrpc":"2.0","method":"begun","params":{"params":null}}"#
    #expect(
      String(decoding: server.receiveBytes(), as: UTF8.self)
        == "Content-Length: \(begun.utf8.count)\r\n\r\n\(begun)Content-Length: \(cancelled(1).utf8.count)\r\n\r\n\(cancelled(1))"
    )
  }
}

private func request(_ id: Int, _ method: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"}"#
}

private func cancel(_ id: Int) -> String {
  #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":\#(id)}}"#
}

private func result(_ id: Int, _ result: String) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"result":"\#(result)"}"#
}

private func cancelled(_ id: Int) -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32800,"message":"Request cancelled"}}"#
}
