import EventStore
import JSONRPC

/// Why the command cannot do what it was asked for: one line on the standard error, and an exit code.
enum CommandError: Error, CustomStringConvertible {
  /// What is wrong with the command line, and what would be right.
  case usage(String)
  case store(StoreError)
  case transport(TransportError)

  var description: String {
    switch self {
    case .usage(let sentence): "\(sentence); see footfall --help"
    case .store(let error): error.description
    case .transport(let error): error.description
    }
  }

  var exitCode: ExitCode {
    switch self {
    case .usage: .usage
    case .store(let error): ExitCode(error)
    case .transport: .inputOutput
    }
  }
}
