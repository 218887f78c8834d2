import EventStore
import JSON
import JSONRPC

/// The exit code of the process; the numbers from 64 on are those of BSD's `sysexits.h`.
enum ExitCode: Int32, CaseIterable {
  case success = 0
  /// A request was answered with an error, and `--strict` was given; or an expectation of a saved report failed.
  case failed = 1
  /// The command line is wrong.
  case usage = 64
  /// A file has invalid contents.
  case data = 65
  /// A file does not exist.
  case noInput = 66
  /// A bug in this program.
  case fault = 70
  /// Reading or writing failed.
  case inputOutput = 74

  /// Every code with its meaning, as in help and the man page.
  static var meanings: [(code: Int32, meaning: String)] {
    allCases.map { code in
      let meaning =
        switch code {
        case .success: "Success."
        case .failed: "A reply was an error (serve --strict), or an expectation failed (check)."
        case .usage: "Wrong usage."
        case .data: "Wrong data."
        case .noInput: "No such file."
        case .fault: "A bug in footfall."
        case .inputOutput: "Reading or writing failed."
        }
      return (code.rawValue, meaning)
    }
  }

  init(_ error: StoreError) {
    self =
      switch error {
      case .usage: .usage
      case .noSuchFile: .noInput
      case .isDirectory, .unusableFile, .missingColumns, .unterminatedQuote, .badRow, .unreadable,
        .noEventTable, .damaged, .server(_, .damaged):
        .data
      case .busy, .readOnly, .unwritable, .inputOutput, .reportsFull, .cancelled, .sqlite, .server:
        .inputOutput
      }
  }

  /// The exit code of a command that the worker answered with an error; the error codes are the protocol's.
  init(_ error: RPCError) {
    self =
      switch (error.code, error.data?["reason"]) {
      case (RPCError.Code.internalError, _): .fault
      case (_, "damaged"), (_, "unreadable"): .data
      case (_, .some): .inputOutput
      default: .usage
      }
  }
}
