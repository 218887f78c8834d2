import System

/// A thread that somebody waits for, or that is let go. Unlike a dispatch queue's it may block for as long as it likes without holding
/// up other work, and where the system gives none, that is told; a queue would wait for one, perhaps for ever.
public struct JoinableThread: ~Copyable {
  private let thread: pthread_t

  /// Bytes of a thread's stack: what systems usually give to the first one, whatever is set for this process
  /// (`ulimit -s`). What is nested as deeply as requests may be fits it many times over.
  public static let stackBytes = 8 << 20

  /// Starts it.
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
    // Sound: the thread takes over the one reference that is handed to it.
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

  /// Waits until the thread's work is done.
  public consuming func join() {
    pthread_join(thread, nil)
    discard self
  }

  /// Lets the thread go: what the system keeps of it is freed when its work is done.
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
