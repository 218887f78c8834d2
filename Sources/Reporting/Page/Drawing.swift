/// Figures as an SVG file: one below the other, each with its title, its legend and its chart, or its table if it has none.
struct Drawing {
  let title: String
  let subtitle: String
  let figures: [Figure]

  private static let width = 760.0
  private static let margin = 16.0

  /// The document.
  var svg: String {
    var marks: [Markup] = []
    var y = 30.0
    let inner = Self.width - 2 * Self.margin
    func place(_ content: [Markup], height: Double) {
      marks.append(
        .element(
          "svg",
          ["x": pixels(Self.margin), "y": pixels(y), "width": pixels(inner), "height": pixels(height)],
          content))
      y += height
    }
    place([label(fitted(title, to: inner, size: 15), 0, 14, "title")], height: 20)
    place([label(fitted(subtitle, to: inner), 0, 13, "label")], height: 26)
    for figure in figures {
      if figures.count > 1 { place([label(fitted(figure.title, to: inner), 0, 15, "title")], height: 24) }
      guard let chart = figure.chart else {
        let drawing = TableDrawing(figure.table, emptyReason: figure.summary, width: inner)
        place(drawing.marks(), height: drawing.height + 16)
        continue
      }
      if !chart.legend.isEmpty {
        let (legend, height) = legendMarks(chart.legend, width: inner)
        place(legend, height: height)
      }
      place(chart.marks(hasHints: true), height: chart.height)
      y += 20
    }
    let descriptions = figures.map { "\($0.title): \($0.summary)" }.joined(separator: ". ")
    return Markup.xmlDocument(
      .element(
        "svg",
        [
          "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(pixels(Self.width)) \(pixels(y))",
          "width": pixels(Self.width), "height": pixels(y), "class": "chart", "role": "img",
          "aria-labelledby": "title description",
        ],
        [
          .element("title", ["id": "title"], text: title),
          .element("desc", ["id": "description"], text: shortened(descriptions, to: 2000)),
          .element("style", [:], [StyleSheet.ofDrawings]), StyleSheet.patterns,
          .element("rect", ["width": "100%", "height": "100%", "class": "panel"]),
        ] + marks))
  }

  /// Swatches with names, in as many lines as needed.
  private func legendMarks(_ entries: [LegendEntry], width: Double) -> ([Markup], Double) {
    var marks: [Markup] = []
    var (x, y) = (0.0, 0.0)
    for entry in entries {
      let name = fitted(entry.name, to: 220)
      let room = textWidth(name) + 36
      if x > 0, x + room > width { (x, y) = (0, y + 20) }
      let swatch = Markup.element(
        "rect", ["x": "0", "y": "8", "width": "12", "height": "4", "class": "swatch"])
      marks.append(
        .element(
          "svg", ["x": pixels(x), "y": pixels(y), "width": pixels(room - 4), "height": "20"],
          [.element("g", ["class": entry.style.className], [swatch]), label(name, 0, dx: 18, 14)]))
      x += room
    }
    return (marks, y + 26)
  }
}

/// The first rows and columns of a table, as a drawing.
private struct TableDrawing {
  private let columns: [FigureTable.Column]
  /// With the titles of the columns as the first row.
  private let rows: [[FigureTable.Cell]]
  /// By column, in pixels.
  private let widths: [Double]
  /// What is not drawn, as people read it; empty if all is.
  private let rest: String
  /// What is drawn if there are no rows.
  private let emptyReason: String

  private static let maximumRows = 40
  private static let rowHeight = 21.0
  private static let gap = 14.0
  private static let maximumWidth = 240.0
  /// A name of which less is seen says little.
  private static let minimumWidthOfName = 110.0
  /// Tables of few rows whose columns do not fit are drawn with a line for each column.
  private static let maximumTurnedRows = 3

  /// - Parameter width: In pixels.
  init(_ table: FigureTable, emptyReason: String, width: Double) {
    self.emptyReason = emptyReason
    var (columns, rows) = (table.columns, Array(table.rows.prefix(Self.maximumRows)))
    func naturalWidths() -> [Double] {
      columns.indices.map { column in
        let texts = [columns[column].title] + rows.map { $0[column].text }
        return min(Self.maximumWidth, (texts.map { textWidth($0) }.max() ?? 0) + Self.gap)
      }
    }
    func least(_ column: Int, _ natural: [Double]) -> Double {
      columns[column].isNumber ? natural[column] : min(natural[column], Self.minimumWidthOfName)
    }
    var rest: [String] = []
    var natural = naturalWidths()
    let needed = columns.indices.reduce(0) { $0 + least($1, natural) }
    if needed > width, rows.count <= Self.maximumTurnedRows {
      rows = columns.indices.prefix(Self.maximumRows).map { column in
        [.text(columns[column].title)] + rows.map { $0[column] }
      }
      rest += Self.count(columns.count - rows.count, "more number")
      columns = Array(repeating: .name(""), count: 1 + table.rows.count)
      natural = naturalWidths()
    } else {
      rest += Self.count(table.rows.count - rows.count, "more row")
    }
    // As many columns as fit; then names get what is left.
    var (kept, used) = (0, 0.0)
    while kept < columns.count, kept == 0 || used + least(kept, natural) <= width {
      used += least(kept, natural)
      kept += 1
    }
    rest += Self.count(columns.count - kept, "more column")
    var widths = columns.indices.prefix(kept).map { least($0, natural) }
    let wanted = widths.indices.reduce(0) { $0 + natural[$1] - widths[$1] }
    let share = wanted > 0 ? min(1, (width - used) / wanted) : 0
    for column in widths.indices { widths[column] += (natural[column] - widths[column]) * share }
    let stretch = max(1, width / max(widths.reduce(0, +), 1))
    self.widths = widths.map { $0 * stretch }
    self.columns = Array(columns.prefix(kept))
    let titles = columns.map { FigureTable.Cell(text: $0.title) }
    self.rows = (titles.contains { !$0.text.isEmpty } ? [titles] : []) + rows
    self.rest = rest.isEmpty ? "" : "… and " + rest.joined(separator: ", ")
    hasTitles = self.rows.count > rows.count
    isEmpty = table.rows.isEmpty
  }

