import JSON

/// Times operations that read all events once.
struct Loading {
  let options: RunOptions
  let folder: ScratchFolder

  /// From the spawn of a worker that finds no columns in `cache` to its first reply, which lists the
  /// websites.
  func start(_ name: String, _ cache: WorkerClient.Cache) throws(BenchmarkError) -> (Results.Load, JSONValue)
  {
    let start = ContinuousClock.now
    var worker = try WorkerClient(options.footfall, serving: options.store, cache)
    let websites = try worker.result(of: requestLine("websites.list"))
    let time = ContinuousClock.now - start
    return (
      Results.Load(name: name, time: time, peakResidentBytes: worker.process.peakResidentBytes), websites
    )
  }

  /// The store into which ``imports()`` imports with `footfall`.
  var importedStore: String { folder.path("footfall.db") }

  /// Imports the files into an SQLite file, with `footfall` and, if it is installed, with the `sqlite3`
  /// shell.
  func imports() throws(BenchmarkError) -> [Results.Load] {
    let ours = try time(options.footfall, ["import", importedStore] + options.store)
    var loads = [Results.Load(name: "footfall import", time: ours)]
    let commands = options.store.map { file in
      ".import \"\(file)\" \(file.hasSuffix("event_data.csv") ? "event_data" : "website_event")"
    }
    do throws(BenchmarkError) {
      let theirs = try time("sqlite3", [folder.path("shell.db"), ".mode csv"] + commands)
      loads.append(Results.Load(name: "sqlite3 .import", time: theirs))
    } catch .system {}
    return loads
  }

  /// The time that a program takes, from its spawn to its exit, which must be successful.
  private func time(_ executable: String, _ arguments: [String]) throws(BenchmarkError) -> Duration {
    let start = ContinuousClock.now
    let process = try ChildProcess(executable: executable, arguments: arguments)
    var output = LineInput(process.output)
    while try output.next() != nil {}
    guard process.end() else { throw .worker("\(executable) \(arguments[0]) failed") }
    return ContinuousClock.now - start
  }
}
