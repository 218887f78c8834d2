import Foundation
import JSON
import TestSupport
import Testing

@testable import Reporting

/// `footfall stats`, `series`, `top` and the other commands of traffic, as people and scripts run them.
@Suite struct TrafficCommandTests {
  private static let store = ["website_event.csv", "event_data.csv"].map {
    BuiltBinary.checkout.appendingPathComponent("examples/\($0)").path
  }

  private func text(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
    let outcome = try BuiltBinary.run(arguments, environment: environment)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(arguments): \(outcome.errors)")
    return String(decoding: outcome.output, as: UTF8.self)
  }

  private static let commands: [(flags: [String], request: String)] = [
    (["stats"], #""method":"websites.stats",RANGE,"metrics":true,"compare":{"mode":"previous"}"#),
    (
      ["stats", "--compare", "month", "--filter", "country=DE"],
      #""method":"websites.stats",RANGE,"metrics":true,"compare":{"mode":"shift","unit":"month"},"filters":[{"name":"country","operator":"eq","value":"DE"}]"#
    ),
    (["series", "--unit", "week"], #""method":"websites.series",RANGE,"unit":"week""#),
    (
      ["series", "--by", "channel", "--limit", "2", "--metric", "visitors"],
      #""method":"websites.series",RANGE,"by":{"name":"channel","limit":2,"rest":true},"metrics":["visitors"]"#
    ),
    (
      ["series", "--compare", "2026-04", "--unit", "week"],
      #""method":"websites.series",RANGE,"unit":"week","compare":{"mode":"custom","startDate":"2026-04","endDate":"2026-04"}"#
    ),
    (["top"], #""method":"websites.metrics",RANGE,"type":"path","limit":20"#),
    (
      ["top", "--type", "city", "--limit", "3", "--compare", "year", "--search", "1"],
      #""method":"websites.metrics",RANGE,"type":"city","limit":3,"search":"1","compare":{"mode":"year"}"#
    ),
    (
      ["top", "--type", "channel", "--expanded", "--compare", "previous"],
      #""method":"websites.metrics.expanded",RANGE,"type":"channel","limit":20,"compare":{"mode":"previous"}"#
    ),
    (["weekly"], #""method":"websites.sessions.weekly",RANGE"#),
    (
      ["properties", "--event", "purchase"], #""method":"websites.eventData.events",RANGE,"event":"purchase""#
    ),
    (
      ["values", "--event", "purchase", "--property", "currency", "--limit", "2"],
      #""method":"websites.eventData.values",RANGE,"event":"purchase","propertyName":"currency","limit":2"#
    ),
    (
      ["report", "insights", "--field", "device", "--compare", "previous"],
      #""method":"reports.insights",RANGE,"fields":[{"name":"device"}],"compare":{"mode":"previous"}"#
    ),
  ]

  @Test func `each command gives what its request gives, as JSON and as CSV`() throws {
    let range = #""dateRange":{"startDate":"2026-03-01T00:00:00Z","endDate":"2026-03-31T23:59:59.999Z"}"#
    let requests = Self.commands.flatMap { command in
      let members = command.request.replacing("RANGE", with: range)
      return ["{\(members)}", "{\(members),\"format\":\"csv\"}"]
    }
    let replies = try BuiltBinary.run(
      ["serve"] + Self.store, input: Data(requests.map { "\($0)\n" }.joined().utf8)
    ).lines.map { try JSONValue(parsing: Array($0.utf8), maximumDepth: 32)["result"] }
    try #require(replies.count == requests.count)
    for (index, command) in Self.commands.enumerated() {
      let arguments = command.flags + ["--during", "2026-03"] + Self.store
      #expect(
        try text(arguments + ["--format", "json"]) == "\(replies[2 * index]?.description ?? "")\n",
        "\(command.flags)")
      // Where no terminal is, CSV is what is printed.
      #expect(try text(arguments) == replies[2 * index + 1]?["text"]?.string, "\(command.flags)")
      let table = try text(arguments + ["--format", "table"], environment: ["COLUMNS": "80"])
      #expect(table.contains(" of example.com\n2026-03-01 to 2026-03-31 (UTC)"), "\(table)")
    }
  }

  @Test func `active visitors are those of some minutes, now or at another time`() throws {
    let arguments = ["active"] + Self.store + ["--minutes", "60", "--at", "2026-03-10T18:30:00Z"]
    #expect(try text(arguments) == "visitors\r\n1\r\n")
    #expect(try text(arguments + ["--format", "json"]) == "{\"visitors\":1}\n")
    #expect(
      try text(arguments + ["--format", "table"]) == """
        Active visitors of example.com
        in 60 minutes · until 2026-03-10T18:30:00Z

        1 visitor

        """)
    let nobody = try BuiltBinary.run(["active"] + Self.store + ["--filter", "country=DE"])
    #expect(nobody.exitCode == 0 && String(decoding: nobody.output, as: UTF8.self) == "visitors\r\n0\r\n")
    #expect(
      nobody.errors
        == "footfall: nobody was active in these minutes with --filter country=DE; the last event of example.com is of "
        + "2026-05-02T21:51:13Z\n")
    let range = try BuiltBinary.run(["active", "--during", "2026-03"] + Self.store)
    #expect(range.exitCode == 64 && range.errors.hasPrefix("footfall: active has no flag --during"))
  }

  @Test func `a file without rows has no websites, and says so`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("empty.csv", "session_id,created_at\n")
    for (format, output) in [
      ("table", "The store has no websites.\n"), ("json", "[]\n"),
      ("csv", "id,name,domain,events,firstEvent,lastEvent\r\n"),
    ] {
      let outcome = try BuiltBinary.run(["websites", "empty.csv", "--format", format], in: folder.url)
      #expect(outcome.exitCode == 0 && String(decoding: outcome.output, as: UTF8.self) == output)
      #expect(outcome.errors == "footfall: empty.csv has a header and no rows\n")
    }
  }

