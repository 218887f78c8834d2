import Foundation
import JSON
import TestSupport
import Testing

@testable import Commands

/// `footfall page` and `--format html | svg`: the files that they write, and the numbers in them.
@Suite struct PageCommandTests {
  private static let store = ["website_event.csv", "event_data.csv"].map {
    BuiltBinary.checkout.appendingPathComponent("examples/\($0)").path
  }
  private static let range = ["--during", "2026-04", "--timezone", "Europe/Berlin"]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func output(_ arguments: [String]) throws -> String {
    let outcome = try BuiltBinary.run(arguments, in: folder.url)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(arguments): \(outcome.errors)")
    return String(decoding: outcome.output, as: UTF8.self)
  }

  private func json(_ arguments: [String]) throws -> JSONValue {
    try JSONValue(parsing: Array(output(arguments + ["--format", "json"]).utf8), maximumDepth: 16)
  }

  private func fails(_ arguments: [String], _ code: Int32, saying sentence: String) throws {
    let outcome = try BuiltBinary.run(arguments, in: folder.url)
    #expect(outcome.exitCode == code && outcome.output.isEmpty)
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
  }

  /// The rows of each figure's table, by the title of the figure.
  private func tables(_ html: String) -> [String: [[String]]] {
    func unescaped(_ text: Substring) -> String {
      String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
        .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
    var tables: [String: [[String]]] = [:]
    for section in html.matches(of: /<section.*?<\/section>/.dotMatchesNewlines()).map(\.output) {
      guard let title = section.firstMatch(of: /<h2[^>]*>(.*?)<\/h2>/)?.output.1 else { continue }
      let rows = section.matches(of: /<tr>(.*?)<\/tr>/).dropFirst().map { row in
        row.output.1.matches(of: /<td[^>]*?(?: data-n="([^"]*)")?>(.*?)<\/td>/).map { cell in
          // The exact number, if the text shows it rounded.
          unescaped(cell.output.1 ?? cell.output.2[...])
        }
      }
      tables[unescaped(title)] = Array(rows)
    }
    return tables
  }

  /// A number without thousands separators, to compare it with that of a result.
  private func number(_ text: String) -> Double? { Double(text.replacing(",", with: "")) }

