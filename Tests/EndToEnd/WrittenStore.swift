import Foundation
import JSON
import TestSupport
import Testing

/// A store that processes write to, and what can be told of it from outside.
struct WrittenStore {
  let path: String
  private let folder: TemporaryFolder

  init(_ name: String = "store.db") throws {
    folder = try TemporaryFolder()
    path = folder.path(name)
  }

  /// Whether there is a store yet: an import that ended while it made one leaves a file without tables.
  func exists() throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    return try !SQLiteShell.run(path, "SELECT 1 FROM sqlite_master WHERE name = 'website_event'").isEmpty
  }

  func create() throws { #expect(try BuiltBinary.run(["create", path]).exitCode == 0) }

  /// Files with these events and their properties.
  func files(_ numbers: Range<Int>) throws -> [String] {
    let events = numbers.map { NumberedEvent(number: $0) }
    let name = "\(numbers.lowerBound)-\(numbers.upperBound)"
    return [
      try folder.file("\(name) events.csv", NumberedEvent.header + events.map(\.line).joined()),
      try folder.file(
        "\(name) data.csv", NumberedEvent.propertyHeader + events.map(\.propertyLines).joined()),
    ]
  }

  /// The numbers of the events that are there.
  func numbers() throws -> [Int] {
    try SQLiteShell.run(path, "SELECT substr(event_id, 2) FROM website_event ORDER BY row_id").compactMap(
      Int.init)
  }

  func forgetColumns() { try? FileManager.default.removeItem(atPath: "\(path)-columns") }

  /// Every report, of a process of its own.
  func replies(_ options: [String] = [], of store: String? = nil) throws -> [String] {
    let input = Data(NumberedEvent.reports.map { "\($0)\n" }.joined().utf8)
    let outcome = try BuiltBinary.run(["serve", store ?? path] + options, input: input)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    return outcome.lines
  }

  /// Every report of a store of its own, into which the rows that there are now were imported afresh. What
  /// websites are called stands beside the rows.
  func repliesOfFreshImport() throws -> [String] {
    let fresh = folder.path("fresh.db")
    defer {
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: fresh + suffix) }
    }
    let files = ["website_event", "event_data"].map { folder.path("fresh \($0).csv") }
    _ = try SQLiteShell.run(
      path, ".headers on", ".mode csv", ".once '\(files[0])'", "SELECT * FROM website_event ORDER BY row_id",
      ".once '\(files[1])'", "SELECT * FROM event_data ORDER BY row_id")
    // Of a table without rows the shell does not write the names of its columns.
    let full = try files.filter { try !Data(contentsOf: URL(fileURLWithPath: $0)).isEmpty }
    let imported = try BuiltBinary.run([full.isEmpty ? "create" : "import", fresh] + full)
    #expect(imported.exitCode == 0, "\(imported.errors)")
    _ = try SQLiteShell.run(
      fresh, "ATTACH '\(path)' AS old", "DELETE FROM website", "INSERT INTO website SELECT * FROM old.website"
    )
    return try replies(["--no-cache"], of: fresh)
  }

  /// The store opens and is whole, and every report is that of a fresh import of its rows, from columns that
  /// were kept as well as without; `known` are there, each once.
  func check(has known: some Sequence<Int>, _ name: String) throws {
    #expect(try SQLiteShell.run(path, "PRAGMA integrity_check") == ["ok"], "\(name)")
    let numbers = try numbers()
    #expect(Set(numbers).count == numbers.count, "\(name): an event is there twice")
    #expect(Set(numbers).isSuperset(of: known), "\(name): an event is lost")
    let truth = try repliesOfFreshImport()
    #expect(truth.count == NumberedEvent.reports.count)
    // Once from what is left of columns, once from those that were kept then.
    for _ in 0..<2 { expect(try replies(), are: truth, name) }
    expect(try replies(["--no-cache"]), are: truth, "\(name), without columns")
  }

  private func expect(_ replies: [String], are truth: [String], _ name: String) {
    let other = zip(replies, truth).first { $0 != $1 }
    #expect(
      replies == truth, "\(name): \(other.map { "\($0.0.prefix(300)), not \($0.1.prefix(300))" } ?? "")")
  }
}
