import Engine
import Testing

@testable import EventStore

/// Which table a file holds follows from the names of its columns.
struct TableKindTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func kind(_ header: String, name: String? = nil) -> TableKind {
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return TableKind(ColumnNames(label: "t", names: names, map: .none), name: name)
  }

  @Test(arguments: [
    ("session_id,created_at", TableKind.events),
    ("session_id,created_at,country", .events),
    ("session_id,created_at,browser,os", .events),
    ("event_id,website_id,session_id,created_at,url_path,browser,os,country", .events),
    ("session_id,website_id,browser,os,device,screen,language,country,region,city,created_at", .sessions),
    ("session_id,website_id,created_at,hostname,browser,os,subdivision1", .sessions),
    ("event_data_id,website_id,website_event_id,data_key,string_value", .eventData),
    ("event_id,data_key", .eventData), ("id,data_key", .eventData),
    ("website_id,session_id,event_id,data_key", .eventData),
    ("session_data_id,website_id,session_id,data_key,string_value,data_type", .sessionData),
    ("revenue_id,website_id,session_id,event_id,event_name,currency,revenue,created_at", .revenue),
    ("website_id,name,domain,share_id,created_at", .websites),
    ("report_id,user_id,website_id,type,name,description,parameters,created_at", .reports),
    ("segment_id,website_id,type,name,parameters,created_at", .segments),
    ("user_id,username,password,role,created_at", .other(name: "user")),
    ("team_id,name,access_code,created_at", .other(name: "team")),
    ("timestamp,who", .events),
  ])
  func `a table is recognised by its columns`(header: String, expected: TableKind) {
    #expect(kind(header) == expected)
    #expect(kind(header.uppercased()) == expected)
  }

  @Test func `the name in a dump decides`() {
    #expect(kind("session_id,created_at", name: "session") == .sessions)
    #expect(kind("session_id,created_at", name: "website_event") == .events)
    #expect(kind("session_id,created_at", name: "unknown") == .events)
  }

  private func allTables() throws -> [String] {
    let (site, session, event) = ("w1", "s1", "e1")
    return [
      try folder.write(
        "website_event.csv",
        """
        event_id,website_id,session_id,created_at,url_path,event_type,event_name
        \(event),\(site),\(session),2025-10-08 01:54:16,/,1,
        e2,\(site),unknown,2025-10-08 01:55:16,/buy,2,purchase

        """),
      try folder.write("event_data.csv", "website_event_id,data_key,number_value\n\(event),revenue,19.99\n"),
      try folder.write(
        "session.csv",
        "session_id,website_id,browser,os,device,country,distinct_id\n\(session),\(site),chrome,Linux,desktop,DE,ann\n"
          + "\(session),\(site),later,,,FR,\n"),
      try folder.write("session_data.csv", "session_data_id,session_id,data_key\nd,\(session),plan\n"),
      try folder.write(
        "revenue.csv", "revenue_id,session_id,event_id,currency,revenue,created_at\nr,s,e,EUR,1,2025-10-08\n"),
      try folder.write("website.csv", "website_id,name,domain\n\(site),Shop,shop.example\nw2,Other,\n"),
      try folder.write(
        "report.csv",
        "report_id,website_id,type,name,description,parameters,created_at,updated_at\n"
          + "r1,\(site),goals,Sales,,\"{\"\"a\"\": 1}\",2025-10-08 00:00:00,2025-10-08 00:00:00\n"),
      try folder.write("segment.csv", "segment_id,website_id,type,name,parameters\n"),
      try folder.write("empty.csv", ""),
    ]
  }

  private func check(_ store: EventStore, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let snapshot = try store.snapshot()
    #expect(snapshot.websites.map(\.name) == ["Shop", "Other"], sourceLocation: sourceLocation)
    #expect(snapshot.websites.map(\.domain) == ["shop.example", ""], sourceLocation: sourceLocation)
    #expect(snapshot.websites.map(\.events) == [2, 0], sourceLocation: sourceLocation)
    let reports = try store.reports(matching: SavedReportFilter()).reports
    #expect(reports.map(\.name) == ["Sales"], sourceLocation: sourceLocation)
    #expect(reports.map(\.parameters) == ["{\"a\": 1}"], sourceLocation: sourceLocation)
  }

  @Test func `all tables of Umami are read in any order`() throws {
    let paths = try allTables()
    for order in [paths, paths.reversed()] {
      let lines = Lines()
      let store = try EventStore.open(order, diagnostics: lines.add)
      try check(store)
      #expect(lines.all.filter { $0.contains("left out Umami's table") }.count == 1)
      #expect(lines.all.filter { $0 == "ignored 1 revenue row without a matching event" }.count == 1)
      #expect(lines.all.filter { $0.contains("none whose key contains currency") }.count == 1)
      #expect(lines.all.count == 3)
    }
  }

  @Test func `an import gives the same`() throws {
    let path = folder.file("all.db")
    for _ in 0..<2 { _ = try importFiles(try allTables(), into: path) { _ in } }
    try check(try EventStore.open([path]) { _ in })
    let events = try SeenRows(sqlite: path).events
    #expect(events.map { $0.texts["country"] } == ["DE", nil])
    #expect(events.map { $0.texts["browser"] } == ["chrome", nil])
    #expect(events.map { $0.texts["distinct_id"] } == ["ann", nil])
  }

  @Test func `a dump has all tables in one file`() throws {
    let path = try folder.write(
      "umami.sql",
      """
      --
      -- PostgreSQL database dump
      --
      COPY public."user" (user_id, username, password) FROM stdin;
      u\ta\tb
      \\.
      COPY public.session (session_id, website_id, browser, country) FROM stdin;
      s1\tw1\tchrome\tDE
      \\.
      COPY public.website (website_id, name, domain) FROM stdin;
      w1\tShop\tshop.example
      \\.
      COPY public.website_event (event_id, website_id, session_id, created_at, url_path) FROM stdin;
      e1\tw1\ts1\t2025-10-08 01:54:16.502+00\t/
      \\.

      """)
    let lines = Lines()
    let store = try EventStore.open([path], diagnostics: lines.add)
    #expect(try store.snapshot().websites.map(\.name) == ["Shop"])
    #expect(try store.snapshot().websites.map(\.events) == [1])
    #expect(lines.all == [])
    let imported = folder.file("dump.db")
    _ = try importFiles([path], into: imported) { _ in }
    #expect(try SeenRows(sqlite: imported).events.map { $0.texts["country"] } == ["DE"])
  }

  @Test func `a website's name replaces the one that was found, and no other`() throws {
    let path = folder.file("named.db")
    let events = try folder.write(
      "e.csv", "website_id,session_id,created_at,hostname\nw,s,2025-10-08,shop.example\n")
    let named = try folder.write("w.csv", "website_id,name,domain\nw,Shop,www.shop.example\n")
    let renamed = try folder.write("v.csv", "website_id,name,domain\nw,Another,another.example\n")
    for (files, name) in [
      ([events], "shop.example"), ([events, named], "Shop"), ([events, renamed], "Shop"),
    ] {
      _ = try importFiles(files, into: path) { _ in }
      #expect(try EventStore.open([path]) { _ in }.snapshot().websites.map(\.name) == [name])
    }
  }

  @Test func `other tables are refused by name`() throws {
    let events = try folder.write("e.csv", "session_id,created_at\n")
    let users = try folder.write("u.csv", "user_id,username,password\nu,a,b\n")
    let session = try folder.write("s.csv", "session_id,browser,os,country\ns,a,b,c\n")
    for (files, message) in [
      ([events, users], "Umami's table user, which holds no events"), ([session], "no table of events"),
      ([try folder.write("0.csv", "")], "is empty"),
    ] {
      let error = #expect(throws: StoreError.self) { try EventStore.open(files) { _ in } }
      #expect(error?.description.contains(message) == true)
    }
  }
}

