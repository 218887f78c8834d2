import EventStore
import JSON
import JSONRPC

/// What the process says when it ends; the numbers from 64 on are those of BSD's `sysexits.h`.
enum ExitCode: Int32, CaseIterable {
  case success = 0
  /// A request was answered with an error, and `--strict` was given.
  case failedRequests = 1
  /// The command line is wrong.
  case usage = 64
  /// A file holds what it should not.
  case data = 65
  /// A file is not there.
  case noInput = 66
  /// A fault of ours.
  case fault = 70
  /// Reading or writing failed.
  case inputOutput = 74

  /// Every code with what it means, as help and man page say it.
  static var meanings: [(code: Int32, meaning: String)] {
    allCases.map { code in
      let meaning =
        switch code {
        case .success: "Success."
        case .failedRequests: "A reply was an error (serve --strict)."
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
      case .isDirectory, .unusableFile, .missingColumns, .unterminatedQuote, .badRow, .noEventTable, .damaged:
        .data
      case .busy, .readOnly, .unwritable, .inputOutput, .reportsFull, .cancelled, .sqlite: .inputOutput
      }
  }

  /// How a command ends to which the worker has answered with an error; the codes are the protocol's.
  init(_ error: RPCError) {
    self =
      switch (error.code, error.data?["reason"]) {
      case (RPCError.Code.internalError, _): .fault
      case (_, "damaged"): .data
      case (_, .some): .inputOutput
      default: .usage
      }
  }
}
