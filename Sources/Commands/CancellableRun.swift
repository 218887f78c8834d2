import Calendar
import EventStore
import JSONRPC
import System

/// Runs `body`, which SIGINT and SIGTERM cancel, and shows its progress.
func runCancellable<Result>(
  _ body: (LoadContext, @escaping Diagnostics) throws(StoreError) -> Result
) throws(CommandError) -> Result {
  let display = ProgressDisplay(isTerminal: standardErrorIsTerminal(), now: currentMilliseconds)
  let shutdown = ShutdownSignal()
  do throws(TransportError) { try raiseOnTerminationSignals(shutdown) } catch { throw .transport(error) }
  let context = LoadContext(progress: display.show) { shutdown.isRaised }
  defer { display.clear() }
  do throws(StoreError) {
    return try body(context) { line in
      display.clear()
      diagnose(line)
    }
  } catch {
    throw .store(error)
  }
}

/// The rules of a time zone that an option names.
func zoneRules(named name: String, of option: String) throws(CommandError) -> TimeZoneRules {
  do throws(TimeZoneError) {
    return try TimeZoneDatabase(directories: zoneDirectories(), files: .system).rules(named: name)
  } catch {
    throw .usage("\(option): \(error)")
  }
}
