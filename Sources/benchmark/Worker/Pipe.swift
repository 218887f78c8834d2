import System

/// A pipe whose ends are inherited only by children to which they are passed explicitly.
struct Pipe {
  let readEnd: Int32
  let writeEnd: Int32

  init() throws(BenchmarkError) {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) != 0 { throw .system("make a pipe", errno) }
    (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends where fcntl(end, F_SETFD, FD_CLOEXEC) != 0 { throw .system("set up a pipe", errno) }
  }
}
