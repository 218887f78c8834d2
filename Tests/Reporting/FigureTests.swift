import Calendar
import Engine
import Foundation
import JSON
import System
import Testing

@testable import Reporting

/// Charts and pages: well-formed whatever the numbers and texts, and safe to open.
@Suite struct FigureTests {
  private let origin = DocumentOrigin(store: ["store.db"], version: "1", source: "footfall page store.db")

  private func context(_ name: String, _ params: JSONObject = [:]) throws -> ReportContext {
    let kind = try #require(ReportDefinition.all.first { $0.name == name })
    let range = try #require(Period(from: 1_772_323_200_000, through: 1_774_742_399_999))
    return ReportContext(
      ReportArguments(kind, method: kind.method, params), params: params, website: "example.com",
      range: range,
      zone: .utc)
  }

  private func json(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), maximumDepth: 16)
  }

  /// Checks both forms of figures; returns the page.
  @discardableResult
  private func checkedPage(_ figures: [Figure], title: String = "Title", subtitle: String = "Range") -> String
  {
    let html = document(figures, heading: (title, subtitle), as: .html, origin)
    let svg = document(figures, heading: (title, subtitle), as: .svg, origin)
    for text in [html, svg] {
      #expect(MarkupCheck(text).faults == [])
      for word in ["nan", "inf", "NaN", "∞"] where text == svg {
        #expect(!text.contains("\"\(word)\""), "\(word)")
      }
    }
    return html
  }

  // MARK: - Safety

  @Test func `the policy of pages allows their own style sheet and script, and nothing else`() throws {
    let html = checkedPage([])
    func content(_ element: String) throws -> String {
      let start = try #require(html.range(of: "<\(element)>")?.upperBound)
      let end = try #require(html.range(of: "</\(element)>")?.lowerBound)
      return String(html[start..<end])
    }
    #expect(policyHash("abc") == "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    #expect(try Page.styleHash == policyHash(content("style")))
    #expect(try Page.scriptHash == policyHash(content("script")))
    let policy = MarkupCheck(html).attributes.first {
      $0.name == "content" && $0.value.hasPrefix("default-src")
    }
    #expect(
      policy?.value.replacing("&#39;", with: "'")
        == "default-src 'none'; style-src '\(Page.styleHash)'; script-src '\(Page.scriptHash)'; base-uri 'none'; form-action 'none'"
    )
    #expect(try content("script").utf8.count < 12_000)
    // Nothing in them can end their element, or load anything.
    for text in [try content("script"), try content("style")] {
      for word in ["</", "<!--", "http:", "https:", "@import", "innerHTML", "eval("] {
        #expect(!text.contains(word), "\(word)")
      }
    }
  }

  private static let noncharacters = String(
    String.UnicodeScalarView([0xFFFE, 0xFFFF, 0xFDD0, 0x1FFFE].compactMap { Unicode.Scalar($0 as UInt32) }))

  static let hostileTexts = [
    "</script><img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)",
    "javascript:alert(1)", "</title></style></textarea>", "<!--", "-->", "]]>", "<![CDATA[", "&lt;b&gt;",
    "&#x3c;b&#x3e;",
    "\u{202E}txt.exe", "\u{2066}\u{2069}\u{200F}", "\u{2069}ש\u{2068}", "\0\u{1}\u{8}\u{7F}\u{85}",
    noncharacters,
    "\u{2028}\u{2029}\r\n\t", "שלום עולם", "\u{627}\u{644}\u{639}\u{631}\u{628}\u{64A}\u{629}", "", " ",
    String(repeating: "W", count: 5_000), "{{constructor}}", "url(#x)", "${x}`",
  ]

  @Test(arguments: hostileTexts) func `texts of events are only ever texts`(text: String) throws {
    let (name, amount) = (JSONValue.string(text), JSONValue.double(2.5))
    let point: JSONValue = ["t": "2026-03-01T00:00:00Z", "visitors": 3, "complete": false]
    let results: [(String, JSONObject, JSONValue)] = [
      ("top", ["type": name], [["x": name, "y": 3, "country": name]]),
      ("series", ["by": ["name": name], "metrics": ["visitors"]], [["value": name, "series": [point]]]),
      ("values", ["event": name, "propertyName": name], [["value": name, "total": 1]]),
      ("properties", [:], [["eventName": name, "propertyName": name, "dataType": 1, "total": 1]]),
      (
        "funnel", ["steps": [["type": "url", "value": name]]],
        [["type": "url", "value": name, "visitors": 4, "next": [["item": name, "visitors": 1]]]]
      ),
      ("goals", [:], [["type": "url", "value": name, "goal": 10, "result": 3]]),
      ("journey", ["steps": 2], [["items": [name, .null], "count": 3]]),
      (
        "journey", ["steps": 2],
        [
          "nodes": [["step": 1, "item": name, "count": 3], ["step": 2, "item": name, "count": 3]],
          "links": [["step": 1, "from": name, "to": name, "count": 3]],
        ]
      ),
      (
        "retention", ["currency": name],
        [
          "rows": [["date": "2026-03-01T00:00:00Z", "day": 1, "visitors": 2, "percentage": 50]],
          "breakdown": [["value": name, "rows": []]],
        ]
      ),
      ("utm", [:], .object(JSONObject(members: [(text, .object(JSONObject(members: [(text, 1)])))]))),
      ("attribution", ["currency": name], ["referrer": [["name": name, "value": 3]]]),
      (
        "attribution", ["currency": name, "models": ["last"], "by": [name]],
        [
          "credit": [
            [
              "by": name, "rows": [["name": name, "visitors": 2, "assisted": 1, "last": ["value": amount]]],
              "unattributed": ["value": 0], "total": ["value": amount],
            ]
          ]
        ]
      ),
      (
        "revenue", ["currency": name],
        [
          "chart": [["x": name, "t": "2026-03-01T00:00:00Z", "y": amount]],
          "country": [["name": name, "value": amount]],
          "total": ["sum": amount, "count": 1, "unique_count": 1],
          "table": [["currency": name, "sum": amount]],
        ]
      ),
      ("insights", ["fields": [["name": "url"]]], [["url": name, "views": 3]]),
      ("currencies", [:], [["currency": name]]),
    ]
    for (kind, params, result) in results {
      let figures = reportFigures(result, try context(kind, params))
      let html = checkedPage(figures, title: text, subtitle: text)
      let check = MarkupCheck(html)
      #expect(
        check.counts["script"] == 1 && check.counts["img"] == nil && check.counts["a"] == nil, "\(kind)")
      let names = Set(check.attributes.map(\.name))
      #expect(!names.contains { $0.hasPrefix("on") || ["href", "src", "style"].contains($0) }, "\(kind)")
      // Classes and ids are the program's.
      for attribute in check.attributes where ["class", "id", "d", "x", "width"].contains(attribute.name) {
        #expect(!attribute.value.contains { "<>&'\"(".contains($0) }, "\(kind) \(attribute)")
      }
    }
    let table = tableFigure(columns: [text, text], rows: [[(0, name), (1, 1)]], title: text)
    checkedPage([table], title: text, subtitle: text)
  }

  @Test(
    arguments: ReportDefinition.all.map(\.name),
    ["null", "[]", "{}", "[null]", "[{}]", "[[]]", "1", #"{"rows":[{}]}"#])
  func `a result without data, or of another form, gives a page`(name: String, result: String) throws {
    checkedPage(reportFigures(try json(result), try context(name)))
    checkedPage(
      reportFigures(["result": try json(result)], try context(name, ["compare": ["mode": "previous"]])))
  }

  // MARK: - Charts

  private static func line(_ values: [Double?], style: LegendEntry.Style = .series(0)) -> LineChart {
    LineChart(
      starts: values.indices.map { LocalTime(date: CivilDate(dayNumber: 20_000 + Int64($0)), second: 0) },
      series: [LineChart.Series(name: "n", values: values, style: style)],
      isComplete: values.indices.map { $0 > 0 }, text: { numberText($0) })
  }

  static let lists: [[Double]] = [
    [], [0], [5], [-5], [1, 2], [-1, 1], [0, 0, 0], Array(repeating: 3, count: 400),
    (0..<400).map { Double($0 % 17) - 8 }, (0..<10_000).map { Double($0 * 7919 % 1000) }, [1e300, -1e300],
    [1e-9, 2e-9],
    [.infinity, 1], [.nan, 1], [9e15, 9e15 + 2],
  ]

  @Test(arguments: lists) func `charts of few, many, negative and huge numbers stay in their place`(
    values: [Double]
  )
    throws
  {
    let bars = values.prefix(25).enumerated().map {
      BarChart.Bar(name: "bar \($0)", values: [$1], text: "\($1)", row: $0)
    }
    let parts = (0..<3).map { LegendEntry(name: "part \($0)", style: .series($0)) }
    let stacked = bars.map { BarChart.Bar(name: $0.name, values: $0.values + [1, 0], text: "", row: $0.row) }
    let charts: [any Chart] = [
      Self.line(values), Self.line(values.map { $0 > 0 ? $0 : nil }), BarChart(bars: bars),
      BarChart(bars: stacked, parts: parts),
      FunnelChart(
        steps: values.prefix(8).map { .init(name: "s", visitors: abs($0), text: "", lost: "1 lost") }),
      HeatMap(
        columnNames: values.prefix(60).indices.map { "\($0)" }, rowNames: ["row"],
        cells: [values.prefix(60).map { HeatMap.Cell(share: $0, text: "9", isComplete: $0 > 2) }],
        hint: { "\($0) \($1)" }),
      FlowChart(
        nodes: values.prefix(12).enumerated().map {
          .init(place: $0 % 3, name: "n", count: abs($1), text: "")
        }, links: []),
    ]
    for chart in charts {
      let table = FigureTable(columns: [.name("n")], rows: values.map { [.text("\($0)")] })
      let figure = Figure(title: "t", summary: "s", chart: chart, table: table)
      checkedPage([figure])
      let check = MarkupCheck(document([figure], heading: ("t", ""), as: .svg, origin))
      for attribute in check.attributes {
        switch attribute.name {
        case "x" where attribute.value.hasSuffix("%"), "width" where attribute.value.hasSuffix("%"):
          let share = Double(attribute.value.dropLast()) ?? -1
          #expect(-0.1...100.2 ~= share, "\(type(of: chart)) \(attribute)")
        case "y" where attribute.element == "rect":
          #expect(
            -1...chart.height + 100 ~= Double(attribute.value) ?? -1e9, "\(type(of: chart)) \(attribute)")
        default: break
        }
      }
    }
    // However many points there are, a screen has few columns.
    let svg = document(
      [Figure(title: "t", summary: "s", chart: Self.line(values), table: FigureTable(columns: []))],
      heading: ("t", ""), as: .svg, origin)
    #expect(svg.utf8.count < 40_000)
  }

  @Test func `what is not complete is dashed`() throws {
    func svg(_ name: String, _ params: JSONObject, _ result: String) throws -> String {
      document(
        reportFigures(try json(result), try context(name, params)), heading: ("t", ""), as: .svg, origin)
    }
    let points = [true, true, false].enumerated().map { day, isComplete in
      #"{"t":"2026-03-0\#(day + 1)T00:00:00Z","visitors":\#(day),"complete":\#(isComplete)}"#
    }
    let series = try svg("series", ["metrics": ["visitors"]], "[\(points.joined(separator: ","))]")
    #expect(series.contains("class=\"line\"") && series.contains("class=\"line partial\""))
    let whole = try svg("series", ["metrics": ["visitors"]], "[\(points[0]),\(points[1])]")
    #expect(whole.contains("class=\"line\"") && !whole.contains("class=\"line partial\""))
    #expect(try svg("series", ["metrics": ["visitors"]], "[\(points[2])]").contains("class=\"dot hollow\""))
    let row = #""date":"2026-03-01T00:00:00Z","period":1,"visitors":4,"returnVisitors":1,"percentage":25"#
    #expect(try svg("retention", [:], "[{\(row),\"complete\":false}]").contains("class=\"incomplete"))
    #expect(try !svg("retention", [:], "[{\(row),\"complete\":true}]").contains("class=\"incomplete"))
  }

  @Test(arguments: [
    ("a", "b", "a → b"), ("שלום", "b", "\u{2068}שלום\u{2069} → \u{2068}b\u{2069}"),
    ("a", "مرحبا", "\u{2068}a\u{2069} → \u{2068}مرحبا\u{2069}"), ("\u{2069}\u{2067}", "b", "�� → b"),
    ("\u{2069}", "ש", "\u{2068}�\u{2069} → \u{2068}ש\u{2069}"),
  ]) func `parts of a text that are written from right to left are isolated`(
    first: String, second: String, drawn: String
  ) {
    let label: Label = "\(first) → \(second)"
    #expect(Markup.text(label).trustedText == drawn)
    #expect(label == Label(joining: [first, second], by: " → "))
    #expect(
      Markup.isolated(label).trustedText
        == drawn.replacing("\u{2068}", with: "<bdi>").replacing("\u{2069}", with: "</bdi>"))
    #expect(Markup.text(first + " → " + second).trustedText.contains("\u{2068}") == false)
  }

  @Test func `labels are cut to a width, and texts that fit are whole`() {
    let label: Label = "\("ab" as String) → \("cd" as String)"
    #expect(label.shortened(to: 7) == label)
    #expect(label.shortened(to: 6).plainText == "ab → …")
    #expect(label.shortened(to: 1).plainText == "…")
    #expect(fitted("Wide", to: textWidth("Wide")) == "Wide")
    #expect(fitted("Wide", to: textWidth("Wide") - 1) == "Wi…")
    #expect(fitted(String(repeating: "W", count: 100_000), to: 100).utf8.count < 20)
  }

  @Test func `coordinates are short`() {
    #expect(
      [0, -0.0, 12, 12.5, -0.25, 0.04, 1e9, .nan].map(pixels) == [
        "0", "0", "12", "12.5", "-0.3", "0", "0", "0",
      ])
    #expect(
      [0, 1, 0.125, 0.1234, 0.00006, -0.5].map(percent) == ["0%", "100%", "12.5%", "12.34%", "0.01%", "-50%"])
  }

  private func table(columns: Int, rows: Int) -> FigureTable {
    FigureTable(
      columns: [.name("name")] + (0..<columns).map { .number("a long title of column \($0)") },
      rows: Array(
        repeating: [.text("value")] + (0..<columns).map { .number(.integer(Int64($0))) }, count: rows))
  }

  @Test(arguments: [
    (2, 40, ""), (2, 41, "… and 1 more row"), (12, 40, "… and 8 more columns"),
    (12, 41, "… and 1 more row, 8 more columns"),
    (12, 3, ""), (60, 2, "… and 21 more numbers"),
  ]) func `tables that are too large for a drawing are drawn in part`(columns: Int, rows: Int, rest: String) {
    let figure = Figure(title: "Table", summary: "", chart: nil, table: table(columns: columns, rows: rows))
    let svg = document([figure], heading: ("Table", ""), as: .svg, origin)
    #expect(MarkupCheck(svg).faults == [])
    #expect(svg.contains("… and") == !rest.isEmpty)
    #expect(svg.contains(">\(rest)<") || rest.isEmpty)
  }

  @Test func `axes end at round numbers, and mark few`() {
    for (values, isWhole, ticks) in [
      ([0, 7], true, [0, 2, 4, 6, 8]), ([3], true, [0, 1, 2, 3]), ([0, 0], true, [0, 1]),
      ([-5, 5], true, [-5, 0, 5]), ([0, 0.3], false, [0, 0.1, 0.2, 0.3]), ([], true, [0, 1]),
      ([1_234_567], true, [0, 500_000, 1_000_000, 1_500_000]),
    ] as [([Double], Bool, [Double])] {
      let scale = LinearScale(of: values, isWhole: isWhole, to: (0, 1), tickCount: 4)
      #expect(
        zip(scale.ticks, ticks).allSatisfy { abs($0 - $1) < 1e-9 } && scale.ticks.count == ticks.count,
        "\(scale.ticks)")
    }
  }

  @Test func `the axis of time marks days, months and years of the calendar`() {
    func texts(_ days: [Int64]) -> [String] {
      TimeAxis(days.map { LocalTime(date: CivilDate(dayNumber: $0), second: 0) }, maximumTicks: 10).ticks.map(
        \.text)
    }
    let march = CivilDate(year: 2026, month: 3, day: 1).dayNumber
    #expect(texts(Array(march..<march + 4)) == ["Mar 1", "Mar 2", "Mar 3", "Mar 4"])
    #expect(texts(Array(march..<march + 31)).count == 5)
    #expect(texts((0..<24).map { march + 30 * $0 }).allSatisfy { !$0.isEmpty })
    #expect(texts([]) == [])
  }

  @Test func `a page says from what it is, and how to make it again`() {
    let html = checkedPage([], subtitle: "2026-03-01 to 2026-03-31 (Europe/Berlin)")
    for text in [
      "Store: store.db", "Footfall 1", "footfall page store.db", "2026-03-01 to 2026-03-31 (Europe/Berlin)",
    ] {
      #expect(html.contains(text), "\(text)")
    }
  }

  @Test(arguments: [
    ("example.com", "example.com"), ("Ä/../b", "b"), ("../../etc/passwd", "etc-passwd"), ("", "website"),
    ("A b\nC", "a-b-c"), ("...", "website"),
    (String(repeating: "a", count: 200), String(repeating: "a", count: 80)),
  ]) func `names of files have only harmless characters`(website: String, name: String) {
    #expect(fileNamePart(website) == name)
  }
}
