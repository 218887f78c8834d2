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
        let drawing = TableDrawing(table: figure.table, emptiness: figure.summary)
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
      marks.append(
        .element(
          "g", ["class": entry.style.className],
          [
            .element(
              "rect",
              ["x": pixels(x), "y": pixels(y + 8), "width": "12", "height": "4", "class": "swatch"])
          ]))
      marks.append(label(name, 0, dx: x + 18, y + 14))
      x += room
    }
    return (marks, y + 26)
  }
}

/// The first rows of a table, as a drawing.
private struct TableDrawing {
  let table: FigureTable
  /// What is drawn if there are no rows.
  let emptiness: String

  private static let maximumRows = 40
  private static let rowHeight = 21.0

  private var rows: ArraySlice<[FigureTable.Cell]> { table.rows.prefix(Self.maximumRows) }
  private var isCut: Bool { table.rows.count > rows.count }

  var height: Double {
    table.rows.isEmpty ? 24 : Double(rows.count + 1 + (isCut ? 1 : 0)) * Self.rowHeight + 4
  }

  func marks() -> [Markup] {
    if table.rows.isEmpty { return [label(emptiness, 0, 15)] }
    // Names get what numbers leave; each column as much as its longest text, up to a limit.
    let widths = table.columns.indices.map { column in
      Double(
        min(
          40,
          rows.reduce(displayWidth(table.columns[column].title)) { max($0, displayWidth($1[column].text)) }
            + 2
        ))
    }
    let sum = max(widths.reduce(0, +), 90)
    var marks: [Markup] = []
    for (index, cells) in ([table.columns.map { FigureTable.Cell(text: $0.title) }] + rows).enumerated() {
      let y = Double(index) * Self.rowHeight
      var x = 0.0
      for (column, cell) in cells.enumerated() {
        let width = widths[column] / sum
        let style: StaticString = index == 0 ? "label" : table.columns[column].isNumber ? "value" : "name"
        if table.columns[column].isNumber {
          marks.append(label(shortened(cell.text, to: 40), x + width, dx: -4, y + 15, style, anchor: "end"))
        } else {
          marks.append(clippedLabel(cell.text, x, y + 15, width: width, style))
        }
        x += width
      }
      marks.append(horizontalLine(y + Self.rowHeight - 0.5, "grid"))
    }
    if isCut {
      let more = countText(Int64(table.rows.count - rows.count), "more row")
      marks.append(label("… and \(more)", 0, height - 8))
    }
    return marks
  }
}

/// The width of a text in pixels, about: fonts differ. Wide characters, such as Chinese ones, count twice.
func textWidth(_ text: String, size: Double = 12) -> Double { Double(displayWidth(text)) * size * 0.56 }

/// The text cut to a width in pixels.
func fitted(_ text: String, to width: Double, size: Double = 12) -> String {
  shortened(displayable(text), to: max(2, Int(width / (size * 0.56))))
}
