import Foundation
import TestSupport
import Testing

/// Command lines of all commands, with flags and values at the edges of what they may be: each ends by itself, with an
/// exit code that the help names, and says what is wrong in one line.
@Suite struct GeneratedCommandTests {
  private static let events = """
    session_id,visit_id,event_id,url_path,event_type,event_name,created_at
    s1,v1,1,/,1,,0000-01-01 00:00:00
    s1,v2,2,/x,1,,2025-03-01 10:00:10
    s1,v2,3,/x,2,buy,2025-03-01 10:00:20
    s2,v3,5,/y,1,,9999-12-31 23:59:59

    """

  private static let dates = [
    "9999", "9999-12", "9999-12-31", "0000", "0000-01-01", "2025-03", "2025-02-30", "today", "last-year",
    "10000y", "1h",
    "1740823200", "9999-12-31T23:59:59.999Z", "", "-", "9223372036854775808",
  ]
  private static let numbers = [
    "1e-18", "1e308", "1e308d", "-1", "0", "7", "5e-324", "1e400", "", "9223372036854775808", "3.5",
    String(repeating: "9", count: 400),
  ]
  private static let texts = [
    "", "*", "/", "\u{1B}[31m", "e\u{301}", "=", ":", "\\,", String(repeating: "x", count: 5_000),
    "(a*)*\\1b", "--help", "-",
  ]

  /// A command line of a store in the folder.
  private static func commandLine(_ generator: inout SeededGenerator) -> [String] {
    func pick(_ values: [String], _ generator: inout SeededGenerator) -> String {
      values.randomElement(using: &generator) ?? ""
    }
    let reports = [
      "utm", "revenue", "currencies", "journey", "retention", "insights", "goals", "funnel", "attribution",
    ]
    let report = pick(reports, &generator)
    var line = pick(
      [
        "report", "report", "traffic", "traffic", "websites", "schema", "create", "serve", "import", "reprot",
      ],
      &generator
    )
    .split(separator: " ").map(String.init)
    let command = pick(["stats", "series", "top", "active", "weekly", "properties", "values"], &generator)
    let isTraffic = line[0] == "traffic"
    if isTraffic { line = [command] }
    if line[0] == "report" { line.append(report) }
    if line[0] != "schema" {
      line.append(pick(["events.csv", "events.csv", "events.csv", "missing.csv"], &generator))
    }
    let flags: [(String, [String])] = [
      ("--during", dates), ("--from", dates), ("--to", dates), ("--format", ["table", "csv", "json", "xml"]),
      ("--timezone", ["Asia/Tokyo", "America/New_York", "Pacific/Apia", "UTC", "Nowhere", ""]),
      ("--filter", ["country=DE", "url=@x", "url=~(a*)*\\1b", "tag:set", "x=1", ""]), ("--website", texts),
      ("--window", numbers), ("--steps", numbers), ("--currency", texts),
      ("--unit", ["minute", "year", "era"]), ("--compare", ["previous", "year", "week", "2025-03"] + dates),
      ("--metric", ["visitors", "visitors,bounces", "shoes"]), ("--limit", numbers), ("--search", texts),
      ("--no-cache", []), ("--strict", []), ("--map", ["created_at=created_at", "x", "=,="]),
    ]
    switch isTraffic ? command : report {
    case "series": if Bool.random(using: &generator) { line += ["--by", pick(texts, &generator)] }
    case "top":
      line += ["--type", pick(["path", "city", "event", "property:x", "shoe"], &generator)]
      if Bool.random(using: &generator) { line.append("--expanded") }
    case "active": line += ["--minutes", pick(numbers, &generator), "--at", pick(dates, &generator)]
    case "properties": line += ["--event", pick(texts, &generator)]
    case "values": line += ["--event", pick(texts, &generator), "--property", pick(texts, &generator)]
    case "goals": for _ in 0..<2 { line += ["--goal", "url:*=" + pick(numbers, &generator)] }
    case "funnel": line += ["--step", "url:*", "--step", "event:" + pick(texts, &generator)]
    case "attribution": line += ["--step", "url:" + pick(texts, &generator)]
    case "insights":
      line += ["--field", pick(["url", "country,device", "nothing"], &generator)]
      line += ["--by", pick(["hour,weekday", "time:week", "property:x", "entry,"], &generator)]
      line += ["--having", pick(["visits>1", "share<=0.5", "visits", "x=1"], &generator), "--rest"]
    default: break
    }
    if line[0] != "report", !isTraffic { line = Array(line.prefix(2)) }
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let (flag, values) = flags[Int.random(in: 0..<flags.count, using: &generator)]
      line.append(flag)
      if !values.isEmpty { line.append(pick(values, &generator)) }
    }
    return line
  }

  @Test func `each command line is carried out, or refused in one line`() throws {
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 1)
    for round in 0..<Thoroughness.rounds(80, thorough: 20_000) {
      _ = try folder.file("events.csv", Self.events)
      let line = Self.commandLine(&generator)
      let outcome = try BuiltBinary.run(line, in: folder.url)
      let place = "round \(round): \(line.map { $0.prefix(60) })"
      #expect(
        [0, 64, 65, 66, 74].contains(outcome.exitCode), "\(place): \(outcome.exitCode) \(outcome.errors)")
      if outcome.exitCode == 0 { continue }
      #expect(outcome.output.isEmpty, "\(place)")
      let errors = outcome.errors.split(separator: "\n")
      #expect(errors.last?.hasPrefix("footfall: ") == true, "\(place): \(outcome.errors)")
      #expect(errors.last?.hasSuffix(" ") == false, "\(place): \(outcome.errors)")
    }
  }
}
