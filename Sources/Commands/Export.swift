import EventStore
import Reporting

/// `footfall export STORE... DIR`: writes the events of a store as CSV files.
struct Export {
  static let names = PeriodFlags.names + ["--force"] + ReadingOptions.names

  private let paths: [String]
  private let folder: String
  private let period: PeriodFlags
  private var options = ExportOptions()

  init(_ arguments: [String]) throws(CommandError) {
    var arguments = Arguments(arguments)
    var operands: [String] = []
    var reading = ReadingOptions()
    var period = PeriodFlags()
    while let argument = arguments.next() {
      switch argument {
      case .operand(let path): operands.append(path)
      case .option("--force", let value):
        try arguments.checkNoValue(of: "--force", value)
        options.replacesFiles = true
      case .option("--website", let value):
        let website = try arguments.value(of: "--website", value)
        if website.isEmpty { throw .usage("--website needs the id, name or domain of a website") }
        options.website = website
      case .option(let name, let value) where PeriodFlags.names.contains(name):
        period.take(name, try arguments.value(of: name, value))
      case .option(let name, let value):
        guard try reading.take(name, value, from: &arguments) else {
          throw .unknownOption(name, of: "export", known: Self.names)
        }
      }
    }
    guard let folder = operands.popLast() else {
      throw .usage(
        "export needs a store and a folder", help: "footfall export --help")
    }
    guard !operands.isEmpty else {
      throw .usage(
        "export needs a store, and after it the folder for its files; there is only \(folder)",
        help: "footfall export --help")
    }
    (paths, self.folder, self.period) = (operands, folder, period)
    options.rules = reading.rules
    options.temporaryFolder = temporaryFolder()
  }

  func run() throws(CommandError) -> ExitCode {
    var options = options
    let zone = try zoneRules(named: period.timeZoneName, of: "--timezone")
    do throws(FlagError) {
      (options.firstMilliseconds, options.lastMilliseconds) = try period.bounds(
        in: zone, now: currentMilliseconds())
    } catch {
      throw .usage(error.description, help: "footfall export --help")
    }
    let summary = try runCancellable { context, diagnostics throws(StoreError) in
      try exportEvents(of: paths, to: folder, options: options, in: context, diagnostics: diagnostics)
    }
    try writeStandardOutput("\(text(summary))\n")
    return .success
  }

  private func text(_ summary: ExportSummary) -> String {
    var parts = [
      counted(summary.events, "event", "events"), counted(summary.properties, "property", "properties"),
    ]
    if summary.amounts > 0 { parts.append(counted(summary.amounts, "amount", "amounts")) }
    if summary.websites > 0 { parts.append(counted(summary.websites, "website", "websites")) }
    if summary.reports > 0 { parts.append(counted(summary.reports, "saved report", "saved reports")) }
    if summary.badRows > 0 { parts.append(counted(summary.badRows, "bad row", "bad rows") + " left out") }
    return "\(displayable(folder)): \(parts.joined(separator: ", "))"
  }
}
