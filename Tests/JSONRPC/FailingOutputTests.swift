import JSON
import Synchronization
import System
import Testing

@testable import JSONRPC

/// Output that fails, and threads that cannot be started.
@Suite struct FailingOutputTests {
  private let pipe: Pipe

  init() throws { pipe = try Pipe() }

  /// Makes one write fail, then makes the descriptor writable, and expects every later write to fail as well.
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
    var flushes = output.flushes
    _ = output.flush(unlessFlushedSince: &flushes)
    // Nothing is buffered, so the flusher sleeps instead of retrying.
    #expect(!output.hasBuffered, sourceLocation: line)
    #expect(throws: ReplyOutput.Failure.self, sourceLocation: line) { try output.flush() }
  }

  @Test func `after a failed write nothing more is written, and every call fails`() throws {
    check {
      try? $0.append(Array("lost".utf8), .lines); try? $0.flush()
    }
    check { try? $0.append([UInt8](repeating: 0x78, count: ReplyOutput.bufferBytes), .headers) }
    check { $0.notify("lost", nil, .lines) }
    check { output in
      try? output.append(Array("lost".utf8), .lines)
      var flushes = output.flushes
      _ = output.flush(unlessFlushedSince: &flushes)
    }
    pipe.closeWriting()
    #expect(pipe.readAll().isEmpty)
  }

  @Test func `a flusher without a thread says so`() throws {
    let starts = Atomic(0)
    let output = MessageOutput(descriptor: pipe.writing)
    let flusher = ReplyFlusher(output) { _ throws(TransportError) in
      starts.add(1, ordering: .relaxed)
      throw TransportError("start a thread", code: EAGAIN)
    }
    for _ in 0..<3 { #expect(!flusher.flushSoon()) }
    #expect(starts.load(ordering: .relaxed) == 1)
    flusher.stop()
    #expect(!flusher.flushSoon())
  }

  @Test func `the flusher writes buffered replies whenever it is asked, until it is stopped`() throws {
    let output = MessageOutput(descriptor: pipe.writing)
    let flusher = ReplyFlusher(output)
    for round in 0..<200 {
      try output.append(Array("reply \(round)".utf8), .lines)
      #expect(flusher.flushSoon())
      // Hangs if the thread stays asleep.
      #expect(pipe.readLine() == "reply \(round)")
    }
    flusher.stop()
    #expect(!flusher.flushSoon())
  }
}
