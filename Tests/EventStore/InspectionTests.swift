import Calendar
import Engine
import Synchronization
import System
import Testing

@testable import EventStore

/// What an inspection says of files.
struct InspectionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func inspect(
    _ paths: [String], _ change: (inout ReadingRules) throws -> Void = { _ in }
  ) throws -> [InspectedTable] {
    var options = OpenOptions()
    try change(&options.rules)
    return try EventStore.unopened(paths, options: options) { Issue.record("\($0)") }.inspect()
  }

  private func problem(_ table: InspectedTable, _ reason: RowProblem.Reason) -> RowProblem? {
    table.problems.first { $0.reason == reason }
  }

  /// Reasons, columns, numbers of rows and lines as text: `missing session_id 2 [3, 5]`.
  private func texts(_ table: InspectedTable) -> [String] {
    table.problems.map { "\($0.reason) \($0.column ?? "-") \($0.count) \($0.lines)" }
  }

  @Test func `bad rows are counted by reason and column, with their first lines`() throws {
    let path = try folder.write(
      "e.csv",
      """
      session_id,created_at,event_type,tag
      a,2025-03-01,1,"two
      lines"
      ,2025-03-01,1,
      b,,1,
      b,soon,1,
      b,2025-03-01,300,
      b,2025-03-01
      c,2025-03-02,2,
      b,later,1,

      """)
    let table = try inspect([path])[0]
    #expect(
      texts(table) == [
        "missing session_id 1 [4]", "missing created_at 1 [5]", "notATime created_at 2 [6, 10]",
        "notAType event_type 1 [7]", "fieldCount - 1 [8]",
      ])
    #expect((table.rows, table.events) == (8, 2))
    #expect(problem(table, .notATime)?.message.hasPrefix("created_at is \"soon\"") == true)
    #expect((table.firstMilliseconds, table.lastMilliseconds) == (1_740_787_200_000, 1_740_873_600_000))
    // The same as a request says.
    #expect(throws: StoreError.self) { try EventStore.open([path]) { _ in }.snapshot() }
  }

  @Test func `the first five lines are named and the rest counted`() throws {
    func check(_ bad: Int, _ lines: [Int64]) throws {
      let text = "session_id,created_at\n" + String(repeating: "s,x\n", count: bad)
      let problem = try inspect([try folder.write("e.csv", text)])[0].problems.first
      #expect((problem?.count ?? 0, problem?.lines ?? []) == (bad, lines))
    }
    try check(0, [])
    try check(5, [2, 3, 4, 5, 6])
    try check(6, [2, 3, 4, 5, 6])
    try check(5000, [2, 3, 4, 5, 6])
  }

  @Test func `duplicates, and properties without an event, in any order of the files`() throws {
    let events = try folder.write(
      "e.csv",
      """
      session_id,created_at,event_id,event_type
      s,2025-03-01,3,1
      s,2025-03-01,3,1
      s,2025-03-01,,1
      s,2025-03-01,,1
      s,2025-03-01,4,5

      """)
    let data = try folder.write(
      "d.csv",
      """
      event_id,data_key,string_value,number_value
      3,a,x,
      3,a,y,
      none,a,x,
      3,revenue,"1,234.56",
      3,Revenue2,"€12,50",
      3,revenue3,12.50,
      3,revenue4,,7
      3,revenue5,,"1,234"
      4,b,x,

      """)
    for paths in [[events, data], [data, events]] {
      let tables = try inspect(paths)
      #expect(tables.map(\.path) == paths)
      let (events, data) = (tables[paths[0] == events ? 0 : 1], tables[paths[0] == events ? 1 : 0])
      #expect((events.kind, events.rows, events.events) == (.events, 5, 3))
      #expect(texts(events) == ["duplicate event_id 1 [3]", "performance - 1 [6]"])
      #expect((data.kind, data.rows, data.properties) == (.eventData, 9, 6))
      #expect(
        texts(data) == [
          "duplicate data_key 1 [3]", "withoutEvent event_id 1 [4]", "notAnAmount - 2 [5, 6]",
          "notANumber number_value 1 [9]",
        ])
    }
    // Without events nothing says which properties have one.
    #expect(problem(try inspect([data])[0], .withoutEvent) == nil)
    let counted = try EventStore.open([events, data]) { _ in }.snapshot().websites.map(\.events)
    #expect(counted == [3])
  }

  @Test func `columns that are not read but mean something are counted and proposed`() throws {
    let path = try folder.write(
      "e.csv",
      "session_id,created_at,page,device_type,plan\ns,2025-03-01,/a,mobile,x\ns,2025-03-01,,mobile,\n")
    let table = try inspect([path])[0]
    #expect(texts(table) == ["ignoredColumn page 1 []", "ignoredColumn device_type 2 []"])
    #expect(
      table.columns.map { "\($0.name) \($0.targets) \($0.suggestion ?? "-") \($0.example ?? "-")" } == [
        "session_id [\"session_id\"] - s", "created_at [\"created_at\"] - 2025-03-01", "page [] url /a",
        "device_type [] device mobile", "plan [] - x",
      ])
    #expect(table.proposedMap == "device=device_type,url=page")
    let mapped = try inspect([path]) { $0.columnMap = try ColumnMap(parsing: "url=page,device=none") }[0]
    #expect(mapped.problems.isEmpty && mapped.proposedMap == nil)
    #expect(mapped.columns[2].targets == ["url"])
  }

  @Test(arguments: [
    (
      "event_timestamp,event_name,user_pseudo_id,ga_session_id,page_location,page_referrer,device.category,geo.country",
      "1696470452,page_view,1.2,7,https://a.example/,,mobile,DE",
      "created_at=event_timestamp,session_id=user_pseudo_id,visit_id=ga_session_id,country=geo.country,"
        + "device=device.category,referrer=page_referrer,url=page_location"
    ),
    (
      "user_id\tsession_id\tevent_type\tevent_page\ttimestamp", "10\t1\tpage\tmain\t1619563674",
      "created_at=timestamp,session_id=user_id,visit_id=session_id,url=event_page"
    ),
    (
      "Session ID,Created At,\"URL, full\",a=b", "s1,2025-05-01 10:00:00,https://x.example/p,t",
      "created_at=Created At,session_id=Session ID,url=\"URL, full\""
    ),
    (
      "anonymousId,userId,timestamp,context_page_url,context_page_referrer",
      "a,u,2025-05-01T10:00:00Z,https://x.example/p,",
      "created_at=timestamp,session_id=anonymousId,distinct_id=userId,referrer=context_page_referrer,"
        + "url=context_page_url"
    ),
    (
      "domain_userid,domain_sessionid,collector_tstamp,page_url,page_title,os_name",
      "d,s,2025-05-01 10:00:00,https://x.example/p,T,Linux",
      "created_at=collector_tstamp,session_id=domain_userid,visit_id=domain_sessionid,os=os_name,url=page_url"
    ),
    (
      "idvisitor,idvisit,serverTime,pageUrl", "v,1,2025-05-01 10:00:00,https://x.example/p",
      "created_at=serverTime,session_id=idvisitor,visit_id=idvisit,url=pageUrl"
    ),
    (
      "when,distinct_id,timestamp,$current_url", "x,d,2025-05-01 10:00:00,https://x.example/p",
      "created_at=timestamp,session_id=distinct_id,url=$current_url"
    ),
    (
      "order_id,customer_id,price,order_purchase_timestamp", "o,c,7,2017-10-02 10:56:33",
      "created_at=order_purchase_timestamp,session_id=customer_id"
    ),
    // The first column of visitors is empty, and the time has no usual name.
    (
      "user_id,client_ip,stamp,uri", ",1.2.3.4,1741211682.5,/a",
      "created_at=stamp,session_id=client_ip,distinct_id=user_id,url=uri"
    ),
    // Words that are no addresses and no times.
    ("time,uid,location,date", "soon,u,Berlin,2025-05-01", "created_at=date,session_id=uid"),
    (
      "Date,Time,IP,url", "2025-05-01,10:00:00,1.2.3.4,https://x.example/a",
      "created_at=Date+Time,session_id=IP"
    ),
    (
      "$insert_id,event_time,amplitude_id,session_id,event_name,uuid", "i,2025-05-01 10:00:00,1,2,view,u",
      "created_at=event_time,session_id=amplitude_id,visit_id=session_id,event_id=$insert_id"
    ),
    (
      "uuid,event,timestamp,distinct_id,properties.$session_id,properties.$current_url",
      "u,$pageview,2025-05-01T10:00:00Z,d,s,https://x.example/p",
      "created_at=timestamp,session_id=distinct_id,visit_id=properties.$session_id,event_id=uuid,event_name=event,"
        + "url=properties.$current_url"
    ),
    (
      "timestamp,name,site_id,hostname,pathname,user_id,session_id",
      "2025-05-01 10:00:00,pageview,1,x.example,/p,7,8",
      "created_at=timestamp,session_id=user_id,visit_id=session_id,event_name=name,url=pathname,website_id=site_id"
    ),
    ("timestamp,name,user_id", "2025-05-01 10:00:00,Ann,7", "created_at=timestamp,session_id=user_id"),
    (
      "visitorId,idVisit,serverTimestamp,referrerUrl,actionDetails_0_url,actionDetails_0_pageTitle,operatingSystemName",
      "v,1,1746093600,,https://x.example/p,T,Linux",
      "created_at=serverTimestamp,session_id=visitorId,visit_id=idVisit,os=operatingSystemName,"
        + "page_title=actionDetails_0_pageTitle,referrer=referrerUrl,url=actionDetails_0_url"
    ),
    (
      "event_date,event_timestamp,user_pseudo_id,event_params_page_location,event_params_ga_session_id,device_operating_system",
      "20250501,1746093600000000,u,https://x.example/p,9,Linux",
      "created_at=event_timestamp,session_id=user_pseudo_id,visit_id=event_params_ga_session_id,"
        + "os=device_operating_system,url=event_params_page_location"
    ),
    ("user_id,page", "u,/a", nil), ("x,y", "1,2", nil),
    ("timestamp,sid\"2\",user", "2025-05-01,1,u", "created_at=timestamp,session_id=user"),
  ])
  func `a map is proposed for the names of other programs, and reads the file`(
    header: String, row: String, map: String?
  ) throws {
    let path = try folder.write("e.csv", "\(header)\n\(row)\n")
    let table = try inspect([path])[0]
    #expect(table.kind == nil)
    #expect(table.error?.contains("lacks the column") == true)
    #expect(table.proposedMap == map)
    guard let map else { return }
    let mapped = try inspect([path]) { $0.columnMap = try ColumnMap(parsing: map) }[0]
    #expect((mapped.error, mapped.events, mapped.problems) == (nil, 1, []), "\(mapped)")
  }

  @Test func `a table of an SQLite file that cannot be read is shown with its columns and a proposal`() throws
  {
    let path = folder.file("shop.db")
    try Connection(path: path, mode: .create).execute(
      "CREATE TABLE hits (at, who, page, user_id); INSERT INTO hits VALUES (1772359200, 'ann', '/cart', 7)")
    let table = try #require(try inspect([path]) { $0.table = "hits" }.first)
    #expect((table.format, table.table, table.kind, table.rows) == (.sqlite, "hits", nil, 0))
    #expect(table.error?.contains("session_id") == true, "\(table.error ?? "")")
    #expect(table.columns.map(\.example) == ["1772359200", "ann", "/cart", "7"])
    #expect(table.proposedMap == "created_at=at,session_id=user_id,url=page")
    let mapped = try #require(
      try inspect([path]) {
        $0.table = "hits"
        $0.columnMap = try ColumnMap(parsing: table.proposedMap ?? "")
      }.first)
    #expect((mapped.error, mapped.events) == (nil, 1))
    #expect(throws: StoreError.noEventTable(path: path, tables: ["hits"])) { try inspect([path]) }
    #expect(throws: StoreError.self) {
      try inspect([path]) {
        $0.table = "hits"
        $0.columnMap = try ColumnMap(parsing: "created_at=when")
      }
    }
  }

  @Test func `a word of a command line is quoted if a shell would change it`() {
    for word in ["a", "created_at=ts,url=page", "/a/b-c.d", "a+b:c"] { #expect(shellWord(word) == word) }
    #expect(shellWord("url=$current_url") == "'url=$current_url'")
    #expect(shellWord("a b") == "'a b'")
    #expect(shellWord("it's") == "'it'\\''s'")
    #expect(shellWord("") == "''")
  }

  @Test func `a proposal keeps what is mapped, and asks for no column twice`() throws {
    let path = try folder.write("e.csv", "ts,who,user,page\n2025-05-01,w,u,/a\n")
    let table = try inspect([path]) { $0.columnMap = try ColumnMap(parsing: "session_id=who") }[0]
    #expect(table.proposedMap == "session_id=who,created_at=ts,url=page")
  }

  @Test func `objects of JSON have their members as columns`() throws {
    let known = try folder.write(
      "k.ndjson",
      """
      {"session_id":"s","created_at":"2025-05-01T10:00:00Z","page":"/a","data":{"plan":"x","revenue":"€1"}}
      {"session_id":"s","created_at":"2025-05-01T10:01:00Z","page":"","extra":{"deep":1}}
      nonsense

      """)
    let table = try inspect([known])[0]
    #expect((table.format, table.rows, table.events, table.properties) == (.ndjson, 3, 2, 2))
    #expect(
      texts(table) == ["notAnAmount - 1 [1]", "syntax - 1 [3]", "ignoredColumn page 1 []"])
    #expect(
      table.columns.map { "\($0.name) \($0.targets) \($0.example ?? "-")" } == [
        "session_id [\"session_id\"] s", "created_at [\"created_at\"] 2025-05-01T10:00:00Z", "page [] /a",
        "data.plan [\"property\"] x", "data.revenue [\"property\"] €1", "extra.deep [] 1",
      ])
    #expect(table.proposedMap == "url=page")

    let unknown = try folder.write(
      "u.ndjson", #"{"ts":1740787200,"user":{"id":"u"},"page":{"url":"https://a.example/"}}"# + "\n")
    let other = try inspect([unknown])[0]
    #expect(other.error?.contains("lacks the columns") == true)
    #expect(other.proposedMap == "created_at=ts,session_id=user.id,url=page.url")
    let mapped = try inspect([unknown]) {
      $0.columnMap = try ColumnMap(parsing: "created_at=ts,session_id=user.id,url=page.url")
    }[0]
    #expect((mapped.error, mapped.events) == (nil, 1))
    #expect(mapped.columns.map(\.targets) == [["created_at"], ["session_id"], ["url"]])
  }

  @Test func `a file that cannot be read is described next to others`() throws {
    let good = try folder.write("good.csv", "session_id,created_at\ns,2025-03-01\n")
    func check(_ text: String, _ format: InputFormat, _ sentence: String) throws {
      let path = try folder.write("bad", text)
      let tables = try inspect([path, good])
      #expect((tables[0].format, tables[0].rows, tables[0].events) == (format, 0, 0))
      #expect(tables[0].error?.contains(sentence) == true, "\(tables[0].error ?? "")")
      #expect((tables[1].error, tables[1].events) == (nil, 1))
    }
    try check("", .csv, "is empty")
    try check("\n\n", .csv, "is empty")
    try check("[{}]", .other, "a JSON array")
    try check("PAR1", .other, "a Parquet file")
    try check("user_id,username,password\n1,a,b\n", .csv, "holds no events")
    try check("0b9c1d7e-2f3a-4b5c-8d6e-7f8091a2b3c4,2025-03-01 10:00:00\n", .csv, "--header")
    try check(
      "-- PostgreSQL database dump\nCOPY public.link (link_id) FROM stdin;\n1\n\\.\n", .sqlInserts, "link")
  }

  @Test func `files without rows have no problems`() throws {
    let header = try inspect([try folder.write("h.csv", "session_id,created_at\n")])[0]
    #expect((header.rows, header.events, header.firstMilliseconds) == (0, 0, nil))
    #expect(header.problems.isEmpty && header.error == nil)
  }

  @Test func `a quote that is never closed is an error of its file`() throws {
    let path = try folder.write("e.csv", "session_id,created_at\ns,2025-03-01\ns,\"2025-03-01\n")
    let table = try inspect([path])[0]
    #expect((table.rows, table.events) == (1, 1))
    #expect(table.error?.contains("line 3: a quoted field") == true)
  }

  @Test func `format, separator, encoding and rows that are left out`() throws {
    let tabs = try inspect([try folder.write("t.tsv", "session_id\tcreated_at\ns\t2025-03-01\n")])[0]
    #expect((tabs.separator, tabs.encoding, tabs.compression) == (.tab, .utf8, nil))
    let wide = "\u{FEFF}session_id,created_at\ns,2025-03-01\n".utf16.flatMap {
      [UInt8($0 & 255), UInt8($0 >> 8)]
    }
    #expect(try inspect([try folder.write("w.csv", wide)])[0].encoding == .utf16)
    let request = #"203.0.113.7 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1""#
    let log = try inspect([
      try folder.write(
        "access.log",
        """
        \(request) 200 1 "-" "Mozilla/5.0"
        \(request) 200 1 "-" "curl/8"
        \(request) 404 1 "-" "Mozilla/5.0"
        nonsense

        """)
    ])[0]
    #expect((log.format, log.rows, log.events) == (.accessLog, 4, 1))
    #expect(texts(log) == ["bot - 1 [2]", "status - 1 [3]", "syntax - 1 [4]"])
  }

  @Test func `other tables of Umami say why their rows do not count`() throws {
    let events = try folder.write("e.csv", "session_id,created_at\ns,2025-03-01\n")
    let revenue = try folder.write("r.csv", "revenue_id,event_id,currency,revenue\n1,e,EUR,1\n2,e,EUR,2\n")
    let sessions = try folder.write("s.csv", "session_id,browser,os,country\ns,b,o,DE\n,b,o,DE\n")
    let tables = try inspect([revenue, sessions, events])
    #expect(tables.map(\.kind) == [.revenue, .session, .events])
    #expect(texts(tables[0]) == ["withoutEvent event_id 1 [2]", "duplicate event_id 1 [3]"])
    #expect(texts(tables[1]) == ["missing session_id 1 [3]"])
  }

  @Test func `an SQLite file is inspected alone, whether it is open or not`() throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(
      """
      CREATE TABLE website_event (session_id, created_at, event_id, page);
      INSERT INTO website_event VALUES
        ('s', '2025-03-01', 'e', '/a'), ('s', 'soon', 'f', NULL), ('s', '2025-03-02', 'e', NULL);
      CREATE TABLE event_data (website_event_id, data_key, string_value);
      INSERT INTO event_data VALUES ('e', 'revenue', '€5'), ('none', 'a', 'b')
      """)
    let store = try EventStore.open([path]) { _ in }
    #expect(try store.snapshot().websites.map(\.events) == [1])
    let tables = try store.inspect()
    #expect(try tables == inspect([path]))
    #expect(tables.map(\.table) == ["website_event", "event_data"])
    #expect((tables[0].rows, tables[0].events, tables[1].rows, tables[1].properties) == (3, 1, 2, 1))
    #expect(texts(tables[0]) == ["notATime created_at 1 [2]", "duplicate event_id 1 []"])
    #expect(texts(tables[1]) == ["notAnAmount - 1 []", "withoutEvent event_id 1 []"])
    #expect(tables[0].columns.map(\.targets) == [["session_id"], ["created_at"], ["event_id"], []])
    #expect(tables[0].columns.map(\.example) == ["s", "2025-03-01", "e", "/a"])
    let csv = try folder.write("e.csv", "session_id,created_at\n")
    #expect(throws: StoreError.self) { try inspect([csv, path]) }
  }

  @Test func `counts are the same with and without a cache, and after requests`() throws {
    let path = try folder.write(
      "e.csv", "session_id,created_at,event_id\ns,2025-03-01,1\ns,2025-03-01,1\ns,x,2\n")
    let first = try inspect([path])
    var options = OpenOptions()
    options.cache = .folder(folder.file("cache"))
    for _ in 0..<2 {
      let store = try EventStore.open([path], options: options) { _ in }
      #expect(try store.snapshot().websites.map(\.events) == [1])
      #expect(try store.inspect() == first)
      #expect(try store.snapshot().websites.map(\.events) == [1])
    }
  }

  @Test func `an inspection reports the rows it has read, and has the limits of reading`() throws {
    for count in [3, 4096, 10_000] {
      let path = try folder.write(
        "e.csv", "session_id,created_at\n" + String(repeating: "s,2025-03-01\n", count: count))
      let told = Mutex<[Int]>([])
      let context = LoadContext(progress: { progress in told.withLock { $0.append(progress.rows) } })
      _ = try EventStore.unopened([path]) { _ in }.inspect(in: context)
      let rows = told.withLock(\.self)
      #expect(rows.last == count && rows == rows.sorted())
      #expect(rows.first == min(count, 4096))
    }
    var options = OpenOptions()
    options.limits.csvFieldBytes = 10
    let long = try folder.write(
      "long.csv", "session_id,created_at,tag\ns,2025-03-01,0123456789x\ns,2025-03-01,0123456789\n")
    let table = try EventStore.unopened([long], options: options) { _ in }.inspect()[0]
    #expect((table.rows, table.events) == (2, 1))
    #expect(table.columns[2].example == "0123456789")
  }

  @Test func `a missing file, a wrong map and cancelling are errors`() throws {
    let path = try folder.write("e.csv", "session_id,created_at\ns,2025-03-01\n")
    #expect(throws: StoreError.noSuchFile(path: "nowhere")) { try inspect([path, "nowhere"]) }
    #expect(throws: StoreError.self) {
      try inspect([path]) { $0.columnMap = try ColumnMap(parsing: "url=page") }
    }
    let store = EventStore.unopened([path]) { _ in }
    #expect(throws: StoreError.cancelled) { try store.inspect(in: LoadContext(isCancelled: { true })) }
  }

  @Test func `times that a change of the clock made uncertain are counted`() throws {
    let path = try folder.write(
      "e.csv", "session_id,created_at\ns,2025-10-26 02:30:00\ns,2025-03-30 02:30:00\ns,2025-05-01\n")
    let zones = TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system)
    let table = try inspect([path]) {
      $0.times.zone = ("Europe/Berlin", try zones.rules(named: "Europe/Berlin"))
    }[0]
    #expect(table.events == 3)
    #expect(texts(table) == ["uncertainTime created_at 1 []", "uncertainTime created_at 1 []"])
  }

  @Test(arguments: ["created_at", "d+t", "when"])
  func `uncertain times in an SQLite file are counted and told`(source: String) throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(
      """
      CREATE TABLE website_event (session_id, d, t, created_at, "when");
      INSERT INTO website_event (session_id, d, t) VALUES
        ('s', '2025-10-26', '02:30:00'), ('s', '2025-03-30', '02:30:00'), ('s', '2025-05-01', '10:00:00');
      UPDATE website_event SET created_at = d || ' ' || t, "when" = d || ' ' || t
      """)
    let zones = TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system)
    var options = OpenOptions()
    options.rules.times.zone = ("Europe/Berlin", try zones.rules(named: "Europe/Berlin"))
    if source != "created_at" { options.rules.columnMap = try ColumnMap(parsing: "created_at=\(source)") }
    let lines = Lines()
    let store = try EventStore.open([path], options: options, diagnostics: lines.add)
    let table = try store.inspect()[0]
    #expect(table.events == 3)
    #expect(texts(table) == ["uncertainTime created_at 1 []", "uncertainTime created_at 1 []"])
    #expect(
      table.columns.filter { $0.targets == ["created_at"] }.map(\.name)
        == (source == "d+t" ? ["d", "t"] : [source]))
    #expect(try store.snapshot().websites.map(\.events) == [3])
    #expect(lines.all.count == 2 && lines.all.allSatisfy { $0.hasPrefix("the clock ") })
  }

  @Test func `entries of a map are written so that they can be read`() throws {
    for name in ["a", "a b", "a,b", "a\"b", "\"a\"", "a=b", "ä"] {
      let entry = ColumnMap.entry("url", name)
      #expect(try ColumnMap(parsing: "\(entry),referrer=r").columnName(of: "url") == name, "\(entry)")
    }
    #expect(ColumnMap.isUnwritable("") && ColumnMap.isUnwritable("None") && !ColumnMap.isUnwritable("n"))
  }
}
