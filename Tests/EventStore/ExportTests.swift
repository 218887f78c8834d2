import Engine
import Foundation
import Synchronization
import Testing

@testable import EventStore

/// What an export writes, read again.
struct ExportTests {
  private let folder: TemporaryFolder
  private let lines = Lines()

  init() throws { folder = try TemporaryFolder() }

  @discardableResult
  private func export(
    _ paths: [String], to name: String = "out", _ options: ExportOptions = ExportOptions(),
    in context: LoadContext = LoadContext()
  ) throws -> ExportSummary {
    try exportEvents(
      of: paths, to: folder.file(name), options: options, in: context, diagnostics: lines.add)
  }

  private func exported(_ name: String = "out") -> [String] {
    ["website_event.csv", "event_data.csv"].map { folder.file("\(name)/\($0)") }
  }

  private func store(_ files: String...) throws -> String {
    _ = try importFiles(files, into: folder.file("store.db")) { _ in }
    return folder.file("store.db")
  }

  /// Exports the files, and expects to read the same rows again.
  private func check(_ paths: [String], _ seen: SeenRows, _ rules: ReadingRules = ReadingRules()) throws {
    var options = ExportOptions()
    options.rules = rules
    options.replacesFiles = true
    let summary = try export(paths, options)
    let again = try SeenRows(csv: exported())
    // Events without an id get one.
    for (event, found) in zip(seen.events, again.events) {
      var event = event
      if event.eventID.isEmpty { event.eventID = found.eventID }
      #expect(event == found)
    }
    #expect(again.events.count == seen.events.count && summary.events == seen.events.count)
    #expect(again.properties == seen.properties && summary.properties == seen.properties.count)
    #expect(again.diagnostics == [])
  }

