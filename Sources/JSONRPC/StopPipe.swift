import System
import Threads

/// Wakes a thread that sleeps in `poll`: nothing is ever written into this pipe, and when the one end
/// is closed the other is seen to hang up.
struct StopPipe: ~Copyable {
  /// What the sleeping thread watches.
  let watched: Int32
  private let held: Int32

  init() throws(TransportError) {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) < 0 { throw TransportError("make a pipe") }
    // A child that inherited the end that is held would keep it open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    watched = ends[0]
    held = ends[1]
  }

  deinit {
    close(held)
    close(watched)
  }

  /// Wakes the thread that watches and waits until its work is done.
  consuming func stop(_ thread: consuming JoinableThread) {
    close(held)
    thread.join()
    close(watched)
    discard self
  }
}
