import Foundation
import JSON
import TestSupport
import Testing

@testable import Reporting

/// `footfall stats`, `series` and `top`, as people and scripts run them.
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
      (["top", "--search", "nowhere"], "nothing in this range has a value"),
    ] {
      let outcome = try BuiltBinary.run(words + Self.store)
      #expect(outcome.exitCode == 0 && outcome.errors.hasPrefix("footfall: \(says)"), "\(outcome.errors)")
    }
  }
}
