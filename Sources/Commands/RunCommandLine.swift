import System

/// Runs the command line of this process, and ends the process.
///
/// - Parameter servers: Opens stores on a server; nil in a program that hands them over to `footfall-clickhouse`.
public func runCommandLine(servers: ServerStores? = nil) -> Never {
  installFaultHandlers()
  let arguments = Array(CommandLine.arguments.dropFirst())
  let process = CommandProcess(servers: servers ?? .none)
  if servers == nil, arguments.contains(where: ServerStores.isAddress), !arguments.contains("--help") {
    diagnose(takeOverByServerProgram(arguments))
    process.exit(with: .usage)
  }
  process.exit(with: onLargeStack { process.run(arguments) })
}