  private let hasTitles: Bool
  private let isEmpty: Bool

  private static func count(_ count: Int, _ noun: String) -> [String] {
    count > 0 ? [countText(Int64(count), noun)] : []
  }

  var height: Double {
    isEmpty ? 24 : Double(rows.count + (rest.isEmpty ? 0 : 1)) * Self.rowHeight + 4
  }

  func marks() -> [Markup] {
    if isEmpty { return [label(emptyReason, 0, 15)] }
    var marks: [Markup] = []
    for (index, cells) in rows.enumerated() {
      let y = Double(index) * Self.rowHeight
      let isTitle = index == 0 && hasTitles
      var x = 0.0
      for (column, width) in widths.enumerated() {
        let isNumber = columns[column].isNumber
        let style: StaticString = isTitle ? "label" : isNumber ? "value" : "name"
        if !cells[column].text.isEmpty { marks.append(mark(cells[column], x, y, width, style, isNumber)) }
        x += width
      }
      marks.append(horizontalLine(y + Self.rowHeight - 0.5, "grid"))
    }
    if !rest.isEmpty { marks.append(label(rest, 0, height - 8)) }
    return marks
  }

  private func mark(
    _ cell: FigureTable.Cell, _ x: Double, _ y: Double, _ width: Double, _ style: StaticString,
    _ isNumber: Bool
  ) -> Markup {
    let room = width - Self.gap
    let text = cell.composed.map { Markup.text($0.shortened(to: 160)) } ?? .text(fitted(cell.text, to: room))
    var attributes: Attributes = ["x": isNumber ? "100%" : "0", "y": "15", "class": style.description]
    if isNumber { attributes.append("text-anchor", "end") }
    return .element(
      "svg", ["x": pixels(x), "y": pixels(y), "width": pixels(width - 9), "height": "20"],
      [.element("text", attributes, [text])])
  }
}

/// The width of a text in pixels, about: fonts differ.
func textWidth(_ text: String, size: Double = 12) -> Double {
  if isASCII(text) { return text.utf8.prefix(longestDrawnText).reduce(0) { $0 + widthInEms($1) } * size }
  return text.prefix(longestDrawnText).reduce(0) { $0 + widthInEms($1) } * size
}

/// The text cut to a width in pixels.
func fitted(_ text: String, to width: Double, size: Double = 12) -> String {
  let text = displayable(text.utf8.count > longestDrawnText ? String(text.prefix(longestDrawnText)) : text)
  if textWidth(text, size: size) <= width { return text }
  var (kept, room) = ("", width / size - 1)
  for character in text {
    room -= widthInEms(character)
    if room < 0 { break }
    kept.append(character)
  }
  return kept + "…"
}

/// In characters; no drawing has room for more.
private let longestDrawnText = 400

private func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

private func widthInEms(_ character: Character) -> Double {
  character.asciiValue.map(widthInEms) ?? Double(displayWidth(character)) * 0.62
}

/// That of wide fonts, so that texts are not cut in others.
private func widthInEms(_ byte: UInt8) -> Double {
  switch byte {
  case UInt8(ascii: "m"), UInt8(ascii: "w"), UInt8(ascii: "M"), UInt8(ascii: "W"), UInt8(ascii: "@"),
    UInt8(ascii: "%"):
    0.98
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): 0.72
  case UInt8(ascii: "i"), UInt8(ascii: "j"), UInt8(ascii: "l"), UInt8(ascii: " ")...UInt8(ascii: "!"),
    UInt8(ascii: "'")...UInt8(ascii: ")"), UInt8(ascii: ",")...UInt8(ascii: "/"),
    UInt8(ascii: ":")...UInt8(ascii: ";"),
    UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "|"), UInt8(ascii: "f"), UInt8(ascii: "t"):
    0.4
  default: 0.64
  }
}
