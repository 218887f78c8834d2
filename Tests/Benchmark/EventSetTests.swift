import EventStore
import Foundation
import TestSupport
import Testing

@testable import benchmark

struct EventSetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ events: Int, seed: UInt64 = 1) throws -> (
    events: Data, properties: Data, paths: [String]
  ) {
    let name = folder.path("\(UUID())")
    try makeEventSet(EventSetOptions(events: events, folder: name, seed: seed))
    let paths = ["website_event.csv", "event_data.csv"].map { "\(name)/\($0)" }
    let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    return (files[0], files[1], paths)
  }

  @Test func `the same seed makes the same bytes, another one others`() throws {
    let (first, second, other) = (try make(500), try make(500), try make(500, seed: 2))
    #expect(first.events == second.events && first.properties == second.properties)
    #expect(first.events != other.events && first.properties != other.properties)
  }

  @Test(arguments: [1, 2, 63, 5000])
  func `as many events as asked load without a bad row, a double or an orphan`(events: Int) throws {
    let made = try make(events)
    var lines: [String] = []
    let store = try EventStore.open(made.paths) { lines.append($0) }
    #expect(try store.snapshot().websites.map(\.events) == [events])
    #expect(try store.snapshot().websites.map(\.domain) == ["example.com"])
    #expect(lines == [])
  }

  @Test func `rows stand in order of time, from the first day on`() throws {
    let text = String(decoding: try make(3000).events, as: UTF8.self)
    // A title may hold a line's end, but no time.
    let times = text.split(separator: "\n").filter { $0.hasSuffix("\"") }.map { $0.suffix(21) }
      .filter { $0.hasPrefix("\"20") }
    #expect(times.count == 3000)
    #expect(times == times.sorted())
    #expect(times[0].hasPrefix("\"2025-03-0"))
    #expect(times[2999].hasPrefix("\"2025-05-") || times[2999].hasPrefix("\"2025-06-"))
  }

  @Test func `purchases have a revenue and a currency`() throws {
    let made = try make(5000)
    let purchases =
      String(decoding: made.events, as: UTF8.self).split(separator: ",2,\"purchase\",").count - 1
    let rows = String(decoding: made.properties, as: UTF8.self).split(separator: "\n")
    #expect(purchases > 20)
    for key in ["revenue", "currency"] {
      #expect(rows.filter { $0.contains(",\"purchase\",\"\(key)\",") }.count == purchases)
    }
  }

  @Test func `a folder that cannot be made is said`() {
    let path = folder.path("none") + "/below"
    #expect(throws: BenchmarkError.system("make the folder \(path)", ENOENT)) {
      try makeEventSet(EventSetOptions(events: 1, folder: path))
    }
  }
}
