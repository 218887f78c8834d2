import Dispatch
import Foundation
import JSON
import TestSupport
import Testing

@testable import EventStore
@testable import Worker

/// Other processes write to the store of a worker.
struct OtherWritersTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let everything: JSONValue = ["startDate": "2020-01-01", "endDate": "2035-01-01"]
  private static let report: JSONObject = [
    "reportId": "0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11", "websiteId": "a", "type": "utm", "name": "n",
    "parameters": ["dateRange": everything],
  ]

  /// One request per method, in an order in which each succeeds.
  private static let requests: [(method: String, params: JSONObject)] = {
    let range: JSONObject = ["dateRange": everything]
    let step: JSONValue = ["type": "url", "value": "/"]
    let goal: JSONValue = ["type": "url", "value": "*", "goal": 1]
    func with(_ name: String, _ value: JSONValue, _ object: JSONObject) -> JSONObject {
      var object = object
      object[name] = value
      return object
    }
    let id: JSONObject = ["reportId": report["reportId"] ?? .null]
    return [
      ("websites.list", [:]), ("reports.utm", range), ("reports.retention", range),
      ("reports.revenue", with("currency", "USD", range)), ("reports.journey", with("steps", 3, range)),
      ("reports.insights", with("fields", [["name": "url"]], range)),
      ("reports.goals", with("goals", [goal], range)),
      ("reports.funnel", with("window", 1, with("steps", [step, step], range))),
      ("reports.attribution", with("model", "firstClick", with("steps", [step], range))),
      ("reports.currencies", ["startDate": "2020-01-01", "endDate": "2035-01-01"]),
      ("reports.create", report),
      ("reports.get", id), ("reports.list", [:]), ("reports.update", with("name", "m", id)),
      ("reports.run", id),
      ("reports.delete", id), ("events.append", ["events": [["session_id": "s", "website_id": "a"]]]),
      ("events.append", ["events": [["session_id": "s"], ["session_id": ""]]]),
    ]
  }()

  private func insertion(_ number: Int) -> String {
    "INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at)"
      + " VALUES ('a', 's', 'other \(number)', 1, 1740000000000)"
  }

  /// A store that no process has open.
  private func importedStore() throws -> String {
    let path = folder.path("store.db")
    _ = try importFiles([folder.file("events.csv", TestWorker.oneWebsite)], into: path) { _ in }
    return path
  }

  /// Another program that does not wait for locks.
  private func other(_ path: String) throws -> Connection {
    try Connection(path: path, mode: .readWrite, busyTimeoutMilliseconds: 0)
  }

  @Test func `nothing is locked between requests`() throws {
    let worker = try TestWorker(imported: true)
    let other = try other(worker.storePath)
    for (number, request) in Self.requests.enumerated() {
      // Something new to read every time.
      try other.execute("BEGIN EXCLUSIVE; \(insertion(number)); COMMIT")
      let reply = worker.ask(request.method, .object(request.params))
      #expect(
        reply["code"] == (number == Self.requests.count - 1 ? -32602 : nil), "\(request.method): \(reply)")
      try other.execute("BEGIN EXCLUSIVE; COMMIT")
      // Who still reads keeps the log.
      #expect(try other.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0, "\(request.method)")
    }
  }

  @Test func `another program's file without a write-ahead log is not locked`() throws {
    let path = try importedStore()
    // No longer a store of ours.
    try other(path).execute("PRAGMA application_id = 0; PRAGMA journal_mode = DELETE")
    let store = try EventStore.open([path]) { _ in }
    let other = try other(path)
    for number in 0..<3 {
      try other.execute("BEGIN EXCLUSIVE; \(insertion(number)); COMMIT")
      #expect(try store.snapshot().websites.first?.events == 3 + number)
      _ = try store.reports(matching: SavedReportFilter())
      let report = SavedReport(
        id: "\(number)", userID: "", websiteID: "a", type: "utm", name: "n", description: "",
        parameters: "{}",
        createdAtMilliseconds: 0, updatedAtMilliseconds: 0)
      #expect(try store.insert(report))
    }
    try other.execute("BEGIN EXCLUSIVE; COMMIT")
  }

  @Test func `a request that waits too long for a lock gets busy, and the next one is answered`() throws {
    let worker = try TestWorker(imported: true, busyTimeoutMilliseconds: 20)
    let other = try other(worker.storePath)
    let writing = Self.requests.filter { ["events.append", "reports.create"].contains($0.method) }.dropLast()
    try other.execute("BEGIN IMMEDIATE; \(insertion(0))")
    for request in writing {
      let reply = worker.ask(request.method, .object(request.params))
      #expect(reply["code"] == 3 && reply["data"] == ["reason": "busy"], "\(reply)")
      #expect(reply["message"]?.string?.hasSuffix("is locked by another process; try again") == true)
      // Who reads is not held up, and does not see what is not committed.
      #expect(worker.ask("websites.list").array?.first?["events"] == 2)
    }
    try other.execute("COMMIT")
    for request in writing { #expect(worker.ask(request.method, .object(request.params))["code"] == nil) }
    #expect(worker.ask("websites.list").array?.first?["events"] == 4)
  }

  @Test func `a request waits for a lock that is released in time`() throws {
    let worker = try TestWorker(imported: true)
    let other = try other(worker.storePath)
    try other.execute("BEGIN IMMEDIATE; \(insertion(0))")
    let isDone = DispatchSemaphore(value: 0)
    nonisolated(unsafe) let borrowed = other
    Thread.detachNewThread {
      usleep(30_000)
      #expect(throws: Never.self) { try borrowed.execute("COMMIT") }
      isDone.signal()
    }
    #expect(worker.ask("events.append", ["events": [["session_id": "s"]]])["added"] == 1)
    isDone.wait()
    #expect(worker.ask("websites.list").array?.first?["events"] == 4)
  }

  /// A first import that is interrupted leaves a store without.
  @Test func `a store without a write-ahead log gets one with the first append`() throws {
    let path = try importedStore()
    #expect(try other(path).texts("PRAGMA journal_mode = DELETE") == ["delete"])
    let store = try EventStore.open([path]) { _ in }
    let event = try NewEvent(id: "e", sessionID: "s", createdAtMilliseconds: 1_500_000_000_000)
    #expect(try store.append([event]).added == 1)
    #expect(try other(path).texts("PRAGMA journal_mode") == ["wal"])
  }
}
