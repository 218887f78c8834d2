import Calendar
import Engine
import System
import Testing

@testable import EventStore

struct TimestampTests {
  private func check(_ text: String, _ expected: Int64?, sourceLocation: SourceLocation = #_sourceLocation) {
    let parsed = Array(text.utf8).withUnsafeBufferPointer { try? TimestampParser().milliseconds($0) }
    #expect(parsed == expected, "\(text)", sourceLocation: sourceLocation)
  }

  private func check(
    _ text: String, _ expected: InstantError, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: expected, "\(text)", sourceLocation: sourceLocation) {
      try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(InstantError) in
        try TimestampParser().milliseconds(bytes)
      }
    }
  }

  private func check(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ isExpected: (InstantError) -> Bool
  ) {
    do throws(InstantError) {
      _ = try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(InstantError) in
        try TimestampParser().milliseconds(bytes)
      }
      Issue.record("\(text) is read", sourceLocation: sourceLocation)
    } catch {
      #expect(isExpected(error), "\(text): \(error)", sourceLocation: sourceLocation)
    }
  }

  @Test func `dates and times are UTC without a zone`() {
    check("2025-03-05 21:54:42", 1_741_211_682_000)
    check("2025-03-05 21:54:42.123", 1_741_211_682_123)
    check("2025-03-05T21:54:42Z", 1_741_211_682_000)
    check("2025-03-05T22:54:42+01:00", 1_741_211_682_000)
    check("2025-03-05 21:54:42+00", 1_741_211_682_000)
    check(" 2025-03-05 21:54:42 UTC ", 1_741_211_682_000)
    check("[05/Mar/2025:22:54:42 +0100]", 1_741_211_682_000)
  }

  @Test func `a number has the unit in which it is between 1990 and 2200`() {
    for (unit, zeros) in [("seconds", ""), ("ms", "000"), ("us", "000000"), ("ns", "000000000")] {
      check("631152000\(zeros)", 631_152_000_000)
      check("7258118399\(zeros)", 7_258_118_399_000)
      check("631151999\(zeros)", .numberWithoutUnit)
      check("7258118400\(zeros)", .numberWithoutUnit)
      check("1741211682\(zeros)", 1_741_211_682_000)
      _ = unit
    }
    check("1741211682.123", 1_741_211_682_123)
    check("1741211682,5", 1_741_211_682_500)
    check("1741211682123.9", 1_741_211_682_123)
    check("1741211682123456", 1_741_211_682_123)
    check("1741211682123456789", 1_741_211_682_123)
    check("001741211682", 1_741_211_682_000)
    check("1.741211682123E9", 1_741_211_682_123)
    check("1.5718752E9", 1_571_875_200_000)
  }

  @Test func `what may be something else is refused, and the error says what`() {
    check("20191001", .compactDay)
    check("20191301", .numberWithoutUnit)
    check("20191001120000", .compactTime)
    check("201910011200", .compactTime)
    check("43739.5", .spreadsheetDay)
    check("2458757.5", .julianDay)
    check("1.57188E+12", .roundedNumber)
    check("0", .numberWithoutUnit)
    check("-1741211682", .numberWithoutUnit)
    check("99999999999", .numberWithoutUnit)
    check("99999999999999999999", .numberWithoutUnit)
    check("1e99999999999", .numberWithoutUnit)
    for text in ["10/01/2019", "01.10.2019", "10/01/2019 03:00 PM"] {
      check(text) { if case .dayOrMonthFirst = $0 { true } else { false } }
    }
    check("2019/10/01") { if case .otherSeparator = $0 { true } else { false } }
    for text in ["2019-10-01 03:00:00 PM", "2019-10-01 3:00 p.m."] {
      check(text) { if case .twelveHourClock = $0 { true } else { false } }
    }
    check("2019-10-01 03:00:00 CET", .zoneName)
    check("yesterday", .unexpected(at: 0))
    check(" ", .empty)
  }

  @Test func `numbers of other programs' SQLite files go by the same rule`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("f.db")
    let connection = try Connection(path: path, mode: .create)
    try connection.execute("CREATE TABLE website_event (session_id, created_at)")
    try connection.execute(
      """
      INSERT INTO website_event VALUES ('a', 1741211682), ('b', 1741211682123456), ('c', 1741211682.5),
        ('d', 2458757.5), ('e', 20191001), ('f', '2025-03-05 21:54:42 UTC')
      """)
    let seen = try SeenRows(sqlite: path)
    #expect(
      seen.events.map(\.createdAt) == [
        1_741_211_682_000, 1_741_211_682_123, 1_741_211_682_500, 1_741_211_682_000,
      ])
    #expect(seen.diagnostics.count == 2)
    #expect(
      seen.diagnostics[0].hasSuffix("it looks like a Julian day; \(InstantError.julianDay.adviceForFiles)"))
  }

  @Test func `a format and a zone decide what a file's times are`() throws {
    let folder = try TemporaryFolder()
    var rules = ReadingRules()
    rules.times.format = try TimeFormat("%d.%m.%Y %H:%M")
    let zones = TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system)
    rules.times.zone = ("Europe/Berlin", try zones.rules(named: "Europe/Berlin"))
    rules.columnMap = try ColumnMap(parsing: "created_at=date+time,session_id=ip")
    let path = try folder.write(
      "dt.csv", "Date,Time,IP\n01.05.2025,10:00,a\n30.03.2025,02:30,b\n26.10.2025,02:30,c\n2025-05-01,,d\n")
    var lines: [String] = []
    let options = {
      var options = OpenOptions(); options.rules = rules; return options
    }()
    let store = try EventStore.open([path], options: options) { lines.append($0) }
    #expect(try store.snapshot().websites.count == 1)
    #expect(lines.count == 3 && lines[0].hasSuffix("created_at is empty"), "\(lines)")
    #expect(lines.dropFirst().allSatisfy { line in ["1 row"].allSatisfy { line.contains($0) } }, "\(lines)")
    let seen = try SeenRows(csv: [path], rules: rules)
    #expect(
      seen.events.map { formatInstant($0.createdAt) } == [
        "2025-05-01T08:00:00Z", "2025-03-30T01:30:00Z", "2025-10-26T00:30:00Z",
      ])
    #expect(rules.spelling != ReadingRules().spelling)
  }

  @Test func `date and time may be in two columns, unless one has their joined name`() throws {
    let folder = try TemporaryFolder()
    var rules = ReadingRules()
    rules.columnMap = try ColumnMap(parsing: "created_at=date+time,session_id=ip")
    let two = try folder.write(
      "dt.csv",
      "Date,Time,IP,url\n2025-05-01,10:00:00,1.2.3.4,/a\n2025-05-01,11:59:00,1.2.3.4,/b\n")
    #expect(
      try SeenRows(csv: [two], rules: rules).events.map { formatInstant($0.createdAt) } == [
        "2025-05-01T10:00:00Z", "2025-05-01T11:59:00Z",
      ])
    let one = try folder.write("one.csv", "date,time,date+time,ip\nx,y,2025-05-01 10:00:00,a\n")
    #expect(try SeenRows(csv: [one], rules: rules).events.map(\.createdAt) == [1_746_093_600_000])
    let none = try folder.write("none.csv", "date,clock,ip\nx,y,a\n")
    #expect(throws: StoreError.self) { try SeenRows(csv: [none], rules: rules) }
  }

  @Test func `files as people have them`() throws {
    let folder = try TemporaryFolder()
    var rules = ReadingRules()
    rules.columnMap = try ColumnMap(parsing: "created_at=event_time,session_id=user_id")
    let rees = try folder.write("r.csv", "event_time,user_id\n2019-10-01 00:00:00 UTC,541312140\n")
    #expect(try SeenRows(csv: [rees], rules: rules).events.map(\.createdAt) == [1_569_888_000_000])
    let ga4 = try folder.write("g.csv", "event_date,event_timestamp,user\n20231005,1696500000123456,u\n")
    rules.columnMap = try ColumnMap(parsing: "created_at=event_timestamp,session_id=user")
    #expect(try SeenRows(csv: [ga4], rules: rules).events.map(\.createdAt) == [1_696_500_000_123])
    rules.columnMap = try ColumnMap(parsing: "created_at=event_date,session_id=user")
    #expect(
      try SeenRows(csv: [ga4], rules: rules).diagnostics == [
        "\(ga4), line 2: created_at is \"20231005\", which is not a valid time: it looks like a day; "
          + "use --time-format %Y%m%d"
      ])
  }
}
