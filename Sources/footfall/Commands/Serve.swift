import Engine
import EventStore
import JSONRPC
import Worker

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `footfall serve STORE...`: answers requests from the standard input until it ends.
struct Serve {
  private var paths: [String] = []
  private var reading = ReadingOptions()
  private var cache = CacheOptions()

  init(_ arguments: [String]) throws(CommandError) {
    var arguments = Arguments(arguments)
    while let argument = arguments.next() {
      switch argument {
      case .operand(let path): paths.append(path)
      case .option(let name, let value):
        if try reading.take(name, value, from: &arguments) { continue }
        if try cache.take(name, value, from: &arguments) { continue }
        let names = (ReadingOptions.names + CacheOptions.names).joined(separator: ", ")
        throw .usage("serve has no option \(name); it has \(names)")
      }
    }
    if paths.isEmpty { throw .usage("serve needs a store: an SQLite file, or CSV files") }
  }

  func run() throws(CommandError) -> ExitCode {
    ignoreBrokenPipes()
    let output: Int32
    do throws(TransportError) { output = try takeOverStandardOutput() } catch { throw .transport(error) }
    let loading = LoadProgress()
    let worker = Worker(
      store: try openStore(loading), loading: loading,
      zones: TimeZoneDatabase(directories: zoneDirectories()), scanner: Scanner(threads: processorCount()),
      now: currentMilliseconds, newID: randomUUID)
    let server = Server(limits: Limits.messages, handler: worker, now: monotonicNanoseconds)
    do throws(TransportError) {
      let outcome = try server.run(input: STDIN_FILENO, output: output)
      return reading.rules.isStrict && outcome.replies.errors > 0 ? .failedRequests : .success
    } catch {
      throw .transport(error)
    }
  }

  private func openStore(_ loading: LoadProgress) throws(CommandError) -> EventStore {
    var options = OpenOptions()
    options.rules = reading.rules
    options.cache = cache.place
    options.threads = processorCount()
    let display = ProgressDisplay(isTerminal: standardErrorIsTerminal(), now: currentMilliseconds)
    options.progress = { progress in
      display.show(progress)
      loading.report(done: progress.bytesDone, of: progress.bytesTotal)
    }
    do throws(StoreError) {
      return try EventStore.open(paths, options: options) { line in
        display.clear()
        diagnose(line)
      }
    } catch {
      throw .store(error)
    }
  }
}
