import System

/// A thread that is either joined or detached. Unlike the thread of a dispatch queue, it may block for any
/// length of time without delaying other work. If the system provides no thread, the initializer throws; a
/// queue would wait for one, perhaps forever.
public struct JoinableThread: ~Copyable {
  private let thread: pthread_t

  /// The stack size in bytes: the usual size of a main thread's stack, whatever limit is set for this process
  /// (`ulimit -s`). It is many times what the maximum nesting of requests needs.
  public static let stackBytes = 8 << 20

  /// Starts a thread that runs `body`.
  public init(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Glibc)
      var started = pthread_t()
    #else
      var started: pthread_t?
    #endif
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackBytes)
    // Sound: the thread takes over the single reference that is passed to it.
    let code = pthread_create(&started, &attributes, { run($0) }, work.toOpaque())
    if code != 0 {
      work.release()
      throw ThreadError(code: code)
    }
    #if canImport(Glibc)
      thread = started
    #else
      guard let started else { preconditionFailure("a thread that was started is known") }
      thread = started
    #endif
  }

  /// Waits until the thread has finished.
  public consuming func join() {
    pthread_join(thread, nil)
    discard self
  }

  /// Detaches the thread: the system frees its resources when it has finished.
  deinit {
    pthread_detach(thread)
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

private func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
  return nil
}
