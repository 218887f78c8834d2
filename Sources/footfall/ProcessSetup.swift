import EventStore
import JSONRPC
import Synchronization
import System
import Threads

/// Settles, for the whole process, what is to become of faults that would end it, or worse: each is met where it
/// is made, as the failure of a call. Called once, before any file is opened.
func installFaultHandlers() {
  occupyStandardDescriptors()
  ignoreBrokenPipes()
  // A file that grows beyond what the process may write is like one for which there is no room.
  signal(SIGXFSZ, SIG_IGN)
  mapTruncatedPagesToZeros()
}

/// Calls `body`: on this thread where its stack may grow to the usual size, and on another where it may not
/// (`ulimit -s 64`), while this one waits.
func onLargeStack(_ body: @escaping @Sendable () -> ExitCode) -> ExitCode {
  var limit = rlimit()
  let isKnown = getrlimit(stackLimit, &limit) == 0
  if !isKnown || limit.rlim_cur >= rlim_t(JoinableThread.stackBytes) { return body() }
  // Signals are for the other thread, which decides on them as this one would have.
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

/// What a thread leaves behind.
private final class ResultBox: Sendable {
  let code = Mutex<ExitCode?>(nil)
}

#if canImport(Glibc)
  private let stackLimit = __rlimit_resource_t(RLIMIT_STACK.rawValue)
#else
  private let stackLimit = RLIMIT_STACK
#endif

/// Takes the numbers of standard descriptors that are closed, lest a file that is opened has one of them and
/// what is said to people is written into it. They are opened the wrong way round, so that reading or writing
/// fails as it would have.
private func occupyStandardDescriptors() {
  let wrongWays = [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
  for (descriptor, mode) in wrongWays where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest number that is free is this one.
    _ = open("/dev/null", mode)
  }
}
