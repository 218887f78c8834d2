import TestSupport
import Testing

@testable import Engine
@testable import EventStore

/// Months with few events share partitions; events that come later are of months within them, between them and
/// around them.
struct UpdatedMonthsTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("store.db")
    _ = try createStore(at: path)
  }

  /// Events of session `s` + month in months counted from 2000, several of each.
  private func append(_ months: [Int], events: Int = 1, to store: EventStore, round: Int) throws {
    let new = try months.flatMap { month in
      try (0..<events).map { number in
        let (year, ofYear) = (2000 + month / 12, month % 12 + 1)
        let day = "\(year)-\(ofYear < 10 ? "0" : "")\(ofYear)-\(10 + round)"
        return try NewEvent(
          id: "e\(round) \(month) \(number)", sessionID: "s\(month) \(number)",
          createdAtMilliseconds: try NewEvent.createdAtMilliseconds(reading: day), websiteID: "w",
          values: [.visitID: "v\(month)", .urlPath: "/\(month)"])
      }
    }
    #expect(try store.append(new).added == new.count)
  }

  /// What the rows of a website say, by session.
  private func contents(_ store: EventStore) throws -> [String] {
    let website = try #require(try store.snapshot().columns(of: "w"))
    return website.partitions.flatMap { partition in
      (0..<partition.sessionStarts.count - 1).map { session in
        let rows = Int(partition.sessionStarts[session])..<Int(partition.sessionStarts[session + 1])
        let path = website.dictionary(.urlPath)
        return rows.map { row in
          let shared = partition.sharedVisits.number(session: session, ordinal: partition.visits[row]) != nil
          return "\(partition.times[row]) \(path[Int(partition[.urlPath][row])]) \(shared)"
        }.joined(separator: ", ")
      }
    }
  }

  private func check(_ store: EventStore, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let found = try contents(store)
    #expect(try found == contents(EventStore.open([path]) { _ in }), sourceLocation: sourceLocation)
    let partitions = try #require(try store.snapshot().columns(of: "w")).partitions
    #expect(
      zip(partitions, partitions.dropFirst()).allSatisfy { $0.precedes($1) }, sourceLocation: sourceLocation)
  }

  @Test func `new events go into the partitions of their months`() throws {
    let store = try EventStore.open([path]) { _ in }
    // Every third month of 40 years; more rows than one partition takes.
    try append(Array(stride(from: 60, to: 540, by: 3)), events: 30, to: store, round: 0)
    try check(store)
    let built = try #require(try store.snapshot().columns(of: "w")).partitions
    #expect(built.count == 2)
    try append([0, 5, 61, 300, 302, 303, 530, 541, 700], to: store, round: 1)
    try check(store)
    // Two partitions as they were, and four months around them.
    #expect(try store.snapshot().columns(of: "w")?.partitions.count == 6)
    try append([60, 0, 1, 699], events: 2, to: store, round: 2)
    try check(store)
  }

  @Test func `events that come month by month end in few partitions`() throws {
    let store = try EventStore.open([path]) { _ in }
    for month in 0..<90 {
      try append([month], to: store, round: 0)
      _ = try store.snapshot().websites
    }
    try check(store)
    let partitions = try #require(try store.snapshot().columns(of: "w")).partitions
    #expect(partitions.count <= 2 * Partition.maximumUncombinedMonths)
  }
}
