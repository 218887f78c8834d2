import System

/// Reserves stdout for replies: returns a duplicate of descriptor 1, which child processes do not inherit, and
/// redirects descriptor 1 to stderr, so that a stray `print`, here or in a library, cannot break the stream. Call it
/// once, before anything is printed.
public func reserveStandardOutput() throws(TransportError) -> Int32 {
  try reserve(STDOUT_FILENO, redirectingTo: STDERR_FILENO)
}

/// Ignores SIGPIPE in the whole process: a write to a pipe without a reader then fails with `EPIPE`, which the server
/// treats as a normal end. Call it once, before the server runs.
public func ignoreBrokenPipes() {
  signal(SIGPIPE, SIG_IGN)
}

func reserve(_ output: Int32, redirectingTo diagnostics: Int32) throws(TransportError) -> Int32 {
  let reserved = fcntl(output, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
  if reserved < 0 { throw TransportError("duplicate stdout") }
  if dup2(diagnostics, output) < 0 {
    let failure = TransportError("redirect stdout to stderr")
    close(reserved)
    throw failure
  }
  return reserved
}
