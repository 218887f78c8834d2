import JSONRPC
import System
import Testing

/// A server on a thread of its own, between two real pipes, and its client's ends of them.
final class PipedServer: Sendable {
  private let input: Pipe
  private let output: Pipe
  private let stopSwitch = StopSwitch()
  private let serving: TestThread<Result<ServerOutcome, TransportError>>

  init(
    _ limits: MessageLimits = .test, _ handler: some RequestHandler & Sendable = TestHandler(),
    blockingOutput: Bool = true
  ) throws {
    ignoreBrokenPipes()
    let (input, output) = (try Pipe(), try Pipe())
    if !blockingOutput { _ = fcntl(output.writing, F_SETFL, O_NONBLOCK) }
    (self.input, self.output) = (input, output)
    let stop = stopSwitch
    serving = TestThread {
      defer { output.closeWriting() }
      return Result { () throws(TransportError) in
        try testServer(limits, handler).run(input: input.reading, output: output.writing, until: stop)
      }
    }
  }

  func send(_ bytes: some Sequence<UInt8>) { input.write(Array(bytes)) }
  func send(_ text: String) { send(text.utf8) }
  func endInput() { input.closeWriting() }
  func stop() { stopSwitch.turnOn() }
  func closeOutput() { output.closeReading() }

  /// Sends as long as the server takes what is sent, and says how many bytes it took.
  func sendUntilHeldUp(_ bytes: [UInt8]) -> Int { input.writeUntilFull(bytes) }

  /// The next reply. The client reads bytewise here, which is slow and leaves nothing behind.
  func receive() -> String { output.readLine() }

  /// All further replies, to the end of the output.
  func receiveAll() -> [String] {
    output.readAll().split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The same as bytes.
  func receiveBytes() -> [UInt8] { output.readAll() }

  /// How serving ended; waits for it.
  func outcome() throws -> ServerOutcome { try #require(serving.result()).get() }
}
