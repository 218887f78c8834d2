import Dispatch
import Synchronization
import Threads

/// Writes collected replies when the request behind them takes its time: quick replies share a write, and none waits
/// for a slow request that came with it.
///
/// Its thread is started when a reply is first held back, and sleeps while none is. While replies come quickly the
/// answering thread writes them itself, before they are overdue.
final class ReplyFlusher: Sendable {
  /// When a reply that nobody has written is overdue: longer than the answering thread itself collects.
  private static let overdueMilliseconds = 2

  private enum State: Sendable {
    case notStarted, asleep, awake, stopped, failed
  }

  private let output: MessageOutput
  private let state = Mutex(State.notStarted)
  private let isAwake = Atomic(false)
  private let thread = Mutex<JoinableThread?>(nil)
  private let wakeUp = DispatchSemaphore(value: 0)

  init(_ output: MessageOutput) {
    self.output = output
  }

  /// Sees to it that what is collected is written soon; to be called after it was collected. False where there is no
  /// thread to do it.
  func watch() -> Bool {
    if isAwake.load(ordering: .acquiring) { return true }
    let before = state.withLock { state in
      defer { if state != .failed, state != .stopped { state = .awake } }
      return state
    }
    isAwake.store(true, ordering: .releasing)
    switch before {
    case .asleep: wakeUp.signal()
    case .notStarted: return start()
    case .failed: return false
    case .awake, .stopped: break
    }
    return true
  }

  private func start() -> Bool {
    do throws(TransportError) {
      try thread.withLock { thread throws(TransportError) in
        thread = try startThread { [self] in run() }
      }
      return true
    } catch {
      state.withLock { $0 = .failed }
      isAwake.store(false, ordering: .releasing)
      return false
    }
  }

  /// Ends the thread, and waits for that.
  func stop() {
    state.withLock { $0 = .stopped }
    wakeUp.signal()
    thread.withLock { thread in
      if let started = thread.take() { started.join() }
    }
  }

  private func run() {
    var seen = output.writes
    while true {
      // Returns early only where everything is to end.
      if wakeUp.wait(timeout: .now() + .milliseconds(Self.overdueMilliseconds)) == .success { return }
      switch output.flush(unlessWrittenSince: &seen) {
      case .wroteOrWaits: continue
      case .nothingCollected: if !sleep() { return }
      }
    }
  }

  /// Sleeps until it is woken; false where everything is to end.
  private func sleep() -> Bool {
    let isStopped = state.withLock { state in
      if state == .awake { state = .asleep }
      return state == .stopped
    }
    if isStopped { return false }
    isAwake.store(false, ordering: .releasing)
    // What was collected before that store was seen would wait for the next reply.
    if output.hasCollected {
      let isStillAsleep = state.withLock { state in
        defer { if state == .asleep { state = .awake } }
        return state == .asleep
      }
      if isStillAsleep {
        isAwake.store(true, ordering: .releasing)
        return true
      }
    }
    wakeUp.wait()
    return state.withLock { $0 != .stopped }
  }
}
