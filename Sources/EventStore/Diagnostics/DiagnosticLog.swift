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
    write("\(path): skipped \(counted(count, "event", "events")) with a duplicate event_id")
  }

  func duplicateProperties(_ count: Int, path: String) {
    guard count > 0 else { return }
    write("\(path): skipped \(counted(count, "duplicate event_data row", "duplicate event_data rows"))")
  }

  func unmatchedProperties(_ count: Int) {
    guard count > 0 else { return }
    write("ignored \(counted(count, "event_data row", "event_data rows")) without a matching event")
  }

  func duplicateAmounts(_ count: Int, path: String) {
    guard count > 0 else { return }
    write("\(path): skipped \(counted(count, "revenue row", "revenue rows")) with a duplicate event_id")
  }

  func unmatchedAmounts(_ count: Int) {
    guard count > 0 else { return }
    write("ignored \(counted(count, "revenue row", "revenue rows")) without a matching event")
  }
}

/// A count with its noun: `1 event`, `2 events`.
public func counted(_ count: Int, _ one: String, _ many: String) -> String {
  "\(count) \(count == 1 ? one : many)"
}
