import Foundation
import TestSupport
import Testing

/// `footfall export`, `footfall forget` and imports of stores: what they print, and what reports say afterwards.
@Suite struct ExportCommandTests {
  private static let examples = BuiltBinary.checkout.appendingPathComponent("examples")
  private static let files = ["website_event.csv", "event_data.csv"].map {
    examples.appendingPathComponent($0).path
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs the command, which must succeed without a word on the standard error; returns what it prints.
  @discardableResult
  private func run(_ arguments: [String]) throws -> [String] {
    let outcome = try BuiltBinary.run(arguments, in: folder.url)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(arguments): \(outcome.errors)")
    return String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
  }

  /// The replies to the example requests, without the times at which a report was saved, and without notices.
  private func replies(_ store: [String]) throws -> [String] {
    let requests = try Data(contentsOf: Self.examples.appendingPathComponent("requests.ndjson"))
    let outcome = try BuiltBinary.run(["serve"] + store, input: requests, in: folder.url)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    return outcome.lines.map { line in
      line.replacing(/"(createdAt|updatedAt)":"[^"]*"/) { "\"\($0.output.1)\":\"\"" }
        .replacing(/,"notice":"[^"]*"/, with: "")
    }
  }

  private func exported(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted().map { "\(name)/\($0)" }
  }

  @Test func `an export gives the same replies as the files, the store and the mapped file it was made of`()
    throws
  {
    let expected = try replies(Self.files)
    #expect(
      try run(["export"] + Self.files + ["csv"]) == ["csv: 2850 events, 448 properties"])
    #expect(try replies(exported("csv")) == expected)
    try run(["import", "store.db"] + Self.files)
    #expect(try run(["export", "store.db", "store"]) == ["store: 2850 events, 448 properties, 1 website"])
    #expect(try exported("store").count == 3)
    #expect(try replies(exported("store")) == expected)
    let text = try String(contentsOfFile: Self.files[0], encoding: .utf8)
    let lines = text.split(separator: "\n", maxSplits: 1)
    let header = lines[0].replacing("session_id", with: "who").replacing("created_at", with: "when")
      .replacing("url_path", with: "page")
    let foreign = try folder.file("foreign.csv", header + "\n" + lines[1])
    let map = ["--map", "session_id=who,created_at=when,url_path=page"]
    #expect(
      try run(["export", foreign, Self.files[1], "mapped"] + map) == ["mapped: 2850 events, 448 properties"])
    #expect(try replies(exported("mapped")) == expected)
  }

  @Test func `stores that hold parts of the events become one with the same replies`() throws {
    let (half, rest) = ("2026-03-31", "2026-04-01")
    try run(["export"] + Self.files + ["first", "--to", half])
    try run(["export"] + Self.files + ["second", "--from", rest])
    try run(["import", "a.db"] + exported("first"))
    try run(["import", "b.db"] + exported("second"))
    let added = try run(["import", "a.db", "b.db"])
    #expect(added.count == 1 && added[0].hasPrefix("a.db: ") && added[0].hasSuffix(" properties added"))
    // Events of one instant are in another order, if they were so in the files.
    #expect(
      try run(["websites", "a.db", "--format", "csv"])
        == run(["websites"] + Self.files + ["--format", "csv"]))
    #expect(
      try run(["import", "a.db", "b.db"]).first?.hasPrefix("a.db: 0 events added (") == true)
  }

  @Test func `a store forgets, and says how much`() throws {
    try run(["import", "store.db"] + Self.files)
    let line = try run(["forget", "store.db", "--before", "2026-04"])
    #expect(line == ["store.db: deleted 1436 events, 224 properties"])
    let websites = try run(["websites", "store.db", "--format", "csv"])
    #expect(
      websites.last?.hasPrefix("6abed004-6a21-4968-9a30-6f409f07267c,example.com,example.com,1414,2026-04-01")
        == true)
    #expect(
      try run(["forget", "store.db", "--before", "2020-01-01"]) == [
        "store.db: deleted 0 events, 0 properties"
      ])
  }

  @Test func `wrong usage is refused with what would be right`() throws {
    try run(["import", "store.db"] + Self.files)
    func check(_ arguments: [String], _ parts: String..., code: Int32 = 64) throws {
      let outcome = try BuiltBinary.run(arguments, in: folder.url)
      #expect(outcome.exitCode == code && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
      for part in parts { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
    }
    try check(["export"], "needs a store and a folder")
    try check(["export", "store.db"], "there is only store.db")
    try check(["export", "store.db", Self.files[0]], "is a file", "folder")
    try check(["export", "nowhere.db", "out"], "no such file", code: 66)
    try check(["export", "store.db", "out", "--from", "2026-13-01"], "--from", "2026-13-01")
    try check(["export", "store.db", "out", "--from", "2026-04", "--to", "2026-03"], "swap them")
    try check(
      ["export", "store.db", "out", "--during", "2026-04", "--to", "2026-05"], "leave out the others")
    try check(["export", "store.db", "out", "--timezone", "Mars"], "--timezone")
    try check(["export", "store.db", "out", "--website", "nobody"], "\"nobody\"")
    try check(["export", "store.db", "out", "--forc"], "did you mean --force?")
    try check(["forget"], "needs a store")
    try check(["forget", "store.db"], "--before", "--visitor")
    try check(["forget", "store.db", "--before", "2026", "--visitor", "x"], "not both")
    try check(["forget", "store.db", "--before", "soon"], "--before", "soon")
    try check(["forget", "store.db", "--visitor", "x"], "has no visitor \"x\"")
    try check(
      ["forget", "store.db", "--visitor", "x", "--timezone", "Europe/Berlin"], "--timezone is for --before")
    try check(["forget", Self.files[0], "--visitor", "x"], "only an SQLite store")
    try check(["serve", "store.db", "--separator", "comma"], "--separator is for CSV files")
    try check(["serve", Self.files[0], "--table", "x"], "--table names a table of an SQLite file")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted().filter {
        !$0.hasPrefix("store")
      } == [])
  }
}
