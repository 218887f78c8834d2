/// A drawing of numbers. It is as wide as the place where it stands: horizontal positions are parts of that width, vertical
/// ones are pixels, and texts have the same size everywhere.
protocol Chart: Sendable {
  /// In pixels.
  var height: Double { get }
  /// The colours, if the drawing has several that need a name.
  var legend: [LegendEntry] { get }
  /// The elements of the drawing. Those with an attribute `data-row` belong to that row of the figure's table.
  ///
  /// - Parameter hasHints: Whether elements have a text that a program shows when the pointer rests on them. Pages have a
  ///   script for that.
  func marks(hasHints: Bool) -> [Markup]
}

extension Chart {
  var legend: [LegendEntry] { [] }
}

/// The name of a colour.
struct LegendEntry: Sendable {
  let name: String
  let style: Style
  /// Whether it is a line, which a reader can hide.
  var isSeries = false

  enum Style {
    /// One of the eight colours of series, from 0.
    case series(Int)
    /// The range that is compared with.
    case before
    /// What has no colour of its own.
    case rest
    case partial
  }
}

extension LegendEntry.Style {
  /// The class of elements in the style sheet.
  var className: String {
    switch self {
    case .series(let number): "s\(number % 8 + 1)"
    case .before: "before"
    case .rest: "s0"
    case .partial: "partly"
    }
  }
}

// MARK: - Marks

/// A text of a drawing.
///
/// - Parameters:
///   - x: A part of the width.
///   - dx: Pixels to the right of it.
func label(
  _ text: String, _ x: Double, dx: Double = 0, _ y: Double, _ style: StaticString = "label",
  anchor: StaticString = "start"
) -> Markup {
  var attributes: Attributes = ["x": percent(x), "y": pixels(y), "class": style.description]
  if dx != 0 { attributes.append("dx", pixels(dx)) }
  if anchor.description != "start" { attributes.append("text-anchor", anchor.description) }
  return .element("text", attributes, text: text)
}

/// A text that is cut where its room ends. `x` and `width` are parts of the width of the drawing.
func clippedLabel(
  _ text: Label, _ x: Double, _ y: Double, width: Double, _ style: StaticString = "name", indent: Double = 0
) -> Markup {
  .element(
    "svg", ["x": percent(x), "y": pixels(y - 14), "width": percent(max(width, 0)), "height": "20"],
    [
      .element(
        "text", ["x": pixels(indent), "y": "14", "class": style.description],
        [.text(text.shortened(to: 160))])
    ])
}

/// A horizontal line over the whole width.
func horizontalLine(_ y: Double, _ style: StaticString) -> Markup {
  .element("line", ["x1": "0", "x2": "100%", "y1": pixels(y), "y2": pixels(y), "class": style.description])
}

/// A drawing in which horizontal positions are thousandths of the width: paths cannot have parts of it.
func stretched(height: Double, _ content: [Markup]) -> Markup {
  .element(
    "svg",
    [
      "width": "100%", "height": pixels(height), "viewBox": "0 0 1000 \(pixels(height))",
      "preserveAspectRatio": "none",
    ], content)
}

func path(_ commands: String, _ style: String, row: Int? = nil, hint: Label? = nil) -> Markup {
  mark("path", ["d": commands, "class": style], row, nil, hint)
}

/// A rectangle. `x` and `width` are parts of the width of the drawing; a negative width extends to the left.
func rectangle(
  _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, row: Int? = nil,
  column: Int? = nil, hint: Label? = nil
) -> Markup {
  mark(
    "rect",
    [
      "x": percent(min(x, x + width)), "y": pixels(y), "width": percent(abs(width)),
      "height": pixels(max(height, 0)), "class": style,
    ], row, column, hint)
}

/// - Parameters:
///   - row: The row of the figure's table to which the mark belongs.
///   - column: Its column, if the mark is about one number of the row.
///   - hint: What a program shows when the pointer rests on it.
private func mark(
  _ name: StaticString, _ attributes: Attributes, _ row: Int?, _ column: Int?, _ hint: Label?
) -> Markup {
  var attributes = attributes
  // Where there are hints there is no script.
  if let row, hint == nil { attributes.append("data-row", String(row)) }
  if let column, hint == nil { attributes.append("data-column", String(column)) }
  return .element(name, attributes, hint.map { [.element("title", [:], [.text($0)])] } ?? [])
}
