import Engine
import Testing

@testable import EventStore

/// What stderr says of values that count, but hardly as whoever wrote them meant.
struct UnusualValuesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The lines for a store of these files, of an import of them, and of the store that the import makes.
  private func check(
    _ files: [String], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let paths = try files.enumerated().map { try folder.write("\($0).csv", $1) }
    func lines(_ paths: [String]) throws -> [String] {
      var lines: [String] = []
      _ = try EventStore.open(paths) { lines.append($0) }.snapshot().websites
      return lines
    }
    #expect(try lines(paths) == expected, sourceLocation: sourceLocation)
    let store = folder.file("store-\(expected.count)-\(files.joined().count).db")
    var imported: [String] = []
    _ = try importFiles(paths, into: store) { imported.append($0) }
    #expect(imported == expected, sourceLocation: sourceLocation)
    #expect(try lines([store]) == expected, sourceLocation: sourceLocation)
  }

  private static let events =
    "event_id,session_id,created_at,event_type\n" + (1...4).map { "e\($0),s,150000000\($0),2\n" }.joined()

  private func data(_ rows: String...) -> String {
    "event_id,data_key,string_value,number_value\n" + rows.joined(separator: "\n") + "\n"
  }

  private static func amounts(_ count: String, _ them: String, _ example: String) -> String {
    "\(count) not a number, so that revenue leaves \(them) out: \(example); use digits and a point: 1234.56"
  }

  private static func withoutCurrency(_ count: String) -> String {
    "\(count) a property revenue and none whose key contains currency, so that the amount is in no currency"
  }

  @Test func `amounts that are no numbers are counted`() throws {
    try check(
      [
        Self.events,
        data(
          #"e1,revenue,"1,234.56","#, "e1,currency,EUR,", "e2,Total_Revenue,€12.50,", "e3,price,€12.50,",
          "e4,revenue,,"),
      ], [Self.amounts("2 amounts of money are", "them", #""1,234.56""#)])
    try check(
      [Self.events, data("e1,revenue,1.5,", "e1,currency,EUR,", "e2,revenue,1e3,2", "e2,myCurrency,x,")], [])
    try check([Self.events, data("e1,revenue,x,")], [Self.amounts("1 amount of money is", "it", #""x""#)])
  }

  @Test func `events with an amount and without a currency are counted`() throws {
    try check(
      [Self.events, data("e1,revenue,,5", "e2,revenue,,5", "e2,currency,EUR,")],
      [Self.withoutCurrency("1 event has")])
    try check(
      [
        Self.events,
        data("e1,revenue,5,", "e1,revenue2,,6", "e4,currency,,", "e4,revenue,,7", "e3,currency,EUR,"),
      ],
      [Self.withoutCurrency("2 events have")])
    // Of an event without an amount no currency is missed.
    try check(
      [Self.events, data("e1,revenue,x,", "e2,currency,EUR,")],
      [Self.amounts("1 amount of money is", "it", #""x""#)])
  }

  @Test func `types that are none of 1 to 5 are counted`() throws {
    func rows(_ types: Int...) -> String {
      "event_id,session_id,created_at,event_type\n"
        + types.enumerated().map { "e\($0),s,150000000\($0),\($1)\n" }.joined()
    }
    try check([rows(1, 2, 3, 4)], [])
    try check([rows(1, 5)], [])
    try check(
      [rows(0, 1)],
      ["1 event has an event_type that is none of 1 to 5: 0; they are neither pageviews nor custom events"])
    try check(
      [rows(1, 6, 99)],
      ["2 events have an event_type that is none of 1 to 5: 6; they are neither pageviews nor custom events"])
  }

  @Test func `inspect counts such types with their lines`() throws {
    let path = try folder.write(
      "e.csv", "session_id,created_at,event_type\ns,2025-03-01,0\ns,2025-03-01,1\ns,2025-03-01,6\n")
    let table = try #require(
      try EventStore.unopened([path]) { _ in }.inspect().first)
    let problem = try #require(table.problems.first)
    #expect(
      (problem.reason, problem.column, problem.count, problem.lines) == (
        .unknownType, "event_type", 2, [2, 4]
      ))
    #expect(table.events == 3)
  }

  @Test func `an import tells of members that may be columns`() throws {
    let path = try folder.write(
      "rows.ndjson",
      #"{"session_id":"a","created_at":1500000000,"page":"/a","context":{"locale":"de"},"plan":"pro","data":{"page":1}}"#
        + "\n")
    var lines: [String] = []
    _ = try importFiles([path], into: folder.file("members.db")) { lines.append($0) }
    #expect(
      lines == [
        "\(path): skipped members that may be columns: page, context.locale; footfall inspect proposes how to read them"
      ])
    var options = ImportOptions()
    options.rules.columnMap = try ColumnMap(parsing: "url=page,language=context.locale")
    lines = []
    _ = try importFiles([path], into: folder.file("mapped.db"), options: options) { lines.append($0) }
    #expect(lines == [])
  }
}
