import JSON
import Reporting

/// `footfall websites STORE...`: prints the websites of a store.
struct Websites {
  private var options: WorkerOptions
  private var format = ResultFormat.standard()
  private let arguments: [String]

  init(_ arguments: [String], _ servers: ServerStores) throws(CommandError) {
    options = WorkerOptions(servers)
    self.arguments = arguments
    var arguments = Arguments(arguments)
    while let argument = arguments.next() {
      switch argument {
      case .operand(let path): options.paths.append(path)
      case .option(ResultFormat.name, let value):
        format = try ResultFormat(arguments.value(of: ResultFormat.name, value))
      case .option(let name, let value):
        if try options.take(name, value, from: &arguments) { continue }
        throw .unknownOption(name, of: "websites", known: [ResultFormat.name] + WorkerOptions.names)
      }
    }
    try options.checkPaths(of: "websites")
  }

  func run() throws(CommandError) -> ExitCode {
    let origin = options.origin(of: ["websites"] + arguments)
    let result = try options.makeWorker().print("websites.list", [:], as: format, origin: origin) {
      websitesText($0, on: $1)
    }
    if (result.array ?? []).isEmpty { diagnose(options.emptyReason()) }
    return .success
  }
}
