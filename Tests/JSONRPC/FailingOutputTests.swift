import JSON
import Synchronization
import System
import Testing

@testable import JSONRPC

/// Output that fails, and threads that cannot be had.
@Suite struct FailingOutputTests {
  private let pipe: Pipe

  init() throws { pipe = try Pipe() }

  /// Writes one reply in a way that fails, then makes room, and sees that every way to write fails as well.
  private func check(_ failing: (MessageOutput) -> Void, at line: SourceLocation = #_sourceLocation) {
    // Takes reads only, until it becomes the pipe.
    let descriptor = dup(pipe.reading)
    defer { close(descriptor) }
    let output = MessageOutput(descriptor: descriptor)
    failing(output)
    dup2(pipe.writing, descriptor)
    #expect(throws: ReplyOutput.Failure.self, sourceLocation: line) { try output.flush() }
    #expect(throws: ReplyOutput.Failure.self, sourceLocation: line) {
      try output.append(Array("later".utf8), .lines)
    }
    output.notify("later", nil, .lines)
    var writes = output.writes
    _ = output.flush(unlessWrittenSince: &writes)
    // It sleeps rather than tries again for ever.
    #expect(!output.hasCollected, sourceLocation: line)
    #expect(throws: ReplyOutput.Failure.self, sourceLocation: line) { try output.flush() }
  }

  @Test func `after a write that failed nothing is written any more, and everything fails`() throws {
    check {
      try? $0.append(Array("lost".utf8), .lines); try? $0.flush()
    }
    check { try? $0.append([UInt8](repeating: 0x78, count: ReplyOutput.collectedBytes), .headers) }
    check { $0.notify("lost", nil, .lines) }
    check { output in
      try? output.append(Array("lost".utf8), .lines)
      var writes = output.writes
      _ = output.flush(unlessWrittenSince: &writes)
    }
    pipe.closeWriting()
    #expect(pipe.readAll().isEmpty)
  }

  @Test func `without a thread nobody believes in one`() throws {
    let starts = Atomic(0)
    let output = MessageOutput(descriptor: pipe.writing)
    let flusher = ReplyFlusher(output) { _ throws(TransportError) in
      starts.add(1, ordering: .relaxed)
      throw TransportError("start a thread", code: EAGAIN)
    }
    for _ in 0..<3 { #expect(!flusher.watch()) }
    #expect(starts.load(ordering: .relaxed) == 1)
    flusher.stop()
    #expect(!flusher.watch())
  }

  @Test func `what is collected is written whenever the thread is told, and by nobody after its end`() throws
  {
    let output = MessageOutput(descriptor: pipe.writing)
    let flusher = ReplyFlusher(output)
    for round in 0..<200 {
      try output.append(Array("reply \(round)".utf8), .lines)
      #expect(flusher.watch())
      // Hangs where the thread sleeps on.
      #expect(pipe.readLine() == "reply \(round)")
    }
    flusher.stop()
    #expect(!flusher.watch())
  }
}
