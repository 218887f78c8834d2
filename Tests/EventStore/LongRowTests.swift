import Engine
import Synchronization
import TestSupport
import Testing

@testable import EventStore

/// Fields and rows of CSV files that are longer than any should be.
struct LongRowTests {
  private let folder: TemporaryFolder
  private let lines = Lines()

  init() throws { folder = try TemporaryFolder() }

  private static let header = "website_id,session_id,created_at,url_path,page_title,tag\n"
  private static let row = "w,s,2025-03-01,/,title,\n"

  private func open(_ rows: String, chunkBytes: Int = 8 << 20, threads: Int = 2) throws -> EventStore {
    var options = OpenOptions()
    (options.threads, options.chunkBytes) = (threads, chunkBytes)
    let path = try folder.write("long.csv", Self.header + rows)
    return try EventStore.open([path], options: options, diagnostics: lines.add)
  }

  private func check(
    _ rows: String, chunkBytes: Int = 1 << 20, events: Int, _ diagnostics: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let websites = try open(rows, chunkBytes: chunkBytes).snapshot().websites
    #expect(websites.map(\.events) == [events], sourceLocation: sourceLocation)
    let said = lines.all.map { line in line.split(separator: ", ").last.map(String.init) ?? "" }
    #expect(said == diagnostics, sourceLocation: sourceLocation)
  }

  private static let fieldLimit = "line 3: a field has more than 16777216 bytes"

  @Test(.enabled(if: Thoroughness.isFull))
  func `a field may be as long as the limit, between its quotes or without`() throws {
    let text = String(repeating: "x", count: DataLimits.standard.csvFieldBytes)
    try check(Self.row + "w,s,2025-03-01,/,\"\(text)\",\n" + Self.row, events: 3)
    try check(Self.row + "w,s,2025-03-01,/,\(text),\n" + Self.row, events: 3)
  }

  @Test(.enabled(if: Thoroughness.isFull)) func `a longer field is left out with its row`() throws {
    let text = String(repeating: "x", count: DataLimits.standard.csvFieldBytes + 1)
    try check(Self.row + "w,s,2025-03-01,/,\(text),\n" + Self.row, events: 2, [Self.fieldLimit])
  }

  @Test func `a longer quoted field is left out with its row`() throws {
    let text = String(repeating: "xxxxxxx\n", count: DataLimits.standard.csvFieldBytes / 8) + "\"\""
    try check(Self.row + "w,s,2025-03-01,/,\"\(text)\",\n" + Self.row, events: 2, [Self.fieldLimit])
  }

  @Test(.enabled(if: Thoroughness.isFull)) func `a row has a limit as well`() throws {
    let text = String(repeating: "x", count: DataLimits.standard.csvFieldBytes - 1)
    func row(_ rest: Int) -> String {
      "w,\(text),\(String(repeating: "0", count: rest))1740787200,\(text),\(text),\(text)\n"
    }
    let rest = DataLimits.standard.csvRowBytes - row(0).utf8.count
    let next = Self.row.replacing(",s,", with: ",t,")
    try check(row(0) + next, events: 2)
    try check(row(rest) + next, events: 2)
    try check(row(rest + 1) + next, events: 1, ["line 2: the row has more than 67108864 bytes"])
  }

  @Test func `text behind a closing quote ends with its line, however long`() throws {
    let text = String(repeating: "x", count: 3 << 20)
    try check(
      Self.row + "w,s,2025-03-01,/,\"a\"\(text),\n" + Self.row, events: 2,
      ["line 3: text after a closing quote; double each quote inside a quoted field"])
  }

  @Test func `a header has a limit`() throws {
    func check(_ header: String, _ message: String?) throws {
      let path = try folder.write("header.csv", header)
      do throws(StoreError) {
        _ = try EventStore.open([path], diagnostics: lines.add)
        #expect(message == nil)
      } catch {
        let message = message ?? "no error"
        #expect("\(error)".contains(message), "\("\(error)".prefix(300))")
      }
    }
    let fill = DataLimits.standard.csvHeaderBytes - Self.header.utf8.count
    try check(String(repeating: "x", count: fill - 1) + "," + Self.header, nil)
    try check(
      String(repeating: "x", count: fill) + "," + Self.header, "has more than 1048576 bytes in its first line"
    )
    try check(String(repeating: "\0", count: 3 << 20), "has more than 1048576 bytes in its first line")
    try check("\"" + String(repeating: "\n", count: 3 << 20), "has more than 1048576 bytes in its first line")
    let columns = (0..<DataLimits.standard.csvColumns - 6).map { "c\($0)," }.joined()
    try check(columns + Self.header, nil)
    try check("c," + columns + Self.header, "has 4097 columns; the limit is 4096")
  }

  /// A chunk that begins inside a long row must not read all of it to find that out.
  @Test(.disabled(if: Sanitizer.isOn), arguments: Thoroughness.sample(["x", "\n", "\"\"", ","], every: 2))
  func `chunks inside a long row do not read all of it`(filling: String) throws {
    let growth = try Growth.ofThreadTime(2 << 20) { bytes in
      let text = String(repeating: filling, count: bytes / filling.utf8.count)
      let quoted = filling == "," ? text : "\"\(text)\""
      let path = try folder.write("\(bytes).csv", Self.header + "w,s,2025-03-01,/,\(quoted),\n" + Self.row)
      return path
    } work: { path in
      var options = OpenOptions()
      options.chunkBytes = 1 << 18
      let store = try EventStore.open([path], options: options, diagnostics: lines.add)
      #expect(try store.snapshot().websites.map(\.events) == [filling == "," ? 1 : 2])
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test(.disabled(if: Sanitizer.isOn)) func `blank lines are passed over once`() throws {
    let growth = try Growth.ofThreadTime(2 << 20) { bytes in
      try folder.write(
        "\(bytes).csv", Self.header + Self.row + String(repeating: "\n", count: bytes) + Self.row)
    } work: { path in
      var options = OpenOptions()
      options.chunkBytes = 1 << 18
      let store = try EventStore.open([path], options: options, diagnostics: lines.add)
      #expect(try store.snapshot().websites.map(\.events) == [2])
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test func `reading of a long row is cancelled within it`() throws {
    let path = try folder.write(
      "long.csv", Self.header + "w,s,2025-03-01,/,\"" + String(repeating: "x", count: 12 << 20) + "\",\n")
    let asked = Atomic(0)
    // Once before the chunk, then once a mebibyte.
    let context = LoadContext(isCancelled: { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= 4 })
    let store = try EventStore.open([path], diagnostics: lines.add)
    #expect(throws: StoreError.cancelled) { try store.snapshot(in: context) }
    #expect(asked.load(ordering: .relaxed) < 10)
  }
}
