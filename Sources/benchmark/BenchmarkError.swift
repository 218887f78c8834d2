/// Why the command failed: one line on stderr, and an exit code.
enum BenchmarkError: Error, Equatable {
  /// What is wrong with the command line, and what would be right.
  case usage(String)
  /// The operation that failed, and its `errno`.
  case system(String, Int32)
  /// The measured worker did not behave as a worker should.
  case worker(String)

  /// The codes of BSD's `sysexits.h`.
  var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .worker: 70
    case .system: 74
    }
  }
}
