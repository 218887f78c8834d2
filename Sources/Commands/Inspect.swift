import EventStore
import JSON
import Reporting
import Worker

/// `footfall inspect STORE...`: prints what files have, and what became of their columns and rows.
struct Inspect {
  private var options: WorkerOptions
  /// For people, also in a pipe: no list of it makes sense without the others.
  private var format = ResultFormat.table
  private let arguments: [String]
  /// The options of the command line, without `--map` and `--format`.
  private var otherOptions: [String] = []

  init(_ arguments: [String], _ servers: ServerStores) throws(CommandError) {
    options = WorkerOptions(servers)
    self.arguments = arguments
    var rest = Arguments(arguments)
    while let argument = rest.next() {
      switch argument {
      case .operand(let path): options.paths.append(path)
      case .option(ResultFormat.name, let value):
        format = try ResultFormat(rest.value(of: ResultFormat.name, value))
      case .option(let name, let value):
        let before = rest.count
        guard try options.take(name, value, from: &rest) else {
          throw .unknownOption(name, of: "inspect", known: [ResultFormat.name] + WorkerOptions.names)
        }
        if name == "--map" { continue }
        let end = arguments.count - rest.count
        otherOptions += arguments[(arguments.count - before - 1)..<end]
      }
    }
    try options.checkPaths(of: "inspect")
  }

  func run() throws(CommandError) -> ExitCode {
    let (tables, worker) = try options.inspect()
    let origin = options.origin(of: ["inspect"] + arguments)
    try worker.print(
      JSONValue(inspection: tables), of: "store.inspect", [:], as: format, origin: origin
    ) { result, canvas in
      inspectionText(result, on: canvas) { file, map in
        (["footfall", "inspect", file] + otherOptions + ["--map", map]).map { shellWord($0) }.joined(
          separator: " ")
      }
    }
    return .success
  }
}
