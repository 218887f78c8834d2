import Calendar
import Engine
import Foundation
import TestSupport
import Testing

@testable import EventStore

/// The table `revenue`: its amounts count for events of which `event_data` has none.
struct RevenueTableTests {
  private let folder: TemporaryFolder
  private let lines = Lines()

  private static let events = """
    website_id,session_id,visit_id,event_id,event_type,event_name,created_at
    w,s,v,e1,2,buy,2026-03-01 10:00:00
    w,s,v,e2,2,buy,2026-03-01 11:00:00
    w,t,x,e3,2,buy,2026-03-02 10:00:00
    w,t,x,e4,1,,2026-03-02 11:00:00
    w,t,x,e5,5,,2026-03-02 12:00:00

    """
  /// e1 has an amount and a currency, e2 a currency alone.
  private static let data = """
    event_id,data_key,string_value,number_value
    e1,revenue,,10
    e1,currency,EUR,
    e2,currency,EUR,

    """
  private static let revenue = """
    revenue_id,website_id,session_id,event_id,event_name,currency,revenue,created_at
    r1,w,s,e1,buy,USD,99,2026-03-01 10:00:00
    r2,w,s,e2,buy,USD,20.1234,2026-03-01 11:00:00
    r3,w,t,e3,buy,USD,30,2026-03-02 10:00:00
    r4,w,t,e3,buy,GBP,31,2026-03-02 10:00:00
    r5,w,t,gone,buy,USD,1,2026-03-02 10:00:00
    r6,w,t,e4,,,7,2026-03-02 11:00:00
    r7,w,t,e5,,USD,5,2026-03-02 12:00:00

    """

  init() throws { folder = try TemporaryFolder() }

  private func files(_ revenue: String = Self.revenue, data: String = Self.data) throws -> [String] {
    [
      try folder.write("website_event.csv", Self.events), try folder.write("event_data.csv", data),
      try folder.write("revenue.csv", revenue),
    ]
  }

  /// The totals of all currencies: `EUR 100000 1`, in ten-thousandths.
  private func totals(_ store: EventStore, amount: String? = nil) throws -> [String] {
    let range = try #require(InstantRange(start: 0, end: 4_000_000_000_000))
    var request = RevenueRequest(
      scope: ReportScope(range: range), currency: "USD", unit: .day, timeZone: .utc)
    request.amountKey = amount
    return try store.snapshot().reading("w") { columns throws(ReportError) in
      try columns.revenue(request)
    }.get().currencies.map { "\($0.currency) \($0.totals.sum.tenThousandths) \($0.totals.events)" }
  }

  private func totals(_ paths: [String], amount: String? = nil) throws -> [String] {
    try totals(EventStore.open(paths, diagnostics: lines.add), amount: amount)
  }

  private static let expected = ["USD 501234 2", "EUR 100000 1"]

