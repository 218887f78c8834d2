import JSON
import Testing

@testable import JSONRPC

/// Requests that are cancelled while their results are written.
@Suite struct LateCancellationTests {
  /// Large enough that writing it checks for cancellation.
  private static let large = JSONValue.array((0..<40_000).map { .integer(1_000_000 + $0) })

  /// Ignores cancellation.
  private struct Handler: RequestHandler {
    func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer {
      switch request.method {
      case "read": return .result(large)
      case "write": return .result(large, isCancellable: false)
      default: throw RPCError(code: 1, message: "failed", data: large)
      }
    }
  }

  /// The reply to a message whose requests are all cancelled.
  private func reply(to message: String, maximumBytes: Int = .max) -> String {
    let cancellations = Cancellations()
    cancellations.cancelAll()
    let connection = ConnectionContext(style: .lines, cancellations: cancellations)
    var reply = ReplyWriter(maximumBytes: maximumBytes)
    testServer(.test, Handler()).answer(.complete(Array(message.utf8)), connection, into: &reply)
    return String(decoding: reply.bytes, as: UTF8.self)
  }

  private func request(_ id: Int, _ method: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"}"#
  }

  private func cancelled(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32800,"message":"Request cancelled"}}"#
  }

  private func result(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":\#(Self.large)}"# }

  private func failure(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":1,"message":"failed","data":\#(Self.large)}}"#
  }

  @Test func `a read can be cancelled while its result is written, a write cannot`() {
    #expect(reply(to: request(1, "read")) == cancelled(1))
    #expect(reply(to: request(1, "write")) == result(1))
    #expect(reply(to: request(1, "fail")) == failure(1))
  }

  @Test func `a cancelled request does not affect the requests after it`() {
    let batch = [request(1, "read"), request(2, "fail"), request(3, "write"), request(4, "read")]
    #expect(
      reply(to: "[\(batch.joined(separator: ","))]")
        == "[\([cancelled(1), failure(2), result(3), cancelled(4)].joined(separator: ","))]")
  }

  @Test func `a write with a result that is too large is not reported as cancelled`() {
    #expect(reply(to: request(1, "write"), maximumBytes: 100_000).contains("100000"))
    #expect(!reply(to: request(1, "write"), maximumBytes: 100_000).contains("-32800"))
  }

  @Test func `a cancellation does not cut later results and errors`() {
    let context = RequestContext(isCancelled: { true })
    var reply = ReplyWriter()
    let isWritten = reply.write(Self.large, id: .integer(1), unless: context)
    #expect(!isWritten && reply.bytes.isEmpty)
    reply.clear()
    reply.write(RPCError(code: 1, message: "failed", data: Self.large), id: .integer(2))
    #expect(String(decoding: reply.bytes, as: UTF8.self) == failure(2))
    reply.clear()
    reply.write(Self.large, id: .integer(3))
    #expect(String(decoding: reply.bytes, as: UTF8.self) == result(3))
    #expect(reply.counts == ReplyCounts(results: 1, errors: 1))
  }
}
