import Engine
import Testing

@testable import EventStore

/// Separators, headers and maps of files that are not quite Umami's.
struct SeparatorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func rows(_ text: String, _ change: (inout ReadingRules) throws -> Void = { _ in }) throws
    -> SeenRows
  {
    var rules = ReadingRules()
    try change(&rules)
    return try SeenRows(csv: [try folder.write("rows.csv", text)], rules: rules)
  }

  private func map(_ text: String) -> (inout ReadingRules) throws -> Void {
    { $0.columnMap = try ColumnMap(parsing: text) }
  }

  @Test(arguments: [",", "\t", ";", "|"])
  func `the separator is recognised from the header`(separator: String) throws {
    let others = [",", "\t", ";", "|"].filter { $0 != separator }.joined()
    let lines = [
      ["session_id", "created_at", "page_title"], ["s", "2025-05-01 10:00:00", others],
      ["\"a\(separator)b\"", "2025-05-01 10:00:00", "x"],
    ]
    let text = lines.map { $0.joined(separator: separator) + "\n" }.joined()
    let seen = try rows(text)
    #expect(seen.events.map(\.sessionID) == ["s", "a\(separator)b"])
    #expect(seen.events.map { $0.texts["page_title"] } == [others, "x"])
    let forced = try rows(text) { $0.separator = Separator(named: separator) }
    #expect(forced.events == seen.events)
  }

  @Test(arguments: ["sep=;\r\n", "SEP=;\n", "\"sep=;\"\r\n", "\u{FEFF}sep=;\n"])
  func `Excel's line before the header says the separator`(line: String) throws {
    let text = line + "session_id;created_at;page_title\ns;2025-05-01;a,b,c,d\nt;x;y\n"
    let seen = try rows(text)
    #expect(seen.events.map { $0.texts["page_title"] } == ["a,b,c,d"])
    #expect(seen.diagnostics.map { $0.contains("rows.csv, line 4: ") } == [true])
    #expect(throws: StoreError.self) { try rows(text) { $0.separator = .comma } }
    let headerless = try rows(line + "s;2025-05-01;a\n") {
      $0.header = ["session_id", "created_at", "page_title"]
    }
    #expect(headerless.events.map { $0.texts["page_title"] } == ["a"])
  }

  @Test func `a line that names an unknown separator is refused, and a column may be called sep=`() throws {
    refused("sep=:\nsession_id:created_at\n", "says in its first line that fields are separated by \":\"")
    #expect(try rows("sep=;,session_id,created_at\n1,s,2025-05-01\n").events.count == 1)
    #expect(try rows("sep=,session_id,created_at\n1,s,2025-05-01\n").events.count == 1)
  }

  @Test func `titles and comments before the header are refused with its line`() throws {
    let table = "session_id;created_at\ns;2025-05-01\n"
    let expected = "does not begin with its header, which seems to be line"
    refused(
      "Visits of March\n\n" + table,
      "\(expected) 3 (session_id, created_at); remove the lines before it, for "
        + "example with tail -n +3")
    refused("Visits, March\n,\n" + table, "\(expected) 3 (session_id, created_at)")
    refused("# ----\n# Pages\nPage,Views\n/,3\n", "\(expected) 3 (Page, Views)")
    refused(
      "Visits\n" + String(repeating: "x\n", count: 19) + table, "\(expected) 21 (session_id, created_at)")
    refused(
      "Visits\n" + String(repeating: "x\n", count: 20) + table, "lacks the columns session_id, created_at")
    // One name that means something makes a header, and so do values of several columns.
    refused("page_title\n" + table, "lacks the columns session_id, created_at")
    refused("when,who\n1,2,3\n", "lacks the columns session_id, created_at")
    refused("Visits\n,3\n", "lacks the columns session_id, created_at")
    let mapped = map("session_id=who,created_at=at")
    refused("Visits\nwho,at\n", "\(expected) 2 (who, at)", mapped)
  }

  private func refused(
    _ text: String, _ sentence: String, _ change: (inout ReadingRules) throws -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try rows(text, change) }
    let found = error.map { "\($0)" } ?? ""
    #expect(
      found.hasPrefix("\(folder.path)/rows.csv \(sentence)"), "\(found)", sourceLocation: sourceLocation)
  }

  @Test func `known names count more than the number of fields`() throws {
    let seen = try rows("session_id,created_at,a;b;c;d;e\ns,2025-05-01,x\n")
    #expect(seen.events.map(\.sessionID) == ["s"])
  }

  @Test func `separators have names`() {
    #expect(Separator(named: "tab") == .tab)
    #expect(Separator(named: "\\t") == .tab)
    #expect(Separator(named: ";") == .semicolon)
    #expect(Separator(named: "colon") == nil)
  }

  @Test func `names are trimmed and matter only when they are asked for`() throws {
    let seen = try rows(" Session_ID ,\"created_at \",x,x,Page,page\ns,2025-05-01,1,2,3,4\n")
    #expect(seen.events.map(\.sessionID) == ["s"])
    #expect(throws: StoreError.self) { try rows("session_id,created_at,x,x\n", map("tag=x")) }
    let exact = try rows("session_id,created_at,Page,page\ns,2025-05-01,A,b\n", map("tag=Page"))
    #expect(exact.events.map { $0.texts["tag"] } == ["A"])
    #expect(throws: StoreError.self) { try rows("session_id,created_at,Page,page\n", map("tag=PAGE")) }
  }

  @Test func `a missing header is given`() throws {
    let text = "s,2025-05-01 10:00:00,/a\n"
    let names = ["session_id", "created_at", "url_path"]
    #expect(throws: StoreError.self) { try rows(text) }
    for text in [text, "Session_ID,created_at,url_path\n" + text] {
      #expect(try rows(text) { $0.header = names }.events.map { $0.texts["url_path"] } == ["/a"])
    }
    #expect(throws: StoreError.self) { try rows(text) { $0.header = ["session_id", "created_at"] } }
  }

  @Test func `names with commas, equals signs and quotes are mapped`() throws {
    let seen = try rows(
      "Session ID,Created At,\"URL, full\",a=b,\"say \"\"hi\"\"\"\ns,2025-05-01,https://x.example/p,t,n\n",
      map(
        "session_id=Session ID,created_at=Created At,url=\"URL, full\",tag=a=b,\"page_title=say \"\"hi\"\"\"")
    )
    let event = try #require(seen.events.first)
    #expect(event.texts["url_path"] == "/p")
    #expect(event.texts["tag"] == "t")
    #expect(event.texts["page_title"] == "n")
    #expect(throws: StoreError.self) { try ColumnMap(parsing: "url=\"URL") }
  }

  @Test func `none takes a column out of play, and a mapped column has no meaning of its own`() throws {
    let text = "session_id,created_at,event_type,event_id\ns,2025-05-01,0,e\ns,2025-05-01,7,e\n"
    let seen = try rows(text, map("event_type=none,event_id=NONE"))
    #expect(seen.events.map(\.type) == [1, 1])
    #expect(seen.events.map(\.eventID) == ["", ""])
    let named = try rows(
      "session_id,created_at,event_type\ns,2025-05-01,view\n", map("event_name=event_type"))
    #expect(named.events.map(\.type) == [2])
    #expect(named.events.map { $0.texts["event_name"] } == ["view"])
    let twice = try rows("who,created_at\ns,2025-05-01\n", map("session_id=who,distinct_id=who"))
    #expect(twice.events.map { $0.texts["distinct_id"] } == ["s"])
  }

  @Test func `usual names of pageviews hold where the name is mapped and there is no type`() throws {
    let text = "session_id,created_at,action\ns,2025-05-01,page_view\ns,2025-05-01,scroll\n"
    let seen = try rows(text, map("event_name=action"))
    #expect(seen.events.map(\.type) == [1, 2])
    #expect(seen.events.map { $0.texts["event_name"] } == [nil, "scroll"])
    let chosen = try rows(text) {
      $0.columnMap = try ColumnMap(parsing: "event_name=action")
      $0.pageviewNames = ["scroll"]
    }
    #expect(chosen.events.map(\.type) == [2, 1])
    let own = try rows("session_id,created_at,event_name\ns,2025-05-01,page_view\n")
    #expect(own.events.map(\.type) == [2])
  }

  @Test func `mapped visits are unique within their session, unless they are UUIDs`() throws {
    let uuid = "0F1E2D3C-0000-4000-8000-000000000001"
    let text =
      "session_id,created_at,v\na,2025-05-01,1\nb,2025-05-01,1\nb,2025-05-01,\(uuid)\nb,2025-05-01,\n"
    let visits = try rows(text, map("visit_id=v")).events.map(\.visitID)
    #expect(Set(visits).count == 4)
    #expect(visits[2...] == [uuid, ""])
    let own = try rows("session_id,created_at,visit_id\na,2025-05-01,1\nb,2025-05-01,1\n")
    #expect(own.events.map(\.visitID) == ["1", "1"])
  }
}
