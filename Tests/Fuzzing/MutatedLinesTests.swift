import Foundation
import JSON
import TestSupport
import Testing

/// One worker that is sent mutated lines only, and goes on as it began.
@Suite(.serialized) struct MutatedLinesTests {
  private static let examples = ["website_event.csv", "event_data.csv"].map {
    BuiltBinary.checkout.appendingPathComponent("examples/\($0)").path
  }

  @Test func `each mutated line is answered once, and memory ends where it began`() throws {
    let worker = try RunningWorker(Self.examples)
    let lines = try MutatedLines(worker)
    try lines.send(Thoroughness.rounds(1_000, thorough: 50_000))
    let before = try worker.residentBytes()
    let start = ContinuousClock.now
    let count = Thoroughness.rounds(5_000, thorough: 1_000_000)
    try lines.send(count)
    let time = ContinuousClock.now - start
    let after = try worker.residentBytes()
    print("\(count) mutated lines in \(time); \(before >> 10) KiB before, \(after >> 10) KiB after")
    if !Sanitizer.isOn {
      #expect(after < before + Self.toleratedBytes, "\(before) bytes before, \(after) after")
    }
    #expect(try worker.stop() == 0)
  }

  /// What the heap may keep beyond what it kept before: the storage of a large reply, which is 4 MiB at most, and as
  /// much again that lies between pieces in use. In the long run 9 bytes a line would be more.
  private static let toleratedBytes = 8 << 20

  @Test func `a store that can be appended to takes mutated lines as well`() throws {
    let folder = try TemporaryFolder()
    let store = folder.path("store.db")
    let imported = try BuiltBinary.run(["import", store] + Self.examples)
    try #require(imported.exitCode == 0, "\(imported.errors)")
    let worker = try RunningWorker([store])
    try MutatedLines(worker).send(Thoroughness.rounds(500, thorough: 50_000))
    #expect(try worker.stop() == 0)
    #expect(try SQLiteShell.run(store, "PRAGMA integrity_check") == ["ok"])
  }
}

/// Sends lines to a worker, some at a time, and checks what comes back for each.
private final class MutatedLines {
  private let worker: RunningWorker
  private var mutator: Mutator
  private var sent = 0
  private var cleanedAt = 0

  init(_ worker: RunningWorker) throws {
    self.worker = worker
    mutator = Mutator(
      try Corpus.inputs(of: .request) + Corpus.requests(), splices: requestSplices, seed: 1)
  }

  func send(_ count: Int) throws {
    let end = sent + count
    var waiting: [[UInt8]] = []
    while sent + waiting.count < end {
      for line in mutator.next().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        // What gives up a request finds all before it answered, so that none of them may stay unanswered.
        if String(decoding: line, as: UTF8.self).contains("cancel") { try exchange(&waiting) }
        waiting.append(Array(line))
      }
      // Less than the worker reads ahead, so that nobody waits for the other.
      if waiting.count >= 200 { try exchange(&waiting) }
      if sent >= cleanedAt + 5_000 { try deleteSavedReports() }
    }
    try exchange(&waiting)
    try deleteSavedReports()
  }

  /// Sends the lines, and checks the reply to each.
  private func exchange(_ lines: inout [[UInt8]]) throws {
    defer { lines.removeAll() }
    try worker.send(Data(lines.joined(separator: [UInt8(ascii: "\n")])) + Data("\n".utf8))
    for line in lines {
      sent += 1
      let reply = isReplyDue(to: line) ? try nextReply() : nil
      do throws(Violation) { try checkReply(reply, to: line) } catch {
        Issue.record("line \(sent): \(error); in base 64: \(Data(line).base64EncodedString())")
        throw error
      }
    }
  }

  /// The next line that is no notification.
  private func nextReply() throws -> [UInt8] {
    while true {
      let line = try worker.receive()
      if !line.starts(with: Data(#"{"jsonrpc":"2.0","method":"#.utf8)) { return Array(line) }
    }
  }

  /// With CSV files they are kept in memory, where they count.
  private func deleteSavedReports() throws {
    cleanedAt = sent
    try worker.send(
      Data(#"{"jsonrpc":"2.0","id":"saved","method":"reports.list","params":{"pageSize":1000}}"#.utf8 + [10]))
    let page = try JSONValue(parsing: nextReply())
    let ids = (page["result"]?["data"]?.array ?? []).compactMap { $0["id"] }
    for id in ids {
      let request: JSONValue = [
        "jsonrpc": "2.0", "id": "saved", "method": "reports.delete", "params": ["reportId": id],
      ]
      try worker.send(Data(request.serialized() + [10]))
      let reply = try JSONValue(parsing: nextReply())
      #expect(reply["result"] != nil, "\(id): \(reply)")
    }
  }
}