  @Test func `exported events are those of CSV files and of stores`() throws {
    let files = [goldenFile("website_event.csv"), goldenFile("event_data.csv")]
    try check(files, SeenRows(csv: files))
    let store = try store(files[0], files[1])
    try check([store], SeenRows(csv: files))
    #expect(
      try Set(String(contentsOfFile: folder.file("out/website.csv"), encoding: .utf8).split(separator: "\n"))
        .count == 2)
  }

  @Test func `exported events are those of a mapped file, with awkward texts`() throws {
    let file = try folder.write(
      "visits.csv",
      "when,who,address,title\n2026-03-01 10:00:00.123,ann,https://shop.example/cart?utm_source=a%22b,\"a \"\"b\"\",\nc\"\n"
        + "2026-03-01,ann,https://shop.example/,\" x \"\n2026-03-01,ann,https://shop.example/,\" x \"\n")
    var rules = ReadingRules()
    rules.columnMap = try ColumnMap(
      parsing: "created_at=when,session_id=who,url=address,page_title=title")
    try check([file], SeenRows(csv: [file], rules: rules), rules)
  }

  @Test func `exported events of lines of JSON have their properties`() throws {
    let file = try folder.write(
      "events.ndjson",
      #"{"event_id":"e1","session_id":"ann","created_at":"2026-03-01T10:00:00Z","url":"/a?x=1","event_name":"buy","data":{"revenue":12.5,"item":{"name":"x"},"at":"2026-01-01T00:00:00Z"}}"#
        + "\n")
    try check([file], SeenRows(csv: [file]))
    #expect(
      try String(contentsOfFile: exported()[1], encoding: .utf8).split(separator: "\n").last?.hasPrefix(
        #""00000000"#)
        == true)
  }

  @Test func `exported events of another program's SQLite file are read as it is read itself`() throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(
      """
      CREATE TABLE website_event (website_id, session_id, event_id, created_at, event_type, event_name, "url_path", gclid);
      CREATE TABLE session (session_id, country, browser);
      CREATE TABLE event_data (website_event_id, data_key, string_value, number_value);
      INSERT INTO session VALUES ('s', 'DE', 'firefox');
      INSERT INTO website_event VALUES
        ('w', 's', x'00112233445566778899AABBCCDDEEFF', 1741211682, 1, NULL, '/a', ''),
        ('w', 's', 'e2', 1741211682123, 2.0, 'buy', '/b', 'g'),
        ('w', 't', 'e3', '2025-03-05 21:54:42', '1.0', NULL, '/c', NULL);
      INSERT INTO event_data VALUES ('e2', 'revenue', '0.1', 0.1), ('e2', 'large', NULL, 922337203685476),
        ('e2', 'text', 'x', NULL);
      """)
    let seen = try SeenRows(sqlite: path)
    #expect(seen.events.map(\.type) == [1, 2, 1] && seen.diagnostics == [])
    #expect(seen.events[0].texts["country"] == "DE" && seen.events[1].paidAd == .google)
    try check([path], seen)
  }

  @Test func `a range and a website select events with their properties`() throws {
    let file = try folder.write(
      "events.csv",
      "website_id,session_id,event_id,created_at\na,s,1,2026-03-01\na,s,2,2026-03-02\nb,s,3,2026-03-02\na,s,4,2026-03-03\n"
    )
    let data = try folder.write("data.csv", "event_id,data_key,string_value\n1,k,x\n2,k,y\n3,k,z\nnone,k,z\n")
    let names = try folder.write("names.csv", "website_id,name,domain\na,Shop,shop.example\nb,Blog,\n")
    let day: Int64 = 1_772_323_200_000
    func check(
      _ first: Int64?, _ last: Int64?, _ website: String?, _ events: [String], _ properties: [String],
      websites: Int
    ) throws {
      var options = ExportOptions()
      (options.firstMilliseconds, options.lastMilliseconds, options.website) = (first, last, website)
      options.replacesFiles = true
      let summary = try export([file, data, names], options)
      let seen = try SeenRows(csv: exported())
      #expect(seen.events.map(\.eventID) == events)
      #expect(seen.properties.map(\.eventID) == properties)
      #expect(summary.websites == websites)
    }
    try check(nil, nil, nil, ["1", "2", "3", "4"], ["1", "2", "3", "none"], websites: 2)
    try check(day + 86_400_000, day + 2 * 86_400_000, nil, ["2", "3", "4"], ["2", "3"], websites: 2)
    try check(day + 86_400_000, day + 2 * 86_400_000 - 1, nil, ["2", "3"], ["2", "3"], websites: 2)
    try check(nil, day, nil, ["1"], ["1"], websites: 2)
    try check(nil, nil, "Shop", ["1", "2", "4"], ["1", "2"], websites: 1)
    try check(nil, nil, "b", ["3"], ["3"], websites: 1)
    var options = ExportOptions()
    options.website = "c"
    #expect(throws: StoreError.usage("there are no events of a website \"c\" in this range")) {
      try export([file, data], to: "none", options)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("none")))
  }

  @Test func `nothing is replaced unless it may be, and nothing of an earlier export stays`() throws {
    let file = try folder.write("events.csv", "session_id,created_at\ns,2026-03-01\n")
    try export([file])
    #expect(throws: StoreError.self) { try export([file]) }
    _ = try folder.write("out/website.csv", "old")
    _ = try folder.write("out/mine.csv", "mine")
    var options = ExportOptions()
    options.replacesFiles = true
    try export([file], options)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted() == [
        "event_data.csv", "mine.csv", "website_event.csv",
      ])
    #expect(throws: StoreError.self) { try export([file], to: "events.csv") }
  }

  @Test(arguments: [false, true])
  func `an export into the folder of its own files is refused`(replaces: Bool) throws {
    for name in ["src", "other"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: false)
    }
    let rows = "session_id,created_at\ns,2026-03-01\ns,2026-04-01\n"
    let events = try folder.write("src/website_event.csv", rows)
    let data = try folder.write("src/event_data.csv", "event_id,data_key\n1,k\n")
    let link = folder.file("link.csv")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: events)
    var options = ExportOptions()
    options.replacesFiles = replaces
    options.firstMilliseconds = 1_775_001_600_000
    for source in [events, link, folder.file("src/../src/website_event.csv")] {
      #expect(
        throws: StoreError.usage(
          "\(folder.file("src")) has \(source), which is exported; name another folder for the files")
      ) { try export([source], to: "src", options) }
    }
    #expect(try String(contentsOfFile: events, encoding: .utf8) == rows)
    #expect(FileManager.default.fileExists(atPath: data))
    // A source of another name stays.
    let mine = try folder.write("other/mine.csv", rows)
    #expect(try export([mine], to: "other", options).events == 1)
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == rows)
  }

  @Test func `a cancelled or failed export leaves no files`() throws {
    let rows = (0..<3000).map { "s,\(1_772_323_200 + $0)\n" }.joined()
    let file = try folder.write("events.csv", "session_id,created_at\n" + rows)
    let looks = Atomic(0)
    #expect(throws: StoreError.cancelled) {
      try export(
        [file], in: LoadContext(isCancelled: { looks.wrappingAdd(1, ordering: .relaxed).newValue > 1 }))
    }
    #expect(looks.load(ordering: .relaxed) == 2)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    var options = ExportOptions()
    options.rules.isStrict = true
    let bad = try folder.write("bad.csv", "session_id,created_at\ns,2026-03-01\ns,never\n")
    try FileManager.default.createDirectory(
      atPath: folder.file("out"), withIntermediateDirectories: false)
    #expect(throws: StoreError.self) { try export([bad], options) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")) == [])
    #expect(try export([bad]).badRows == 1)
    #expect(lines.all.count == 1)
  }

  @Test func `an export of rows that are bad or left out can be cancelled, and at its end`() throws {
    let line = #"203.0.113.7 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" "#
    let person = line + "200 1 \"-\" \"Mozilla/5.0\"\n"
    func check(_ text: String, afterLooks limit: Int) throws {
      let file = try folder.write("rows.log", text)
      let looks = Atomic(0)
      #expect(throws: StoreError.cancelled) {
        try export(
          [file], in: LoadContext(isCancelled: { looks.wrappingAdd(1, ordering: .relaxed).newValue > limit }))
      }
      #expect(looks.load(ordering: .relaxed) == limit + 1)
      #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    }
    let missing = String(repeating: line + "404 1 \"-\" \"Mozilla/5.0\"\n", count: 3000)
    try check(person + missing, afterLooks: 1)
    try check(person + String(repeating: "nonsense\n", count: 3000), afterLooks: 1)
    try check(person, afterLooks: 0)
  }

  @Test func `texts that no CSV file can have are reported`() throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(
      """
      CREATE TABLE website_event (session_id, created_at, url_path);
      INSERT INTO website_event VALUES ('s', 1741211682, '/'), ('s', 1741211682, '/'), ('s', 1741211682, CAST(x'2F00' AS TEXT)),
        ('s', 1741211682, CAST(x'2FFF' AS TEXT));
      """)
    let summary = try export([path])
    #expect(summary.events == 2 && summary.badRows == 2 && lines.all.count == 2)
    try Connection(path: path, mode: .readWrite).execute("DELETE FROM website_event WHERE rowid = 1")
    #expect(throws: StoreError.self) { try export([path], to: "bad") }
    #expect(!FileManager.default.fileExists(atPath: folder.file("bad")))
  }

  @Test func `an event stays when one of its properties cannot be written`() throws {
    let long = String(repeating: "\\\"", count: DataLimits.standard.csvFieldBytes / 2)
    let file = try folder.write(
      "events.ndjson",
      #"{"event_id":"e1","session_id":"ann","created_at":"2026-03-01T10:00:00Z","url":"/a","event_name":"buy","data":{"a":"1","#
        + "\"b\":\"\(long)\",\"c\":\"3\"}}\n")
    let summary = try export([file])
    #expect((summary.events, summary.properties, summary.badRows) == (1, 2, 0))
    #expect(try SeenRows(csv: exported()).properties.map(\.key) == ["a", "c"])
    #expect(lines.all.map { $0.hasPrefix("property \"b\" of event \"e1\" is left out: ") } == [true])
  }

  @Test func `a website of several stores is written once, and bad rows of reports are counted`() throws {
    let names = "website_id,name,domain\nw,Shop,shop.example\n"
    let first = try store(
      folder.write("e.csv", "website_id,session_id,created_at\nw,s,2026-03-01\n"),
      folder.write("names.csv", names))
    let second = folder.file("second.db")
    _ = try importFiles(
      [folder.write("f.csv", "website_id,session_id,created_at\nw,t,2026-03-01\n")], into: second
    ) { _ in }
    let reports = try folder.write(
      "reports.csv",
      "report_id,user_id,website_id,type,name,description,parameters,created_at,updated_at\n"
        + String(repeating: ",u,w,funnel,n,,{},2026-03-01,2026-03-02\n", count: 11))
    let more = try folder.write(
      "more.csv", "session_id,created_at\n" + String(repeating: "x,2026-03-01\n", count: 2))
    let summary = try export([first, second, reports, more])
    #expect(summary.events == 4 && summary.websites == 1 && summary.badRows == 11)
    #expect(
      try String(contentsOfFile: folder.file("out/website.csv"), encoding: .utf8)
        .split(separator: "\n").dropFirst() == [#""w","Shop","shop.example""#])
    #expect(lines.all.last == "skipped 1 more bad rows, 11 in total")
  }

  @Test func `websites and saved reports come back`() throws {
    let store = try store(
      folder.write("events.csv", "website_id,session_id,created_at\nw,s,2026-03-01\n"),
      folder.write("names.csv", "website_id,name,domain\nw,\"A \"\"shop\"\"\",\nv,Empty,v.example\n"),
      folder.write(
        "reports.csv",
        "report_id,user_id,website_id,type,name,description,parameters,created_at,updated_at\n"
          + "r,u,w,funnel,\"N, n\",,\"{\"\"a\"\":1}\",2026-03-01T00:00:00.123Z,2026-03-02\n"))
    #expect(try export([store]) == summary(events: 1, websites: 2, reports: 1))
    let files = ["website_event.csv", "event_data.csv", "website.csv", "report.csv"].map {
      folder.file("out/\($0)")
    }
    let (first, second) = (
      try EventStore.open([store]) { _ in }, try EventStore.open(files, diagnostics: lines.add)
    )
    #expect(try first.snapshot().websites == second.snapshot().websites)
    #expect(try first.report("r") == second.report("r") && first.report("r") != nil)
    #expect(lines.all == [])
  }

  private func summary(events: Int, websites: Int, reports: Int) -> ExportSummary {
    var summary = ExportSummary()
    (summary.events, summary.websites, summary.reports) = (events, websites, reports)
    return summary
  }
}
