import EventStore
import Reporting
import Schemas
import System
import Worker

/// The command that the command line selects.
enum Command {
  /// The text to print.
  case help(String)
  case version
  /// The name of a schema; nil for the list of all.
  case schema(String?)
  case completions(Shell)
  case man
  case serve(Serve)
  case create(Create)
  case importing(Import)
  case export(Export)
  case forget(Forget)
  case report(ReportCommand)
  case page(PageCommand)
  case websites(Websites)
  case inspect(Inspect)

  private static var names: [String] { Help.commands.map(\.name).filter { !$0.contains(" " as Character) } }

  /// Parses the arguments after the program's name.
  init(parsing arguments: [String], _ servers: ServerStores) throws(CommandError) {
    guard let first = arguments.first else { throw .usage("name a command: \(Self.list)") }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help", "-h", "help": self = .help(try Help.text(for: rest))
    case "--version", "-V": self = .version
    case _ where rest.contains("--help") || rest.contains("-h"):
      self = .help(try Help.text(for: [first] + rest))
    case "serve": self = .serve(try Serve(rest, servers))
    case "create": self = .create(try Create(rest))
    case "import": self = .importing(try Import(rest))
    case "export": self = .export(try Export(rest))
    case "forget": self = .forget(try Forget(rest))
    case "report": self = .report(try ReportCommand(rest, servers))
    case "sql": self = .report(try ReportCommand(rest, servers, printsStatements: true))
    case "page": self = .page(try PageCommand(rest, servers))
    case _ where ReportDefinition.traffic.contains { $0.name == first }:
      self = .report(try ReportCommand(arguments, servers))
    case "websites": self = .websites(try Websites(rest, servers))
    case "inspect": self = .inspect(try Inspect(rest, servers))
    case "schema": self = .schema(try Self.operand(of: "schema", rest))
    case "completions": self = .completions(try Self.shell(rest))
    case "man":
      if let extra = try Self.operand(of: "man", rest) {
        throw .usage("man takes no argument, found \"\(extra)\"")
      }
      self = .man
    default: throw Self.unknown(first)
    }
  }

  private static var list: String { names.joined(separator: ", ") }

  /// The error for an unknown command name.
  static func unknown(_ name: String) -> CommandError {
    if let report = ReportDefinition.reports.first(where: { $0.name == name }) {
      return .usage("there is no command \"\(name)\"; did you mean footfall \(report.command)?")
    }
    let nearest = nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" }
    return .usage("there is no command \"\(name)\"" + (nearest ?? "; there are \(list)"))
  }

  /// The single operand of a command that takes no other arguments; nil if there is none.
  private static func operand(of command: String, _ arguments: [String]) throws(CommandError) -> String? {
    var arguments = Arguments(arguments)
    let operand = try arguments.nextOperand(of: command)
    if let extra = try arguments.nextOperand(of: command) {
      throw .usage("\(command) takes one argument, found also \"\(extra)\"")
    }
    return operand
  }

  private static func shell(_ arguments: [String]) throws(CommandError) -> Shell {
    let names = Shell.allCases.map(\.rawValue).joined(separator: ", ")
    guard let name = try operand(of: "completions", arguments) else {
      throw .usage("completions needs the name of a shell: \(names)")
    }
    guard let shell = Shell(rawValue: name) else {
      throw .usage("unknown shell \"\(name)\"; there are completions for \(names)")
    }
    return shell
  }
}

/// The running command.
struct CommandProcess {
  let servers: ServerStores

  /// Executes the command that `arguments`, without the program's name, select.
  func run(_ arguments: [String]) -> ExitCode {
    do throws(CommandError) {
      switch try Command(parsing: arguments, servers) {
      case .help(let text): try writeStandardOutput(text)
      case .version: try writeStandardOutput("footfall \(productVersion)\n")
      case .schema(let name): try writeStandardOutput(schemaText(name))
      case .completions(let shell): try writeStandardOutput(shell.completions(Help.commands))
      case .man:
        try writeStandardOutput(
          manPage(Help.commands, version: productVersion, summary: Help.summary, exitCodes: ExitCode.meanings)
        )
      case .serve(let serve): return try serve.run()
      case .create(let create): return try create.run()
      case .importing(let importing): return try importing.run()
      case .export(let export): return try export.run()
      case .forget(let forget): return try forget.run()
      case .report(let report): return try report.run()
      case .page(let page): return try page.run()
      case .websites(let websites): return try websites.run()
      case .inspect(let inspect): return try inspect.run()
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

/// The name by which `footfall schema` prints the list by which sources are assigned to channels.
let channelsName = "channels"

/// The text of the bundled schema `name` (with or without `.json`); the names of all schemas if it is nil.
func schemaText(_ name: String?) throws(CommandError) -> String {
  guard let name else {
    return embeddedSchemaNames.map { "\($0)\n" }.joined() + "\(channelsName).json\n"
  }
  if name == channelsName || name == "\(channelsName).json" {
    return String(decoding: Schemas.channels, as: UTF8.self)
  }
  guard let text = embeddedSchema(name) ?? embeddedSchema("\(name).json") else {
    throw .usage("there is no schema \"\(name)\"; footfall schema lists them")
  }
  return String(decoding: text, as: UTF8.self)
}
