import Dispatch
import Synchronization

/// Hands messages from the thread that reads them to the one that handles them, many at a time.
///
/// What waits here is bounded, in bytes and in messages: a reader that is ahead is held up, and through
/// the pipe the client behind it. One thread puts and one takes; each sleeps until the other wakes it.
final class FrameHandOver: Sendable {
  /// Why no further messages come.
  enum End: Sendable, Equatable {
    case endOfInput
    /// Whoever takes was asked to stop; what waits stays.
    case stopped
    case failed(TransportError)
  }

  /// What the taking thread gets.
  enum Taken: Sendable, Equatable {
    /// In the order in which they were put; never empty.
    case frames([Frame], FrameStyle)
    /// All messages were taken.
    case end(End)
  }

  private struct State {
    var frames: [Frame] = []
    var bytes = 0
    /// The same for all messages of a stream.
    var style = FrameStyle.lines
    var end: End?
    /// The taker is gone.
    var isClosed = false
    var isPutterAsleep = false
    var isTakerAsleep = false
  }

  private let maximumBytes: Int
  private let maximumFrames: Int
  private let state = Mutex(State())
  private let roomWasMade = DispatchSemaphore(value: 0)
  private let somethingCame = DispatchSemaphore(value: 0)

  init(maximumBytes: Int, maximumFrames: Int) {
    self.maximumBytes = maximumBytes
    self.maximumFrames = maximumFrames
  }

  // MARK: The putting thread

  /// What became of an attempt to put messages.
  enum Attempt: Equatable {
    case done
    /// There is no room now; the taker wakes the putter when there is.
    case full
    /// Nobody takes any more.
    case closed
  }

  /// Waits until there is room and puts the messages; false where nobody takes any more.
  func put(_ frames: [Frame], _ style: FrameStyle = .lines) -> Bool {
    while true {
      switch tryToPut(frames, style) {
      case .done: return true
      case .closed: return false
      case .full: roomWasMade.wait()
      }
    }
  }

  /// Puts the messages if there is room. Where nothing waits there always is, so that the longest message
  /// passes.
  func tryToPut(_ frames: [Frame], _ style: FrameStyle = .lines) -> Attempt {
    let bytes = frames.reduce(0) { $0 + $1.keptBytes }
    let (attempt, wakes) = state.withLock { state -> (Attempt, Bool) in
      if state.isClosed { return (.closed, false) }
      let fits = state.bytes + bytes <= maximumBytes && state.frames.count + frames.count <= maximumFrames
      guard fits || state.frames.isEmpty else {
        state.isPutterAsleep = true
        return (.full, false)
      }
      state.frames.append(contentsOf: frames)
      state.bytes += bytes
      state.style = style
      return (.done, takeFlag(&state.isTakerAsleep))
    }
    if wakes { somethingCame.signal() }
    return attempt
  }

  /// Says that nothing else will be put.
  func end(_ end: End) {
    let wakes = state.withLock { state in
      if state.end == nil { state.end = end }
      return takeFlag(&state.isTakerAsleep)
    }
    if wakes { somethingCame.signal() }
  }

  // MARK: The taking thread

  /// Whether no message waits.
  var isEmpty: Bool { state.withLock { $0.frames.isEmpty } }

  /// Takes all messages that wait, or sleeps until some come.
  func take() -> Taken {
    while true {
      if let taken = tryToTake() { return taken }
      somethingCame.wait()
    }
  }

  /// Has nothing else be taken, from any thread.
  func stop() {
    let wakes = state.withLock { state in
      state.end = .stopped
      return takeFlag(&state.isTakerAsleep)
    }
    if wakes { somethingCame.signal() }
  }

  /// Says that nothing else will be taken.
  func close() {
    let wakes = state.withLock { state in
      state.isClosed = true
      return takeFlag(&state.isPutterAsleep)
    }
    if wakes { roomWasMade.signal() }
  }

  private func tryToTake() -> Taken? {
    let (taken, wakes) = state.withLock { state -> (Taken?, Bool) in
      if state.frames.isEmpty || state.end == .stopped {
        state.isTakerAsleep = state.end == nil
        return (state.end.map(Taken.end), false)
      }
      var frames: [Frame] = []
      swap(&frames, &state.frames)
      state.bytes = 0
      return (.frames(frames, state.style), takeFlag(&state.isPutterAsleep))
    }
    if wakes { roomWasMade.signal() }
    return taken
  }
}

/// Whether the flag was set; it is not any more.
private func takeFlag(_ flag: inout Bool) -> Bool {
  defer { flag = false }
  return flag
}