  @Test func `the numbers of the text are those of the JSON`() throws {
    let arguments = ["stats"] + Self.store + ["--during", "2026-04", "--compare", "month", "--format"]
    let json = try JSONValue(parsing: Array(text(arguments + ["json"]).utf8), maximumDepth: 8)
    let table = try text(arguments + ["table"])
    for (name, member) in [("visitors", "visitors"), ("visits", "visits"), ("bounces", "bounces")] {
      let row = table.split(separator: "\n").first { $0.hasPrefix("\(name) ") }?.split(separator: " ")
      let expected = [json[member], json["comparison"]?[member]].compactMap {
        $0?.wholeNumber.map { "\($0)" }
      }
      #expect(row.map { $0[1...2].map(String.init) } == expected, "\(table)")
    }
  }

  @Test func `a comparison knows the numbers of values that are not among the first of the other range`()
    throws
  {
    let range = ["--during", "2026-04", "--compare", "2026-03", "--format", "table"]
    /// The value and the numbers after it.
    func rows(_ words: [String], columns: Int = 3) throws -> [[String]] {
      try text(words + Self.store + range).split(separator: "\n").filter { $0.hasPrefix("/") }.map {
        $0.split(separator: " ").prefix(columns).map(String.init)
      }
    }
    for type in ["path", "exit"] {
      let top = ["top", "--type", type, "--limit", "3"]
      let plain = try rows(top)
      #expect(try plain.count == 3 && rows(top + ["--expanded"]) == plain)
    }
    // One value at a time tells what it had before.
    let series = try rows(["series", "--by", "entry", "--limit", "2", "--unit", "month"], columns: 4)
    #expect(series.count == 2)
    for row in series {
      let alone = try rows(
        ["series", "--by", "entry", "--limit", "1", "--unit", "month", "--filter", "entry=\(row[0])"],
        columns: 4)
      #expect(alone.first?[3] == row[3])
    }
  }

  @Test func `each report and each command of traffic can also be found by another name`() throws {
    let arguments = Self.store + ["--during", "2026-03"]
    #expect(try text(["report", "stats"] + arguments) == text(["stats"] + arguments))
    for (words, says) in [
      (["insights"], "there is no command \"insights\"; did you mean footfall report insights?"),
      (["stat"], "there is no command \"stat\"; did you mean \"stats\"?"),
      (["top", "--typ", "path"], "top has no flag --typ; did you mean --type?"),
      (["series"], "series needs a store"),
    ] {
      let outcome = try BuiltBinary.run(words)
      #expect(outcome.exitCode == 64 && outcome.errors.hasPrefix("footfall: \(says)"), "\(outcome.errors)")
    }
  }

  @Test func `an empty result says so`() throws {
    for (words, says) in [
      (["stats", "--filter", "country=XX"], "there are no pageviews in this range with --filter country=XX"),
      (["series", "--by", "device", "--filter", "country=XX"], "there are no pageviews in this range with"),
      (["top", "--offset", "99999"], "there are no rows after the first 99,999, which --offset skips"),
      (
        ["report", "insights", "--by", "country", "--offset", "99999", "--rest"],
        "there are no rows after the first 99,999, which --offset skips"
      ),
      (["top", "--search", "nowhere"], "nothing in this range has a value"),
      (["top", "--search", "nowhere", "--expanded"], "nothing in this range has a value"),
      (["weekly", "--filter", "country=XX"], "there are no pageviews in this range with"),
      (["properties", "--event", "nothing"], "no event in this range has a property"),
      (
        ["values", "--event", "purchase", "--property", "x"],
        "no event of this name in this range has the property"
      ),
    ] {
      let outcome = try BuiltBinary.run(words + Self.store)
      #expect(outcome.exitCode == 0 && outcome.errors.hasPrefix("footfall: \(says)"), "\(outcome.errors)")
    }
  }
}