  @Test func `the numbers of every section are those of the JSON result`() throws {
    #expect(
      try output(["page", "-o", "a.html"] + Self.store + Self.range).hasPrefix("a.html: a page of "))
    #expect(try files == ["a.html"])
    let tables = tables(try String(contentsOfFile: folder.path("a.html"), encoding: .utf8))
    func rows(_ title: String) throws -> [[String]] {
      try #require(tables[title], "\(title): \(tables.keys.sorted())")
    }
    let stats = try json(["stats"] + Self.store + Self.range)
    for (row, member) in zip(
      try rows("Summary"),
      [
        "visitors", "visits", "pageviews", "viewsPerVisit", "bounces", "bounceRate", "averageTime", "events",
      ])
    {
      let before = stats["comparison"]?[member]?.double
      #expect(number(row[1]) == stats[member]?.double && number(row[2]) == before, "\(row)")
    }
    let series = try json(["series", "--unit", "day", "--compare", "previous"] + Self.store + Self.range)
    for (index, row) in try rows("Visitors and pageviews").enumerated() {
      let (now, before) = (series["result"]?.array?[index], series["comparison"]?.array?[index])
      #expect(
        row[1...3].map(number)
          == [now?["visitors"], now?["pageviews"], before?["visitors"]].map { $0?.double })
    }
    #expect(try rows("Visitors and pageviews").count == 30)
    for (title, type) in [
      ("Pages", "path"), ("Entry pages", "entry"), ("Exit pages", "exit"), ("Sources", "referrer"),
      ("Channels", "channel"), ("Campaigns", "utmCampaign"), ("Countries", "country"), ("Devices", "device"),
      ("Browsers", "browser"), ("Events", "event"),
    ] {
      let values = try json(["top", "--type", type, "--limit", "10"] + Self.store + Self.range).array ?? []
      let expected = values.map { [$0["x"]?.string ?? "", "\($0["y"] ?? 0)"] }
      #expect(try rows(title) == expected, "\(title)")
    }
    let weekly = try json(["weekly"] + Self.store + Self.range).array ?? []
    let days = try rows("Visitors by weekday and hour").map { $0.dropFirst().map(number) }
    #expect(days == (Array(weekly.dropFirst()) + [weekly[0]]).map { ($0.array ?? []).map(\.double) })
    let retention = try json(["report", "retention", "--unit", "week", "--dense"] + Self.store + Self.range)
    let cohorts = Dictionary(grouping: retention.array ?? []) { $0["date"]?.string ?? "" }
    for (row, date) in zip(try rows("Retention"), cohorts.keys.sorted()) {
      let expected = (cohorts[date] ?? []).filter { $0["period"] != 0 }.map { $0["percentage"]?.double }
      #expect(row.dropFirst(2).filter { !$0.isEmpty }.map(number) == expected, "\(row)")
    }
    #expect(try rows("Retention").count == cohorts.count)
    let graph = try json(
      ["report", "journey", "--graph", "--steps", "3", "--nodes", "6"] + Self.store + Self.range)
    let visits = try rows("Journeys").map { number($0[3]) }.reduce(0) { $0 + ($1 ?? 0) }
    let elements = (graph["nodes"]?.array ?? []) + (graph["links"]?.array ?? [])
    #expect(visits == elements.reduce(0) { $0 + ($1["count"]?.double ?? 0) })
    for currency in ["EUR", "USD"] {
      let revenue = try json(
        ["report", "revenue", "--currency", currency, "--unit", "day"] + Self.store + Self.range)
      let title = try #require(
        tables.keys.first { $0.hasPrefix("Revenue: ") && $0.hasSuffix(" \(currency)") })
      let amounts = try rows(title).compactMap { number($0[1]) }.filter { $0 != 0 }
      #expect(amounts == (revenue["chart"]?.array ?? []).map { $0["y"]?.double }, "\(title)")
      let countries = (revenue["country"]?.array ?? []).map { $0["value"]?.double }
      #expect(try rows("Revenue by country, \(currency)").map { number($0[1]) } == countries)
    }
  }

  @Test func `the command at the foot of a page makes the same page again`() throws {
    let arguments =
      ["page", "-o", "-", "--filter", "country=DE,US", "--compare", "month", "--title", "It's <1>"]
      + Self.store
    let html = try output(arguments + ["--during", "2026-04", "--sections", "summary,traffic,retention"])
    let command = try #require(html.firstMatch(of: /<code>(.*?)<\/code>/)?.output.1)
      .replacing("&#39;", with: "'").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
    #expect(command.hasSuffix("--from 2026-04-01 --to 2026-04-30"))
    let again = try BuiltBinary.run(
      ["-c", "\(command) -o -"], executable: URL(fileURLWithPath: "/bin/bash"), in: folder.url,
      environment: ["PATH": "\(BuiltBinary.url.deletingLastPathComponent().path):/usr/bin:/bin"])
    #expect(String(decoding: again.output, as: UTF8.self) == html, "\(again.errors)")
  }

  @Test func `several websites have a page each, and an index`() throws {
    let header = "website_id,session_id,created_at,url_path,hostname\n"
    let ids = ["6abed004-6a21-4968-9a30-6f409f07267c", "7abed004-6a21-4968-9a30-6f409f07267c"]
    let hosts = ["a.example", "b.example"]
    let rows = (0..<40).map { "\(ids[$0 % 2]),s\($0),2026-03-0\($0 % 9 + 1) 10:00:00,/,\(hosts[$0 % 2])\n" }
    _ = try folder.file("two.csv", header + rows.joined())
    #expect(try output(["page", "two.csv"]) == "page.html: an index of 2 pages\n")
    #expect(try files == ["page-a.example.html", "page-b.example.html", "page.html", "two.csv"])
    let index = try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
    for name in hosts { #expect(index.contains("<a href=\"page-\(name).html\">\(name)</a>"), "\(name)") }
    #expect(tables(index)["Websites"]?.map { $0[1] } == ["20", "20"])
    #expect(
      try output(["page", "two.csv", "--website", "b.example", "-o", "b.html"]).hasPrefix("b.html: a page"))
    try fails(["page", "two.csv", "-o", "-"], 64, saying: "several websites need files")
  }

  @Test func `saved reports and segments of the website are on its page`() throws {
    _ = try output(["import", "store.db"] + Self.store)
    let requests = [
      #"{"method":"reports.create","type":"goals","name":"Two <goals>","parameters":{"goals":[{"type":"url","value":"/pricing","goal":30}]}}"#,
      #"{"method":"reports.create","type":"segment","name":"Phones","parameters":{"filters":[{"name":"device","operator":"eq","value":"mobile"}]}}"#,
      #"{"method":"reports.create","type":"funnel","name":"Broken","parameters":{"steps":[]}}"#,
    ]
    let made = try BuiltBinary.run(
      ["serve", "store.db"], input: Data(requests.joined(separator: "\n").utf8), in: folder.url)
    #expect(made.exitCode == 0)
    let tables = tables(try output(["page", "store.db", "--during", "2026-03", "-o", "-"]))
    #expect(tables["Two <goals>"] == [["url:/pricing", "43", "30", "1.4333333333333333"]])
    let stats = try json(["stats", "store.db", "--during", "2026-03", "--filter", "device=mobile"])
    #expect(tables["Segments"]?.first?.prefix(2) == ["Phones", "\(stats["visitors"] ?? 0)"])
    #expect(tables["Broken"] == [])
    let filtered = self.tables(
      try output(["page", "store.db", "--during", "2026-03", "--filter", "device=mobile", "-o", "-"]))
    let goals = try json([
      "report", "goals", "store.db", "--goal", "url:/pricing=30", "--during", "2026-03", "--filter",
      "device=mobile",
    ])
    #expect(filtered["Two <goals>"]?[0][1] == goals.array?[0]["result"]?.description)
  }

  @Test func `a page replaces an earlier one, and a failure leaves it`() throws {
    let arguments = ["page"] + Self.store + ["--sections", "pages"]
    _ = try output(arguments)
    let first = try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
    try fails(arguments + ["--filter", "shoe=1"], 64, saying: "--filter")
    #expect(try String(contentsOfFile: folder.path("page.html"), encoding: .utf8) == first)
    _ = try output(arguments + ["--title", "Other"])
    #expect(try String(contentsOfFile: folder.path("page.html"), encoding: .utf8) != first)
    #expect(try files == ["page.html"])
    try fails(arguments + ["-o", "missing/page.html"], 74, saying: "missing/page.html")
    try fails(arguments + ["-o", "/dev/null"], 64, saying: "/dev/null is not a file")
  }

  @Test func `a wrong option is refused in one line`() throws {
    for (arguments, sentence) in [
      (["--sections", "pages,shoes"], "--sections must be names of summary, traffic, pages"),
      (["--step", "url:/"], "page has no option --step"), (["-o", "x/"], "-o needs the name of a file"),
      (["--during", "soon"], "--during must be a day"), (["--website", "x"], "unknown website"),
      (["--segment", "x"], "--segment must be a saved segment"),
      (["--compare", "x"], "--compare must be previous"),
      (["--title", "a", "--title", "b"], "--title is given twice"),
    ] {
      try fails(["page"] + Self.store + arguments, 64, saying: sentence)
    }
    try fails(["page"], 64, saying: "page needs a store")
    #expect(try files == [])
  }

  @Test func `a range without events gives a page`() throws {
    let html = try output(["page"] + Self.store + ["--during", "1999", "-o", "-"])
    #expect(tables(html)["Summary"]?.first == ["visitors", "0", "0", ""])
  }

  @Test(arguments: ["html", "svg"]) func `every command prints charts, as the protocol returns them`(
    format: String
  )
    throws
  {
    for arguments in [
      ["stats"], ["series", "--compare", "previous"], ["top", "--type", "channel", "--expanded"], ["weekly"],
      ["active", "--minutes", "60", "--at", "2026-03-10T18:30"], ["properties"],
      ["values", "--event", "purchase", "--property", "currency"], ["websites"], ["inspect"],
      ["report", "utm"],
      ["report", "currencies"], ["report", "revenue", "--currency", "EUR"], ["report", "journey", "--graph"],
      ["report", "journey"], ["report", "retention"], ["report", "attribution", "--step", "event:purchase"],
      ["report", "insights", "--by", "country", "--compare", "month", "--rest"],
      ["report", "goals", "--goal", "url:/pricing=30", "--trend", "month"],
      [
        "report", "funnel", "--step", "url:/", "--step", "url:/pricing", "--timing", "--next", "--compare",
        "month",
      ],
    ] {
      let takesRange = !["active", "websites", "inspect"].contains(arguments[0])
      let text = try output(
        arguments + Self.store + (takesRange ? ["--during", "2026-04"] : []) + ["--format", format])
      #expect(text.hasPrefix(format == "html" ? "<!DOCTYPE html>" : "<svg xmlns="), "\(arguments)")
    }
    let request = """
      {"method":"reports.utm","format":"\(format)","dateRange":{"startDate":"2026-03-01","endDate":"2026-03-31"}}
      {"method":"websites.events.list","format":"\(format)","startDate":"2026-03-01","endDate":"2026-03-02"}
      {"method":"websites.series","format":"\(format)","startAt":1772323200000,"endAt":1775001599999,"compare":{"mode":"previous"}}
      """
    let outcome = try BuiltBinary.run(["serve"] + Self.store, input: Data(request.utf8))
    #expect(outcome.lines.count == 3 && outcome.exitCode == 0)
    for line in outcome.lines {
      let reply = try JSONValue(parsing: Array(line.utf8), maximumDepth: 8)
      let type = format == "html" ? "text/html; charset=utf-8" : "image/svg+xml; charset=utf-8"
      #expect(reply["result"]?["contentType"]?.string == type, "\(line.prefix(200))")
      let isDrawn = reply["result"]?["text"]?.string?.hasSuffix(format == "html" ? "</html>\n" : "</svg>\n")
      #expect(isDrawn == true)
    }
  }

  @Test func `a key that tells visitors apart is not written into a page`() throws {
    for words in [["--visitor-key", "s3cret"], ["--visitor-key=s3cret"]] {
      let text = commandText(["page", "it's.log"] + words)
      #expect(
        text == "footfall page 'it'\\''s.log' \(words.count == 2 ? "--visitor-key KEY" : "--visitor-key=KEY")"
      )
    }
  }
}
