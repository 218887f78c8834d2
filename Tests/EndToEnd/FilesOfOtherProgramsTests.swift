import Foundation
import JSON
import TestSupport
import Testing

/// Files as other programs write them give the answers that their users expect: served as they are, and from a store
/// into which they were imported.
@Suite struct FilesOfOtherProgramsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let ownID = "00000000-0000-0000-0000-000000000000"

  /// Asks for a method's result over all time, as JSON.
  private func result(
    _ files: [String], _ options: [String], _ method: String, _ params: String, website: String
  ) throws -> (result: String, errors: String) {
    let range = #""dateRange":{"startDate":"2000-01-01T00:00:00Z","endDate":"2035-01-01T00:00:00Z"}"#
    let members = params.isEmpty ? "" : ",\(params)"
    let all =
      method == "websites.list"
      ? "" : #""websiteId":"\#(website)""# + (params.contains("dateRange") ? "" : ",\(range)") + members
    let request = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(all)}}"# + "\n"
    let outcome = try BuiltBinary.run(["serve"] + files + options, input: Data(request.utf8), in: folder.url)
    let reply = try JSONValue(parsing: Array(outcome.lines.first?.utf8 ?? "".utf8)).object
    return ((reply?["result"] ?? reply?["error"] ?? .null).description, outcome.errors)
  }

  /// Checks a result of the files, in both orders, and of a store that they were imported into.
  private func check(
    _ files: [String: String], _ options: [String], _ method: String, _ params: String, _ expected: String,
    website: String = ownID, said: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for (name, text) in files { _ = try folder.file(name, text) }
    let names = files.keys.sorted()
    for order in [names, names.reversed()] {
      let (result, errors) = try result(order, options, method, params, website: website)
      #expect(result == expected, "\(errors)", sourceLocation: sourceLocation)
      #expect(
        said.isEmpty ? errors.isEmpty : errors.contains(said), "\(errors)", sourceLocation: sourceLocation)
    }
    let store = "store-\(UUID().uuidString).db"
    let imported = try BuiltBinary.run(["import", store] + names + options, in: folder.url)
    #expect(imported.exitCode == 0, "\(imported.errors)", sourceLocation: sourceLocation)
    #expect(
      try result([store], [], method, params, website: website).result == expected,
      sourceLocation: sourceLocation)
  }

  private func check(
    _ text: String, _ options: [String], _ method: String, _ params: String, _ expected: String,
    said: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try check(
      ["rows.csv": text], options, method, params, expected, said: said, sourceLocation: sourceLocation)
  }

  private static func journey(_ paths: [[String?]]) -> String {
    let rows = paths.map { path in
      let items = path.map { $0.map { "\"\($0)\"" } ?? "null" }.joined(separator: ",")
      return #"{"items":[\#(items)],"count":1}"#
    }
    return "[\(rows.joined(separator: ","))]"
  }

  @Test func `a shop's log with times in UTC and a column that is mapped away from its own meaning`() throws {
    let rows = """
      event_time,event_type,product_id,price,user_id,user_session
      2020-02-01 00:00:00 UTC,view,7,1.5,41,a-1
      2020-02-01 00:09:00 UTC,purchase,7,1.5,41,a-1
      2020-02-01 09:00:00 UTC,view,8,,42,a-2

      """
    try check(
      rows,
      ["--map", "created_at=event_time,session_id=user_id,visit_id=user_session,event_name=event_type"],
      "reports.funnel",
      #""window":60,"steps":[{"type":"event","value":"view"},{"type":"event","value":"purchase"}]"#,
      #"[{"type":"event","value":"view","visitors":2,"previous":0,"dropped":0,"dropoff":null,"remaining":1},"#
        + #"{"type":"event","value":"purchase","visitors":1,"previous":2,"dropped":1,"dropoff":0.5,"remaining":0.5}]"#
    )
  }

  @Test func `tabs, seconds since 1970 and types that are words`() throws {
    try check(
      "who\tvisit\tevent_type\tpage\tat\n3\t9\tpage\tmain\t1619563674\n3\t9\tevent\tmain\t1619563683\n",
      ["--map", "created_at=at,visit_id=visit,session_id=who,url_path=page"], "reports.insights",
      #""fields":[{"name":"url"}]"#,
      #"[{"views":1,"visitors":1,"visits":1,"bounces":1,"totaltime":0,"url":"main"}]"#)
  }

  @Test func `all tables of Umami, in any order`() throws {
    let site = "aaaaaaaa-0000-4000-8000-00000000000b"
    let files = [
      "1.csv": """
      website_id,name,domain,share_id,reset_at,user_id,created_at
      \(site),Garden,garden.example,,,,2025-10-01 01:54:16.502+00

      """,
      "2.csv": """
      session_id,website_id,browser,os,device,screen,language,country,region,city,created_at,distinct_id
      s1,\(site),firefox,Linux,desktop,1920x1080,fr-FR,FR,FR-IDF,Paris,2025-10-08 01:54:16.502+00,

      """,
      "3.csv": """
      event_id,website_id,session_id,created_at,url_path,event_type,event_name,visit_id,hostname
      e1,\(site),s1,2025-10-08 01:54:16.502+00,/,1,,v1,garden.example
      e2,\(site),s1,2025-10-08 01:55:16.502+00,/seeds,2,order,v1,garden.example

      """,
      "4.csv": """
      event_data_id,website_id,website_event_id,data_key,string_value,number_value,date_value,data_type,created_at
      d1,\(site),e2,revenue,7.5000,7.5000,,2,2025-10-08 01:55:16.502+00
      d2,\(site),e2,currency,EUR,,,1,2025-10-08 01:55:16.502+00

      """,
      "5.csv": """
      revenue_id,website_id,session_id,event_id,event_name,currency,revenue,created_at
      r1,\(site),s1,e2,order,EUR,7.5000,2025-10-08 01:55:16.502+00

      """,
    ]
    try check(
      files, [], "reports.insights", #""fields":[{"name":"country"}]"#,
      #"[{"views":1,"visitors":1,"visits":1,"bounces":1,"totaltime":0,"country":"FR"}]"#, website: site)
    try check(
      files, [], "reports.revenue", #""currency":"EUR""#,
      #"{"chart":[{"x":"order","t":"2025-10-08T00:00:00Z","y":7.5}],"country":[{"name":"FR","value":7.5}],"#
        + #""total":{"sum":7.5,"count":1,"unique_count":1},"#
        + #""table":[{"currency":"EUR","sum":7.5,"count":1,"unique_count":1}]}"#, website: site)
    try check(
      files, [], "websites.list", "",
      #"[{"id":"\#(site)","name":"Garden","domain":"garden.example","events":2,"firstEvent":"2025-10-08T01:54:16.502Z","#
        + #""lastEvent":"2025-10-08T01:55:16.502Z"}]"#)
  }

  @Test func `GA4 with microseconds, and visits that are unique within a visitor`() throws {
    let map = [
      "--map",
      "created_at=event_timestamp,session_id=user_pseudo_id,visit_id=ga_session_id,url=page_location",
    ]
    let rows = """
      event_date,event_timestamp,event_name,user_pseudo_id,ga_session_id,page_location
      20240105,1704452400000001,page_view,1.1,500,https://shop.example/?utm_source=mail
      20240105,1704452460000001,page_view,1.1,500,https://shop.example/buy
      20240105,1704452401000001,page_view,2.2,500,https://shop.example/help
      20240105,1704452402000001,scroll,2.2,500,https://shop.example/help

      """
    try check(rows, map, "reports.utm", "", #"{"utm_source":{"mail":1}}"#)
    try check(
      rows, map, "reports.journey", #""steps":3"#,
      Self.journey([["/", "/buy", nil], ["/help", "scroll", nil]]))
    let days = try result(
      ["rows.csv"], ["--map", "created_at=event_date,session_id=user_pseudo_id"], "reports.utm", "",
      website: Self.ownID)
    #expect(days.result.contains("it looks like a day; use --time-format %Y%m%d"))
  }

  @Test func `a date without a time ends with its day`() throws {
    try check(
      "session_id,created_at,url_path\na,2025-05-01 10:00:00,/a\nb,2025-05-31 23:59:59,/a\nc,2025-06-01,/a\n",
      [],
      "reports.goals",
      #""dateRange":{"startDate":"2025-05-01","endDate":"2025-05-31"},"goals":[{"type":"url","value":"/a","goal":1}]"#,
      #"[{"type":"url","value":"/a","goal":1,"result":2}]"#)
  }

  @Test func `columns of Umami's names with other contents are taken out of play`() throws {
    let ids = "session_id,created_at,event_id,url_path\na,2025-05-01,3,/a\na,2025-05-02,3,/b\n"
    try check(
      ids, ["--map", "event_id=none"], "reports.goals", #""goals":[{"type":"url","value":"/b","goal":1}]"#,
      #"[{"type":"url","value":"/b","goal":1,"result":1}]"#)
    try check(
      ids, [], "reports.goals", #""goals":[{"type":"url","value":"/b","goal":1}]"#,
      #"[{"type":"url","value":"/b","goal":1,"result":0}]"#,
      said: "rows.csv: skipped 1 event with a duplicate event_id")
    try check(
      "session_id,created_at,event_type,url_path\na,2025-05-01,0,/a\na,2025-05-01,7,/b\n",
      ["--map", "event_type=none"],
      "reports.journey", #""steps":3"#, Self.journey([["/a", "/b", nil]]))
    try check(
      "session_id,created_at,event_type,event_name,url_path\na,2025-05-01,1.0,,/a\na,2025-05-01,2.0,buy,/a\n",
      [],
      "reports.journey", #""steps":3"#, Self.journey([["/a", "buy", nil]]))
  }

  @Test func `names with commas, in other case, or for two columns at once`() throws {
    try check(
      "Session ID,Created At,\"URL, full\"\na,2025-05-01,https://x.example/p\n",
      ["--map", "session_id=Session ID,created_at=Created At,url=\"URL, full\""], "reports.goals",
      #""goals":[{"type":"url","value":"/p","goal":1}]"#,
      #"[{"type":"url","value":"/p","goal":1,"result":1}]"#)
    try check(
      "Date,Time,IP,url,URL2,url2\n2025-05-01,10:00:00,1.2.3.4,/a,,\n2025-05-01,11:59:00,1.2.3.4,/b,,\n",
      ["--map", "created_at=date+time,session_id=ip"], "reports.journey", #""steps":3"#,
      Self.journey([["/a", nil], ["/b", nil]]))
    try check(
      "who,created_at\nann,2025-05-01\n", ["--map", "session_id=who,distinct_id=who"], "reports.insights",
      #""fields":[{"name":"url"}],"filters":[{"name":"url","operator":"eq","value":"/"}]"#, "[]")
  }

  @Test func `GoatCounter's export`() throws {
    try check(
      """
      2Path,Title,Event,UserAgent,Browser,System,Session,Bot,Referrer,Referrer scheme,Screen size,Location,FirstVisit,Date
      /,Home,false,,Chrome 120,Mac OS,a,0,Google,g,1440x900,KR-11,true,2026-07-09T01:00:00Z
      /,Home,false,,Firefox 1,Linux,b,0,news.example/item?id=1,h,1920x1080,US-CA,true,2026-07-02T00:00:00Z
      /,Home,false,,Chrome 120,Linux,c,1,,,1280x720,DE,true,2026-07-09T02:00:00Z
      cv,Download,true,,Chrome 120,Mac OS,d,0,,,1440x900,KR-11,true,2026-07-09T03:00:00Z
      /,Home,false,,Safari,iOS,,0,,,390x844,JP,true,2026-07-09T04:00:00Z

      """, [], "reports.insights", #""fields":[{"name":"referrer"}]"#,
      #"[{"views":1,"visitors":1,"visits":1,"bounces":1,"totaltime":0,"referrer":"Google"},"#
        + #"{"views":1,"visitors":1,"visits":1,"bounces":1,"totaltime":0,"referrer":"news.example"}]"#,
      said: "rows.csv: left out 1 row of bots")
  }

  @Test func `what cannot be read is refused by the name of its form`() throws {
    func refusal(_ name: String, _ content: Data) throws -> String {
      _ = try folder.file(name, content)
      let outcome = try BuiltBinary.run(["websites", name], in: folder.url)
      #expect(outcome.exitCode == 65, "\(outcome.errors)")
      return outcome.errors
    }
    func refusal(_ name: String, _ text: String) throws -> String { try refusal(name, Data(text.utf8)) }
    #expect(
      try refusal("w3c.log", "#Version: 1.0\n#Fields: date time cs-uri-stem\n2025-05-01 10:00:00 /a\n")
        .contains("W3C extended format"))
    #expect(
      try refusal(
        "pg.sql",
        "--\n-- PostgreSQL database dump\n--\nCOPY public.website_event (event_id, session_id) FROM stdin;\n1\t2\n\\.\n"
      )
      .contains("website_event lacks the column created_at"))
    #expect(try refusal("a.parquet", Data("PAR1\u{0}\u{15}".utf8)).contains("Parquet"))
    #expect(
      try refusal("iis.log", "#Software: Microsoft IIS 10.0\n#Version: 1.0\n").contains("W3C extended format")
    )
    #expect(try refusal("pretty.json", "{\n  \"a\": 1\n}\n").contains("jq -c ."))
    let workbook = Data("PK\u{3}\u{4}".utf8) + Data(count: 26) + Data("[Content_Types].xml".utf8)
    #expect(try refusal("a.xlsx", workbook).contains("save its sheet as CSV (UTF-8)"))
    #expect(try refusal("a.feather", Data("ARROW1\u{0}\u{0}".utf8)).contains("Feather"))
    #expect(try refusal("a.duckdb", Data(count: 8) + Data("DUCK".utf8)).contains("DuckDB"))
    #expect(try refusal("a.zip", Data("PK\u{3}\u{4}\u{14}\u{0}".utf8)).contains("zip"))
    #expect(try refusal("a.dump", Data("PGDMP\u{1}\u{E}\u{0}".utf8)).contains("pg_restore"))
  }
}
