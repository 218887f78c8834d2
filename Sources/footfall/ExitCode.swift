import EventStore

/// What the process says when it ends; the numbers from 64 on are those of BSD's `sysexits.h`.
enum ExitCode: Int32 {
  case success = 0
  /// A request was answered with an error, and `--strict` was given.
  case failedRequests = 1
  /// The command line is wrong.
  case usage = 64
  /// A file holds what it should not.
  case data = 65
  /// A file is not there.
  case noInput = 66
  /// Reading or writing failed.
  case inputOutput = 74

  init(_ error: StoreError) {
    self =
      switch error.exitClass {
      case .usage: .usage
      case .data: .data
      case .noInput: .noInput
      case .inputOutput: .inputOutput
      }
  }
}
