import Foundation
import TestSupport
import Testing

/// Command lines of people who are new to it: what is written in another way is understood, or answered with what to write.
@Suite struct MeantNameTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.file(
      "events.csv",
      """
      session_id,created_at,url_path,event_type,event_name
      ann,2026-03-01 10:00:00,/pricing,1,
      ann,2026-03-01 10:00:10,/pricing,2,purchase

      """)
    _ = try folder.file("data.csv", "event_id,data_key,string_value\n")
    _ = try folder.file("other.csv", "timestamp,visitor_id,page,plan\n2026-03-01T10:00:00Z,ann,/a,pro\n")
    _ = try folder.file("clicks.csv", "timestamp,who,page\n2026-03-01T10:00:00Z,ann,/a\n")
    _ = try folder.file("empty.csv", "session_id,created_at,url_path\n")
  }

  private func check(_ command: String, code: Int32 = 64, says sentence: String) throws {
    let words = command.split(separator: " ").map {
      $0.hasSuffix(".csv") ? String($0) : String($0).replacing("_to_", with: " to ")
    }
    let outcome = try BuiltBinary.run(words, in: folder.url)
    #expect(outcome.exitCode == code, "\(command): \(outcome.errors)")
    #expect(outcome.errors == (sentence.isEmpty ? "" : "footfall: \(sentence)\n"), "\(command)")
  }

  @Test func `columns of another program are proposed at once, also by import`() throws {
    for command in ["stats other.csv", "import store.db other.csv"] {
      try check(
        command, code: 65,
        says: """
          other.csv lacks the columns session_id, created_at of events; its header has: timestamp, visitor_id, page, plan. \
          Name the columns to use instead, as footfall inspect does: --map \
          created_at=timestamp,session_id=visitor_id,url=page
          """)
    }
    // A column that has no usual name is left to be named.
    try check(
      "stats clicks.csv", code: 65,
      says: """
        clicks.csv lacks the columns session_id, created_at of events; its header has: timestamp, who, page. \
        Name the columns to use instead, as footfall inspect does: --map created_at=timestamp,url=page,session_id=…
        """)
  }

  @Test func `maps add up, and spaces after their commas do not count`() throws {
    let outcome = try BuiltBinary.run(
      [
        "websites", "clicks.csv", "--format", "table", "--map", "session_id=who", "--map",
        "created_at=timestamp, url=page",
      ],
      in: folder.url)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.lines.count == 2)
  }

  @Test func `an option with one value is given once`() throws {
    let errors = try BuiltBinary.run(
      ["stats", "events.csv", "--format", "csv", "--format", "json"], in: folder.url
    ).errors
    #expect(errors.hasPrefix("footfall: --format is given twice; give it once"), "\(errors)")
    try check(
      "stats events.csv --during 2026 --during 2025",
      says: "--during is given twice; give it once; see footfall stats --help")
  }

  @Test func `a file of a header alone is told as that`() throws {
    try check("stats empty.csv", says: "empty.csv has a header and no rows; see footfall stats --help")
    try check(
      "report utm empty.csv", says: "empty.csv has a header and no rows; see footfall report utm --help")
  }

  @Test func `dates and steps in other forms are answered with the right ones`() throws {
    for range in ["2026-09-01..2026-09-30", "2026-09-01/2026-09-30", "2026-09-01_to_2026-09-30"] {
      try check(
        "stats events.csv --during \(range)",
        says: """
          --during takes one day, month or year; for a range write --from 2026-09-01 --to 2026-09-30; see footfall stats \
          --help
          """)
    }
    try check(
      "report attribution events.csv --step purchase",
      says: """
        --step must be a page or an event: event:purchase or url:/purchase, is "purchase"; see footfall report attribution \
        --help
        """)
    try check(
      "report attribution events.csv --step /pricing",
      says:
        "--step must be a page or an event: url:/pricing, is \"/pricing\"; see footfall report attribution --help"
    )
  }

  @Test func `names that no event has are answered with the nearest`() throws {
    try check(
      "report goals events.csv --goal url:pricing=1 --goal event:Purchase=1", code: 0,
      says: """
        nothing in this range counts for the goals url:pricing, event:Purchase; did you mean url:/pricing and \
        event:purchase?
        """)
    try check(
      "report funnel events.csv --step url:/pricing --step event:purchse", code: 0,
      says: "no visitor reached step 2, event:purchse, in this range; did you mean event:purchase?")
    try check(
      "report goals events.csv --goal event:nothing=1", code: 0,
      says: "nothing in this range counts for the goal event:nothing")
  }

  @Test func `a currency that no amount has is answered with those that there are`() throws {
    let store = ["website_event.csv", "event_data.csv"].map {
      BuiltBinary.checkout.appendingPathComponent("examples/\($0)").path
    }
    for (name, report, says) in [
      ("eur", ["revenue"], "did you mean EUR?"),
      ("eur", ["attribution", "--step", "event:purchase"], "did you mean EUR?"),
      ("XXX", ["revenue"], "there are amounts in EUR, GBP, USD"),
    ] {
      let outcome = try BuiltBinary.run(["report"] + report + store + ["--currency", name])
      #expect(outcome.exitCode == 0)
      #expect(outcome.errors == "footfall: no event of this range has an amount in \(name); \(says)\n")
    }
  }

  @Test func `the list of sources that tells channels can be printed`() throws {
    let printed = try BuiltBinary.run(["schema", "channels"]).output
    let file = BuiltBinary.checkout.appendingPathComponent("schemas/common/channels.json")
    #expect(try printed == Data(contentsOf: file))
    #expect(try BuiltBinary.run(["schema"]).lines.contains("channels.json"))
  }
}
