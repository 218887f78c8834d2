import EventStore
import JSONRPC

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Settles, for the whole process, what is to become of faults that would end it, or worse: each is met where it
/// is made, as the failure of a call. Called once, before any file is opened.
func settleFaults() {
  occupyStandardDescriptors()
  ignoreBrokenPipes()
  // A file that grows beyond what the process may write is like one for which there is no room.
  signal(SIGXFSZ, SIG_IGN)
  readLostPagesAsZeros()
}

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
