import Foundation
import JSON
import TestSupport
import Testing

@testable import Reporting

/// `footfall report` and `footfall websites`, as people and scripts run them.
@Suite struct ReportCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let store = ["website_event.csv", "event_data.csv"].map {
    BuiltBinary.checkout.appendingPathComponent("examples/\($0)").path
  }

  private func text(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
    let outcome = try BuiltBinary.run(arguments, in: folder.url, environment: environment)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(arguments): \(outcome.errors)")
    return String(decoding: outcome.output, as: UTF8.self)
  }

  /// Runs a report of the examples, which must end with 64 and say that in one line.
  private func check(_ arguments: [String], says sentence: String, code: Int32 = 64) throws {
    let outcome = try BuiltBinary.run(["report"] + arguments, in: folder.url)
    #expect(outcome.exitCode == code, "\(arguments)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("footfall: \(sentence)"), "\(outcome.errors)")
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
  }

  static let reports: [(flags: [String], request: String)] = [
    (["utm"], #""method":"reports.utm",RANGE"#),
    (
      ["revenue", "--currency", "EUR", "--unit", "week", "--timezone", "Europe/Berlin"],
      #""method":"reports.revenue","currency":"EUR","timezone":"Europe/Berlin","dateRange":{"startDate":"2026-02-28T23:00:00Z","endDate":"2026-03-31T21:59:59.999Z","unit":"week"}"#
    ),
    (
      ["currencies"],
      #""method":"reports.currencies","startDate":"2026-03-01T00:00:00Z","endDate":"2026-03-31T23:59:59.999Z""#
    ),
    (["journey", "--steps", "4"], #""method":"reports.journey",RANGE,"steps":4"#),
    (
      [
        "journey", "--total", "--from-step", "url:/", "--exclude", "custom", "--group=/blog*=Blog", "--only",
        "pages",
      ],
      #""method":"reports.journey",RANGE,"steps":5,"from":{"type":"url","value":"/"},"only":"pages","exclude":[{"type":"custom"}],"groups":[{"value":"/blog*","as":"Blog"}],"total":true"#
    ),
    (
      ["journey", "--graph", "--nodes", "3", "--to-step", "event:signup"],
      #""method":"reports.journey",RANGE,"steps":5,"to":{"type":"event","value":"signup"},"output":"graph","nodes":3"#
    ),
    (["retention"], #""method":"reports.retention",RANGE"#),
    (
      ["retention", "--unit", "week", "--on-or-after", "--dense", "--total", "--start", "custom:signup"],
      #""method":"reports.retention",RANGE,"unit":"week","criterion":"onOrAfter","dense":true,"total":true,"start":{"type":"custom","value":"signup"}"#
    ),
    (
      ["goals", "--metrics", "--goal", "every=1", "--trend=week", "--by", "channel"],
      #""method":"reports.goals",RANGE,"goals":[{"type":"every","goal":1}],"metrics":true,"trend":{"unit":"week"},"by":{"name":"channel","rest":true}"#
    ),
    (
      ["insights", "--field", "country,device", "--filter", "country=DE,US", "--filter", "url!@blog"],
      #""method":"reports.insights",RANGE,"fields":[{"name":"country"},{"name":"device"}],"filters":[{"name":"country","operator":"eq","value":["DE","US"]},{"name":"url","operator":"dnc","value":"blog"}]"#
    ),
    (
      [
        "insights", "--by", "channel", "--scope", "visit", "--metrics", "visitors,bounceRate", "--order-by",
        "visits",
        "--limit", "2", "--offset", "1", "--having", "visitors>=3", "--goal", "custom:signup", "--rest",
        "--total",
      ],
      #""method":"reports.insights",RANGE,"fields":[{"name":"channel"}],"scope":"visit","metrics":["visitors","bounceRate"],"orderBy":[{"name":"visits"}],"limit":2,"offset":1,"having":[{"name":"visitors","operator":"gte","value":3}],"goals":[{"type":"custom","value":"signup"}],"rest":true,"total":true"#
    ),
    (
      ["goals", "--goal", "url:/pricing=30", "--goal", "sum:purchase:revenue=1000"],
      #""method":"reports.goals",RANGE,"goals":[{"type":"url","value":"/pricing","goal":30},{"type":"event-data","value":"purchase","property":"revenue","operator":"sum","goal":1000}]"#
    ),
    (
      ["funnel", "--step", "url:/", "--step", "url:/p*", "--window", "1d"],
      #""method":"reports.funnel",RANGE,"window":1440,"steps":[{"type":"url","value":"/"},{"type":"url","value":"/p*"}]"#
    ),
    (
      [
        "funnel", "--step", "url:/", "--step", "url:/p*?", "--step", "event:add-to-cart", "--within", "7d",
        "--exclude", "url:/blog*", "--breakdown", "channel", "--at", "visit", "--limit", "2", "--timing",
        "--trend",
        "week", "--next", "--distinct",
      ],
      #""method":"reports.funnel",RANGE,"totalWindow":10080,"distinct":true,"steps":[{"type":"url","value":"/"},{"type":"url","value":"/p*","optional":true},{"type":"event","value":"add-to-cart"}],"exclusions":[{"type":"url","value":"/blog*"}],"breakdown":{"name":"channel","rest":true,"at":"visit","limit":2},"timing":true,"trend":{"unit":"week"},"next":{}"#
    ),
    (
      ["funnel", "--step", "url:/", "--step", "url:/p*", "--open", "--order", "strict", "--scope", "visit"],
      #""method":"reports.funnel",RANGE,"window":60,"open":true,"order":"strict","scope":"visit","steps":[{"type":"url","value":"/"},{"type":"url","value":"/p*"}]"#
    ),
    (
      ["attribution", "--step", "event:purchase", "--model", "last-click", "--currency", "USD"],
      #""method":"reports.attribution",RANGE,"model":"lastClick","currency":"USD","steps":[{"type":"event","value":"purchase"}]"#
    ),
  ]

  @Test func `each report gives what its request gives, as JSON and as CSV`() throws {
    let range = #""dateRange":{"startDate":"2026-03-01T00:00:00Z","endDate":"2026-03-31T23:59:59.999Z"}"#
    let requests = Self.reports.flatMap { report in
      let members = report.request.replacing("RANGE", with: range)
      return ["{\(members)}", "{\(members),\"format\":\"csv\"}"]
    }
    let replies = try BuiltBinary.run(
      ["serve"] + Self.store, input: Data(requests.map { "\($0)\n" }.joined().utf8)
    ).lines.map { try JSONValue(parsing: Array($0.utf8), maximumDepth: 32)["result"] }
    try #require(replies.count == requests.count)
    for (index, report) in Self.reports.enumerated() {
      let arguments =
        ["report", report.flags[0]] + Self.store + report.flags.dropFirst() + ["--during", "2026-03"]
      let json = try text(arguments + ["--format", "json"])
      #expect(json == "\(replies[2 * index]?.description ?? "")\n", "\(report.flags)")
      // Where no terminal is, CSV is what is printed.
      #expect(try text(arguments) == replies[2 * index + 1]?["text"]?.string, "\(report.flags)")
      let table = try text(arguments + ["--format", "table"], environment: ["COLUMNS": "80"])
      #expect(table.contains(" of example.com\n2026-03-01 to 2026-03-31 ("), "\(table)")
    }
  }

  @Test func `each report of the protocol can be asked for, and each of its params has a flag`() throws {
    let reports = ReportDefinition.all.filter { $0.method.hasPrefix("reports.") }
    var kinds = Dictionary(uniqueKeysWithValues: reports.map { ($0.method, $0) })
    let schemas = try BuiltBinary.run(["schema"]).lines
    for name in schemas where name.hasPrefix("reports.") && name.hasSuffix(".params.json") {
      // A segment is a part of other reports.
      if name == "reports.segment.params.json" { continue }
      let schema = try JSONValue(parsing: Array(BuiltBinary.run(["schema", name]).output), maximumDepth: 32)
      let params = try #require(schema["properties"]?.object?.members.map(\.name))
      guard params.contains("dateRange") || params.contains("startDate") else { continue }
      let method = String(name.dropLast(".params.json".count))
      let kind = try #require(kinds[method], "\(method)")
      kinds[method] = nil
      // Times of flags have units, own channels are too long for a flag, and a check replaces what flags can say.
      let range = [
        "websiteId", "dateRange", "startDate", "endDate", "windowUnit", "channels", "parameters",
      ]
      // `a/b` is the member `b` of the member `a`.
      let members = Set(kind.flags.compactMap(\.member).map { String($0.prefix { $0 != "/" }) })
      #expect(params.filter { !range.contains($0) }.sorted() == members.sorted(), "\(method)")
    }
    #expect(kinds.isEmpty)
  }

  @Test func `names that are wrong are answered with the nearest`() throws {
    try check(["funel"] + Self.store, says: #"there is no report "funel"; did you mean "funnel"?;"#)
    try check(["x"], says: #"there is no report "x"; there are insights, goals, funnel, "#)
    try check([], says: "report needs the name of a report first: insights, goals, ")
    try check(["--format", "csv", "utm"], says: "report needs the name of a report first")
    try check(["utm", "--fom", "2026"], says: "report utm has no flag --fom; did you mean --from?")
    try check(["utm", "--step", "url:/"], says: "report utm has no flag --step; see")
    try check(
      ["insights"] + Self.store + ["--field", "brwser"], says: #"--field must be one of "url", "path", "#)
    try check(
      ["utm"] + Self.store + ["--timezone", "Europe/Berlinn"],
      says: #"--timezone: unknown time zone "Europe/Berlinn"; did you mean "Europe/Berlin"?"#)
  }

  @Test func `what is wrong with a report is said of the flag`() throws {
    let steps = ["--step", "url:/", "--step", "url:/a"]
    try check(["utm"], says: "report utm needs a store")
    try check(["utm", "nowhere.csv"], says: "nowhere.csv: no such file", code: 66)
    try check(["funnel"] + Self.store, says: "funnel needs at least 2 --step flags, for example")
    try check(
      ["funnel"] + Self.store + steps + ["--window", "0"], says: "--window must be greater than 0, is 0;")
    try check(["journey"] + Self.store + ["--total=yes"], says: "--total takes no value, found \"yes\"")
    try check(["journey"] + Self.store + ["--nodes", "3"], says: "--nodes needs --graph;")
    try check(["journey"] + Self.store + ["--steps", "21"], says: "--steps must be at most 20, is 21;")
    try check(
      ["attribution"] + Self.store + steps, says: "--step must have at most 1 element, has 2;")
    try check(
      ["insights"] + Self.store + ["--field", "url,colour"], says: "--field must be one of \"url\", ")
    let byPage = ["insights"] + Self.store + ["--by", "url"]
    try check(byPage + ["--metrics", "views,luck"], says: "--metrics must be one of \"views\", ")
    try check(byPage + ["--order-by", "luck"], says: "--order-by must be one of the fields or a metric ")
    try check(byPage + ["--having", "luck>1"], says: "--having must be one of \"views\", ")
    try check(byPage + ["--rest=true"], says: "--rest")
    try check(
      ["insights"] + Self.store + ["--by", "property:a", "--scope", "visit"],
      says: "--by: property:a must not be given together with scope visit")
    let unknown = try BuiltBinary.run(
      ["report", "utm"] + Self.store + ["--filter", "tag=a", "--filter", "contry=DE"])
    #expect(unknown.errors.contains("--filter must be one of \"url\", "), "\(unknown.errors)")
    #expect(
      unknown.errors.contains(
        "\"visit\", is \"contry\"; did you mean \"country\"?; see footfall report utm --help\n"))
    try check(
      ["utm"] + Self.store + ["--filter", "url=~("],
      says: #"--filter: filter "url": "(" is not a regular expression"#)
    try check(
      ["utm"] + Self.store + ["--from", "2026-02-30"],
      says: #"--from "2026-02-30" is not a valid date: February 2026 has no day 30"#)
    try check(
      ["utm"] + Self.store + ["--to", "1740823200"],
      says: "--to 1740823200 looks like seconds; use milliseconds")
    try check(
      ["utm"] + Self.store + ["--from", "2026-04", "--to", "2026-03"], says: "--to 2026-03 ends before")
    try check(["utm"] + Self.store + ["--format", "xml"], says: "--format must be one of table, csv, json")
    try check(["utm"] + Self.store + ["--from"], says: "--from needs a value")
    try check(["revenue"] + Self.store, says: "--currency must be one of EUR, GBP, USD;")
  }

  private static let header =
    "website_id,session_id,visit_id,event_id,url_path,event_type,hostname,created_at"

  @Test func `of several websites one is chosen, by its id or its domain`() throws {
    let file = try folder.file(
      "two.csv",
      "\(Self.header)\nw1,s,v,1,/a,1,a.example,2025-01-01 00:00:00\nw2,s,v,2,/b,1,b.example,2025-01-01 00:00:00\n"
    )
    try check(["utm", file], says: "--website must say which website; the store has ")
    try check(
      ["utm", file, "--website", "w3"], says: "--website: unknown website \"w3\"; the store has ")
    let report = ["report", "insights", file, "--field", "url", "--website"]
    let rows = "views,visitors,visits,bounces,totaltime,url\r\n1,1,1,1,0,"
    #expect(try text(report + ["w1"]) == "\(rows)/a\r\n")
    #expect(try text(report + ["w2"]) == "\(rows)/b\r\n")
    #expect(
      try text(["websites", file, "--format", "csv"]).hasPrefix(
        "id,name,domain,events,firstEvent,lastEvent\r\nw1,"))
    let table = try text(["websites", file, "--format=table"])
    #expect(table.hasPrefix("website"), "\(table)")
  }

  @Test func `without dates, measurements have the range of their own days`() throws {
    let file = BuiltBinary.checkout.appendingPathComponent("examples/web_vitals.csv").path
    let measured = try text(["report", "performance", file, "--format", "table"])
    let stated = try text([
      "report", "performance", file, "--format", "table", "--from", "2026-03-02", "--to", "2026-03-22",
    ])
    #expect(measured == stated && measured.contains("2026-03-02 to 2026-03-22"))
  }

  @Test func `a notice names a range without events`() throws {
    let outcome = try BuiltBinary.run(["report", "utm"] + Self.store + ["--during", "2020"])
    #expect(outcome.exitCode == 0)
    #expect(String(decoding: outcome.output, as: UTF8.self) == "part,name,value\r\n")
    #expect(
      outcome.errors
        == "footfall: there are no events in this range; those of example.com are of 2026-03-01 to 2026-05-02\n"
    )
  }

  @Test func `a bad row ends a strict report with 65`() throws {
    let file = try folder.file("events.csv", "\(Self.header)\nw,s,v,1,/,1,a.example,yesterday\n")
    let outcome = try BuiltBinary.run(["report", "utm", file, "--strict"])
    #expect(outcome.exitCode == 65)
    #expect(outcome.errors.hasPrefix("footfall: \(file), line 2: created_at is "), "\(outcome.errors)")
  }

  @Test(
    arguments: [
      (
        ["insights", "--field", "url", "--filter", "country=XX", "--filter", "tag=x"],
        """
        there are no events in this range with --filter country=XX --filter tag=x; no event has the country "XX"; there are \
        US, DE, FR, GB, IN, …; no event has the tag "x"; there are variant-b, variant-a
        """
      ),
      (
        ["funnel", "--step", "url:/", "--step", "url:/pricng", "--step", "event:x"],
        "no visitor reached step 2, url:/pricng, in this range; did you mean url:/pricing?"
      ),
      (
        ["goals", "--goal", "url:/pricng=3", "--goal", "url:/pricing=3", "--goal", "event:x=1"],
        "nothing in this range counts for the goals url:/pricng, event:x; did you mean url:/pricing?"
      ),
      (["goals", "--goal", "event:x=1"], "nothing in this range counts for the goal event:x"),
      (["attribution", "--step", "event:x"], "nothing in this range counts for this report"),
      (["goals", "--goal", "url:/pricing=3"], nil), (["currencies"], nil), (["journey"], nil),
    ] as [([String], String?)], ["csv", "html", "json", "svg", "table"])
  func `a notice on stderr names what is empty in a report`(
    report: (arguments: [String], notice: String?), format: String
  ) throws {
    let outcome = try BuiltBinary.run(["report"] + report.arguments + Self.store + ["--format", format])
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors == (report.notice.map { "footfall: \($0)\n" } ?? ""))
  }

  @Test func `a notice names a website without events`() throws {
    let store = folder.url.appendingPathComponent("named.db").path
    #expect(try BuiltBinary.run(["create", store]).exitCode == 0)
    _ = try SQLiteShell.run(store, "INSERT INTO website (website_id, name) VALUES ('w', 'Shop')")
    let outcome = try BuiltBinary.run(["report", "utm", store])
    #expect(outcome.errors == "footfall: Shop has no events\n")
  }

  @Test(arguments: [
    ["report", "--help"], ["help", "report"], ["report", "funnel", "--help"], ["help", "report", "funnel"],
    ["websites", "-h"],
  ]) func `help has an example`(arguments: [String]) throws {
    let help = try text(arguments)
    #expect(help.hasPrefix("usage: footfall \(arguments.contains("websites") ? "websites" : "report")"))
    #expect(help.contains("\n  footfall \(arguments.contains("websites") ? "websites" : "report") "))
  }

  /// What `script` gives its command is a terminal.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "there is no script(1)"))
  func `a terminal gets a table, in colours unless it wants none`() throws {
    #if os(Linux)
      let command =
        "stty columns 60; '\(BuiltBinary.url.path)' report goals \(Self.store.joined(separator: " ")) --goal url:/pricing=100"
      func shown(_ environment: [String: String]) throws -> String {
        let outcome = try BuiltBinary.run(
          ["-qec", command, "/dev/null"], executable: URL(fileURLWithPath: "/usr/bin/script"), in: folder.url,
          environment: ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 })
        #expect(outcome.exitCode == 0)
        return String(decoding: outcome.output, as: UTF8.self).replacing("\r\n", with: "\n")
      }
      let plain = """
        Goals of example.com
        2026-03-01 to 2026-05-02 (UTC)

        goal          reached  wanted
        url:/pricing       74     100  74.0%  ████████████████▎

        """
      #expect(try shown(["NO_COLOR": "1"]) == plain)
      #expect(try shown(["TERM": "dumb"]) == plain)
      let colored = try shown([:])
      #expect(colored.hasPrefix("\u{1B}[1mGoals of example.com\u{1B}[0m\n"), "\(colored)")
      #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    #endif
  }
}
