import EventStore

/// What the command line asks for.
enum Command {
  case help(Help)
  case version
  /// The name of a schema; nil for the list of all.
  case schema(String?)
  case serve(Serve)
  case importing(Import)

  static let names = ["serve", "import", "schema"]

  /// Reads the arguments that follow the program's name.
  init(parsing arguments: [String]) throws(CommandError) {
    guard let first = arguments.first else { throw .usage("name a command: \(Self.list)") }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help", "-h", "help": self = .help(try Help(topic: rest.first))
    case "--version", "-V": self = .version
    case _ where rest.contains("--help") || rest.contains("-h"): self = .help(try Help(topic: first))
    case "serve": self = .serve(try Serve(rest))
    case "import": self = .importing(try Import(rest))
    case "schema": self = try Self.schema(rest)
    default: throw .usage("there is no command \"\(first)\"; there are \(Self.list)")
    }
  }

  private static let list = "serve, import and schema"

  private static func schema(_ arguments: [String]) throws(CommandError) -> Command {
    var arguments = Arguments(arguments)
    let name = try arguments.nextOperand()
    if let extra = try arguments.nextOperand() {
      throw .usage("schema takes one name, found also \"\(extra)\"")
    }
    return .schema(name)
  }
}
