import Foundation
import JSON
import TestSupport
import Testing

/// Signals that ask a worker to end, in whatever it is just doing.
@Suite struct SignalTests {
  private let files: FaultFiles

  init() throws { files = try FaultFiles() }

  @Test(arguments: [SIGTERM, SIGINT]) func `a worker that waits for requests ends at once, with 0`(
    signal: Int32
  ) throws {
    let worker = try RunningWorker([try files.make(.csv, "rows.csv", events: 9), "--no-cache"])
    #expect(try worker.look() == .events(9))
    kill(worker.processIdentifier, signal)
    #expect(try worker.finish() == 0)
    #expect(worker.errors == "")
  }

  /// Requests whose replies are longer than a pipe holds, so that the worker is in the midst of one when its
  /// client is slow to read.
  private func requests(_ count: Int) -> String {
    (0..<count).map { number in
      #"{"jsonrpc":"2.0","id":\#(number),"method":"reports.insights","params":{"dateRange":{"startDate":"2020-01-01","endDate":"2030-01-01"},"fields":[{"name":"url"}]}}"#
        + "\n"
    }.joined()
  }

  private func manyPages() throws -> String {
    let name = String(repeating: "long/", count: 60)
    let rows = (0..<600).map { "w,s\($0),v\($0),e\($0),\(1_740_000_000 + $0),1,/\(name)\($0)\n" }
    return try files.folder.file("pages.csv", FaultFiles.header + rows.joined())
  }

  @Test func `the request in hand is answered whole, and those behind it are not begun`() throws {
    let worker = try RunningWorker([try manyPages(), "--no-cache"])
    try worker.send(requests(50))
    let first = try worker.receiveText()
    kill(worker.processIdentifier, SIGTERM)
    var lines = [first]
    while let line = try? worker.receiveText() { lines.append(line) }
    #expect(try worker.finish() == 0)
    #expect(lines.count < 50, "\(lines.count)")
    for (number, line) in lines.enumerated() {
      let reply = try JSONValue(parsing: Array(line.utf8), maximumDepth: 32)
      #expect(reply["id"] == .integer(Int64(number)) && reply["result"]?.array?.count == 500)
    }
    #expect(worker.rest.isEmpty, "half a reply")
  }

  @Test(arguments: [SIGTERM, SIGINT]) func `a second signal ends it by the signal`(signal: Int32) throws {
    let worker = try RunningWorker([try manyPages(), "--no-cache"])
    try worker.send(requests(50))
    _ = try worker.receive()
    // The first does not end it: it is held up by a client that does not read.
    worker.waitUntilHeldUp()
    while worker.isRunning {
      kill(worker.processIdentifier, signal)
      usleep(1000)
    }
    #expect(try worker.finish() == -signal)
  }

  @Test func `a row without an end is given up, and takes no memory before`() throws {
    let path = try files.folder.file("zeros.csv", FaultFiles.header)
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 64 << 30)
    let worker = try RunningWorker([path, "--no-cache"])
    try worker.send(Data((#"{"id":1,"method":"websites.list"}"# + "\n").utf8))
    while try worker.cost().milliseconds < 1000 { usleep(10_000) }
    #expect(try Sanitizer.isOn || worker.peakBytes() < 200 << 20)
    kill(worker.processIdentifier, SIGTERM)
    #expect(try worker.finish() == 0)
  }

  @Test func `stops at random moments cut no reply and lose no event`() throws {
    let store = try files.make(.ownStore, "store.db", events: 10)
    var acknowledged = 0
    var sent = 0
    var random = SystemRandomNumberGenerator()
    for round in 0..<Thoroughness.rounds(4, thorough: 100) {
      let worker = try RunningWorker([store])
      let requests = (0..<40).map { number in
        #"{"id":\#(number),"method":"events.append","events":[{"website_id":"w","session_id":"s","event_id":"r\#(round)-\#(number)","created_at":1740000000000,"url_path":"/p"}]}"#
          + "\n"
      }
      try worker.send(requests.joined())
      sent += requests.count
      usleep(.random(in: 0..<60_000, using: &random))
      kill(worker.processIdentifier, SIGTERM)
      while let line = try? worker.receiveText() {
        #expect(line.hasSuffix(#""result":{"added":1,"known":0,"rejected":[]}}"#), "\(line)")
        acknowledged += 1
      }
      let code = try worker.finish()
      // A worker that has not begun to serve ends by the signal.
      #expect(code == 0 || code == -SIGTERM)
      #expect(worker.rest.isEmpty && worker.errors == "")
    }
    let last = try RunningWorker([store])
    #expect(try last.count() == .events(10 + acknowledged))
    #expect(try last.stop() == 0)
    #expect(acknowledged < sent)
  }

  @Test func `with --strict, what was answered decides how a stopped worker ends`() throws {
    let path = try files.make(.csv, "rows.csv", events: 9)
    for (request, code) in [(StoreReply.request, Int32(0)), ("?", 1)] {
      let worker = try RunningWorker([path, "--no-cache", "--strict"])
      _ = try worker.ask(request)
      kill(worker.processIdentifier, SIGTERM)
      #expect(try worker.finish() == code)
    }
  }

  @Test func `a signal that whoever started it ignores stays ignored`() throws {
    let worker = try RunningWorker(
      [try files.make(.csv, "rows.csv", events: 9), "--no-cache"],
      launcher: ["/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\""])
    #expect(try worker.look() == .events(9))
    kill(worker.processIdentifier, SIGINT)
    #expect(try worker.look() == .events(9))
    #expect(try worker.stop() == 0)
  }
}
