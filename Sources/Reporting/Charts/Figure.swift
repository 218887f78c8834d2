import JSON

/// A result to look at: a chart, and its numbers as a table.
public struct Figure: Sendable {
  var title: String
  /// What the chart shows, for people who do not see it.
  let summary: String
  /// Nil if the numbers are best read as a table.
  let chart: (any Chart)?
  private let makeTable: @Sendable () -> FigureTable
  /// Whether it needs the whole width of a page.
  var isWide = false
  /// Numbers that a page shows large in place of a chart.
  var headlines: [Headline] = []

  init(
    title: String, summary: String, chart: (any Chart)?, table: FigureTable, isWide: Bool = false,
    headlines: [Headline] = []
  ) {
    (self.title, self.summary, self.chart, self.isWide) = (title, summary, chart, isWide)
    (self.headlines, makeTable) = (headlines, { table })
  }

  /// A figure with a long table.
  ///
  /// - Parameter rows: Called for documents that show the table, since there may be thousands of rows.
  init(
    title: String, summary: String, chart: (any Chart)?, isWide: Bool = true, columns: [FigureTable.Column],
    rows: @escaping @Sendable () -> [[FigureTable.Cell]]
  ) {
    (self.title, self.summary, self.chart, self.isWide) = (title, summary, chart, isWide)
    makeTable = { FigureTable(columns: columns, rows: rows()) }
  }

  var table: FigureTable { makeTable() }

  /// Whether there is anything to show.
  var isEmpty: Bool { chart == nil && table.rows.isEmpty }

  struct Headline: Sendable {
    let name: String
    let text: String
    /// How much it has changed, such as `+12 %`; empty if nothing is compared.
    let change: String
  }
}

/// The numbers of a figure, as people read them.
struct FigureTable: Sendable {
  struct Column: Sendable {
    let title: String
    var isNumber = true

    static func name(_ title: String) -> Column { Column(title: title, isNumber: false) }
    static func number(_ title: String) -> Column { Column(title: title) }
  }

  /// A text, and the number by which rows are sorted; nil if they are sorted by the text.
  struct Cell: Sendable {
    var text: String
    var number: Double?
    /// The text, if it is composed of parts.
    var composed: Label?
    /// A file next to the page, named by the program.
    var link: String?
  }

  let columns: [Column]
  var rows: [[Cell]] = []
}

extension FigureTable.Cell {
  static let empty = Self(text: "")

  init(_ label: Label) {
    self.init(text: label.plainText, composed: label.needsIsolation ? label : nil)
  }

  var label: Label { composed ?? Label(text) }

  static func text(_ text: String) -> Self { Self(text: text) }

  /// A name; an empty one is `(none)`.
  static func name(_ value: JSONValue?) -> Self { Self(text: nameOfValue(value?.string ?? "")) }

  /// A count or an amount.
  static func number(_ value: JSONValue?, decimals: Int = 0) -> Self {
    guard let value, let number = value.double else { return .empty }
    return Self(text: numberText(value, decimals: decimals), number: number)
  }

  static func share(_ value: JSONValue?) -> Self {
    value?.double.map { Self(text: percentText($0), number: $0) } ?? .empty
  }

  static func metric(_ metric: MetricFormat, _ value: JSONValue?) -> Self {
    Self(text: metric.text(value), number: value?.double)
  }

  static func change(_ now: JSONValue?, from before: JSONValue?) -> Self {
    guard let now = now?.double, let before = before?.double else { return .empty }
    if before == 0, now == 0 { return .empty }
    // What there was none of before has grown by more than anything else.
    let share = before == 0 ? (now < 0 ? -1e9 : 1e9) : (now - before) / abs(before)
    return Self(text: changeText(now, from: before), number: share)
  }
}

/// The name of a value, also of the empty one.
func nameOfValue(_ name: String) -> String { name.isEmpty ? "(none)" : name }

/// A number of few digits, without those that rounding adds: an axis' 0.3, a sum.
func plainNumber(_ number: Double) -> JSONValue {
  if let whole = Int64(exactly: number) { return .integer(whole) }
  guard abs(number) < 1e9 else { return .double(number) }
  return .decimal(JSONDecimal(significand: Int128((number * 1e6).rounded()), scale: 6))
}

extension Figure {
  /// A bar for each row of names and numbers.
  ///
  /// - Parameters:
  ///   - name: What the names are.
  ///   - counting: What the numbers count.
  ///   - before: The numbers of another range, in the order of the rows; nil where one is not known.
  ///   - more: Further cells of each row, and their columns.
  static func bars(
    _ rows: [(name: Label, value: JSONValue, isRest: Bool)], title: String, name: String, counting: String,
    before: [JSONValue?]? = nil, more: (columns: [FigureTable.Column], cells: [[FigureTable.Cell]])? = nil,
    text: (JSONValue) -> String = { numberText($0) }
  ) -> Figure {
    var columns: [FigureTable.Column] = [.name(name), .number(counting)]
    if before != nil { columns += [.number("before"), .number("change")] }
    var table = FigureTable(columns: columns + (more?.columns ?? []))
    for (index, row) in rows.enumerated() {
      var cells = [
        FigureTable.Cell(row.name), FigureTable.Cell(text: text(row.value), number: row.value.double),
      ]
      if let before {
        let earlier = index < before.count ? before[index] : nil
        cells += [
          earlier.map { FigureTable.Cell(text: text($0), number: $0.double) } ?? .empty,
          .change(row.value, from: earlier),
        ]
      }
      table.rows.append(cells + (more?.cells[index] ?? []))
    }
    let shown = rows.prefix(maximumBars)
    let bars = shown.enumerated().map { index, row in
      BarChart.Bar(
        name: row.name, values: [row.value.double ?? 0], text: text(row.value),
        note: before == nil ? "" : table.rows[index][3].text, row: index, isRest: row.isRest)
    }
    return Figure(
      title: title,
      summary: rows.isEmpty
        ? "Nothing in this range"
        : "\(counting) of \(countText(Int64(shown.count), "value")) of \(name)"
          + (rows.first.map { ", first \($0.name.plainText) with \(text($0.value))" } ?? ""),
      chart: rows.isEmpty ? nil : BarChart(bars: bars), table: table)
  }

  private static let maximumBars = 25
}
