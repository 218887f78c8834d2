import Engine
import Foundation
import Testing

@testable import EventStore

struct FileContentsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func check(
    _ paths: [String], _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) {
      _ = try EventStore.open(paths) { _ in }
    }
    let description = error?.description.replacingOccurrences(of: folder.path + "/", with: "") ?? ""
    #expect(description == expected, sourceLocation: sourceLocation)
  }

  @Test func `what cannot be read is named`() throws {
    check([], "name an SQLite file, or one or more CSV files")
    check([folder.file("none.csv")], "none.csv: no such file")
    check(
      [try folder.write("empty.db", "")], "empty.db is empty: a CSV file begins with a header row")
    #expect(throws: StoreError.isDirectory(path: folder.path)) { try EventStore.open([folder.path]) { _ in } }
  }

  @Test func `what is neither SQLite nor CSV is named`() throws {
    check(
      [try folder.write("utf16.csv", [0xFF, 0xFE, 0x61, 0])],
      "utf16.csv is UTF-16 or UTF-32 text; save it as UTF-8")
    check(
      [try folder.write("noise", [0x7F, 0x45, 0x4C, 0x46, 0, 0, 0])],
      "noise is neither an SQLite file nor CSV: in its first line, the row contains a NUL byte")
    check(
      [try folder.write("cut.csv", "\"website_id\",\"session")],
      "cut.csv, line 1: the quote that opens here is never closed; is the file cut off?")
    check(
      [try folder.write("wide.csv", String(repeating: "a,", count: CSVFile.columnLimit))],
      "wide.csv has 4097 columns; at most 4096 are read")
  }

  @Test func `a header that lacks columns is shown with what would do`() throws {
    check(
      [try folder.write("a.csv", "timestamp,session_id\n")],
      "a.csv lacks the column created_at of events; its header has: timestamp, session_id. "
        + "Say which columns stand for them: --map created_at=…")
    check(
      [try folder.write("b.csv", "id,data_key\n")],
      "b.csv lacks the column event_id of event data; its header has: id, data_key. "
        + "Say which columns stand for them: --map event_id=…")
    check(
      [try folder.write("c.csv", "session_id;created_at\n")],
      "c.csv lacks the columns session_id, created_at of events; its header has: session_id;created_at. "
        + "Separate the fields with commas.")
    check([try folder.write("d.csv", "tag,Tag\n")], "d.csv has two columns with the name Tag")
  }

  @Test func `files that do not go together are refused`() throws {
    let csv = try folder.write("a.csv", "session_id,created_at\n")
    let data = try folder.write("d.csv", "event_id,data_key\n")
    let one = folder.file("one.db")
    let two = folder.file("two.db")
    for path in [one, two] { _ = try importFiles([csv], into: path) { _ in } }
    check([one, csv], "one.db is an SQLite file and is opened alone; import a.csv into a store")
    check([csv, one, two], "one.db is an SQLite file and is opened alone; import two.db, a.csv into a store")
    check([data], "d.csv: only event data, no events; name the website_event file as well")
  }

  @Test func `a pipe is read as a file is`() throws {
    let path = folder.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let rows = (0..<10_000).map { "s\($0),2025-03-05 21:54:42\n" }.joined()
    let writer = Thread {
      try? ("session_id,created_at\n" + rows).write(toFile: path, atomically: false, encoding: .utf8)
    }
    writer.start()
    let store = try EventStore.open([path]) { _ in }
    #expect(try store.websites()[0].events == 10_000)
  }

  @Test func `every error has an exit class`() {
    #expect(StoreError.usage("").exitClass == .usage)
    #expect(StoreError.noSuchFile(path: "").exitClass == .noInput)
    #expect(StoreError.damaged(path: "", sentence: "").exitClass == .data)
    #expect(StoreError.unterminatedQuote(path: "", line: 1).exitClass == .data)
    #expect(StoreError.busy(path: "").exitClass == .inputOutput)
  }
}
