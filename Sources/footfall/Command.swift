import Worker

/// What the command line asks for.
enum Command {
  case help(Help)
  case version
  /// The name of a schema; nil for the list of all.
  case schema(String?)
  case serve(Serve)
  case create(Create)
  case importing(Import)
  case report(Report)
  case websites(Websites)

  private static let names = ["serve", "create", "import", "report", "websites", "schema"]

  /// Reads the arguments that follow the program's name.
  init(parsing arguments: [String]) throws(CommandError) {
    guard let first = arguments.first else { throw .usage("name a command: \(Self.list)") }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help", "-h", "help": self = .help(try Help(rest))
    case "--version", "-V": self = .version
    case _ where rest.contains("--help") || rest.contains("-h"): self = .help(try Help([first] + rest))
    case "serve": self = .serve(try Serve(rest))
    case "create": self = .create(try Create(rest))
    case "import": self = .importing(try Import(rest))
    case "report": self = .report(try Report(rest))
    case "websites": self = .websites(try Websites(rest))
    case "schema": self = try Self.schema(rest)
    default: throw Self.unknown(first)
    }
  }

  private static let list = names.joined(separator: ", ")

  /// The error for a name that no command has.
  static func unknown(_ name: String) -> CommandError {
    let nearest = nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" }
    return .usage("there is no command \"\(name)\"" + (nearest ?? "; there are \(list)"))
  }

  private static func schema(_ arguments: [String]) throws(CommandError) -> Command {
    var arguments = Arguments(arguments)
    let name = try arguments.nextOperand()
    if let extra = try arguments.nextOperand() {
      throw .usage("schema takes one name, found also \"\(extra)\"")
    }
    return .schema(name)
  }
}
