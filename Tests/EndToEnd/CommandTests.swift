import Foundation
import TestSupport
import Testing

/// The command line: what it prints, and how it ends.
@Suite struct CommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let header =
    "website_id,session_id,visit_id,event_id,url_path,event_type,event_name,created_at"

  /// Runs the command, which must fail with that code and say that, in one line on the standard error.
  private func check(_ arguments: [String], fails code: Int32, saying parts: String...) throws {
    let outcome = try BuiltBinary.run(arguments, in: folder.url)
    #expect(outcome.exitCode == code, "\(arguments): \(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("footfall: "))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
    for part in parts { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
  }

  @Test func `wrong usage ends with 64 and says what would be right`() throws {
    try check([], fails: 64, saying: "serve", "import", "report", "websites", "schema")
    try check(["sreve"], fails: 64, saying: "\"sreve\"", "did you mean \"serve\"?")
    try check(["serve"], fails: 64, saying: "needs a store")
    try check(["serve", "--colour", "x.csv"], fails: 64, saying: "--colour", "--map")
    try check(
      ["serve", "--strct", "x.csv"], fails: 64, saying: "did you mean --strict?; see footfall serve --help")
    try check(
      ["import", "--mpa", "x.db"], fails: 64, saying: "import has no option --mpa; did you mean --map?")
    try check(["websites", "--formt", "csv"], fails: 64, saying: "did you mean --format?")
    try check(
      ["create", "x.db", "--colour"], fails: 64, saying: "create has no option --colour; it takes none")
    try check(
      ["serve", "x.csv", "--map", "time=url"], fails: 64, saying: "time=url is reversed; write url=time")
    try check(["serve", "x.csv", "--map"], fails: 64, saying: "--map needs a value")
    try check(["serve", "x.csv", "--map", "nonsense"], fails: 64, saying: "target=source")
    try check(["serve", "x.csv", "--strict=yes"], fails: 64, saying: "takes no value")
    try check(["import"], fails: 64, saying: "needs a store")
    try check(["import", "x.db"], fails: 64, saying: "needs files of events")
    try check(["schema", "nope"], fails: 64, saying: "\"nope\"")
    try check(["create"], fails: 64, saying: "needs the name of a store")
    try check(["create", "x.db", "y.csv"], fails: 64, saying: "\"y.csv\"", "footfall import")
  }

  @Test func `data of which most rows are bad ends with 65`() throws {
    let file = try folder.file("most.csv", "session_id,created_at\ns,2025-03-01\n,2025-03-01\n,2025-03-01\n")
    for arguments in [["import", "x.db", file], ["websites", file], ["report", "utm", file]] {
      let outcome = try BuiltBinary.run(arguments, in: folder.url)
      #expect(outcome.exitCode == 65, "\(arguments)")
      #expect(outcome.output.isEmpty)
      #expect(
        outcome.errors.contains("2 of 3 rows are bad; the first is \(file), line 3: session_id is empty"))
    }
    let inspected = try BuiltBinary.run(["inspect", file], in: folder.url)
    #expect(inspected.exitCode == 0 && inspected.errors == "")
    #expect(inspected.lines.last == "2 rows: session_id is empty (lines 3, 4)")
    let half = try folder.file("half.csv", "session_id,created_at\ns,2025-03-01\n,2025-03-01\n")
    #expect(try BuiltBinary.run(["import", "y.db", half], in: folder.url).exitCode == 0)
  }

  @Test func `an inspection fails for wrong usage and missing files, not for what files have`() throws {
    try check(["inspect"], fails: 64, saying: "needs a store")
    try check(["inspect", "--mpa", "x.csv"], fails: 64, saying: "did you mean --map?")
    try check(["inspect", "x.csv", "--format", "xml"], fails: 64, saying: "table, csv, json")
    try check(["inspect", "nowhere.csv"], fails: 66, saying: "no such file")
    try check(["inspect", "."], fails: 65, saying: "directory")
    let file = try folder.file("it's.csv", "user id;ts;page\ns;2025-03-01;/\n")
    try check(["inspect", file, "--map", "url=path"], fails: 64, saying: "no file has a column \"path\"")
    let outcome = try BuiltBinary.run(
      ["inspect", "--separator", "semicolon", "it's.csv", "--strict", "--map=url=page"], in: folder.url)
    #expect(outcome.exitCode == 0 && outcome.errors == "")
    let line = try #require(outcome.lines.last)
    let words = #"'it'\''s.csv' --separator semicolon --strict --map"#
    #expect(line == "footfall inspect \(words) 'url=page,created_at=ts,session_id=user id'")
    // It can be pasted.
    let pasted = try BuiltBinary.run(
      ["-c", line], executable: URL(fileURLWithPath: "/bin/sh"), in: folder.url,
      environment: ["PATH": BuiltBinary.url.deletingLastPathComponent().path])
    #expect(pasted.lines.dropFirst().first?.contains("1 row · 1 event") == true, "\(pasted)")
  }

  @Test func `a file that is not there ends with 66`() throws {
    try check(["serve", "nowhere.csv"], fails: 66, saying: "nowhere.csv", "no such file")
    try check(["import", "x.db", "nowhere.csv"], fails: 66, saying: "nowhere.csv")
  }

  @Test func `wrong data ends with 65`() throws {
    try check(["serve", "."], fails: 65, saying: "directory")
    let neither = try folder.file("neither", Data([0, 1, 2, 3, 255, 254]))
    try check(["serve", neither], fails: 65, saying: "neither")
    let lacking = try folder.file("lacking.csv", "website_id,when,url_path\nw,2025-01-01,/\n")
    try check(["serve", lacking], fails: 65, saying: "session_id", "created_at", "when", "--map")
    let damaged = try folder.file(
      "damaged.db", Data("SQLite format 3\0".utf8) + Data(repeating: 7, count: 5000))
    try check(["serve", damaged], fails: 65, saying: "damaged.db")
  }

  @Test func `a quote that is never closed is found where it opens`() throws {
    let file = try folder.file("cut.csv", "\(Self.header)\nw,s,v,e,\"/,1,,2025-01-01 00:00:00\n")
    let input = Data("{\"method\":\"websites.list\"}\n".utf8)
    let outcome = try BuiltBinary.run(["serve", file], input: input)
    let said = outcome.errors + outcome.lines.joined()
    #expect(said.contains("line 2"), "\(said)")
  }

  @Test func `bad rows are reported with their lines, counted and left out; with --strict they are an error`()
    throws
  {
    let file = try folder.file(
      "rows.csv",
      "\(Self.header)\nw,s,v,1,/,1,,2025-01-01 00:00:00\nw,s,v,2,/,1,,yesterday\nw,s,v\nw,s,v,4,/,1,,2025-01-02 00:00:00\n"
    )
    let input = Data("{\"method\":\"websites.list\"}\n".utf8)
    let outcome = try BuiltBinary.run(["serve", file], input: input)
    #expect(outcome.exitCode == 0)
    #expect(outcome.lines.first?.contains("\"events\":2") == true)
    #expect(outcome.errors.contains("line 3") && outcome.errors.contains("line 4"), "\(outcome.errors)")
    let store = folder.path("store.db")
    let strict = try BuiltBinary.run(["import", store, file, "--strict"])
    #expect(strict.exitCode == 65)
    #expect(strict.errors.contains("line 3"), "\(strict.errors)")
    let loose = try BuiltBinary.run(["import", store, file])
    #expect(loose.exitCode == 0)
    #expect(loose.lines == ["\(store): 2 events added, 0 properties added, 2 bad rows left out"])
  }

  @Test(
    arguments: [
      ("", 0, 0), (#"{"method":"websites.list"}"#, 0, 0), (#"{"method":"reports.funel"}"#, 0, 1),
      ("{\"method\":\"reports.funel\"}\n{\"method\":\"websites.list\"}", 0, 1), ("nonsense", 0, 1),
      (#"[{"method":"websites.list"},{"method":"reports.utm"}]"#, 0, 1),
      (#"{"jsonrpc":"2.0","method":"reports.funel"}"#, 0, 0),
    ] as [(String, Int32, Int32)])
  func `an error among the replies ends with 1 where --strict is given`(
    input: String, code: Int32, strictCode: Int32
  ) throws {
    let file = try folder.file("events.csv", "\(Self.header)\nw,s,v,1,/,1,,2025-01-01 00:00:00\n")
    let input = Data((input + "\n").utf8)
    #expect(try BuiltBinary.run(["serve", file], input: input).exitCode == code)
    #expect(try BuiltBinary.run(["serve", file, "--strict"], input: input).exitCode == strictCode)
  }

  @Test func `a bad row is a failed request where --strict is given`() throws {
    let file = try folder.file("events.csv", "\(Self.header)\nw,s,v,1,/,1,,yesterday\n")
    let outcome = try BuiltBinary.run(
      ["serve", "--strict", file], input: Data("{\"method\":\"websites.list\"}\n".utf8))
    #expect(outcome.exitCode == 1)
    #expect(outcome.lines.first?.contains("line 2") == true)
  }

  @Test func `any table of visits loads with --map`() throws {
    let file = try folder.file(
      "visits.csv",
      "when,who,address\n2025-01-01T10:00:00+01:00,ann,https://shop.example/cart?utm_source=mail&x=1\n1735722061,bob,https://shop.example\n"
    )
    let input = """
      {"method":"reports.utm","dateRange":{"startDate":"2025-01-01","endDate":"2025-01-02"}}
      {"method":"reports.insights","dateRange":{"startDate":"2025-01-01","endDate":"2025-01-02"},"fields":[{"name":"url"},{"name":"host"}]}
      {"method":"websites.list"}

      """
    let outcome = try BuiltBinary.run(
      ["serve", file, "--map=created_at=when,session_id=who,url=address", "--website", "mine"],
      input: Data(input.utf8))
    try #require(outcome.lines.count == 3, "\(outcome.errors)")
    #expect(outcome.lines[0].contains(#""result":{"utm_source":{"mail":1}}"#))
    #expect(outcome.lines[1].contains(#""url":"/","host":"shop.example""#))
    #expect(outcome.lines[1].contains(#""url":"/cart","host":"shop.example""#))
    #expect(outcome.lines[2].contains(#""id":"mine""#))
    #expect(
      outcome.lines[2].contains(#""firstEvent":"2025-01-01T09:00:00Z","lastEvent":"2025-01-01T09:01:01Z""#))
  }

  @Test func `help, version and schemas are printed`() throws {
    for arguments in [
      ["--help"], ["help", "serve"], ["serve", "--help"], ["import", "-h"], ["schema", "--help"],
    ] {
      let outcome = try BuiltBinary.run(arguments)
      #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
      #expect(outcome.lines.contains { $0.contains("usage: footfall") })
    }
    #expect(try BuiltBinary.run(["--version"]).lines == ["footfall 0.1.0"])
    let schema = try BuiltBinary.run(["schema", "reports.funnel.params"])
    let file = BuiltBinary.checkout.appendingPathComponent("schemas/params/reports.funnel.params.json")
    #expect(schema.output == (try Data(contentsOf: file)))
  }

  @Test func `the worker ends quietly when nobody reads its replies`() throws {
    let events = BuiltBinary.checkout.appendingPathComponent("examples/website_event.csv").path
    let line =
      #"{"method":"reports.retention","dateRange":{"startDate":"2026-03-01","endDate":"2026-05-31"}}"#
    let requests = try folder.file("requests", String(repeating: line + "\n", count: 500))
    let outcome = try BuiltBinary.run(
      [
        "-c",
        "'\(BuiltBinary.url.path)' serve '\(events)' < '\(requests)' | head -c 10; echo \"${PIPESTATUS[0]}\"",
      ], executable: URL(fileURLWithPath: "/bin/bash"))
    #expect(outcome.errors == "")
    #expect(outcome.lines.last?.hasSuffix("0") == true)
  }
}
