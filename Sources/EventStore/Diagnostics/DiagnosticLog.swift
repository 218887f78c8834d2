/// Writes diagnostics while rows are read, and records them: they are cached with the columns, so that a
/// process that reads the cache repeats them.
final class DiagnosticLog {
  /// Writes a line without recording it.
  let writeUnrecorded: Diagnostics
  private var recorded: [String]?

  init(_ write: @escaping Diagnostics) { writeUnrecorded = write }

  func write(_ line: String) {
    recorded?.append(line)
    writeUnrecorded(line)
  }

  /// Runs `body` and returns the lines written meanwhile.
  func recording<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> (result: Result, lines: [String]) {
    recorded = []
    defer { recorded = nil }
    let result = try body()
    return (result, recorded ?? [])
  }
}

extension DiagnosticLog {
  func clockChanges(_ counts: [ClockChangeCount]) {
    for line in counts.reduce(into: ClockChangeCount(), { $0.add($1) }).lines { write(line) }
  }

  func duplicateEvents(_ count: Int, path: String) {
    guard count > 0 else { return }
    write("\(path): skipped \(count) \(count == 1 ? "event" : "events") with a duplicate event_id")
  }

  func duplicateProperties(_ count: Int, path: String) {
    guard count > 0 else { return }
    write("\(path): skipped \(count) duplicate event_data \(count == 1 ? "row" : "rows")")
  }

  func unmatchedProperties(_ count: Int) {
    guard count > 0 else { return }
    write("ignored \(count) event_data \(count == 1 ? "row" : "rows") without a matching event")
  }
}
