import System

/// Reads a descriptor to its end, on a thread of its own, and hands the messages over.
///
/// It sees every message before it is handled, and goes on reading while one is, so that cancellations, which
/// must not wait for their turn, are noted between framing and hand-over.
struct FrameReader {
  private static let chunkBytes = 64 << 10

  let input: Int32
  /// Reading stops when the other end of this pipe is closed.
  let stop: Int32
  let limits: MessageLimits
  let handOver: FrameHandOver
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
        // Before its turn can come.
        for frame in frames { cancellations.note(frame, limits: limits) }
        if !frames.isEmpty, !handOver.put(frames, framing.style) { return }
        if count == 0 { return handOver.end(.endOfInput) }
      }
    } catch {
      handOver.end(.failed(error))
    }
  }

  /// The number of bytes read, 0 at the end of the input; nil when reading was stopped.
  private func read(into chunk: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int? {
    while true {
      guard try waitForInput() else { return nil }
      // Sound: the buffer's own base and count.
      let count = systemRead(input, chunk.baseAddress, chunk.count)
      if count >= 0 { return count }
      if errno != EINTR, errno != EAGAIN { throw TransportError("read requests") }
    }
  }

  /// Sleeps until there is something to read, be it the end or an error; false when reading was stopped.
  private func waitForInput() throws(TransportError) -> Bool {
    var watched = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: stop, events: 0, revents: 0),
    ]
    while poll(&watched, nfds_t(watched.count), -1) < 0 {
      if errno != EINTR { throw TransportError("wait for requests") }
    }
    return watched[1].revents == 0
  }
}
