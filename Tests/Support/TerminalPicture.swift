/// What a terminal shows, as a picture: text with the escape sequences for colours (ECMA-48, 8.3.117) becomes SVG that
/// follows the reader's choice of light or dark.
///
/// Block elements are drawn as rectangles, since fonts leave gaps between them.
public struct TerminalPicture {
  /// A run of characters that look alike.
  private struct Run {
    var text = ""
    let column: Int
    let style: Style
  }

  private struct Style: Equatable {
    var isBold = false
    var isFaint = false
    var foreground: Int?
    var background: Int?
  }

  private static let (cellWidth, lineHeight, margin) = (8.4, 18.0, 16.0)
  private let lines: [[Run]]
  private let title: String

  /// - Parameter text: Lines that end with `\n` or `\r\n`.
  public init(_ text: String, title: String) {
    self.title = title
    var style = Style()
    lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
      .map { Self.runs($0, &style) }
  }

  private static func runs(_ line: Substring, _ style: inout Style) -> [Run] {
    var runs: [Run] = []
    var column = 0
    var rest = line
    while let character = rest.popFirst() {
      if character == "\u{1B}" {
        let codes = rest.prefix { $0 != "m" }.dropFirst().split(separator: ";").map { Int($0) ?? 0 }
        rest = rest.drop { $0 != "m" }.dropFirst()
        select(codes, &style)
        continue
      }
      if runs.last?.style != style { runs.append(Run(column: column, style: style)) }
      runs[runs.count - 1].text.append(character)
      column += 1
    }
    return runs
  }

  /// Applies "select graphic rendition".
  private static func select(_ codes: [Int], _ style: inout Style) {
    var codes = codes[...]
    if codes.isEmpty { style = Style() }
    while let code = codes.popFirst() {
      switch code {
      case 1: style.isBold = true
      case 2: style.isFaint = true
      case 30...37: style.foreground = code - 30
      case 38, 48:
        guard codes.popFirst() == 5, let color = codes.popFirst() else { return }
        if code == 38 { style.foreground = color } else { style.background = color }
      default: style = Style()
      }
    }
  }

  // MARK: SVG

  public var svg: String {
    let columns = lines.map { $0.last.map { $0.column + $0.text.count } ?? 0 }.max() ?? 0
    let pixels = (
      width: Double(columns) * Self.cellWidth + 2 * Self.margin,
      height: Double(lines.count) * Self.lineHeight + 2 * Self.margin
    )
    let (width, height) = (number(pixels.width), number(pixels.height))
    var shapes: [String] = []
    for (index, runs) in lines.enumerated() {
      for run in runs { shapes += draw(run, line: index) }
    }
    let border = "width=\"\(number(pixels.width - 1))\" height=\"\(number(pixels.height - 1))\""
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img">
      <title>\(escaped(title))</title>
      <style>
      text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
      .screen { fill: #ffffff; stroke: #d0d7de; }
      .plain { fill: #1f2328; }
      .faint { fill: #656d76; }
      .bar { fill: #0f7b8a; }
      .bold { font-weight: bold; }
      @media (prefers-color-scheme: dark) {
      .screen { fill: #0d1117; stroke: #30363d; }
      .plain { fill: #e6edf3; }
      .faint { fill: #8b949e; }
      .bar { fill: #39c5cf; }
      }
      </style>
      <rect class="screen" x="0.5" y="0.5" \(border) rx="8"/>
      \(shapes.joined(separator: "\n"))
      </svg>

      """
  }

  private func draw(_ run: Run, line: Int) -> [String] {
    let top = Self.margin + Double(line) * Self.lineHeight
    let left = Self.margin + Double(run.column) * Self.cellWidth
    var shapes: [String] = []
    if let background = run.style.background {
      shapes.append(
        rectangle(
          left, top, width: Double(run.text.count) * Self.cellWidth, height: Self.lineHeight,
          #"fill="\#(color(background))""#))
    }
    if let eighths = eighthBlocks(run.text) {
      shapes.append(
        rectangle(
          left, top + 3, width: Double(eighths) / 8 * Self.cellWidth, height: Self.lineHeight - 6,
          #"class="\#(colorClass(run.style))""#))
      return shapes
    }
    // Every text begins where its column does, so that a font of another width shifts nothing far.
    var column = 0
    for piece in run.text.split(separator: "  ", omittingEmptySubsequences: false) {
      var text = piece.drop { $0 == " " }
      let blanks = piece.count - text.count
      while text.last == " " { text.removeLast() }
      if !text.isEmpty {
        shapes.append(self.text(text, left + Double(column + blanks) * Self.cellWidth, top, run.style))
      }
      column += piece.count + 2
    }
    return shapes
  }

  private func text(_ text: Substring, _ left: Double, _ top: Double, _ style: Style) -> String {
    let bold = style.isBold ? " bold" : ""
    let look =
      style.background == nil
      ? #"class="\#(colorClass(style))\#(bold)""# : #"fill="\#(color(style.foreground ?? 16))""#
    let (x, y, width) = (number(left), number(top + 13), number(Double(text.count) * Self.cellWidth))
    return #"<text x="\#(x)" y="\#(y)" textLength="\#(width)" \#(look)>"# + escaped(String(text)) + "</text>"
  }

  private func rectangle(
    _ left: Double, _ top: Double, width: Double, height: Double, _ look: String
  ) -> String {
    #"<rect x="\#(number(left))" y="\#(number(top))" width="\#(number(width))" height="\#(number(height))" \#(look)/>"#
  }

  private func colorClass(_ style: Style) -> String {
    if style.isFaint { "faint" } else if style.foreground == 6 { "bar" } else { "plain" }
  }

  /// How many eighths of a cell a bar fills; nil if the text is no bar.
  private func eighthBlocks(_ text: String) -> Int? {
    var eighths = 0
    for scalar in text.unicodeScalars {
      // U+2588 is a full block, U+2589 seven eighths of one, and so on to U+258F.
      guard (0x2588...0x258F).contains(scalar.value) else { return nil }
      eighths += 8 - Int(scalar.value - 0x2588)
    }
    return text.isEmpty ? nil : eighths
  }

  /// A color of the 256 that terminals have: 16 is the first of a cube of 6 × 6 × 6.
  private func color(_ index: Int) -> String {
    let levels = ["00", "5f", "87", "af", "d7", "ff"]
    let cube = max(0, min(index - 16, 215))
    return "#\(levels[cube / 36])\(levels[cube / 6 % 6])\(levels[cube % 6])"
  }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// With one decimal at most.
  private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
