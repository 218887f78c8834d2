// The command: arguments, wiring, exit codes. Only this module accesses the process's environment
// (environment variables, clock, random numbers, descriptors), and it passes them to the other modules.

installFaultHandlers()
let process = CommandProcess()
let arguments = Array(CommandLine.arguments.dropFirst())
process.exit(with: onLargeStack { process.run(arguments) })
