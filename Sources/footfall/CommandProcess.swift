import EventStore
import Reporting
import System
import Worker

/// The running command.
struct CommandProcess {
  /// Carries out the command that `arguments`, without the program's name, ask for.
  func run(_ arguments: [String]) -> ExitCode {
    do throws(CommandError) {
      switch try Command(parsing: arguments) {
      case .help(let text): try standardOutput(text)
      case .version: try standardOutput("footfall \(productVersion)\n")
      case .schema(let name): try standardOutput(schemaText(name))
      case .completions(let shell): try standardOutput(shell.completions(Help.commands))
      case .man:
        try standardOutput(
          manPage(Help.commands, version: productVersion, summary: Help.summary, exitCodes: ExitCode.meanings)
        )
      case .serve(let serve): return try serve.run()
      case .create(let create): return try create.run()
      case .importing(let importing): return try importing.run()
      case .report(let report): return try report.run()
      case .websites(let websites): return try websites.run()
      }
      return .success
    } catch {
      diagnose(error.description)
      return error.exitCode
    }
  }

  func exit(with code: ExitCode) -> Never {
    systemExit(code.rawValue)
  }
}
