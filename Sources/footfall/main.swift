// The command: arguments, wiring, exit codes. All that touches the process's surroundings (environment,
// clock, random numbers, descriptors) is here and is handed down.

settleFaults()
let process = CommandProcess()
let arguments = Array(CommandLine.arguments.dropFirst())
process.exit(with: onUsualStack { process.run(arguments) })
