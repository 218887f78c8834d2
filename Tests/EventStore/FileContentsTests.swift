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
      [try folder.write("utf32.csv", [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0])],
      "utf32.csv is UTF-16 or UTF-32 text; save it as UTF-8")
    check(
      [try folder.write("noise", [0x7F, 0x45, 0x4C, 0x46, 0, 0, 0])],
      "noise is neither an SQLite file nor CSV: in its first line, the row contains a NUL byte; if it is UTF-16 without a "
        + "byte order mark, use --encoding utf-16")
    check(
      [try folder.write("cut.csv", "\"website_id\",\"session")],
      "cut.csv, line 1: a quoted field opens here and is never closed; the file may be truncated")
    check(
      [try folder.write("wide.csv", String(repeating: "a,", count: DataLimits.standard.csvColumns))],
      "wide.csv has 4097 columns; the limit is 4096")
  }

  @Test func `a header that lacks columns is shown with what would do`() throws {
    check(
      [try folder.write("a.csv", "timestamp,session_id\n")],
      "a.csv lacks the column created_at of events; its header has: timestamp, session_id. "
        + "Name the columns to use instead: --map created_at=…")
    check(
      [try folder.write("b.csv", "id,data_key\n")],
      "b.csv lacks the column event_id of event data; its header has: id, data_key. "
        + "Name the columns to use instead: --map event_id=…")
    check(
      [try folder.write("c.csv", "session_id,created_at,tag,tag\n")],
      "c.csv has 2 columns with the name tag, tag; rename one of them")
    check(
      [try folder.write("d.csv", "s1,2025-05-01 10:00:00,/a\n")],
      "d.csv has no header: its first line has values (s1, 2025-05-01 10:00:00, /a); name its columns in order: "
        + "--header session_id,created_at,…")
  }

  @Test func `files that do not go together are refused`() throws {
    let csv = try folder.write("a.csv", "session_id,created_at\n")
    let data = try folder.write("d.csv", "event_id,data_key\n")
    let one = folder.file("one.db")
    let two = folder.file("two.db")
    for path in [one, two] { _ = try importFiles([csv], into: path) { _ in } }
    check([one, csv], "one.db is an SQLite file and must be opened alone; import a.csv into a store")
    check(
      [csv, one, two], "one.db is an SQLite file and must be opened alone; import two.db, a.csv into a store")
    check([data], "d.csv: no table of events; also name the website_event file")
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
    #expect(try store.snapshot().websites[0].events == 10_000)
  }

  /// What happens to a file of three pages while it is mapped, and what is said of it then.
  private func changing(_ change: (String) throws -> Void) throws -> (bytes: [UInt8], error: StoreError?) {
    mapTruncatedPagesToZeros()
    let path = try folder.write("mapped", [UInt8](repeating: 7, count: 3 * Int(getpagesize())))
    let contents = try FileContents(path: path)
    try change(path)
    let bytes = withExtendedLifetime(contents) { Array(contents.bytes) }
    do throws(StoreError) {
      try contents.checkUnchanged()
      return (bytes, nil)
    } catch {
      return (bytes, error)
    }
  }

  @Test(arguments: [0, 1, 2]) func `a file that is cut short while it is mapped reads as zeros, and says so`(
    pages: Int
  ) throws {
    let size = Int(getpagesize())
    for length in [pages * size, pages * size + 100] {
      let (bytes, error) = try changing { #expect(truncate($0, off_t(length)) == 0) }
      let kept = [UInt8](repeating: 7, count: length)
      #expect(bytes == kept + [UInt8](repeating: 0, count: 3 * size - length))
      #expect(error?.description.contains("the file was truncated while it was read") == true)
    }
  }

  @Test func `a file that is written to while it is mapped says so, unless it is added to`() throws {
    let (_, error) = try changing { path in
      // Later than it was written, by the clock of file systems, which counts in ticks.
      usleep(20_000)
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try file.write(contentsOf: [8])
    }
    #expect(error?.description.contains("the file was written to while it was read") == true)
    let (_, none) = try changing { path in
      usleep(20_000)
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try file.seekToEnd()
      try file.write(contentsOf: [8])
    }
    #expect(none == nil)
    #expect(try changing { unlink($0) }.error == nil)
  }
}
