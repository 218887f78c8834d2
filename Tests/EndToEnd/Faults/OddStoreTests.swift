import Foundation
import TestSupport
import Testing

/// Stores under odd names, with work of others left in them, and without an end.
@Suite struct OddStoreTests {
  private let files: FaultFiles

  init() throws { files = try FaultFiles() }

  @Test(arguments: [
    ":memory:", "file:a.db?mode=memory", "file:b.db", "file::memory:", "c.db?mode=memory", "e.db#f%41", " ",
    "|g",
  ])
  func `the name of a store is the name of a file`(name: String) throws {
    let csv = try files.make(.csv, "rows.csv", events: 30)
    let folder = files.folder.path("work")
    mkdir(folder, 0o755)
    let place = URL(fileURLWithPath: folder)
    let imported = try BuiltBinary.run(["import", name, csv], in: place)
    #expect(imported.exitCode == 0, "\(imported.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
    let listed = try BuiltBinary.run(["websites", "--no-cache", name], in: place)
    let listing = String(decoding: listed.output, as: UTF8.self)
    #expect(listed.exitCode == 0 && listing.contains(",30,"), "\(listed.errors) \(listing)")
    let created = try BuiltBinary.run(["create", name], in: place)
    #expect(created.exitCode == 0, "\(created.errors)")
  }

  @Test func `no name is no store`() throws {
    let csv = try files.make(.csv, "rows.csv", events: 3)
    for arguments in [
      ["import", "", csv], ["create", ""], ["create", "folder/"], ["websites", ""], ["report", "utm", ""],
    ] {
      let outcome = try BuiltBinary.run(arguments, in: files.folder.url)
      #expect(outcome.exitCode == 64 || outcome.exitCode == 66, "\(arguments): \(outcome.exitCode)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
    let pipe = files.folder.path("pipe")
    mkfifo(pipe, 0o600)
    #expect(try BuiltBinary.run(["create", pipe]).exitCode == 65)
  }

  private func endlessStore() throws -> String {
    let path = files.folder.path("endless.db")
    _ = try SQLiteShell.run(
      path,
      """
      CREATE VIEW website_event AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT 's' AS session_id, i AS created_at FROM n WHERE i < 0
      """)
    return path
  }

  @Test func `a view without an end is cancelled, and one signal ends the worker`() throws {
    let worker = try RunningWorker([try endlessStore(), "--no-cache"])
    let request = #"{"jsonrpc":"2.0","id":1,"method":"websites.list"}"#
    try worker.send("\(request)\n")
    usleep(100_000)
    try worker.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"# + "\n")
    #expect(try worker.receiveText().contains("-32800"))
    try worker.send("\(request)\n")
    usleep(100_000)
    kill(worker.processIdentifier, SIGTERM)
    #expect(try worker.receiveText().contains("-32800"))
    #expect(try worker.finish() == 0)
  }
}