  @Test func `amounts count where event_data has none, the first of an event, in files in any order`() throws
  {
    let files = try files()
    for paths in [files, files.reversed()] {
      #expect(try totals(paths) == Self.expected)
      #expect(
        lines.all.filter { $0.contains("revenue row") }.map {
          $0.replacingOccurrences(of: files[2], with: "")
        }
          == [
            ": skipped 1 revenue row with a duplicate event_id",
            "ignored 1 revenue row without a matching event",
          ])
      lines.clear()
    }
    // A request that names its keys is about properties.
    #expect(try totals(files, amount: "revenue") == ["EUR 100000 1"])
  }

  @Test func `an amount without a currency has that of the event's properties`() throws {
    let files = try files("event_id,currency,revenue\ne2,,5\ne3,,6\n")
    #expect(try totals(files) == ["EUR 150000 2"])
  }

  @Test func `amounts are no properties`() throws {
    let store = try EventStore.open(files(), diagnostics: lines.add)
    let range = try #require(InstantRange(start: 0, end: 4_000_000_000_000))
    let goals = GoalsRequest(
      scope: ReportScope(range: range),
      goals: [
        .eventData(event: "buy", property: "", .count), .eventData(event: "buy", property: "revenue", .sum),
      ])
    let results = try store.snapshot().reading("w") { columns throws(ReportError) in try columns.goals(goals)
    }
    .get()
    #expect(results.count == 2)
    #expect(try totals(store) == Self.expected)
  }

  @Test func `rows without an event, without an amount, and amounts that are no numbers are bad`() throws {
    let rows =
      "event_id,currency,revenue\n,EUR,1\ne3,EUR,\ne3,EUR,1e400\ne3,EUR,NaN\ne3,EUR,many\ne3,EUR,-2.5\ne2,EUR,1\ne4,EUR,1e3\ne9,EUR,2\n"
    #expect(try totals(files(rows)) == ["EUR 10085000 4"])
    let said = lines.all.filter { $0.contains("revenue.csv, line") }
    #expect(said.count == 5, "\(said)")
    #expect(said.contains { $0.hasSuffix("line 2: event_id is empty") })
    #expect(said.contains { $0.hasSuffix("line 3: revenue is empty") })
  }

  @Test func `a table without the columns is left out, and an empty one is nothing`() throws {
    #expect(try totals(files("revenue_id,amount\nr,1\n")) == ["EUR 100000 1"])
    #expect(lines.all.contains { $0.contains("left out Umami's table revenue") })
    #expect(try totals(files("event_id,currency,revenue\n")) == ["EUR 100000 1"])
  }

  @Test func `an import keeps amounts once; exports and merges have them`() throws {
    let store = folder.file("store.db")
    let paths = try files()
    let first = try importFiles(paths, into: store, diagnostics: lines.add)
    #expect(first.amounts == .init(added: 6, known: 1))
    #expect(try importFiles(paths, into: store, diagnostics: lines.add).amounts == .init(known: 7))
    #expect(try totals([store]) == Self.expected)
    let exported = folder.file("exported")
    #expect(try exportEvents(of: [store], to: exported, diagnostics: lines.add).amounts == 6)
    let csv = ["website_event.csv", "event_data.csv", "revenue.csv"].map { "\(exported)/\($0)" }
    #expect(try totals(csv) == Self.expected)
    let merged = folder.file("merged.db")
    #expect(try importFiles([store], into: merged, diagnostics: lines.add).amounts == .init(added: 6))
    #expect(try totals([merged]) == Self.expected)
    // Without amounts there is neither a table nor a file.
    let plain = folder.file("plain.db")
    _ = try importFiles(Array(paths.prefix(2)), into: plain, diagnostics: lines.add)
    #expect(
      try Connection(path: plain, mode: .readOnly).texts(
        "SELECT name FROM sqlite_master WHERE name = 'revenue'") == [])
  }

  @Test(arguments: [0, Int.max]) func `the first large import keeps the columns of amounts`(firstBytes: Int)
    throws
  {
    let store = folder.file("store.db")
    var options = ImportOptions()
    options.firstImportBytes = firstBytes
    options.cache = .standard(userFolder: nil)
    _ = try importFiles(files(), into: store, options: options, diagnostics: lines.add)
    var opening = OpenOptions()
    opening.cache = .standard(userFolder: nil)
    #expect(try totals(EventStore.open([store], options: opening, diagnostics: lines.add)) == Self.expected)
    #expect(try totals([store]) == Self.expected)
  }

  @Test func `whatever changes amounts, and whoever does, the next request sees it`() throws {
    let path = folder.file("store.db")
    _ = try importFiles(files(), into: path, diagnostics: lines.add)
    var options = OpenOptions()
    options.cache = .standard(userFolder: nil)
    let store = try EventStore.open([path], options: options, diagnostics: lines.add)
    #expect(try totals(store) == Self.expected)
    let other = try Connection(path: path, mode: .readWrite)
    for change in [
      "UPDATE revenue SET revenue = 21 WHERE event_id = 'e2'", "DELETE FROM revenue WHERE event_id = 'e3'",
      "INSERT INTO revenue (event_id, currency, revenue) VALUES ('e3', 'EUR', 0.5)",
      "INSERT OR REPLACE INTO revenue (event_id, currency, revenue) VALUES ('e3', 'CHF', 1)",
      "UPDATE website_event SET session_id = 'u' WHERE event_id = 'e3'",
      "DELETE FROM event_data WHERE event_id = 'e1'",
      "INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at) VALUES ('w', 's', 'gone', 2, 1772359200000)",
      "DELETE FROM revenue",
    ] {
      try other.execute(change)
      let found = try totals(store)
      #expect(try found == totals([path]), "\(change)")
      #expect(
        try found == totals(EventStore.open([path], options: options, diagnostics: lines.add)), "\(change)")
    }
    // Our own import, which runs no triggers.
    _ = try importFiles(
      [folder.write("more.csv", "event_id,currency,revenue\ne2,SEK,3\n"), files()[0]], into: path,
      diagnostics: lines.add)
    #expect(try totals(store) == totals([path]))
    #expect(try totals(store).contains("SEK 30000 1"))
  }

  @Test
  func `amounts go with forgotten events and visitors, also if their rows name neither website nor session`()
    throws
  {
    for selection in [ForgetOptions.Selection.visitor("s"), .before(milliseconds: 1_772_400_000_000)] {
      let path = folder.file("forget.db")
      for name in ["forget.db", "forget.db-wal", "forget.db-shm"] {
        try? FileManager.default.removeItem(atPath: folder.file(name))
      }
      _ = try importFiles(
        files("event_id,currency,revenue\ne2,USD,5\ne3,USD,6\n"), into: path, diagnostics: lines.add)
      let summary = try forgetEvents(in: path, ForgetOptions(selection), diagnostics: lines.add)
      #expect(summary.others == [.init(table: "revenue", rows: 1)])
      #expect(try totals([path]) == ["USD 60000 1"])
    }
  }

  @Test func `amounts of another program's table are read, in its own store and in ours`() throws {
    let foreign = folder.file("umami.db")
    try Connection(path: foreign, mode: .create).execute(
      """
      CREATE TABLE website_event (website_id, session_id, event_id, event_type, event_name, created_at);
      CREATE TABLE revenue (revenue_id, event_id, currency, revenue, created_at);
      INSERT INTO website_event VALUES ('w', 's', X'00112233445566778899AABBCCDDEEFF', 2, 'buy', '2026-03-01');
      INSERT INTO revenue VALUES ('r', X'00112233445566778899AABBCCDDEEFF', 'EUR', 1.25, NULL),
        ('q', NULL, 'EUR', 9, NULL), ('p', 'x', 'EUR', 9e999, NULL)
      """)
    #expect(try totals([foreign]) == ["EUR 12500 1"])
    let path = folder.file("store.db")
    _ = try importFiles(Array(files().prefix(2)), into: path, diagnostics: lines.add)
    let store = try EventStore.open([path], diagnostics: lines.add)
    #expect(try totals(store) == ["EUR 100000 1"])
    let other = try Connection(path: path, mode: .readWrite)
    try other.execute("CREATE TABLE revenue (event_id PRIMARY KEY, currency, revenue)")
    for value in 1...3 {
      try other.execute("REPLACE INTO revenue VALUES ('e3', 'USD', \(value))")
      #expect(try totals(store) == ["EUR 100000 1", "USD \(value)0000 1"])
    }
    do {
      _ = try importFiles(files(), into: path, diagnostics: lines.add)
      Issue.record("the amounts were added to another program's table")
    } catch { #expect("\(error)".contains("has a table revenue that another program made")) }
  }

  @Test func `inspection counts amounts without an event and those that occur again`() throws {
    for isStore in [false, true] {
      var paths = try files()
      if isStore {
        let foreign = folder.file("foreign.db")
        let connection = try Connection(path: foreign, mode: .create)
        try connection.execute(
          """
          CREATE TABLE website_event (website_id, session_id, event_id, event_type, created_at);
          CREATE TABLE revenue (event_id, currency, revenue);
          INSERT INTO website_event VALUES ('w', 's', 'e3', 2, '2026-03-01');
          INSERT INTO revenue VALUES ('e3', 'USD', 1), ('e3', 'USD', 2), ('gone', 'USD', 1)
          """)
        paths = [foreign]
      }
      let tables = try EventStore.unopened(paths, diagnostics: lines.add).inspect()
      let amounts = try #require(tables.first { $0.kind == .revenue })
      #expect(
        amounts.problems.map { "\($0.reason) \($0.column ?? "-") \($0.count)" }.sorted() == [
          "duplicate event_id 1", "withoutEvent event_id 1",
        ])
      #expect(amounts.columns.first { $0.name == "revenue" }?.targets == ["revenue"])
    }
  }
}
