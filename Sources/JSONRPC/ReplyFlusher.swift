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
  /// Whether the state is `awake`, to be known without the lock, under which both are changed.
  private let isAwake = Atomic(false)
  private let thread = Mutex<JoinableThread?>(nil)
  private let wakeUp = DispatchSemaphore(value: 0)
  private let threadStart: ThreadStart

  typealias ThreadStart = @Sendable (@escaping @Sendable () -> Void) throws(TransportError) -> JoinableThread

  init(_ output: MessageOutput, threadStart: @escaping ThreadStart = startThread) {
    self.output = output
    self.threadStart = threadStart
  }

  /// Sees to it that what is collected is written soon; to be called after it was collected. False where there is no
  /// thread to do it.
  func watch() -> Bool {
    if isAwake.load(ordering: .acquiring) { return true }
    let before = state.withLock { state in
      let before = state
      if before == .asleep || before == .notStarted { change(&state, to: .awake) }
      return before
    }
    switch before {
    case .awake: return true
    case .asleep:
      wakeUp.signal()
      return true
    case .notStarted: return start()
    case .stopped, .failed: return false
    }
  }

  private func change(_ state: inout sending State, to new: State) {
    state = new
    isAwake.store(new == .awake, ordering: .releasing)
  }

  private func start() -> Bool {
    do throws(TransportError) {
      try thread.withLock { thread throws(TransportError) in
        thread = try threadStart { [self] in run() }
      }
      return true
    } catch {
      state.withLock { change(&$0, to: .failed) }
      return false
    }
  }

  /// Ends the thread, and waits for that.
  func stop() {
    state.withLock { change(&$0, to: .stopped) }
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
      if state == .awake { change(&state, to: .asleep) }
      return state == .stopped
    }
    if isStopped { return false }
    // What was collected before that was seen would wait for the next reply.
    if output.hasCollected {
      let wasAsleep = state.withLock { state in
        guard state == .asleep else { return false }
        change(&state, to: .awake)
        return true
      }
      if wasAsleep { return true }
    }
    wakeUp.wait()
    return state.withLock { $0 != .stopped }
  }
}
