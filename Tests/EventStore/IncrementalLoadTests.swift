import TestSupport
import Testing

@testable import Engine
@testable import EventStore

/// A worker whose store changes under it brings its columns up to date, and only what the change touches.
struct IncrementalLoadTests {
  private let folder: TemporaryFolder
  private let lines = Lines()
  /// A store with sessions of two websites in three months.
  private let path: String
  private let connection: Connection

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("store.db")
    let rows = (0..<90).map { number in
      let time = 1_735_700_000 + number % 30 % 9 * 10 * 86_400 + number * 61
      return "\(number % 5 == 0 ? "b" : "a"),s\(number % 30),v\(number % 30).\(number % 2),e\(number),"
        + "\(time),/\(number % 7),\(number % 6 == 0 ? "buy" : "")\n"
    }
    let events = try folder.write(
      "e.csv", "website_id,session_id,visit_id,event_id,created_at,url_path,event_name\n" + rows.joined())
    let measurements = (0..<24).map { number in
      let time = 1_735_700_000 + number % 30 % 9 * 10 * 86_400 + number * 61 + 5
      return "\(number % 5 == 0 ? "b" : "a"),s\(number % 30),v\(number % 30).\(number % 2),p\(number),"
        + "\(time),/\(number % 7),5,\(number * 100).5,\(number % 3 == 0 ? "" : "0.01\(number % 10)")\n"
    }
    let vitals = try folder.write(
      "p.csv",
      "website_id,session_id,visit_id,event_id,created_at,url_path,event_type,lcp,cls\n"
        + measurements.joined())
    let properties = (0..<30).map { "e\($0 * 3),\($0 % 2 == 0 ? "revenue" : "currency"),USD,\($0).5\n" }
    let data = try folder.write(
      "d.csv", "event_id,data_key,string_value,number_value\n" + properties.joined())
    _ = try importFiles([events, vitals, data], into: path, diagnostics: lines.add)
    connection = try Connection(path: path, mode: .readWrite)
  }

  @Test func `an update, an insertion and a deletion leave the partitions they do not touch`() throws {
    let changes = [
      "INSERT INTO website_event (website_id, session_id, visit_id, event_id, event_type, created_at, url_path)"
        + " VALUES ('a', 'new', 'v', 'n', 1, 1738368000000, '/new')",
      "UPDATE website_event SET url_path = '/other', event_name = 'other' WHERE event_id = 'e1'",
      "DELETE FROM website_event WHERE event_id = 'e2'",
      "UPDATE event_data SET string_value = 'EUR' WHERE event_id = 'e3'",
      "INSERT OR REPLACE INTO event_data (event_id, data_key, number_value) VALUES ('e9', 'revenue', 3)",
    ]
    for change in changes {
      let store = try open()
      let before = try partitions(store, "a") + partitions(store, "b")
      try connection.execute(change)
      let after = try partitions(store, "a") + partitions(store, "b")
      let kept = after.filter { partition in before.contains { $0 === partition } }
      #expect(before.count == 6)
      #expect(kept.count >= 3 && kept.count < after.count, "\(change): \(kept.count) of \(after.count) kept")
      try checkAsReadAnew(store, change)
    }
  }

  @Test func `a commit that changes no event keeps all columns`() throws {
    let store = try open()
    let before = try partitions(store, "a")
    try connection.execute(
      """
      INSERT INTO report VALUES ('r', NULL, NULL, 'utm', 'r', '', '{}', 0, 0);
      UPDATE website SET name = 'renamed' WHERE website_id = 'a'
      """)
    #expect(try store.snapshot().websites.map(\.name) == ["renamed", "b"])
    #expect(try zip(partitions(store, "a"), before).allSatisfy { $0 === $1 })
  }

  /// Each is a way to change rows that a count of rows, or of new ones, would not show.
  @Test(arguments: [
    "UPDATE website_event SET session_id = 's1', visit_id = 'v1.1' WHERE event_id = 'e3'",
    "UPDATE website_event SET website_id = 'b' WHERE session_id = 's1'",
    "UPDATE website_event SET website_id = 'c' WHERE session_id = 's2'",
    "UPDATE website_event SET created_at = created_at - 40 * 86400000 WHERE event_id = 'e8'",
    "UPDATE website_event SET created_at = created_at + 1 WHERE event_id = 'e8'",
    "UPDATE website_event SET visit_id = 'v1.1' WHERE event_id IN ('e4', 'e6', 'e47')",
    "UPDATE website_event SET row_id = 1000 WHERE event_id = 'e7'",
    "UPDATE website_event SET event_id = 'x' || event_id WHERE event_id IN ('e0', 'e3')",
    "UPDATE OR REPLACE website_event SET event_id = 'e4' WHERE event_id = 'e6'",
    "UPDATE OR REPLACE website_event SET row_id = 5 WHERE event_id = 'e21'",
    "INSERT OR REPLACE INTO website_event (website_id, session_id, event_id, event_type, created_at)"
      + " VALUES ('a', 's9', 'e11', 1, 1735700000000)",
    "INSERT OR REPLACE INTO website_event (website_id, session_id, event_id, event_type, created_at, row_id)"
      + " VALUES ('a', 's9', 'fresh', 1, 1735700000000, 12)",
    "DELETE FROM website_event WHERE row_id = 7; INSERT INTO website_event"
      + " (website_id, session_id, event_id, event_type, created_at, row_id)"
      + " VALUES ('a', 's3', 'again', 1, 1735700000000, 7)",
    "DELETE FROM website_event WHERE row_id = (SELECT max(row_id) FROM website_event);"
      + " INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at)"
      + " VALUES ('a', 's3', 'last', 1, 1735700000000)",
    "DELETE FROM website_event WHERE website_id = 'b'",
    "DELETE FROM website_event",
    "UPDATE website_event SET event_type = 5 WHERE website_id = 'b' OR session_id = 's1'",
    "UPDATE website_event SET event_type = 5 WHERE event_id IN ('e5', 'e10');"
      + " DELETE FROM website_event WHERE website_id = 'b' AND event_type <> 5",
    "INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at)"
      + " VALUES ('measured', 's', 'm1', 5, 1735700000000), ('a', 's1', 'm2', 5, 1)",
    "INSERT INTO website_event (website_id, session_id, visit_id, event_id, event_type, created_at, lcp, cls)"
      + " VALUES ('a', 's1', 'v1.1', 'm2', 5, 1735700000000, 1234.5, 0.0123), ('a', 'x', 'v1.1', 'm3', 5, 1, '7', NULL)",
    "UPDATE website_event SET lcp = 17 WHERE event_id IN ('p2', 'e7')",
    "UPDATE website_event SET event_type = 1 WHERE event_id = 'p2'",
    "UPDATE website_event SET session_id = 's4', website_id = 'a' WHERE event_id = 'p3'",
    "UPDATE website_event SET visit_id = 'all' WHERE row_id % 2 = 0",
    "UPDATE website_event SET lcp = 'fast' WHERE event_id = 'p1'",
    "DELETE FROM website_event WHERE event_type = 5 AND website_id = 'b'",
    "DELETE FROM website_event WHERE event_id LIKE 'e%'",
    "INSERT OR REPLACE INTO website_event (website_id, session_id, event_id, event_type, created_at, inp)"
      + " VALUES ('b', 's9', 'p4', 5, 1735700000000, 80)",
    "INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at)"
      + " VALUES ('gone', 's', 'g1', 1, 1735700000000); DELETE FROM website_event WHERE website_id = 'gone'",
    "DELETE FROM event_data; DELETE FROM website_event WHERE session_id = 's4'",
    "UPDATE event_data SET event_id = 'e1' WHERE event_id = 'e0'",
    "UPDATE OR REPLACE event_data SET row_id = 2 WHERE row_id = 9",
    "UPDATE OR REPLACE event_data SET event_id = 'e6' WHERE event_id = 'e12'",
    "INSERT INTO event_data (event_id, data_key, number_value, row_id) VALUES ('e5', 'revenue', 7, -3)",
    "INSERT OR REPLACE INTO event_data (event_id, data_key, number_value, row_id) VALUES ('e5', 'k', 7, 3)",
    "VACUUM",
    "ALTER TABLE website_event ADD COLUMN note TEXT",
    "PRAGMA legacy_alter_table = ON; CREATE TABLE copy AS SELECT * FROM website_event WHERE event_id < 'e5'; DROP TABLE website_event;"
      + " ALTER TABLE copy RENAME TO website_event",
  ])
  func `whatever is changed, the columns are those of the rows`(change: String) throws {
    let store = try open()
    _ = try contents(store)
    try connection.execute(change)
    try checkAsReadAnew(store, change)
    // Also by the next process, from what the first one has written.
    try checkAsReadAnew(open(), change)
  }

  @Test func `many changes, one after the other and several at once`() throws {
    var random = SeededGenerator(seed: 4)
    let store = try open()
    for round in 0..<25 {
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let (a, b) = (Int.random(in: 0..<90, using: &random), Int.random(in: 0..<90, using: &random))
        let changes = [
          "UPDATE website_event SET session_id = 's\(b % 40)' WHERE event_id = 'e\(a)'",
          "UPDATE website_event SET visit_id = 'v\(b % 40).0' WHERE event_id = 'e\(a)'",
          "UPDATE website_event SET created_at = created_at + \(b - 45) * 86400000 WHERE event_id = 'e\(a)'",
          "UPDATE OR REPLACE website_event SET event_id = 'e\(b)' WHERE event_id = 'e\(a)'",
          "DELETE FROM website_event WHERE event_id = 'e\(a)'",
          "INSERT OR REPLACE INTO website_event (website_id, session_id, event_id, event_type, created_at, url_path)"
            + " VALUES ('\(b % 3 == 0 ? "b" : "a")', 's\(b)', 'e\(a)', 1, 1735700000000 + \(b) * 86400000, '/\(b)')",
          "INSERT OR REPLACE INTO event_data (event_id, data_key, number_value) VALUES ('e\(a)', 'k\(b % 3)', \(b))",
          "DELETE FROM event_data WHERE event_id = 'e\(a)'",
          "UPDATE website_event SET event_type = \(b % 2 == 0 ? 5 : 1), lcp = \(b) WHERE event_id = 'e\(a)'",
          "UPDATE website_event SET session_id = 's\(b % 40)', ttfb = \(a) WHERE event_id = 'p\(a % 24)'",
          "DELETE FROM website_event WHERE event_id = 'p\(b % 24)'",
        ]
        try connection.execute(changes[Int.random(in: 0..<changes.count, using: &random)])
      }
      try checkAsReadAnew(store, "round \(round)")
    }
  }

  /// A copy that went on by itself has the store's id, and may even have as many rows.
  @Test func `a store that was replaced by its copy is read anew`() throws {
    func insert(_ id: String, into path: String) throws {
      try Connection(path: path, mode: .readWrite).execute(
        "INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at, url_path)"
          + " VALUES ('a', 's1', '\(id)', 1, 1735700000000, '/\(id)')")
    }
    let copy = folder.file("copy.db")
    try connection.execute("VACUUM INTO '\(copy)'")
    try insert("mine", into: path)
    _ = try contents(open())
    try insert("other", into: copy)
    try connection.execute("DELETE FROM website_event WHERE event_id = 'mine'")
    try Connection(path: copy, mode: .readWrite).execute("VACUUM INTO '\(folder.file("new.db"))'")
    try folder.replace("store.db", by: "new.db")
    try checkAsReadAnew(open(), "replaced")
  }

  @Test func `sessions that share a visit with a changed one are read with it`() throws {
    try connection.execute(
      "UPDATE website_event SET visit_id = 'all' WHERE row_id % 3 = 0 AND website_id = 'a'")
    let store = try open()
    _ = try contents(store)
    try connection.execute("UPDATE website_event SET visit_id = 'mine' WHERE event_id = 'e2'")
    try checkAsReadAnew(store, "shared visits")
  }

  private func open() throws -> EventStore {
    var options = OpenOptions()
    options.cache = .standard(userFolder: nil)
    return try EventStore.open([path], options: options, diagnostics: lines.add)
  }

  private func partitions(_ store: EventStore, _ id: String) throws -> [Partition] {
    try store.snapshot().columns(of: id)?.partitions ?? []
  }

  private func checkAsReadAnew(_ store: EventStore, _ change: String) throws {
    let found = try contents(store)
    let wanted = try contents(EventStore.open([path], diagnostics: lines.add))
    let surplus = Set(found).symmetricDifference(wanted)
    #expect(found == wanted, "\(change): \(surplus.sorted().joined(separator: "\n"))")
    #expect(!lines.all.contains { $0.contains("damaged") || $0.contains("not kept") })
  }

  /// All that reports can see, in an order that does not depend on codes and numbers: a line a session.
  private func contents(_ store: EventStore) throws -> [String] {
    let snapshot = try store.snapshot()
    return try snapshot.websites.flatMap { summary in
      let columns = try snapshot.columns(of: summary.id)
      let measurements = columns?.measurements
      return ["\(summary)"] + (columns?.partitions.flatMap { describe($0, columns) } ?? []).sorted()
        + (measurements?.partitions.flatMap { describe($0, measurements) } ?? []).sorted().map {
          "measured, \($0)"
        }
    }
  }

  private func describe(_ partition: Partition, _ website: WebsiteColumns?) -> [String] {
    guard let website else { return [] }
    return (0..<(partition.sessionStarts.count - 1)).map { session in
      let rows = Int(partition.sessionStarts[session])..<Int(partition.sessionStarts[session + 1])
      let events = rows.map { row in
        let texts = TextColumn.allCases.map { website.dictionary($0)[Int(partition[$0][row])] }
        let properties = partition.properties.range(of: row..<(row + 1)).map { index in
          let property = partition.properties
          return website.propertyKeys[Int(property.keys[index])] + "="
            + website.propertyStrings[Int(property.strings[index])]
            + "\(property.numbers[index]):\(property.types[index])"
        }
        let visit = partition.visits[row]
        let sharing = partition.sharedVisits.number(session: session, ordinal: visit) == nil ? "" : " shared"
        return
          "\(partition.times[row]) \(visit)\(sharing) \(partition.types[row]) \(partition.clickIDs[row]) "
          + (texts + properties.sorted()).joined(separator: "|")
      }
      return "month \(partition.month): " + events.joined(separator: ", ")
    }
  }
}
