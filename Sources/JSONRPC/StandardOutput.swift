import System

/// Keeps the standard output for replies: gives a new descriptor for it, which children do not
/// inherit, and points descriptor 1 at the standard error, so that a stray `print`, here or in a
/// library, cannot break the stream. Called once, before anything is printed.
public func takeOverStandardOutput() throws(TransportError) -> Int32 {
  try takeOver(STDOUT_FILENO, pointingItAt: STDERR_FILENO)
}

/// Lets a write to a pipe that nobody reads fail with `EPIPE`, which the server takes as a quiet end,
/// where the signal SIGPIPE would end the process. It holds for the whole process, so the command
/// calls it, once.
public func ignoreBrokenPipes() {
  signal(SIGPIPE, SIG_IGN)
}

func takeOver(_ output: Int32, pointingItAt diagnostics: Int32) throws(TransportError) -> Int32 {
  let kept = fcntl(output, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
  if kept < 0 { throw TransportError("keep the standard output") }
  if dup2(diagnostics, output) < 0 {
    let failure = TransportError("point the standard output at the standard error")
    close(kept)
    throw failure
  }
  return kept
}
