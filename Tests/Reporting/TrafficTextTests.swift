import Calendar
import Engine
import JSON
import System
import Testing

@testable import Reporting

/// The numbers of traffic as text, to the character, and the flags that only these commands have.
@Suite struct TrafficTextTests {
  private let berlin: TimeZoneRules

  init() throws {
    berlin = try TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system).rules(
      named: "Europe/Berlin")
  }

  private func context(_ name: String, _ flags: [String]) throws -> ReportContext {
    let flags = flags.contains("--during") ? flags : flags + ["--during", "2026-03"]
    var arguments = ReportArguments(try #require(ReportDefinition.all.first { $0.name == name }))
    for index in stride(from: 0, to: flags.count, by: 2) {
      _ = try arguments.take(flags[index], flags[index + 1])
    }
    try arguments.checkComplete()
    let zone = arguments.timeZoneName == "UTC" ? TimeZoneRules.utc : berlin
    let range = try arguments.range(in: zone, events: nil, now: 0)
    return ReportContext(
      arguments, params: arguments.params(websiteID: "w", range: range), website: "example.com", range: range,
      zone: zone)
  }

  private func check(
    _ name: String, _ flags: [String], _ result: String, before: String? = nil, width: Int = 72,
    is text: String
  ) throws {
    let value = try JSONValue(parsing: Array(result.utf8), maximumDepth: 16)
    var context = try context(name, flags)
    context.comparedValues = try before.map { try JSONValue(parsing: $0) }
    let made = reportText(value, context, on: Canvas(width: width, hasColors: false))
    #expect(made == text, "\n\(made)")
  }

  private let numbers = #"""
    "pageviews":1237,"visitors":167,"visits":271,"bounces":46,"totaltime":41125,"bounceRate":0.16974,"viewsPerVisit":4.5646,
    "averageTime":151.753,"events":199
    """#

  @Test func `each number has the one that it is compared with, and the change`() throws {
    try check(
      "stats", ["--compare", "2026-01"],
      #"""
      {\#(numbers),"comparison":{"pageviews":1237,"visitors":334,"visits":0,"bounces":40,"totaltime":0,"bounceRate":null,
      "viewsPerVisit":null,"averageTime":3601,"events":0}}
      """#,
      is: """
        Traffic of example.com
        2026-03-01 to 2026-03-31 (UTC) · compared with 2026-01-01 to 2026-01-31

                               now   before  change
        visitors               167      334   -50 %
        visits                 271        0     new
        pageviews            1,237    1,237     0 %
        pageviews per visit   4.56
        bounces                 46       40   +15 %
        bounce rate          17.0%
        time per visit        2:32  1:00:01   -96 %
        custom events          199        0     new

        """)
  }

  @Test func `all numbers of the top values, with the visitors that they are compared with`() throws {
    let result = #"""
      {"result":[{"name":"Köln","pageviews":9,"visitors":4,"visits":5,"bounces":1,"totaltime":3661,"country":"DE"},
      {"name":"Wien","pageviews":1,"visitors":1,"visits":1,"bounces":1,"totaltime":0,"country":"AT"}],
      "comparison":[{"name":"Köln","pageviews":1,"visitors":1,"visits":1,"bounces":1,"totaltime":0,"country":"US"},
      {"name":"Köln","pageviews":4,"visitors":2,"visits":2,"bounces":1,"totaltime":0,"country":"DE"}],
      "range":{},"comparisonRange":{}}
      """#
    func check(_ limit: String, before: String? = nil, wien: String, note: String = "") throws {
      try self.check(
        "top", ["--type", "city", "--expanded", "", "--compare", "month", "--limit", limit], result,
        before: before,
        is: """
          Top values of example.com
          2026-03-01 to 2026-03-31 (UTC) · compared with 2026-02-01 to 2026-02-28 · by city

          city  country  visitors  before  change  visits  pageviews  bounces     time
          Köln  DE              4       2  +100 %       5          9        1  1:01:01
          Wien  AT              1  \(wien)       1          1        1     0:00
          \(note)
          """)
    }
    let note = "\nThe first 2 values; --limit shows more.\n"
    // What the limit has left out of the other range is unknown, unless it was asked for.
    try check("2", wien: "              ", note: note)
    try check("3", wien: "     0     new")
    let köln = #"{"name":"Köln","visitors":2,"country":"DE"}"#
    try check("2", before: "[\(köln)]", wien: "     0     new", note: note)
    let wien = #"{"name":"Wien","visitors":2,"country":"AT"}"#
    try check("2", before: "[\(wien),\(köln)]", wien: "     2   -50 %", note: note)
  }

  @Test func `a series has the highest number of its value in the other range`() throws {
    func series(_ value: String, _ visitors: Int) -> String {
      #"{\#(value),"series":[{"t":"2026-03-01T00:00:00Z","visitors":\#(visitors)}]}"#
    }
    let rows = [series(#""value":"/a""#, 5), series(#""value":"""#, 4), series(#""rest":true"#, 3)]
    let result =
      #"{"result":[\#(rows.joined(separator: ","))],"comparison":[\#(series(#""value":"/a""#, 2)),"#
      + #"\#(series(#""value":"/b""#, 2)),\#(series(#""rest":true"#, 9))],"range":{},"comparisonRange":{}}"#
    func check(_ limit: String, before: String? = nil, none: String) throws {
      try self.check(
        "series", ["--by", "entry", "--limit", limit, "--compare", "previous"], result, before: before,
        is: """
          Traffic over time of example.com
          2026-03-01 to 2026-03-31 (UTC) · compared with 2026-01-29 to 2026-02-28 · by day · by entry

          entry     lowest  highest  highest before  visitors by day
          /a             5        5               2  █
          (none)         4        4  \(none)  █
          (others)       3        3                  █

          Each line goes from 2026-03-01 to 2026-03-01 and has a scale of its own.

          """)
    }
    try check("2", none: "              ")
    try check("3", none: "             0")
    try check(
      "2", before: "[\(series(#""value":"/a""#, 2)),\(series(#""value":"""#, 7))]", none: "             7")
  }

  @Test func `a comparison whose ranges have values of their own needs a second request`() throws {
    func params(_ name: String, _ flags: [String], _ result: JSONValue) throws -> JSONObject? {
      try context(name, flags + ["--compare", "month"]).paramsOfComparedValues(result)
    }
    let result: JSONValue = [
      "result": [], "comparison": [],
      "comparisonRange": ["startDate": "2026-02-01T00:00:00Z", "endDate": "2026-02-28T23:59:59.999Z"],
    ]
    let top = try params("top", ["--expanded", "", "--limit", "2", "--offset", "4"], result)
    #expect(top?["dateRange"] == result["comparisonRange"] && top?["limit"] == 100_000)
    #expect(top?["offset"] == nil && top?["compare"] == nil && top?["type"] == "path")
    let series = try params("series", ["--by", "entry"], result)
    #expect(series?["by"] == ["name": "entry", "limit": 1000] && series?["compare"] == nil)
    // These are aligned.
    #expect(try params("top", [], result) == nil)
    #expect(try params("series", [], result) == nil)
    #expect(try params("insights", ["--by", "country"], result) == nil)
    #expect(try context("top", ["--expanded", ""]).paramsOfComparedValues([]) == nil)
  }

  @Test func `a list whose rows are all skipped says so`() throws {
    try check(
      "top", ["--offset", "1000"], "[]",
      is: """
        Top values of example.com
        2026-03-01 to 2026-03-31 (UTC) · by path

        There are no rows after the first 1,000, which --offset skips.

        """)
    let arguments = try context("insights", ["--by", "country", "--offset", "10"]).arguments
    let range = Period(start: 0, end: 1000)
    #expect(
      arguments.notice(of: ["rows": [], "rest": [:]], in: range, events: range, website: "w", in: .utc)
        == "there are no rows after the first 10, which --offset skips")
  }

  @Test func `hours of the week are on one scale, from Monday`() throws {
    var days = Array(repeating: Array(repeating: 0, count: 24), count: 7)
    (days[0][23], days[1][0], days[1][9]) = (1_600, 200, 800)
    try check(
      "weekly", [], "\(days)",
      is: """
        Visitors by weekday and hour of example.com
        2026-03-01 to 2026-03-31 (UTC)

                   busiest hour  visitors  0:00 to 23:00
        Monday     9:00               800  ▁········▄··············
        Tuesday                         0  ························
        Wednesday                       0  ························
        Thursday                        0  ························
        Friday                          0  ························
        Saturday                        0  ························
        Sunday     23:00            1,600  ·······················█

        """)
  }

  @Test func `properties of events, and their values`() throws {
    try check(
      "properties", ["--event", "buy\u{1B}"],
      #"""
      [{"eventName":"buy","propertyName":"price","dataType":2,"total":1200},
      {"eventName":"","propertyName":"gift","dataType":3,"total":600}]
      """#, width: 60,
      is: """
        Properties of events of example.com
        2026-03-01 to 2026-03-31 (UTC) · event buy\u{FFFD}

        event   property  type           events
        buy     price     number          1,200  ███████████████████
        (none)  gift      true or false     600  █████████▌

        """)
    try check(
      "values", ["--event", "buy", "--property", "price"],
      #"[{"value":"9.90","total":3},{"value":"","total":1}]"#, width: 40,
      is: """
        Values of a property of example.com
        2026-03-01 to 2026-03-31 (UTC) · event buy · property price

        value   events
        9.90         3  ████████████████████████
        (none)       1  ████████

        """)
  }

  @Test func `what is compared is named by its days in the zone of the report`() throws {
    for (flags, text) in [
      ([], "2026-01-29 to 2026-02-28"), (["--compare", "previous"], "2026-01-29 to 2026-02-28"),
      (["--compare", "month"], "2026-02-01 to 2026-02-28"),
      (["--compare", "year"], "2025-03-01 to 2025-03-31"),
      (["--compare", "week"], "2026-02-22 to 2026-03-24"),
      (["--compare", "2025"], "2025-01-01 to 2025-12-31"),
      (["--compare", "2025-12-24"], "2025-12-24"),
    ] {
      // The clocks change on 29 March, so the range has an hour less than the days before.
      let context = try context("stats", flags + ["--timezone", "Europe/Berlin"])
      #expect(context.comparisonSettings == ["compared with \(text)"], "\(flags)")
    }
  }

  @Test func `a series has a row for each unit, in the zone of the report, and marks those in part`() throws {
    let points = #"""
      [{"t":"2026-02-22T23:00:00Z","visitors":4,"pageviews":18,"complete":false},
       {"t":"2026-03-01T23:00:00Z","visitors":47,"pageviews":1270,"complete":true}]
      """#
    let flags = ["--unit", "week", "--metric", "visitors, pageviews", "--timezone", "Europe/Berlin"]
    try check(
      "series", flags, points, width: 60,
      is: """
        Traffic over time of example.com
        2026-03-01 to 2026-03-31 (Europe/Berlin) · by week

        week         visitors  pageviews
        2026-02-23*         4         18  ██▎
        2026-03-02         47      1,270  ██████████████████████████

        * Only a part of this week is in the range.

        """)
    let compared =
      #"{"result":\#(points),"comparison":[{"t":"2026-01-25T23:00:00Z","visitors":5,"pageviews":1,"complete":true}],"#
      + #""range":{},"comparisonRange":{}}"#
    try check(
      "series", flags + ["--compare", "previous"], compared, width: 60,
      is: """
        Traffic over time of example.com
        2026-03-01 to 2026-03-31 (Europe/Berlin) · compared with 2026-01-29 to 2026-02-28 · by week

        week         visitors  pageviews  visitors before  change
        2026-02-23*         4         18                5   -20 %
        2026-03-02         47      1,270

        * Only a part of this week is in the range.

        """)
  }

  @Test func `a series of each value is a line of bars`() throws {
    try check(
      "series", ["--by", "channel", "--limit", "2"],
      #"""
      [{"value":"Direct","series":[{"t":"2026-03-01T00:00:00Z","visitors":0},{"t":"2026-03-02T00:00:00Z","visitors":1000},
       {"t":"2026-03-03T00:00:00Z","visitors":1},{"t":"2026-03-04T00:00:00Z","visitors":500}]},
       {"value":"","series":[{"t":"2026-03-01T00:00:00Z","visitors":0},{"t":"2026-03-04T00:00:00Z","visitors":0}]},
       {"rest":true,"series":[{"t":"2026-03-01T00:00:00Z","visitors":3},{"t":"2026-03-04T00:00:00Z","visitors":3}]}]
      """#,
      is: """
        Traffic over time of example.com
        2026-03-01 to 2026-03-31 (UTC) · by day · by channel

        channel   lowest  highest  visitors by day
        Direct         0    1,000  ·█▁▄
        (none)         0        0  ··
        (others)       3        3  ██

        Each line goes from 2026-03-01 to 2026-03-04 and has a scale of its own.

        """)
  }

  @Test func `top values have bars, and the numbers that they are compared with`() throws {
    try check(
      "top", ["--type", "city", "--limit", "2"],
      #"[{"x":"Köln","y":1200,"country":"DE"},{"x":"Paris","y":300,"country":"FR"}]"#, width: 60,
      is: """
        Top values of example.com
        2026-03-01 to 2026-03-31 (UTC) · by city

        city   country  visitors
        Köln   DE          1,200  ██████████████████████████████
        Paris  FR            300  ███████▌

        The first 2 values; --limit shows more.

        """)
    try check(
      "top", ["--type", "event", "--compare", "month"],
      #"{"result":[{"x":"signup","y":12}],"comparison":[{"x":"signup","y":0}],"range":{},"comparisonRange":{}}"#,
      width: 60,
      is: """
        Top values of example.com
        2026-03-01 to 2026-03-31 (UTC) · compared with 2026-02-01 to 2026-02-28 · by event

        event   events  before  change
        signup      12       0     new  ████████████████████████████

        """)
  }

  @Test func `a report that is compared is shown twice`() throws {
    try check(
      "currencies", ["--compare", "month"],
      #"{"result":[{"currency":"EUR"}],"comparison":[],"range":{},"comparisonRange":{}}"#,
      is: """
        Currencies of example.com
        2026-03-01 to 2026-03-31 (UTC)

        currency
        EUR

        Compared with 2026-02-01 to 2026-02-28

        Nothing in this range.

        """)
  }

  @Test(
    arguments: [
      (0.0, 0.0, ""), (5, 0, "new"), (0, 5, "-100 %"), (5, 5, "0 %"), (1.004, 1, "0 %"),
      (1.005001, 1, "+1 %"),
      (0.996, 1, "0 %"), (12_350, 1, "+1,234,900 %"), (1e300, 1e-300, "+∞ %"), (-1e300, 1e-300, "-∞ %"),
    ])
  func `a change is in whole percent`(now: Double, before: Double, text: String) {
    #expect(changeText(now, from: before) == text)
  }

  @Test(
    arguments: [
      ([], 10, ""), ([0, 0], 10, "··"), ([1, 2, 3, 4, 5, 6, 7, 8], 8, "▁▂▃▄▅▆▇█"),
      ([1, 8, 0, 0, 2], 3, "█·▂"),
      ([1, 2], 0, "█"), ([1e308, .infinity], 5, "··"), ([1, 1000], 2, "▁█"),
    ])
  func `a sparkline has a character for each number, or for several`(
    numbers: [Double], width: Int, text: String
  ) {
    #expect(Sparkline.text(numbers, width: width) == text)
  }

  // MARK: Flags

  private func params(_ name: String, _ flags: [String]) throws -> JSONObject {
    try context(name, flags).params
  }

  @Test func `flags of traffic set the params of the methods`() throws {
    #expect(try params("stats", [])["compare"] == ["mode": "previous"])
    #expect(try params("stats", ["--compare", "yoy"])["compare"] == ["mode": "year"])
    #expect(try params("top", [])["type"] == "path")
    let series = try params("series", ["--unit", "week", "--by", "channel", "--limit", "3"])
    #expect(series["by"] == ["name": "channel", "rest": true, "limit": 3] && series["unit"] == "week")
    let segments = try params("top", ["--filter", "country=DE", "--segment", "one"])
    #expect(
      segments["filters"] == [
        ["name": "country", "operator": "eq", "value": "DE"], ["segment": "one"],
      ])
  }

  @Test(
    arguments: [
      ("series", ["--limit", "3"], "--limit needs --by"),
      ("stats", ["--compare", "2026-13"], "--compare must be previous, year, month, "),
      ("stats", ["--bounce", "x"], "--bounce must be engaged or single, is \"x\""),
      ("series", ["--unit", "era"], "--unit must be one of minute, hour, "),
      ("stats", ["--timezone", "UTC", "--timezone", "UTC"], "--timezone is given twice; give it once"),
    ])
  func `flags that are wrong are refused`(name: String, flags: [String], says: String) throws {
    let error = try #require(throws: FlagError.self) { try params(name, flags) }
    #expect(error.description.hasPrefix(says), "\(error)")
  }

  @Test func `errors about params name the flag that set them`() throws {
    let series = try context("series", []).arguments
    for (place, flag) in [
      ("/by/name", "--by"), ("/by/limit", "--limit"), ("/unit", "--unit"), ("/metrics/0", "--metric"),
      ("/compare/startDate", "--compare"), ("/compare", "--compare"), ("/by", "--by"),
      ("/filters/0", "--filter"),
    ] {
      #expect(series.flag(at: place) == flag, "\(place)")
    }
  }

  @Test func `a segment is found by its name or its id`() throws {
    let segments: [JSONValue] = [
      ["id": "1", "name": "Mobile"], ["id": "2", "name": "Twice"], ["id": "3", "name": "Twice"],
      ["id": "4", "name": "1"],
    ]
    func check(_ name: String, is id: String?, says: String = "") throws {
      var arguments = try context("stats", ["--segment", name]).arguments
      do throws(FlagError) {
        try arguments.resolveSegments(segments)
        let params = arguments.params(websiteID: "w", range: Period(start: 1, end: 2))
        #expect(params["filters"] == id.map { [["segment": .string($0)]] }, "\(name)")
      } catch {
        #expect(id == nil && error.description == "--segment must be \(says)", "\(error)")
      }
    }
    try check("Mobile", is: "1")
    try check("1", is: "1")
    try check("3", is: "3")
    try check("Twice", is: nil, says: "the id of one of the segments called \"Twice\": Twice (2), Twice (3)")
    try check(
      "mobil", is: nil,
      says: "a saved segment, is \"mobil\"; there are Mobile (1), Twice (2), Twice (3), 1 (4)")
  }

  @Test func `of several websites with one name only those are listed`() {
    let websites: [JSONValue] = [
      ["id": "1", "name": "Shop"], ["id": "2", "name": "Blog"], ["id": "3", "name": "Blog"],
    ]
    let error = #expect(throws: FlagError.self) { try ReportArguments.website("Blog", among: websites) }
    #expect(
      error?.description
        == "--website: 2 websites are called \"Blog\"; give the id: Blog (2), Blog (3)")
  }
}
