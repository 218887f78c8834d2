import Engine
import Foundation
import Testing

@testable import EventStore

/// Importing SQLite files into a store.
struct MergeTests {
  private let folder: TemporaryFolder
  private let lines = Lines()

  init() throws { folder = try TemporaryFolder() }

  private func merge(
    _ paths: String..., into name: String, _ change: (inout ImportOptions) throws -> Void = { _ in }
  ) throws -> ImportSummary {
    var options = ImportOptions()
    try change(&options)
    return try importFiles(paths, into: folder.file(name), options: options, diagnostics: lines.add)
  }

  @Test(arguments: [0, Int.max]) func `a store gets all rows of another, and each only once`(firstBytes: Int)
    throws
  {
    let files = [goldenFile("website_event.csv"), goldenFile("event_data.csv")]
    _ = try merge(files[0], files[1], into: "b.db")
    let (b, a) = (folder.file("b.db"), folder.file("a.db"))
    let summary = try merge(b, into: "a.db") { $0.firstImportBytes = firstBytes }
    #expect(summary.events == .init(added: 7_907) && summary.properties == .init(added: 1_164))
    let (first, second) = (try SeenRows(sqlite: b), try SeenRows(sqlite: a))
    #expect(first.events == second.events && first.properties == second.properties)
    let again = try merge(b, into: "a.db")
    #expect(again.events == .init(known: 7_907) && again.properties == .init(known: 1_164))
    #expect(lines.all == [])
    // Every stored value, not only those that reports read.
    func texts(_ path: String, _ table: String, _ columns: [String]) throws -> [String] {
      let values = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
      return try Connection(path: path, mode: .readOnly).texts(
        "SELECT \(values) FROM \(table) ORDER BY row_id")
    }
    let events = EventField.allCases.map(\.rawValue)
    #expect(try texts(a, "website_event", events) == texts(b, "website_event", events))
    let properties = PropertyField.allCases.map(\.rawValue)
    #expect(try texts(a, "event_data", properties) == texts(b, "event_data", properties))
  }

  @Test func `names, saved reports and CSV files are merged with an SQLite file`() throws {
    _ = try merge(
      folder.write("b.csv", "website_id,session_id,event_id,created_at\nw,s,1,2026-03-01\n"),
      folder.write("names.csv", "website_id,name,domain\nw,Shop,shop.example\n"),
      folder.write(
        "reports.csv", "report_id,type,name,description,parameters,website_id\nr,funnel,n,,{},w\n"),
      into: "b.db")
    let csv = try folder.write(
      "a.csv", "website_id,session_id,event_id,created_at\nw,s,1,2026-03-05\nw,s,2,2026-03-02\n")
    let summary = try merge(folder.file("b.db"), csv, into: "a.db")
    // Files come before SQLite files.
    #expect(summary.events == .init(added: 2, known: 1))
    let store = try EventStore.open([folder.file("a.db")]) { _ in }
    #expect(try store.snapshot().websites.map(\.name) == ["Shop"])
    #expect(try store.report("r")?.parameters == "{}")
  }

  @Test func `the store itself is refused, and rows are read as another program's file describes them`()
    throws
  {
    let csv = try folder.write("a.csv", "session_id,created_at\ns,2026-03-01\n")
    _ = try merge(csv, into: "a.db")
    #expect(
      throws: StoreError.usage("\(folder.file("a.db")) is the store itself; name other files to import")
    ) {
      try merge(folder.file("a.db"), into: "a.db")
    }
    let foreign = folder.file("foreign.db")
    try Connection(path: foreign, mode: .create).execute(
      """
      CREATE TABLE hits (at, who, page, note);
      INSERT INTO hits VALUES (1772323200, 'ann', 'https://shop.example/a?utm_source=x', 1), ('never', 'ann', '/', 2);
      """)
    let summary = try merge(foreign, into: "a.db") { options in
      options.rules.table = "hits"
      options.rules.columnMap = try ColumnMap(parsing: "created_at=at,session_id=who,url=page")
    }
    #expect(summary.events == .init(added: 1) && summary.badRows == 1)
    #expect(lines.all.first == "\(foreign): skipped columns that a store does not have: note")
    let seen = try SeenRows(sqlite: folder.file("a.db"))
    #expect(seen.events.last?.texts["utm_source"] == "x" && seen.events.last?.createdAt == 1_772_323_200_000)
  }
}
