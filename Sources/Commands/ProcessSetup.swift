import EventStore
import JSONRPC
import Synchronization
import System
import Threads

/// Sets up the whole process so that faults that would end it, or worse, become failures of the calls that
/// cause them. Call it once, before any file is opened.
func installFaultHandlers() {
  occupyStandardDescriptors()
  ignoreBrokenPipes()
  // Without the signal, exceeding the file size limit is an error like a full disk.
  signal(SIGXFSZ, SIG_IGN)
  mapTruncatedPagesToZeros()
}

/// Calls `body` on this thread if its stack can grow to the usual size. If it cannot (`ulimit -s 64`), calls
/// it on another thread and waits for it.
func onLargeStack(_ body: @escaping @Sendable () -> ExitCode) -> ExitCode {
  var limit = rlimit()
  let isKnown = getrlimit(stackLimit, &limit) == 0
  if !isKnown || limit.rlim_cur >= rlim_t(JoinableThread.stackBytes) { return body() }
  // Signals go to the other thread, which handles them as this one would have.
  var (all, before) = (sigset_t(), sigset_t())
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  let mask = before
  let result = ResultBox()
  do throws(ThreadError) {
    let thread = try JoinableThread {
      var mask = mask
      pthread_sigmask(SIG_SETMASK, &mask, nil)
      let code = body()
      result.code.withLock { $0 = code }
    }
    thread.join()
    return result.code.withLock(\.self) ?? .fault
  } catch {
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return body()
  }
}

/// The result of a thread.
private final class ResultBox: Sendable {
  let code = Mutex<ExitCode?>(nil)
}

#if canImport(Glibc)
  private let stackLimit = __rlimit_resource_t(RLIMIT_STACK.rawValue)
#else
  private let stackLimit = RLIMIT_STACK
#endif

/// Opens closed standard descriptors, so that no file gets one of their numbers and has diagnostics written
/// into it. They are opened in the wrong direction (stdin for writing, stdout and stderr for reading), so
/// that reading or writing fails as it would on a closed descriptor.
private func occupyStandardDescriptors() {
  let wrongWays = [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
  for (descriptor, mode) in wrongWays where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest free number is this one.
    _ = open("/dev/null", mode)
  }
}
