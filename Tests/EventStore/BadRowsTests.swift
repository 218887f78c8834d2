import Engine
import Testing

@testable import EventStore

struct BadRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `bad rows are named by file and line and the good ones are read`() throws {
    let path = try folder.write(
      "e.csv",
      """
      session_id,created_at,event_type,tag
      a,1500000000,1,"two
      lines"
      ,1500000000,1,
      b,,1,
      b,soon,1,
      b,1500000000,300,
      b,1500000000,1.5,
      b,1500000000
      c,1500000000,2,

      """)
    let seen = try SeenRows(csv: [path])
    let notAType =
      "which is not an event type; use 1 or page for a pageview, 2 or event for a custom event; "
      + "--map event_type=none ignores the column"
    #expect(seen.events.map(\.sessionID) == ["a", "c"])
    #expect(
      seen.diagnostics.map { $0.replacing(path, with: "e.csv") } == [
        "e.csv, line 4: session_id is empty",
        "e.csv, line 5: created_at is empty",
        "e.csv, line 6: created_at is \"soon\", which is not a valid time: it begins like no date and no number;"
          + " use 2025-03-05 21:54:42, or seconds or milliseconds since 1970, or describe it with --time-format",
        "e.csv, line 7: event_type is \"300\", \(notAType)",
        "e.csv, line 8: event_type is \"1.5\", \(notAType)",
        "e.csv, line 9: the row has 2 fields, the header has 4",
      ])
  }

  @Test func `bad properties are named`() throws {
    let path = try folder.write(
      "d.csv",
      "event_id,data_key,number_value,created_at\n,k,1,\ne,,1,\ne,k,x,\ne,k,1,x\ne,k,1e15,\ne,k,1,1500000000\n"
    )
    let seen = try SeenRows(csv: [path])
    #expect(seen.properties.count == 1)
    #expect(seen.diagnostics.count == 5)
    #expect(
      seen.diagnostics[4] == "\(path), line 6: number_value is \"1e15\", which is not a number in range")
  }

  @Test func `the first ten are reported and the rest counted`() throws {
    func check(_ bad: Int, lines: Int, last: String?) throws {
      let text = "session_id,created_at\n" + String(repeating: "s,x\n", count: bad) + "s,1500000000\n"
      let seen = try SeenRows(csv: [try folder.write("e.csv", text)])
      #expect(seen.events.count == 1)
      #expect(seen.diagnostics.count == lines)
      if let last { #expect(seen.diagnostics.last == last) }
    }
    try check(0, lines: 0, last: nil)
    try check(10, lines: 10, last: nil)
    try check(11, lines: 11, last: "skipped 1 more bad rows, 11 in total")
    try check(500, lines: 11, last: "skipped 490 more bad rows, 500 in total")
  }

  @Test func `a strict reading stops at the first`() throws {
    let path = try folder.write("e.csv", "session_id,created_at\na,1500000000\nb\nc,1500000000\n")
    var options = OpenOptions()
    options.rules.isStrict = true
    let store = try EventStore.open([path], options: options) { _ in }
    let expected = BadRow(path: path, place: .line(3), defect: .fieldCount(found: 1, expected: 2))
    #expect(throws: StoreError.badRow(expected)) { try store.snapshot() }
  }

  @Test func `a quote that is never closed is an error also without strictness`() throws {
    let path = try folder.write("e.csv", "session_id,created_at\na,1500000000\nb,\"0\nc,1500000000\n")
    let store = try EventStore.open([path]) { _ in }
    #expect(throws: StoreError.unterminatedQuote(path: path, line: 3)) { try store.snapshot() }
  }

  @Test func `values are shown short and on one line`() {
    func check(_ text: String, _ expected: String) {
      Array(text.utf8).withUnsafeBufferPointer { #expect(shown($0) == expected) }
    }
    check("a\n\u{1B}[2J", "\"a\\u{a}\\u{1b}[2J\"")
    check(String(repeating: "x", count: 60), "\"" + String(repeating: "x", count: 60) + "\"")
    check(String(repeating: "x", count: 61), "\"" + String(repeating: "x", count: 60) + "…\"")
  }
}
