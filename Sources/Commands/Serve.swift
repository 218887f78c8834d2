import EventStore
import JSONRPC
import System
import Worker

/// `footfall serve STORE...`: answers requests from stdin until it ends.
struct Serve {
  private var options: WorkerOptions

  init(_ arguments: [String], _ servers: ServerStores) throws(CommandError) {
    options = WorkerOptions(servers)
    var arguments = Arguments(arguments)
    while let argument = arguments.next() {
      switch argument {
      case .operand(let path): options.paths.append(path)
      case .option(let name, let value):
        if try options.take(name, value, from: &arguments) { continue }
        throw .unknownOption(name, of: "serve", known: WorkerOptions.names)
      }
    }
    try options.checkPaths(of: "serve")
    if options.paths.contains("-") {
      throw .usage("serve reads requests from stdin, so events cannot come from there; name a file")
    }
  }

  func run() throws(CommandError) -> ExitCode {
    let output: Int32
    do throws(TransportError) { output = try reserveStandardOutput() } catch { throw .transport(error) }
    let server = Server(
      limits: Limits.messages, handler: try options.makeWorker(), now: monotonicNanoseconds)
    let shutdown = ShutdownSignal()
    do throws(TransportError) {
      try raiseOnTerminationSignals(shutdown)
      let outcome = try server.run(input: STDIN_FILENO, output: output, until: shutdown)
      return options.reading.rules.isStrict && outcome.replies.errors > 0 ? .failed : .success
    } catch {
      throw .transport(error)
    }
  }
}