/// Types of events that are words, and names that are pageviews.
struct EventTypeRuleTests {
  private func outcome(
    _ type: String, _ name: String = "", pageviews: [String] = []
  ) -> EventTypeRule.Outcome? {
    var (type, name) = (type, name)
    return type.withUTF8 { type in
      name.withUTF8 { EventTypeRule(pageviewNames: pageviews).outcome(type: type, name: $0) }
    }
  }

  @Test(arguments: [
    ("", 1), ("1", 1), ("0", 0), ("9", 9), ("255", 255), ("1.0", 1), ("2.000", 2), ("page", 1),
    ("PageView", 1),
    ("$pageview", 1), ("screen_view", 1), ("event", 2), ("custom", 2), ("Track", 2), ("click", 2),
  ])
  func `a type is a number or a word`(text: String, type: UInt8) {
    #expect(outcome(text)?.type == type)
  }

  @Test(arguments: ["256", "-1", "1.5", "1e9", "?", " ", "300"])
  func `anything else is no type`(text: String) {
    #expect(outcome(text) == nil)
  }

  @Test func `an unknown word is the name of a custom event without one`() {
    #expect(outcome("click")?.name == .type)
    #expect(outcome("click", "given")?.name == .asGiven)
    #expect(outcome("event")?.name == .asGiven)
  }

  @Test func `names of pageviews decide before the type`() {
    #expect(outcome("", "page_view")?.type == 2)
    #expect(outcome("", "Page_View", pageviews: ["page_view"]) == .init(type: 1, name: .none))
    #expect(outcome("2", "page_view", pageviews: ["page_view"]) == .init(type: 1, name: .none))
    #expect(outcome("", "page_views", pageviews: ["page_view"])?.type == 2)
  }

  @Test func `names in the place of types are those of their own rows`() throws {
    let folder = try TemporaryFolder()
    let types = ["buy", "buy", "Viewed", "buy", "page", "sell", ""]
    let path = try folder.write(
      "types.csv", "session_id,created_at,event_type\n" + types.map { "s,1500000000,\($0)\n" }.joined())
    var rules = ReadingRules()
    let names = try SeenRows(csv: [path], rules: rules).events.map { $0.texts["event_name"] }
    #expect(names == ["buy", "buy", "Viewed", "buy", nil, "sell", nil])
    rules.pageviewNames = ["viewed"]
    let events = try SeenRows(csv: [path], rules: rules).events
    #expect(events.map(\.type) == [2, 2, 1, 2, 1, 2, 1])
    #expect(events.map { $0.texts["event_name"] } == ["buy", "buy", nil, "buy", nil, "sell", nil])
  }
}
