// The command: arguments, wiring, exit codes. All that touches the process's surroundings (environment,
// clock, random numbers, descriptors) is here and is handed down.

installFaultHandlers()
let process = CommandProcess()
let arguments = Array(CommandLine.arguments.dropFirst())
process.exit(with: onLargeStack { process.run(arguments) })
