import Dispatch

/// A JSON-RPC 2.0 server over two descriptors. Messages are lines or have headers (``Framing``). Requests are handled one
/// at a time, and replies come in the order of the requests.
///
/// Every request with an id gets exactly one reply, whatever is wrong with it, and the next message is answered.
public struct Server<Handler: RequestHandler> {
  /// The limits of messages in both directions.
  public let limits: MessageLimits
  /// What answers requests.
  public let handler: Handler
  /// A monotonic clock, in nanoseconds.
  private let now: @Sendable () -> UInt64
  private let gracePeriodMilliseconds: Int

  /// - Parameter gracePeriodMilliseconds: How long the current message may still take after a shutdown was requested;
  ///   then its requests are cancelled.
  public init(
    limits: MessageLimits, handler: Handler, gracePeriodMilliseconds: Int = 5_000,
    now: @escaping @Sendable () -> UInt64
  ) {
    self.limits = limits
    self.handler = handler
    self.gracePeriodMilliseconds = gracePeriodMilliseconds
    self.now = now
  }

  /// Reads messages from `input` until it ends or `shutdown` is raised, and writes the replies to `output`. Closes
  /// neither. On shutdown the current message is answered; its requests that exceed the grace period are cancelled.
  ///
  /// One thread reads, the calling thread answers and writes, and a third flushes replies while the second is busy with a
  /// request. Replies are flushed when the queue is empty, when the buffer is full, and at least once per millisecond
  /// between requests. Call ``ignoreBrokenPipes()`` first.
  /// - Throws: if writing fails, or if reading fails, after everything read so far was answered.
  public func run(
    input: Int32, output: Int32, until shutdown: ShutdownSignal = ShutdownSignal()
  ) throws(TransportError) -> ServerOutcome {
    let queue = BoundedFrameQueue(maximumBytes: queuedBytes, maximumFrames: queuedFrames)
    let wakePipe = try WakePipe()
    let cancellations = Cancellations()
    let reader = FrameReader(
      input: input, wakeUp: wakePipe.readEnd, limits: limits, queue: queue, cancellations: cancellations)
    let thread = try startThread { reader.run() }
    let ended = DispatchSemaphore(value: 0)
    shutdown.onRaise { [gracePeriodMilliseconds] in
      queue.stop()
      // If no thread can be started, the grace period does not end; a second signal then ends the process.
      _ = try? startThread {
        let hasEnded = ended.wait(timeout: .now() + .milliseconds(gracePeriodMilliseconds)) == .success
        if !hasEnded { cancellations.cancelAll() }
      }
    }
    defer { ended.signal() }
    var reply = ReplyWriter(maximumBytes: limits.maximumReplyBytes)
    let end = Result { () throws(ReplyOutput.Failure) in
      try answerFrames(from: queue, until: shutdown, cancellations, with: &reply, to: output)
    }
    queue.close()
    wakePipe.wakeAndJoin(thread)
    switch end {
    case .success(.endOfInput): return ServerOutcome(end: .endOfInput, replies: reply.counts)
    case .success(.stopped): return ServerOutcome(end: .stopped, replies: reply.counts)
    case .failure(.closed): return ServerOutcome(end: .outputClosed, replies: reply.counts)
    case .success(.failed(let error)), .failure(.failed(let error)): throw error
    }
  }

  /// Answers messages until the queue ends; returns when all replies are written.
  private func answerFrames(
    from queue: BoundedFrameQueue, until shutdown: ShutdownSignal, _ cancellations: Cancellations,
    with reply: inout ReplyWriter, to output: Int32
  ) throws(ReplyOutput.Failure) -> BoundedFrameQueue.End {
    let output = MessageOutput(descriptor: output)
    let flusher = ReplyFlusher(output)
    defer { flusher.stop() }
    var flushedAt = now()
    var hasBufferedReplies = false
    while true {
      // The client may wait for these replies before it sends more.
      if queue.isEmpty {
        try output.flush()
        hasBufferedReplies = false
      }
      switch queue.dequeueAll() {
      case .end(let end):
        try output.flush()
        return end
      case .frames(let frames, let style):
        let connection = ConnectionContext(style: style, cancellations: cancellations, output: output)
        for frame in frames {
          if shutdown.isRaised { break }
          if hasBufferedReplies, !flusher.flushSoon() { try output.flush() }
          answer(frame, connection, into: &reply)
          if !reply.bytes.isEmpty {
            try output.append(reply.bytes, style)
            hasBufferedReplies = true
          }
          reply.clear()
          // Quick replies share a write; a slow one is flushed immediately.
          let time = now()
          if time - flushedAt >= flushIntervalNanoseconds {
            try output.flush()
            hasBufferedReplies = false
            flushedAt = time
          }
        }
      }
    }
  }
}

extension Server: Sendable where Handler: Sendable {}

/// How the server ended, and what it answered.
public struct ServerOutcome: Sendable, Equatable {
  /// Why the server ended.
  public enum End: Sendable {
    /// The input has ended and every message was answered.
    case endOfInput
    /// The reader of the replies has closed the pipe.
    case outputClosed
    /// A shutdown was requested and the current message was answered.
    case stopped
  }

  /// Why it ended.
  public let end: End
  /// How many requests it answered.
  public let replies: ReplyCounts
}

/// Bounds of the queue between the reading and the answering thread: large enough that neither waits for the other at each message.
private let queuedBytes = 1 << 20
private let queuedFrames = 16 << 10

/// How long replies stay in the buffer while there are messages to answer.
private let flushIntervalNanoseconds: UInt64 = 1_000_000
