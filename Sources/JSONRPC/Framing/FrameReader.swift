import System

/// Reads a descriptor to its end, on its own thread, and puts the messages into the queue.
///
/// It keeps reading while the other thread answers, and examines each message before it is queued: cancellations take
/// effect immediately instead of in their turn.
struct FrameReader {
  private static let chunkBytes = 64 << 10

  let input: Int32
  /// The read end of a ``WakePipe``: reading stops when its write end is closed.
  let wakeUp: Int32
  let limits: MessageLimits
  let queue: BoundedFrameQueue
  let cancellations: Cancellations

  /// Returns when the input has ended or failed, or when reading was stopped.
  func run() {
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 1)
    defer { chunk.deallocate() }
    var framing = Framing(limits: limits)
    do throws(TransportError) {
      while let count = try read(into: chunk) {
        var frames: [Frame] = []
        if count > 0 {
          // Sound: `read` has filled the first `count` bytes.
          let bytes = UnsafeRawBufferPointer(rebasing: chunk[..<count]).bindMemory(to: UInt8.self)
          framing.feed(bytes, appendingTo: &frames)
        } else if let last = framing.finish() {
          frames = [last]
        }
        // A cancellation is recorded before its message can be dequeued.
        for frame in frames { cancellations.record(frame, limits: limits) }
        if !frames.isEmpty, !queue.enqueue(frames, framing.style) { return }
        if count == 0 { return queue.finish(.endOfInput) }
      }
    } catch {
      queue.finish(.failed(error))
    }
  }

  /// The number of bytes read, 0 at the end of the input; nil if reading was stopped.
  private func read(into chunk: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int? {
    while true {
      guard try waitForInput() else { return nil }
      // Sound: the buffer's own base and count.
      let count = systemRead(input, chunk.baseAddress, chunk.count)
      if count >= 0 { return count }
      if errno != EINTR, errno != EAGAIN { throw TransportError("read requests") }
    }
  }

  /// Sleeps until there is input, its end or an error. Returns false if reading was stopped.
  private func waitForInput() throws(TransportError) -> Bool {
    var watched = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: wakeUp, events: 0, revents: 0),
    ]
    while poll(&watched, nfds_t(watched.count), -1) < 0 {
      if errno != EINTR { throw TransportError("wait for requests") }
    }
    return watched[1].revents == 0
  }
}
