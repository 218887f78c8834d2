/// The command that the command line selects.
enum Command {
  case help
  case make(EventSetOptions)
  case run(RunOptions)
  case scale(ScaleOptions)

  /// Parses the arguments after the program's name.
  init(parsing arguments: [String]) throws(BenchmarkError) {
    guard let name = arguments.first else { throw .usage("name a command: make, run or scale") }
    if arguments.contains("--help") || arguments.contains("-h") {
      self = .help
      return
    }
    switch name {
    case "make": self = .make(try EventSetOptions(parsing: arguments.dropFirst()))
    case "run": self = .run(try RunOptions(parsing: arguments.dropFirst()))
    case "scale": self = .scale(try ScaleOptions(parsing: arguments.dropFirst()))
    default: throw .usage("there is no command \"\(name)\"; there are make, run and scale")
    }
  }
}

extension EventSetOptions {
  init(parsing arguments: some Collection<String>) throws(BenchmarkError) {
    let arguments = try Arguments(arguments, options: ["--seed", "--days", "--start"])
    guard arguments.operands.count == 2 else {
      throw .usage("make takes a number of events and a folder")
    }
    self.init(
      events: try wholeNumber(arguments.operands[0], of: "EVENTS", in: 1...1_000_000_000),
      folder: arguments.operands[1])
    if let seed = try arguments.number("--seed", in: 0...UInt64.max) { self.seed = seed }
    if let days = try arguments.number("--days", in: 1...10_000) { self.days = days }
    if let text = arguments.value("--start") {
      guard text.utf8.count == 10, let start = CalendarDate(startOf: text) else {
        throw .usage("--start is a date such as 2025-03-01, found \"\(text)\"")
      }
      self.start = start
    }
  }
}

extension RunOptions {
  init(parsing arguments: some Collection<String>) throws(BenchmarkError) {
    let arguments = try Arguments(
      arguments, flags: ["--json", "--import"], options: ["--runs", "--requests", "--appended", "--duckdb"])
    guard let footfall = arguments.operands.first, arguments.operands.count > 1 else {
      throw .usage("run takes the built footfall and a store")
    }
    self.init(footfall: footfall, store: Array(arguments.operands.dropFirst()))
    isJSON = arguments.has("--json")
    importsFiles = arguments.has("--import")
    duckDBPython = arguments.value("--duckdb")
    if importsFiles || duckDBPython != nil, !isCSV {
      throw .usage("--import and --duckdb read the store's files again, which must be .csv files")
    }
    if let runs = try arguments.number("--runs", in: 1...1000) { self.runs = runs }
    if let events = try arguments.number("--appended", in: 0...100_000) { self.mostAppended = events }
    if let requests = try arguments.number("--requests", in: 1...10_000_000) { self.requests = requests }
  }
}

extension ScaleOptions {
  init(parsing arguments: some Collection<String>) throws(BenchmarkError) {
    let arguments = try Arguments(
      arguments, flags: ["--json", "--import"], options: ["--sizes", "--runs", "--days"])
    guard arguments.operands.count == 1 else { throw .usage("scale takes the built footfall") }
    self.init(footfall: arguments.operands[0])
    isJSON = arguments.has("--json")
    importsFiles = arguments.has("--import")
    if let text = arguments.value("--sizes") {
      sizes = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        sizes.append(try wholeNumber(String(part), of: "--sizes", in: 1...1_000_000_000))
      }
      guard zip(sizes, sizes.dropFirst()).allSatisfy(<) else {
        throw .usage("--sizes ascend, found \"\(text)\"")
      }
    }
    if let runs = try arguments.number("--runs", in: 1...1000) { self.runs = runs }
    if let days = try arguments.number("--days", in: 1...10_000) { self.days = days }
  }
}
