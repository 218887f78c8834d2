/// Why the command cannot do what it was asked for: one line on the standard error, and an exit code.
enum BenchmarkError: Error, Equatable {
  /// What is wrong with the command line, and what would be right.
  case usage(String)
  /// What could not be done, and the system's number of the reason.
  case system(String, Int32)
  /// The measured worker did not do what a worker does.
  case worker(String)

  /// Those of BSD's `sysexits.h`.
  var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .worker: 70
    case .system: 74
    }
  }
}
