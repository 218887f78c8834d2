import JSON
import Testing

@testable import Reporting

/// An inspection as text.
@Suite struct InspectionTextTests {
  private func text(_ result: JSONValue) -> String {
    inspectionText(result, on: Canvas(width: 60, hasColors: false)) { "read \($0) with \($1)" }
  }

  private func file(_ changes: JSONObject = [:]) -> JSONValue {
    var file: JSONObject = [
      "number": 1, "file": "e.csv", "table": .null, "format": "csv", "separator": "comma",
      "encoding": "utf-8",
      "compression": .null, "kind": "website_event", "rows": 2, "events": 1, "properties": 0,
      "firstEvent": .null, "lastEvent": .null, "error": .null, "map": .null,
    ]
    file.merge(changes)
    return .object(file)
  }

  private func problem(_ rows: Int64, _ lines: [Int64]) -> JSONValue {
    [
      "number": 1, "file": "e.csv", "table": .null, "reason": "missing", "column": "session_id",
      "rows": .integer(rows),
      "lines": .array(lines.map { .integer($0) }), "message": "session_id is empty",
    ]
  }

  @Test(
    arguments: [
      ([:], "CSV · 2 rows · 1 event"),
      (
        ["separator": "tab", "encoding": "utf-16", "compression": "gzip", "rows": 1, "events": 1234],
        "CSV, separated by tabs, utf-16, compressed with gzip · 1 row · 1,234 events"
      ),
      (["kind": "event_data", "properties": 2], "CSV · 2 rows · 2 properties"),
      (["properties": 1], "CSV · 2 rows · 1 event · 1 property"),
      (["kind": "session"], "CSV · 2 rows · table session"),
      (["format": "other", "separator": .null, "error": "is wrong"], "unknown format\nis wrong"),
      (
        ["firstEvent": "2025-03-01T00:00:00Z", "lastEvent": "2025-03-02T00:00:00Z"],
        "CSV · 2 rows · 1 event · 2025-03-01T00:00:00Z to 2025-03-02T00:00:00Z"
      ),
      (["table": "t"], "CSV · 2 rows · 1 event"),
    ] as [(JSONObject, String)])
  func `facts are on one line`(changes: JSONObject, expected: String) {
    let name = changes["table"] == nil ? "e.csv" : "e.csv, table t"
    #expect(
      text(["files": [file(changes)], "columns": [], "problems": []]) == "\(name)\n\(expected)\n")
  }

  @Test func `tables with the same name have their own columns and problems`() {
    let second = file(["number": 2])
    let column: JSONValue = ["number": 2, "name": "who", "readAs": ["session_id"]]
    #expect(
      text(["files": [file(), second], "columns": [column], "problems": [problem(1, [3])]]) == """
        e.csv
        CSV · 2 rows · 1 event

        1 row: session_id is empty (line 3)

        e.csv
        CSV · 2 rows · 1 event

        column  read as     example
        who     session_id

        """)
  }

  @Test func `columns, problems and the proposal follow`() {
    let column: (JSONValue, JSONValue, JSONValue, JSONValue) -> JSONValue = {
      name, readAs, suggestion, example in
      [
        "number": 1, "file": "e.csv", "table": .null, "name": name, "readAs": readAs,
        "suggestion": suggestion,
        "example": example,
      ]
    }
    let result: JSONValue = [
      "files": [file(["map": "url=page"])],
      "columns": [
        column("who", ["session_id", "distinct_id"], .null, "a\u{1B}[31m"), column("page", [], "url", "/a"),
        column("", [], .null, .null),
      ],
      "problems": [problem(1, [3]), problem(2, [3, 4]), problem(9, [1, 2, 3, 4, 5]), problem(3, [])],
    ]
    #expect(
      text(result) == """
        e.csv
        CSV · 2 rows · 1 event

        column  read as                  example
        who     session_id, distinct_id  a�[31m
        page    not read (url?)          /a
        (none)  not read

        1 row: session_id is empty (line 3)
        2 rows: session_id is empty (lines 3, 4)
        9 rows: session_id is empty (lines 1, 2, 3, 4, 5, …)
        3 rows: session_id is empty

        To read columns by their usual names, add --map:
        read e.csv with url=page

        """)
  }
}
