/// A grid of shares: the darker, the larger. Cells that are not complete have a dashed edge.
struct HeatMap: Chart {
  struct Cell: Sendable {
    /// From 0 to 1: how dark it is.
    let share: Double
    /// What stands in the cell, if there is room.
    let text: String
    var isComplete = true
  }

  let columnNames: [String]
  let rowNames: [String]
  /// By row and column; nil where there is no number. Rows may be shorter than the names of the columns.
  let cells: [[Cell?]]
  /// The row of the figure's table in which the numbers of the first row are, and the column of those of the first column.
  var firstRow = 0
  var firstColumn = 1
  /// What a program shows when the pointer rests on a cell.
  let hint: @Sendable (_ row: Int, _ column: Int) -> Label

  private static let rowHeight = 23.0
  private static let top = 20.0
  /// The number of shades.
  private static let shades = 6

  var height: Double { Self.top + Double(rowNames.count) * Self.rowHeight }

  var legend: [LegendEntry] {
    let isPartial = cells.contains { $0.contains { $0?.isComplete == false } }
    return isPartial ? [LegendEntry(name: "not complete", style: .partial)] : []
  }

  func marks(hasHints: Bool) -> [Markup] {
    let longest = rowNames.map { displayWidth($0) }.max() ?? 0
    let room = longest <= 4 ? 0.1 : longest <= 7 ? 0.18 : 0.27
    let cellWidth = (1 - room) / Double(max(columnNames.count, 1))
    var marks: [Markup] = []
    // At most so many names fit if the drawing is narrow.
    let every = max(1, (columnNames.count + 11) / 12)
    for (column, name) in columnNames.enumerated() where column % every == 0 {
      let center = room + (Double(column) + 0.5) * cellWidth
      marks.append(
        center > 0.97 ? label(name, 1, 13, anchor: "end") : label(name, center, 13, anchor: "middle"))
    }
    for (row, name) in rowNames.enumerated() {
      let y = Self.top + Double(row) * Self.rowHeight
      marks.append(clippedLabel(Label(name), 0, y + 16, width: room))
      for (column, cell) in cells[row].enumerated() {
        guard let cell else { continue }
        let x = room + Double(column) * cellWidth
        add(
          cell, x, y, cellWidth, (row + firstRow, column + firstColumn),
          hint: hasHints ? hint(row, column) : nil, to: &marks)
      }
    }
    return marks
  }

  private func add(
    _ cell: Cell, _ x: Double, _ y: Double, _ width: Double, _ place: (row: Int, column: Int),
    hint: Label?, to marks: inout [Markup]
  ) {
    let share = cell.share.isFinite ? min(max(cell.share, 0), 1) : 0
    let shade = share == 0 ? 0 : min(Self.shades, Int(share * Double(Self.shades)) + 1)
    let height = Self.rowHeight - 1.5
    marks.append(
      rectangle(
        x, y, width - 0.0015, height, "h\(shade)", row: place.row, column: place.column,
        hint: hint))
    let isDark = shade > Self.shades / 2
    if !cell.isComplete {
      marks.append(
        rectangle(
          x + 0.001, y + 1.5, width - 0.0035, height - 3, isDark ? "incomplete dark" : "incomplete"))
    }
    // A column of 4 % has room for three characters in most places.
    if !cell.text.isEmpty, width > 0.04 {
      marks.append(
        label(
          cell.text, x + width / 2, y + 15, isDark ? "cell dark" : "cell", anchor: "middle"))
    }
  }
}
