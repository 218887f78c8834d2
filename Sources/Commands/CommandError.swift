import EventStore
import JSONRPC
import System

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
    case .reply(let error): error.messageForPeople
    }
  }

  /// The error for an option that a command does not have.
  ///
  /// - Parameter known: the options that it has, besides `--help`.
  static func unknownOption(_ name: String, of command: String, known: [String]) -> CommandError {
    let list = known.isEmpty ? "it takes none" : "it has \(known.joined(separator: ", "))"
    let advice = nearestName(to: name, among: known + ["--help"]).map { "did you mean \($0)?" } ?? list
    return .usage("\(command) has no option \(name); \(advice)", help: "footfall \(command) --help")
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

extension RPCError {
  /// The message without the kind of error, which tells programs that the store is at fault, but says nothing to people.
  fileprivate var messageForPeople: String {
    let kind = "Store: "
    return message.hasPrefix(kind) ? String(message.dropFirst(kind.count)) : message
  }
}
