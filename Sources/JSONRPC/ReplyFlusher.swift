import Dispatch
import Synchronization
import Threads

/// Flushes buffered replies while the answering thread is busy: quick replies share a write, but none waits for a slow
/// request that follows it.
///
/// Its thread is started when a reply is first left in the buffer, and sleeps while the buffer is empty. While requests
/// are quick, the answering thread flushes before this thread does.
final class ReplyFlusher: Sendable {
  /// How long a reply may stay in the buffer: longer than the answering thread itself waits.
  private static let delayMilliseconds = 2

  private enum State: Sendable {
    case notStarted, asleep, awake, stopped, failed
  }

  private let output: MessageOutput
  private let state = Mutex(State.notStarted)
  /// Whether the state is `awake`, readable without the lock. Both are changed under it.
  private let isAwake = Atomic(false)
  private let thread = Mutex<JoinableThread?>(nil)
  private let wakeUp = DispatchSemaphore(value: 0)
  private let threadStart: ThreadStart

  typealias ThreadStart = @Sendable (@escaping @Sendable () -> Void) throws(TransportError) -> JoinableThread

  init(_ output: MessageOutput, threadStart: @escaping ThreadStart = startThread) {
    self.output = output
    self.threadStart = threadStart
  }

  /// Makes the thread flush the buffer soon. Call it after a reply was put into the buffer. Returns false if there is no
  /// thread; the caller must flush.
  func flushSoon() -> Bool {
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

  /// Ends the thread and waits until it has ended.
  func stop() {
    state.withLock { change(&$0, to: .stopped) }
    wakeUp.signal()
    thread.withLock { thread in
      if let started = thread.take() { started.join() }
    }
  }

  private func run() {
    var seen = output.flushes
    while true {
      // Signalled while awake only by `stop`.
      if wakeUp.wait(timeout: .now() + .milliseconds(Self.delayMilliseconds)) == .success { return }
      switch output.flush(unlessFlushedSince: &seen) {
      case .flushedOrNotDue: continue
      case .nothingBuffered: if !sleep() { return }
      }
    }
  }

  /// Sleeps until it is woken. Returns false if it was stopped.
  private func sleep() -> Bool {
    let isStopped = state.withLock { state in
      if state == .awake { change(&state, to: .asleep) }
      return state == .stopped
    }
    if isStopped { return false }
    // A reply that was buffered just before the state changed would otherwise stay there until the next one.
    if output.hasBuffered {
      let wasIdle = state.withLock { state in
        guard state == .asleep else { return false }
        change(&state, to: .awake)
        return true
      }
      if wasIdle { return true }
    }
    wakeUp.wait()
    return state.withLock { $0 != .stopped }
  }
}
