import Foundation
import Testing

@testable import Engine
@testable import EventStore

/// Columns of files and tables that are read as properties: `--map property:KEY=column`.
struct MappedPropertiesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let csv = """
    when,who,amount,cur,code
    2026-03-01 10:00:00,ann,12.50,EUR,007
    2026-03-01 10:00:00,ann,12.50,EUR,007
    2026-03-02 10:00:00,ben,,,
    2026-03-03 10:00:00,cy,about 5,,2026-03-01T10:00:00+01:00

    """
  private static let map = "created_at=when,session_id=who"

  private func rules(_ map: String, table: String? = nil) throws -> ReadingRules {
    var rules = ReadingRules()
    rules.columnMap = try ColumnMap(parsing: map)
    rules.table = table
    return rules
  }

  /// The properties of all events, ordered by event and key.
  private func properties(_ paths: [String], _ rules: ReadingRules = ReadingRules()) throws -> [String] {
    var options = OpenOptions()
    options.rules = rules
    let out = folder.file("export")
    var exporting = ExportOptions()
    exporting.rules = rules
    exporting.replacesFiles = true
    _ = try exportEvents(of: paths, to: out, options: exporting, in: LoadContext()) { _ in }
    let text = try String(contentsOfFile: "\(out)/event_data.csv", encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      line.filter { $0 != "\"" }.split(separator: ",", omittingEmptySubsequences: false)[5...9].joined(
        separator: " ")
    }.sorted()
  }

  @Test func `a column is a property of each event in which it has a value`() throws {
    let path = try folder.write("orders.csv", Self.csv)
    let map = Self.map + ",property:revenue=amount,property:Currency=cur,property:code=code"
    let seen = try SeenRows(csv: [path], rules: rules(map))
    #expect(seen.events.count == 4 && seen.diagnostics == [])
    #expect(
      seen.properties.map { "\($0.key) \($0.string) \($0.number.map(String.init) ?? "-")" } == [
        "Currency EUR -", "code 007 -", "revenue 12.5000 125000", "Currency EUR -", "code 007 -",
        "revenue 12.5000 125000", "code 2026-03-01T09:00:00.000Z -", "revenue about 5 -",
      ])
  }

  @Test(arguments: [
    ("0", true), ("-0.5", true), ("12345.67891", true), ("007", false), ("1e3", false), ("+1", false),
    (".5", false), ("5.", false), ("-", false), ("99999999999999999999", false), ("1_000", false),
  ])
  func `a value is a number if JSON would write it so`(text: String, isNumber: Bool) throws {
    let path = try folder.write("orders.csv", "when,who,amount\n2026-03-01,ann,\(text)\n")
    let seen = try SeenRows(csv: [path], rules: rules(Self.map + ",property:revenue=amount"))
    #expect(seen.properties.map { $0.number != nil } == [isNumber])
    if !isNumber { #expect(seen.properties.map(\.string) == [text]) }
  }

  @Test func `a text in quotes is a property of the events that have one of the columns`() throws {
    let path = try folder.write("orders.csv", Self.csv)
    let map = Self.map + #",property:revenue=amount,property:currency="'A, B'""#
    let seen = try SeenRows(csv: [path], rules: rules(map))
    #expect(seen.properties.filter { $0.key == "currency" }.map(\.string) == ["A, B", "A, B", "A, B"])
    #expect(
      try ColumnMap(parsing: rules(map).columnMap.entries.joined(separator: ",")) == rules(map).columnMap)
  }

  @Test func `properties from columns are the same in every kind of file, loaded or imported`() throws {
    let csv = try folder.write("orders.csv", Self.csv)
    let lines = try folder.write(
      "orders.jsonl",
      #"{"when":"2026-03-01 10:00:00","who":"ann","o":{"total":12.50,"cur":"EUR"},"code":"007"}"# + "\n")
    let database = folder.file("orders.db")
    try Connection(path: database, mode: .create).execute(
      """
      CREATE TABLE orders ("when", who, amount REAL, cur, code);
      INSERT INTO orders VALUES ('2026-03-01 10:00:00', 'ann', 12.5, 'EUR', '007'),
        ('2026-03-01 10:00:00', 'ann', 12.5, 'EUR', '007'), (1772359200, 'ben', NULL, NULL, '');
      CREATE VIEW seen AS SELECT * FROM orders
      """)
    let one = ["revenue 12.5000 12.5  2", "code 007   1", "currency EUR   1"]
    func check(_ path: String, _ map: String, _ expected: [String], table: String? = nil) throws {
      let rules = try rules(Self.map + map, table: table)
      #expect(try properties([path], rules) == expected.sorted(), "\(path)")
      var options = ImportOptions()
      options.rules = rules
      let store = folder.file("\(UUID()).db")
      _ = try importFiles([path], into: store, options: options) { _ in }
      #expect(try properties([store]) == expected.sorted(), "\(path)")
      var opening = OpenOptions()
      opening.rules = rules
      let columns = try EventStore.open([path], options: opening) { _ in }.snapshot().columns(
        of: ReadingRules.nilUUID)
      #expect(columns?.partitions.reduce(0) { $0 + $1.properties.count } == expected.count, "\(path)")
    }
    let columns = ",property:revenue=amount,property:currency=cur,property:code=code"
    try check(
      csv, columns,
      one + one + ["revenue about 5   1", "code 2026-03-01T09:00:00.000Z  2026-03-01T09:00:00.000Z 4"])
    try check(lines, ",property:revenue=o.total,property:currency=o.cur,property:code=code", one)
    try check(database, columns, one + one, table: "orders")
    try check(database, columns, one + one, table: "seen")
  }

  @Test func `a map of properties that is none is refused`() throws {
    let path = try folder.write("orders.csv", Self.csv)
    func check(_ map: String, _ sentence: String) {
      let error = #expect(throws: StoreError.self) { try SeenRows(csv: [path], rules: rules(map)) }
      #expect(error?.description.hasPrefix("--map: " + sentence) == true, "\(error?.description ?? "")")
    }
    check("property:=amount", "property: has no key; write property:revenue=amount")
    check("property:x=none", "property:x=none has no effect; leave it out")
    check("property:x=amount,property:x=cur", "property:x is named twice")
    check(
      Self.map + ",property:currency='EUR'", "property:currency is a text of events with other properties")
    check(Self.map + ",property:currency=EUR", #"no file has a column "EUR""#)
    let longest = DataLimits.standard.propertyKeyBytes
    let key = String(repeating: "k", count: longest)
    #expect(
      try SeenRows(csv: [path], rules: rules(Self.map + ",property:\(key)=amount")).properties.count == 3)
    check("property:\(key)k=amount", "the key of a property has more than \(longest) bytes")
  }
}
