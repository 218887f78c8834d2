import Threads

/// Starts a thread, without which the server cannot do.
func startThread(_ body: @escaping @Sendable () -> Void) throws(TransportError) -> JoinableThread {
  do throws(ThreadError) {
    return try JoinableThread(body)
  } catch {
    throw TransportError("start a thread", code: error.code)
  }
}
