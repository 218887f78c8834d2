import EventStore
import Reporting

/// `footfall import STORE FILE...`: copies files of events into an SQLite store.
struct Import {
  private let store: String
  private let files: [String]
  private let reading: ReadingOptions
  private let options: ImportOptions

  init(_ arguments: [String]) throws(CommandError) {
    var arguments = Arguments(arguments)
    var paths: [String] = []
    var reading = ReadingOptions()
    while let argument = arguments.next() {
      switch argument {
      case .operand(let path): paths.append(path)
      case .option(let name, let value):
        guard try reading.take(name, value, from: &arguments) else {
          throw .unknownOption(name, of: "import", known: ReadingOptions.names)
        }
      }
    }
    guard let store = paths.first else { throw .usage("import needs a store and files of events") }
    guard paths.count > 1 else {
      throw .usage("import needs files of events to copy into \(store); footfall create makes an empty store")
    }
    self.store = store
    files = Array(paths.dropFirst())
    var options = ImportOptions()
    options.rules = reading.rules
    self.reading = reading
    options.threads = processorCount()
    options.temporaryFolder = temporaryFolder()
    options.cache = .standard(userFolder: nil)
    self.options = options
  }

  func run() throws(CommandError) -> ExitCode {
    let display = ProgressDisplay(isTerminal: standardErrorIsTerminal(), now: currentMilliseconds)
    let summary: ImportSummary
    do throws(StoreError) {
      summary = try importFiles(
        files, into: store, options: options, progress: display.show,
        diagnostics: { line in
          display.clear()
          diagnose(line)
        })
    } catch {
      display.clear()
      throw .store(reading.proposingMap(for: error, about: files))
    }
    display.clear()
    try writeStandardOutput("\(text(summary))\n")
    return .success
  }

  private func text(_ summary: ImportSummary) -> String {
    "\(displayable(store)): \(counts(summary.events, "event", "events")), "
      + counts(summary.properties, "property", "properties")
      + (summary.amounts == .init() ? "" : ", " + counts(summary.amounts, "amount", "amounts"))
      + (summary.badRows == 0
        ? "" : ", \(counted(summary.badRows, "bad row", "bad rows")) left out")
  }

  private func counts(_ counts: ImportSummary.Counts, _ one: String, _ many: String) -> String {
    "\(counts.added) \(counts.added == 1 ? one : many) added"
      + (counts.known == 0 ? "" : " (\(counts.known) known already)")
  }
}
