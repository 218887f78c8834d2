import EventStore
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// How far loading is, over pipes and on the standard error.
@Suite struct ProgressTests {
  private let folder: TemporaryFolder
  /// So many files of the same length, each of which is read by itself.
  private let files: [String]

  init() throws {
    folder = try TemporaryFolder()
    let header = "website_id,session_id,event_id,created_at\n"
    files = try [1, 2, 3, 4].map { [folder] number in
      try folder.file("\(number).csv", header + "w,s\(number),e\(number),\(1_500_000_000 + number)\n")
    }
  }

  /// The lines that a worker over the files writes until its reply, and that.
  private func lines(_ request: String) throws -> [JSONValue] {
    let outcome = try BuiltBinary.run(["serve", "--no-cache"] + files, input: Data("\(request)\n".utf8))
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    return try outcome.lines.map { try JSONValue(parsing: Array($0.utf8), maximumDepth: 32) }
  }

  @Test func `a language client is told the beginning, new percents and the end before its reply`() throws {
    let lines = try lines(
      #"{"jsonrpc":"2.0","id":1,"method":"websites.list","params":{"workDoneToken":"t"}}"#)
    try #require(lines.count == 6)
    #expect(lines[5]["id"] == 1 && lines[5]["result"]?.array?.first?["events"] == 4)
    let told = lines.dropLast()
    #expect(told.allSatisfy { $0["method"] == "$/progress" && $0["params"]?["token"] == "t" })
    let values = told.map { $0["params"]?["value"] ?? .null }
    #expect(values.map { $0["kind"] } == ["begin", "report", "report", "report", "end"])
    #expect(values.map { $0["percentage"] } == [25, 50, 75, 100, nil])
  }

  @Test func `a tool client is told numbers that grow before its reply`() throws {
    let lines = try lines(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_websites","arguments":{},"_meta":{"progressToken":7,"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"#
    )
    try #require(lines.count == 5, "\(lines)")
    #expect(lines[4]["id"] == 1 && lines[4]["result"]?["isError"] != true, "\(lines[4])")
    let told = lines.dropLast()
    #expect(told.allSatisfy { $0["method"] == "notifications/progress" })
    #expect(told.map { $0["params"]?["progressToken"] } == [7, 7, 7, 7])
    #expect(told.map { $0["params"]?["progress"] } == [25, 50, 75, 100])
  }

  @Test func `who does not ask is told nothing`() throws {
    let lines = try lines(#"{"jsonrpc":"2.0","id":1,"method":"websites.list"}"#)
    #expect(lines.count == 1)
  }

  /// What is written while reading goes on, by a clock that is set.
  private func written(
    isTerminal: Bool, _ steps: [(milliseconds: Int64, done: Int)]
  ) -> [String] {
    let clock = Atomic<Int64>(0)
    let written = Mutex<[String]>([])
    let display = ProgressDisplay(
      isTerminal: isTerminal, now: { clock.load(ordering: .relaxed) },
      write: { text in written.withLock { $0.append(text) } })
    for step in steps {
      clock.store(step.milliseconds, ordering: .relaxed)
      display.show(
        ReadingProgress(bytesDone: step.done * 1_000_000, bytesTotal: 100_000_000, rows: step.done))
    }
    return written.withLock(\.self)
  }

  @Test func `what takes more than two seconds is spoken of in lines, every five seconds`() {
    #expect(written(isTerminal: false, [(0, 0), (1_999, 50), (3_000, 100)]) == [])
    #expect(
      written(
        isTerminal: false,
        [(0, 0), (2_000, 10), (6_999, 20), (7_000, 30), (8_000, 100), (9_000, 1), (10_999, 2)])
        == [
          "footfall:  10 %  10 of 100 MB  10 rows  5 MB/s  18 s left\n",
          "footfall:  30 %  30 of 100 MB  30 rows  4 MB/s  17 s left\n",
        ])
  }

  @Test func `a bar on a terminal is drawn over itself and goes in the end`() {
    let written = written(isTerminal: true, [(0, 0), (2_000, 10), (2_050, 11), (2_100, 12), (3_000, 100)])
    #expect(written.count == 3)
    #expect(written.allSatisfy { $0.hasPrefix("\r\u{1B}[K") && !$0.contains("\n") })
    #expect(written.dropLast().allSatisfy { $0.contains("[##--") })
    #expect(written.last == "\r\u{1B}[K")
  }
}
