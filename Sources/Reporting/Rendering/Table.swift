/// Rows of cells in columns that fit a canvas. A bar takes the width that other columns leave. If that is too
/// little, long texts are cut; if that is not enough, the bars are omitted.
struct Table {
  enum Alignment { case left, right }

  struct Column {
    let title: String
    var alignment = Alignment.right
    /// Whether texts of this column may be cut.
    var canShrink = false
    var isBar = false
    /// Whether the bar is omitted rather than cutting texts.
    var isOptional = false

    static func text(_ title: String) -> Column { Column(title: title, alignment: .left, canShrink: true) }
    /// A text column that is never cut.
    static func name(_ title: String) -> Column { Column(title: title, alignment: .left) }
    static func number(_ title: String) -> Column { Column(title: title) }
    static let bar = Column(title: "", alignment: .left, isBar: true)
    static let spareBar = Column(title: "", alignment: .left, isBar: true, isOptional: true)
  }

  enum Cell {
    case text(String)
    case faint(String)
    /// A share of the longest bar.
    case bar(Double)
  }

  private let columns: [Column]
  private(set) var rows: [[Cell]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func append(_ cells: [Cell]) {
    precondition(cells.count == columns.count)
    rows.append(cells)
  }

  private static let gap = 2
  private static let shortestBar = 10
  private static let longestBar = 30
  private static let shortestText = 12

  /// The lines of the table, each with a line feed; the column titles come first.
  func text(on canvas: Canvas) -> String {
    let widths = widths(on: canvas)
    var text = line(columns.map { .text($0.title) }, widths, canvas, titles: true)
    for row in rows { text += line(row, widths, canvas, titles: false) }
    return text
  }

  /// The width of each column; 0 for an omitted bar.
  private func widths(on canvas: Canvas) -> [Int] {
    var widths = columns.indices.map { index in
      columns[index].isBar
        ? 0 : rows.map { $0[index].width }.reduce(displayWidth(columns[index].title), max)
    }
    // First limits each text to the width of the canvas, so that the loop below does not have to shorten it
    // column by column.
    for index in columns.indices where columns[index].canShrink {
      widths[index] = min(widths[index], max(canvas.width, Self.shortestText))
    }
    let needsBar = columns.contains { $0.isBar && !$0.isOptional }
    let gaps = (columns.count - 1) * Self.gap
    let room = canvas.width - gaps - (needsBar ? Self.shortestBar : 0)
    // The longest text is cut first.
    while widths.reduce(0, +) > room {
      let shrinkable = columns.indices.filter { columns[$0].canShrink && widths[$0] > Self.shortestText }
      guard let longest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[longest] -= 1
    }
    let left = canvas.width - gaps - widths.reduce(0, +)
    if left >= Self.shortestBar {
      for index in columns.indices where columns[index].isBar { widths[index] = min(left, Self.longestBar) }
    }
    return widths
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ canvas: Canvas, titles: Bool) -> String {
    var line = ""
    // Spaces are written only before a cell, so that no line ends with one.
    var space = 0
    for index in columns.indices {
      let (content, style) = cells[index].content(width: widths[index])
      let padding = widths[index] - displayWidth(content)
      let before = columns[index].alignment == .left ? 0 : padding
      if !content.isEmpty {
        line +=
          String(repeating: " ", count: space + before) + canvas.styled(content, titles ? .faint : style)
        space = 0
      } else {
        space += before
      }
      space += padding - before + Self.gap
    }
    return line + "\n"
  }
}

extension Table.Cell {
  fileprivate var width: Int {
    switch self {
    case .text(let text), .faint(let text): displayWidth(text)
    case .bar: 0
    }
  }

  fileprivate func content(width: Int) -> (String, Style) {
    switch self {
    case .text(let text): (shortened(text, to: width), .plain)
    case .faint(let text): (shortened(text, to: width), .faint)
    case .bar(let share): (width == 0 ? "" : Bar.text(share, width: width), .bar)
    }
  }
}
