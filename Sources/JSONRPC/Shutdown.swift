import Synchronization
import System
import Threads

/// Asks a server to shut down, from any thread: the server finishes the message that it is answering and starts no
/// other.
public final class ShutdownSignal: Sendable {
  private let raised = Atomic(false)
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  public init() {}

  /// Whether a shutdown was requested.
  public var isRaised: Bool { raised.load(ordering: .acquiring) }

  /// Requests a shutdown. Later calls change nothing.
  public func raise() {
    action.withLock { action in
      raised.store(true, ordering: .releasing)
      action?()
    }
  }

  /// Calls `action` when the signal is raised, or immediately if it already is. A later action replaces an earlier one.
  func onRaise(_ action: @escaping @Sendable () -> Void) {
    self.action.withLock { registered in
      registered = action
      if isRaised { action() }
    }
  }
}

/// Makes SIGTERM and SIGINT raise `shutdown` instead of ending the process. A second one ends the process with the
/// signal's default action, so that the parent process sees which signal it was.
///
/// This changes the signal mask of the calling thread, which later threads inherit. Call it once, from the main thread,
/// before other threads are started. A signal that the parent process has set to be ignored stays ignored.
public func raiseOnTerminationSignals(_ shutdown: ShutdownSignal) throws(TransportError) {
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in [SIGTERM, SIGINT] where !isIgnored(number) { sigaddset(&signals, number) }
  pthread_sigmask(SIG_BLOCK, &signals, nil)
  let awaited = signals
  _ = try startThread {
    var awaited = awaited
    var number: Int32 = 0
    if sigwait(&awaited, &number) != 0 { return }
    shutdown.raise()
    if sigwait(&awaited, &number) != 0 { return }
    signal(number, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &awaited, nil)
    raise(number)
  }
}

private func isIgnored(_ number: Int32) -> Bool {
  var action = sigaction()
  sigaction(number, nil, &action)
  #if canImport(Glibc)
    let handler = action.__sigaction_handler.sa_handler
  #elseif canImport(Musl)
    let handler = action.__sa_handler.sa_handler
  #else
    let handler = action.__sigaction_u.__sa_handler
  #endif
  return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// Wakes a thread that sleeps in `poll`. Nothing is written to this pipe: closing its write end makes `poll` report
/// a hangup on its read end.
struct WakePipe: ~Copyable {
  /// The descriptor for the sleeping thread to poll.
  let readEnd: Int32
  private let writeEnd: Int32

  init() throws(TransportError) {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) < 0 { throw TransportError("create a pipe") }
    // A child process that inherited the write end would keep it open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(writeEnd)
    close(readEnd)
  }

  /// Wakes the thread that polls the read end, and waits until it ends.
  consuming func wakeAndJoin(_ thread: consuming JoinableThread) {
    close(writeEnd)
    thread.join()
    close(readEnd)
    discard self
  }
}

/// Starts a thread; a failure is a ``TransportError``.
func startThread(_ body: @escaping @Sendable () -> Void) throws(TransportError) -> JoinableThread {
  do throws(ThreadError) {
    return try JoinableThread(body)
  } catch {
    throw TransportError("start a thread", code: error.code)
  }
}
