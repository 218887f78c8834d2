import System

// Writing to a worker that has exited must not end this process.
signal(SIGPIPE, SIG_IGN)

do throws(BenchmarkError) {
  switch try Command(parsing: Array(CommandLine.arguments.dropFirst())) {
  case .help: try printOut(helpText)
  case .make(let options): try makeEventSet(options)
  case .run(let options):
    let results = try measure(options)
    try printOut(options.isJSON ? "\(results.json)\n" : results.text)
  case .scale(let options):
    let results = try measureScale(options)
    try printOut(options.isJSON ? "\(results.json)\n" : results.text)
  }
} catch {
  _ = writeAll(STDERR_FILENO, Array("benchmark: \(error)\n".utf8))
  exit(error.exitCode)
}

func printOut(_ text: String) throws(BenchmarkError) {
  if !writeAll(STDOUT_FILENO, Array(text.utf8)) { throw .system("write the output", errno) }
}
