import Dispatch
import Synchronization

/// A queue of messages between the thread that reads them and the thread that answers them.
///
/// It is bounded in bytes and in messages, which gives backpressure: if it is full, the reader waits, and through the
/// pipe the client does too. It has one producer and one consumer; each sleeps until the other wakes it.
final class BoundedFrameQueue: Sendable {
  /// Why no further messages come.
  enum End: Sendable, Equatable {
    case endOfInput
    /// The consumer was asked to stop. Queued messages are dropped.
    case stopped
    case failed(TransportError)
  }

  /// What the consumer gets.
  enum Dequeued: Sendable, Equatable {
    /// All queued messages, in order; never empty.
    case frames([Frame], FrameStyle)
    /// The queue is empty and stays so.
    case end(End)
  }

  private struct State {
    var frames: [Frame] = []
    var bytes = 0
    /// The same for all messages of a stream.
    var style = FrameStyle.lines
    var end: End?
    /// The consumer is gone.
    var isClosed = false
    var isProducerAsleep = false
    var isConsumerAsleep = false
  }

  private let maximumBytes: Int
  private let maximumFrames: Int
  private let state = Mutex(State())
  private let spaceAvailable = DispatchSemaphore(value: 0)
  private let framesAvailable = DispatchSemaphore(value: 0)

  init(maximumBytes: Int, maximumFrames: Int) {
    self.maximumBytes = maximumBytes
    self.maximumFrames = maximumFrames
  }

  // MARK: The producer

  enum EnqueueResult: Equatable {
    case enqueued
    /// The consumer wakes the producer when there is space.
    case full
    /// The consumer is gone.
    case closed
  }

  /// Waits until there is space and adds the messages. Returns false if the consumer is gone.
  func enqueue(_ frames: [Frame], _ style: FrameStyle = .lines) -> Bool {
    while true {
      switch tryEnqueue(frames, style) {
      case .enqueued: return true
      case .closed: return false
      case .full: spaceAvailable.wait()
      }
    }
  }

  /// Adds the messages if there is space. An empty queue accepts messages of any size, so that the longest one passes.
  func tryEnqueue(_ frames: [Frame], _ style: FrameStyle = .lines) -> EnqueueResult {
    let bytes = frames.reduce(0) { $0 + $1.storedBytes }
    let (result, wakes) = state.withLock { state -> (EnqueueResult, Bool) in
      if state.isClosed { return (.closed, false) }
      let fits = state.bytes + bytes <= maximumBytes && state.frames.count + frames.count <= maximumFrames
      guard fits || state.frames.isEmpty else {
        state.isProducerAsleep = true
        return (.full, false)
      }
      state.frames.append(contentsOf: frames)
      state.bytes += bytes
      state.style = style
      return (.enqueued, clear(&state.isConsumerAsleep))
    }
    if wakes { framesAvailable.signal() }
    return result
  }

  /// Ends the queue: the producer adds no more messages.
  func finish(_ end: End) {
    let wakes = state.withLock { state in
      if state.end == nil { state.end = end }
      return clear(&state.isConsumerAsleep)
    }
    if wakes { framesAvailable.signal() }
  }

  // MARK: The consumer

  var isEmpty: Bool { state.withLock { $0.frames.isEmpty } }

  /// Removes all queued messages, or sleeps until some come.
  func dequeueAll() -> Dequeued {
    while true {
      if let dequeued = tryDequeue() { return dequeued }
      framesAvailable.wait()
    }
  }

  /// Makes the consumer get no further messages. May be called from any thread.
  func stop() {
    let wakes = state.withLock { state in
      state.end = .stopped
      return clear(&state.isConsumerAsleep)
    }
    if wakes { framesAvailable.signal() }
  }

  /// Ends the queue: the consumer removes no more messages.
  func close() {
    let wakes = state.withLock { state in
      state.isClosed = true
      return clear(&state.isProducerAsleep)
    }
    if wakes { spaceAvailable.signal() }
  }

  private func tryDequeue() -> Dequeued? {
    let (dequeued, wakes) = state.withLock { state -> (Dequeued?, Bool) in
      if state.frames.isEmpty || state.end == .stopped {
        state.isConsumerAsleep = state.end == nil
        return (state.end.map(Dequeued.end), false)
      }
      var frames: [Frame] = []
      swap(&frames, &state.frames)
      state.bytes = 0
      return (.frames(frames, state.style), clear(&state.isProducerAsleep))
    }
    if wakes { spaceAvailable.signal() }
    return dequeued
  }
}

/// Clears a flag; returns whether it was set.
private func clear(_ flag: inout Bool) -> Bool {
  defer { flag = false }
  return flag
}
