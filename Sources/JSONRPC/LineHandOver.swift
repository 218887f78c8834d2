import Dispatch
import Synchronization

/// Hands lines from the thread that reads them to the one that handles them, many at a time.
///
/// What waits here is bounded, in bytes and in lines: a reader that is ahead is held up, and through
/// the pipe the client behind it. One thread puts and one takes; each sleeps until the other wakes it.
final class LineHandOver: Sendable {
  /// Why no further lines come.
  enum End: Sendable, Equatable {
    case endOfInput
    case failed(TransportError)
  }

  /// What the taking thread gets.
  enum Taken: Sendable, Equatable {
    /// In the order in which they were put; never empty.
    case lines([LineFraming.Line])
    /// All lines were taken.
    case end(End)
  }

  private struct State {
    var lines: [LineFraming.Line] = []
    var bytes = 0
    var end: End?
    /// The taker is gone.
    var isClosed = false
    var isPutterAsleep = false
    var isTakerAsleep = false
  }

  private let maximumBytes: Int
  private let maximumLines: Int
  private let state = Mutex(State())
  private let roomWasMade = DispatchSemaphore(value: 0)
  private let somethingCame = DispatchSemaphore(value: 0)

  init(maximumBytes: Int, maximumLines: Int) {
    self.maximumBytes = maximumBytes
    self.maximumLines = maximumLines
  }

  // MARK: The putting thread

  /// What became of an attempt to put lines.
  enum Attempt: Equatable {
    case done
    /// There is no room now; the taker wakes the putter when there is.
    case full
    /// Nobody takes any more.
    case closed
  }

  /// Waits until there is room and puts the lines; false where nobody takes any more.
  func put(_ lines: [LineFraming.Line]) -> Bool {
    while true {
      switch tryToPut(lines) {
      case .done: return true
      case .closed: return false
      case .full: roomWasMade.wait()
      }
    }
  }

  /// Puts the lines if there is room. Where nothing waits there always is, so that the longest line
  /// passes.
  func tryToPut(_ lines: [LineFraming.Line]) -> Attempt {
    let bytes = lines.reduce(0) { $0 + $1.keptBytes }
    let (attempt, wakes) = state.withLock { state -> (Attempt, Bool) in
      if state.isClosed { return (.closed, false) }
      let fits = state.bytes + bytes <= maximumBytes && state.lines.count + lines.count <= maximumLines
      guard fits || state.lines.isEmpty else {
        state.isPutterAsleep = true
        return (.full, false)
      }
      state.lines.append(contentsOf: lines)
      state.bytes += bytes
      return (.done, takeFlag(&state.isTakerAsleep))
    }
    if wakes { somethingCame.signal() }
    return attempt
  }

  /// Says that nothing else will be put.
  func end(_ end: End) {
    let wakes = state.withLock { state in
      state.end = end
      return takeFlag(&state.isTakerAsleep)
    }
    if wakes { somethingCame.signal() }
  }

  // MARK: The taking thread

  /// Whether no line waits.
  var isEmpty: Bool { state.withLock { $0.lines.isEmpty } }

  /// Takes all lines that wait, or sleeps until some come.
  func take() -> Taken {
    while true {
      if let taken = tryToTake() { return taken }
      somethingCame.wait()
    }
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
      if state.lines.isEmpty {
        state.isTakerAsleep = state.end == nil
        return (state.end.map(Taken.end), false)
      }
      var lines: [LineFraming.Line] = []
      swap(&lines, &state.lines)
      state.bytes = 0
      return (.lines(lines), takeFlag(&state.isPutterAsleep))
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
