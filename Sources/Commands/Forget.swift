import EventStore
import Reporting

/// `footfall forget STORE --before WHEN | --visitor ID`: deletes events from a store.
struct Forget {
  static let names = ["--before", "--visitor", "--website", "--timezone", "--cache"]
  private static let help = "footfall forget --help"

  private let store: String
  private var before: String?
  private var visitor: String?
  private var website: String?
  private var timeZone = "UTC"
  private var cache: String?

  init(_ arguments: [String]) throws(CommandError) {
    var arguments = Arguments(arguments)
    var stores: [String] = []
    while let argument = arguments.next() {
      switch argument {
      case .operand(let path): stores.append(path)
      case .option(var name, let value):
        // Only one zone is meant here, so both spellings do.
        if name == "--time-zone" { name = "--timezone" }
        guard Self.names.contains(name) else {
          throw .unknownOption(name, of: "forget", known: Self.names)
        }
        let text = try arguments.value(of: name, value)
        if text.isEmpty { throw .usage("\(name) needs a value", help: Self.help) }
        switch name {
        case "--before": before = text
        case "--visitor": visitor = text
        case "--website": website = text
        case "--timezone": timeZone = text
        default: cache = text
        }
      }
    }
    guard let store = stores.first else { throw .usage("forget needs a store", help: Self.help) }
    if stores.count > 1 {
      throw .usage("forget takes one store, found also \"\(stores[1])\"", help: Self.help)
    }
    guard (before == nil) != (visitor == nil) else {
      throw .usage(
        before == nil
          ? "forget needs --before, for example --before 2025-01-01, or --visitor"
          : "forget takes --before or --visitor, not both; run it twice", help: Self.help)
    }
    if before == nil, timeZone != "UTC" {
      throw .usage("--timezone is for --before; leave it out", help: Self.help)
    }
    self.store = store
  }

  func run() throws(CommandError) -> ExitCode {
    var options = ForgetOptions(try selection())
    options.website = website
    if let cache { options.cache = .folder(cache) }
    let summary = try runCancellable { context, diagnostics throws(StoreError) in
      try forgetEvents(in: store, options, context: context, diagnostics: diagnostics)
    }
    var parts = [
      counted(summary.events, "event", "events"), counted(summary.properties, "property", "properties"),
    ]
    parts += summary.others.map { "\(counted($0.rows, "row", "rows")) of \($0.table)" }
    try writeStandardOutput("\(displayable(store)): deleted \(parts.joined(separator: ", "))\n")
    return summary.leavesTraces ? .inputOutput : .success
  }

  private func selection() throws(CommandError) -> ForgetOptions.Selection {
    if let visitor { return .visitor(visitor) }
    let zone = try zoneRules(named: timeZone, of: "--timezone")
    do throws(FlagError) {
      return .before(
        milliseconds: try PeriodFlags.start(
          of: before ?? "", given: "--before", in: zone, now: currentMilliseconds()))
    } catch {
      throw .usage(error.description, help: Self.help)
    }
  }
}
