import Foundation
import JSON
import TestSupport
import Testing

@testable import EventStore
@testable import Worker

/// The files of the column cache change while a worker has them mapped.
struct SpoiltCacheTests {
  private let worker: TestWorker
  private static let range: JSONValue = ["startDate": "2025-01-01", "endDate": "2026-01-01"]

  /// Enough events for their columns to be mapped.
  init() throws {
    let rows = (0..<9000).map { index in
      "a,s\(index / 3),v\(index / 3),e\(index),h,/\(index % 700),1,,\(1_740_000_000 + index * 60)\n"
    }
    worker = try TestWorker(
      TestWorker.header + "\n" + rows.joined(), imported: true, cache: .standard(userFolder: nil))
  }

  private func count() -> JSONValue? {
    worker.ask(
      "reports.goals",
      ["dateRange": Self.range, "goals": [["type": "url", "value": "*", "goal": 1]]]
    ).array?.first?["result"]
  }

  /// Makes the files look modified.
  private func touchFiles() throws {
    let folder = worker.storePath + "-columns"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let large = try names.filter { name in
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      return (attributes[.size] as? Int ?? 0) > CacheFile.maximumBytesRead
    }
    try #require(!large.isEmpty, "no file of the cache is mapped")
    for name in large {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_900_000_000)], ofItemAtPath: "\(folder)/\(name)")
    }
  }

  @Test func `events are appended once`() throws {
    #expect(count() == 9000)
    try touchFiles()
    let events: JSONValue = [["session_id": "new", "created_at": "2025-03-03T10:00:00Z"]]
    #expect(
      worker.ask("events.append", ["events": events]) == ["added": 1, "known": 0, "rejected": []])
    #expect(count() == 9001)
  }

  private func create() -> JSONValue {
    worker.ask("reports.create", ["type": "utm", "name": "n", "parameters": ["dateRange": Self.range]])
  }

  @Test func `a report is saved once`() throws {
    #expect(count() == 9000)
    try touchFiles()
    _ = create()
    #expect(worker.ask("reports.list")["count"] == 1)
    #expect(count() == 9000)
  }

  @Test func `deleting a report with damaged columns succeeds`() throws {
    let id = create()["id"] ?? .null
    #expect(count() == 9000)
    try touchFiles()
    #expect(worker.ask("reports.delete", ["reportId": id])["code"] == nil)
    #expect(worker.ask("reports.list")["count"] == 0)
    #expect(count() == 9000)
  }

  @Test func `a report on damaged columns is computed again from the rows`() throws {
    #expect(count() == 9000)
    for _ in 0..<3 {
      try touchFiles()
      #expect(count() == 9000)
    }
  }
}
