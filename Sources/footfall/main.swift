// The command: arguments, wiring, exit codes. All that touches the process's surroundings (environment,
// clock, random numbers, descriptors) is here and is handed down.

settleFaults()
let process = CommandProcess()
process.exit(with: process.run(Array(CommandLine.arguments.dropFirst())))
