import JSONRPC
import System
import Testing

/// A server on its own thread between two pipes, and the client's ends of the pipes.
final class PipedServer: Sendable {
  private let input: Pipe
  private let output: Pipe
  private let shutdown = ShutdownSignal()
  private let serving: TestThread<Result<ServerOutcome, TransportError>>

  init(
    _ limits: MessageLimits = .test, _ handler: some RequestHandler & Sendable = TestHandler(),
    blockingOutput: Bool = true
  ) throws {
    ignoreBrokenPipes()
    let (input, output) = (try Pipe(), try Pipe())
    if !blockingOutput { _ = fcntl(output.writing, F_SETFL, O_NONBLOCK) }
    (self.input, self.output) = (input, output)
    let shutdown = shutdown
    serving = TestThread {
      defer { output.closeWriting() }
      return Result { () throws(TransportError) in
        try testServer(limits, handler).run(input: input.reading, output: output.writing, until: shutdown)
      }
    }
  }

  func send(_ bytes: some Sequence<UInt8>) { input.write(Array(bytes)) }
  func send(_ text: String) { send(text.utf8) }
  func endInput() { input.closeWriting() }
  func stop() { shutdown.raise() }
  func closeOutput() { output.closeReading() }

  /// Sends until the pipe stays full; returns the number of bytes sent.
  func sendUntilHeldUp(_ bytes: [UInt8]) -> Int { input.writeUntilFull(bytes) }

  /// The next reply. Reads byte by byte, so that nothing after it is consumed.
  func receive() -> String { output.readLine() }

  /// All further replies, to the end of the output.
  func receiveAll() -> [String] {
    output.readAll().split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The same as bytes.
  func receiveBytes() -> [UInt8] { output.readAll() }

  /// Waits until the server ends; returns its outcome.
  func outcome() throws -> ServerOutcome { try #require(serving.result()).get() }
}
