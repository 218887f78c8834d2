import Engine
import TestSupport
import Testing

@testable import EventStore

/// A store may have as many websites as events.
@Suite(.serialized, .disabled(if: Sanitizer.isOn)) struct WebsiteGrowthTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `websites of CSV files are listed and found`() throws {
    let growth = try Growth.ofThreadTime(200) { count in
      let rows = (0..<count).map { "w\($0),s,2025-03-01,/\n" }.joined()
      return (count, try folder.write("\(count).csv", "website_id,session_id,created_at,url_path\n" + rows))
    } work: { count, path in
      let store = try EventStore.open([path]) { _ in }
      let snapshot = try store.snapshot()
      #expect(snapshot.websites.count == count)
      for website in snapshot.websites { #expect(try snapshot.columns(of: website.id)?.eventCount == 1) }
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test func `websites of a store are appended to, all at once and many times`() throws {
    func events(_ count: Int, _ round: Int) throws -> [NewEvent] {
      try (0..<count).map {
        try NewEvent(
          id: "e\(round) \($0)", sessionID: "s\($0)",
          createdAtMilliseconds: try NewEvent.createdAtMilliseconds(reading: "2025-03-\(10 + round)"),
          websiteID: "w\($0)", values: [.urlPath: "/"])
      }
    }
    let growth = try Growth.ofThreadTime(100) { count in
      let path = folder.file("\(count).db")
      _ = try createStore(at: path)
      let store = try EventStore.open([path]) { _ in }
      _ = try store.append(try events(count, 0))
      #expect(try store.snapshot().websites.count == count)
      return (count, store, Round())
    } work: { count, store, round in
      round.number += 1
      _ = try store.append(try events(count, round.number))
      let websites = try store.snapshot().websites
      #expect(websites.count == count)
      #expect(websites.allSatisfy { $0.events == round.number + 1 })
    }
    #expect(growth.isLinear, "\(growth)")
  }

  private final class Round { var number = 0 }
}
