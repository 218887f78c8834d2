import Calendar
import Engine
import EventStore
import Reporting
import System
import Worker

/// The arguments of every command that answers from events: a store, and how to read it.
struct WorkerOptions {
  static let names = ReadingOptions.names + CacheOptions.names + ServerOptions.names

  var paths: [String] = []
  private(set) var reading = ReadingOptions()
  private var cache = CacheOptions()
  private var server = ServerOptions()
  /// The first option about files that was given; nil if none was.
  private var fileOption: String?
  private let servers: ServerStores

  init(_ servers: ServerStores) { self.servers = servers }

  /// Takes the option if it is one of these; returns whether it is.
  mutating func take(
    _ name: String, _ value: String?, from arguments: inout Arguments
  ) throws(CommandError) -> Bool {
    if try server.take(name, value, from: &arguments) { return true }
    var isTaken = try reading.take(name, value, from: &arguments)
    if !isTaken { isTaken = try cache.take(name, value, from: &arguments) }
    guard isTaken else { return false }
    fileOption = fileOption ?? name
    return true
  }

  func checkPaths(of command: String) throws(CommandError) {
    if paths.isEmpty { throw .usage("\(command) needs a store: an SQLite file, or CSV files") }
    guard let address = paths.first(where: ServerStores.isAddress) else {
      if let given = server.given {
        throw .usage("\(given) is for a store on a server, which a \(ServerStores.scheme) address names")
      }
      return
    }
    guard paths.count == 1 else { throw .usage("\(address) is a store of its own; name nothing else") }
    if let fileOption { throw .usage("\(fileOption) is for files, not for a store on a server") }
  }

  /// The address of the server; nil if the store is files.
  var address: String? { paths.first { ServerStores.isAddress($0) } }

  /// Opens the store, and creates a worker for it.
  ///
  /// - Parameter log: Takes the statements of reports, if the store is on a server.
  func makeWorker(log: StatementLog? = nil) throws(CommandError) -> Worker {
    let display = makeDisplay()
    do throws(StoreError) {
      if let address {
        return makeWorker(
          for: try server.open(address, with: servers, log: log, diagnostics(display)), display)
      }
      return makeWorker(
        for: try EventStore.open(paths, options: openOptions, diagnostics: diagnostics(display)), display)
    } catch {
      display.clear()
      throw .store(reading.proposingMap(for: error, about: paths))
    }
  }

  /// From what a document is, which a command with these arguments prints. A key is a secret, and not part of it.
  func origin(of arguments: [String]) -> DocumentOrigin {
    DocumentOrigin(store: paths, version: productVersion, source: commandText(arguments))
  }

  /// Why a store without events has none.
  func emptyReason() -> String {
    if let address { return "\(address) has no events that this user may read" }
    let store = EventStore.unopened(paths, options: openOptions, diagnostics: { _ in })
    let tables = ((try? store.inspect()) ?? []).filter { $0.kind == .events }
    guard let first = tables.first, tables.allSatisfy({ $0.rows == 0 }) else {
      return "the store has no events; footfall inspect \(paths.first ?? "") says why"
    }
    return "\(first.path) has \(first.format == .csv ? "a header and no rows" : "no events")"
  }

  /// Inspects the files, and creates a worker for them, which does not open them.
  func inspect() throws(CommandError) -> (tables: [InspectedTable], worker: Worker) {
    if address != nil {
      throw .usage("inspect is about files; footfall websites shows the events of a store on a server")
    }
    let display = makeDisplay()
    let store = EventStore.unopened(paths, options: openOptions, diagnostics: diagnostics(display))
    do throws(StoreError) {
      let tables = try store.inspect(in: LoadContext(progress: display.show))
      display.clear()
      return (tables, makeWorker(for: store, display))
    } catch {
      display.clear()
      throw .store(error)
    }
  }

  private func makeDisplay() -> ProgressDisplay {
    ProgressDisplay(isTerminal: standardErrorIsTerminal(), now: currentMilliseconds)
  }

  private func makeWorker(for store: any StoreBackend, _ display: ProgressDisplay) -> Worker {
    Worker(
      store: store, loadProgress: display.show,
      zones: TimeZoneDatabase(directories: zoneDirectories(), files: .system),
      threads: processorCount(), now: currentMilliseconds, newID: randomUUID)
  }

  private func diagnostics(_ display: ProgressDisplay) -> Diagnostics {
    { line in
      display.clear()
      diagnose(line)
    }
  }

  private var openOptions: OpenOptions {
    var options = OpenOptions()
    options.rules = reading.rules
    options.cache = cache.location
    options.threads = processorCount()
    options.temporaryFolder = temporaryFolder()
    return options
  }
}

/// The options of every command that reads events: how columns are named and separated, which rows count.
struct ReadingOptions {
  static let names = [
    "--map", "--table", "--pageviews", "--separator", "--header", "--time-format", "--time-zone", "--website",
    "--strict", "--encoding", "--visitor-key",
    "--keep-bots", "--keep-assets",
  ]

