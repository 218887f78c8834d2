import Dispatch

/// A JSON-RPC 2.0 server over two descriptors: messages in lines or behind headers
/// (``Framing``), replies in the order of the requests, one request at a time.
///
/// Whatever a message holds, every request with an id gets exactly one reply, and the next good message
/// is answered.
public struct Server<Handler: RequestHandler> {
  public let limits: MessageLimits
  public let handler: Handler
  /// A clock that never goes back, in nanoseconds from any beginning.
  private let now: @Sendable () -> UInt64
  private let graceMilliseconds: Int

  /// - Parameter graceMilliseconds: how long the message in hand may still take when the server is asked to stop; then
  ///   its requests are cancelled.
  public init(
    limits: MessageLimits, handler: Handler, graceMilliseconds: Int = 5_000,
    now: @escaping @Sendable () -> UInt64
  ) {
    self.limits = limits
    self.handler = handler
    self.graceMilliseconds = graceMilliseconds
    self.now = now
  }

  /// Reads messages from `input` until it ends, or until `stop` is turned on, and writes the replies to
  /// `output`. Neither is closed. When it is asked to stop, the message in hand is answered; what of it is not done
  /// within the time of grace is cancelled.
  ///
  /// The calling thread handles and writes, another one reads. Replies are written when no message waits,
  /// or when there are many. Call ``ignoreBrokenPipes()`` before.
  /// - Throws: when writing fails; when reading does, after all that was read is answered.
  public func run(
    input: Int32, output: Int32, until stop: StopSwitch = StopSwitch()
  ) throws(TransportError) -> ServerOutcome {
    let handOver = FrameHandOver(maximumBytes: waitingBytes, maximumFrames: waitingFrames)
    let stopPipe = try StopPipe()
    let cancellations = Cancellations()
    let reader = FrameReader(
      input: input, stop: stopPipe.watched, limits: limits, handOver: handOver, cancellations: cancellations)
    let thread = try startThread { reader.run() }
    let ended = DispatchSemaphore(value: 0)
    stop.whenOn { [graceMilliseconds] in
      handOver.stop()
      // Without a thread for it, a request that takes for ever takes a second signal.
      _ = try? startThread {
        let isOver = ended.wait(timeout: .now() + .milliseconds(graceMilliseconds)) == .success
        if !isOver { cancellations.cancelAll() }
      }
    }
    defer { ended.signal() }
    var reply = ReplyWriter(maximumBytes: limits.maximumReplyBytes)
    let end = Result { () throws(ReplyOutput.Failure) in
      try answerFrames(from: handOver, until: stop, cancellations, with: &reply, to: output)
    }
    handOver.close()
    stopPipe.stop(thread)
    switch end {
    case .success(.endOfInput): return ServerOutcome(end: .endOfInput, replies: reply.counts)
    case .success(.stopped): return ServerOutcome(end: .stopped, replies: reply.counts)
    case .failure(.closed): return ServerOutcome(end: .outputClosed, replies: reply.counts)
    case .success(.failed(let error)), .failure(.failed(let error)): throw error
    }
  }

  /// Returns when the last message is answered and its reply written.
  private func answerFrames(
    from handOver: FrameHandOver, until stop: StopSwitch, _ cancellations: Cancellations,
    with reply: inout ReplyWriter, to output: Int32
  ) throws(ReplyOutput.Failure) -> FrameHandOver.End {
    let output = MessageOutput(descriptor: output)
    let flusher = ReplyFlusher(output)
    defer { flusher.stop() }
    var writtenAt = now()
    var holdsBack = false
    while true {
      // The client may be waiting for these replies before it sends more.
      if handOver.isEmpty {
        try output.flush()
        holdsBack = false
      }
      switch handOver.take() {
      case .end(let end):
        try output.flush()
        return end
      case .frames(let frames, let style):
        let conversation = Conversation(style: style, cancellations: cancellations, output: output)
        for frame in frames {
          if stop.isOn { break }
          if holdsBack, !flusher.watch() { try output.flush() }
          answer(frame, conversation, into: &reply)
          if !reply.bytes.isEmpty {
            try output.append(reply.bytes, style)
            holdsBack = true
          }
          reply.clear()
          // Quick replies share a write; one that took its time is not held back by those that follow.
          let time = now()
          if time - writtenAt >= collectingNanoseconds {
            try output.flush()
            holdsBack = false
            writtenAt = time
          }
        }
      }
    }
  }
}

extension Server: Sendable where Handler: Sendable {}

/// How serving ended.
public struct ServerOutcome: Sendable, Equatable {
  public enum End: Sendable {
    /// The input has ended, and all that was read is answered.
    case endOfInput
    /// Nobody reads the replies any more.
    case outputClosed
    /// It was asked to stop, and the message that was in hand is answered.
    case stopped
  }

  public let end: End
  public let replies: ReplyCounts
}

/// What may wait between the two threads: enough that neither waits for the other for each message.
private let waitingBytes = 1 << 20
private let waitingFrames = 16 << 10

/// How long replies are collected before they are written, while there are messages to answer.
private let collectingNanoseconds: UInt64 = 1_000_000
