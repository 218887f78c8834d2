import EventStore
import JSONRPC

/// Why a command failed: one line on stderr, and an exit code.
enum CommandError: Error, CustomStringConvertible {
  /// What is wrong with the command line, and what would be right; `help` is the command that explains more.
  case usage(String, help: String = "footfall --help")
  case store(StoreError)
  case transport(TransportError)
  /// The output could not be written.
  case output(reason: String)
  /// The worker answered a report with an error that the command line did not cause.
  case reply(RPCError)

  var description: String {
    switch self {
    case .usage(let sentence, let help): "\(sentence); see \(help)"
    case .store(let error): error.description
    case .transport(let error): error.description
    case .output(let reason): "cannot write to the standard output: \(reason)"
    case .reply(let error): error.message
    }
  }

  var exitCode: ExitCode {
    switch self {
    case .usage: .usage
    case .store(let error): ExitCode(error)
    case .transport, .output: .inputOutput
    case .reply(let error): ExitCode(error)
    }
  }
}