  private(set) var rules = ReadingRules()
  /// The values of `--map`, which add up.
  private var maps: [String] = []

  /// Takes the option if it is one of these; returns whether it is.
  mutating func take(
    _ name: String, _ value: String?, from arguments: inout Arguments
  ) throws(CommandError) -> Bool {
    switch name {
    case "--map":
      maps.append(try arguments.value(of: name, value, isList: true))
      let list = maps.joined(separator: ",")
      do throws(StoreError) { rules.columnMap = try ColumnMap(parsing: list) } catch { throw .store(error) }
    case "--table":
      let table = try arguments.value(of: name, value)
      if table.isEmpty { throw .usage("--table needs the name of a table or view") }
      rules.table = table
    case "--pageviews":
      let names = try arguments.value(of: name, value).split(separator: "," as Character)
      rules.pageviewNames = names.map(String.init)
    case "--separator":
      let text = try arguments.value(of: name, value)
      guard let separator = Separator(named: text) else {
        let names = Separator.allCases.map(\.rawValue).joined(separator: ", ")
        throw .usage("--separator: \"\(text)\" is not a separator; there are \(names)")
      }
      rules.separator = separator
    case "--header":
      let names = try arguments.value(of: name, value)
      rules.header = names.split(separator: "," as Character, omittingEmptySubsequences: false).map(
        String.init)
    case "--time-format":
      let text = try arguments.value(of: name, value)
      do throws(TimeFormatError) { rules.times.format = try TimeFormat(text) } catch {
        throw .usage("--time-format: \(error)")
      }
    // A command with a --timezone of its own takes that one first.
    case "--time-zone", "--timezone":
      let zone = try arguments.value(of: name, value)
      rules.times.zone = (zone, try zoneRules(named: zone, of: name))
    case "--website":
      rules.defaultWebsiteID = try arguments.value(of: name, value)
      if rules.defaultWebsiteID.isEmpty { throw .usage("--website needs the id of a website") }
    case "--strict":
      try arguments.checkNoValue(of: name, value)
      rules.isStrict = true
    case "--encoding":
      let text = try arguments.value(of: name, value)
      guard let encoding = TextEncoding(rawValue: text) else {
        let names = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
        throw .usage("unknown encoding \"\(text)\"; use one of \(names)")
      }
      rules.encoding = encoding
    case "--visitor-key":
      let key = try arguments.value(of: name, value)
      if key.isEmpty { throw .usage("--visitor-key needs a text that nobody can guess") }
      rules.accessLogs.visitorKey = key
    case "--keep-bots":
      try arguments.checkNoValue(of: name, value)
      rules.accessLogs.keepsBots = true
    case "--keep-assets":
      try arguments.checkNoValue(of: name, value)
      rules.accessLogs.keepsAssets = true
    default: return false
    }
    return true
  }
}

extension ReadingOptions {
  /// An error of a store; if columns are missing, with a `--map` for those that the file has.
  func proposingMap(for error: StoreError, about paths: [String]) -> StoreError {
    guard case .missingColumns(var missing) = error, missing.path != "-", paths.contains(missing.path) else {
      return error
    }
    var options = OpenOptions()
    options.rules = rules
    let store = EventStore.unopened([missing.path], options: options, diagnostics: { _ in })
    guard let table = try? store.inspect().first else { return error }
    missing.propose(table)
    return .missingColumns(missing)
  }
}

/// A command line that runs the command again. A visitor key is a secret, so a placeholder takes its place.
func commandText(_ arguments: [String]) -> String {
  let secret = "--visitor-key"
  var words = ["footfall"]
  for (index, argument) in arguments.enumerated() {
    if index > 0, arguments[index - 1] == secret {
      words.append("KEY")
    } else {
      words.append(argument.hasPrefix("\(secret)=") ? "\(secret)=KEY" : argument)
    }
  }
  return words.enumerated().map { $0.offset < 2 ? $0.element : shellWord($0.element) }.joined(separator: " ")
}

/// The options of every command that computes reports: `--cache DIR`, `--no-cache`.
struct CacheOptions {
  static let names = ["--cache", "--no-cache"]

  private(set) var location = CacheLocation.standard(userFolder: userCacheFolder())

  /// Takes the option if it is one of these; returns whether it is. The last one counts.
  mutating func take(
    _ name: String, _ value: String?, from arguments: inout Arguments
  ) throws(CommandError) -> Bool {
    switch name {
    case "--cache":
      let folder = try arguments.value(of: name, value)
      if folder.isEmpty { throw .usage("--cache needs a folder") }
      location = .folder(folder)
    case "--no-cache":
      try arguments.checkNoValue(of: name, value)
      location = .none
    default: return false
    }
    return true
  }
}
