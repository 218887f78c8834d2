/// The properties of the output that text is rendered for.
public struct Canvas: Sendable {
  /// The columns of a line.
  public let width: Int
  /// Whether escape sequences for colours and weights are written (ECMA-48, SGR).
  public let hasColors: Bool

  public init(width: Int, hasColors: Bool) {
    self.width = width
    self.hasColors = hasColors
  }

  /// The text in a style, if the output has colors.
  func styled(_ text: String, _ style: Style) -> String {
    guard hasColors, let codes = style.codes, !text.isEmpty else { return text }
    return "\u{1B}[\(codes)m\(text)\u{1B}[0m"
  }
}

/// The appearance of a piece of text.
enum Style: Equatable {
  case plain, strong, faint, bar
  /// A share, from 1 to ``Shade/levels``.
  case shade(Int)

  /// The parameters of "select graphic rendition" (ECMA-48, 8.3.117).
  var codes: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .faint: "2"
    case .bar: "36"
    // Foreground and background are both set, so that they match on dark and on light terminals.
    case .shade(1): "48;5;195;38;5;16"
    case .shade(2): "48;5;153;38;5;16"
    case .shade(3): "48;5;74;38;5;16"
    case .shade: "48;5;25;38;5;231"
    }
  }
}

/// Bars and shades of block characters.
enum Bar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// A bar whose length is a share of `width` columns, to an eighth of a column; any share above zero is
  /// visible.
  static func text(_ share: Double, width: Int) -> String {
    guard share > 0, share.isFinite else { return "" }
    let length = max(1, Int((min(share, 1) * Double(width * 8)).rounded()))
    return String(repeating: "█", count: length / 8) + eighths[length % 8]
  }
}

/// The darkness in which a share is displayed.
enum Shade {
  /// For each level the lowest share, in percent, and its character.
  static let levels: [(from: Double, character: String)] = [(0, "░"), (10, "▒"), (25, "▓"), (50, "█")]

  /// The level of a share above zero, from 1.
  static func level(percent: Double) -> Int {
    levels.lastIndex { $0.from <= percent }.map { $0 + 1 } ?? 1
  }
}

/// A line of bars, one for each number.
enum Sparkline {
  private static let levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// A character for each number, on a scale from zero to `largest` or to the largest of them; a dot is zero. If there are more numbers than
  /// `width`, each character shows the largest of several values.
  static func text(_ numbers: [Double], width: Int, largest: Double? = nil) -> String {
    let size = max(1, (numbers.count + max(1, width) - 1) / max(1, width))
    let largest = largest ?? numbers.max() ?? 0
    guard largest > 0, largest.isFinite else {
      return String(repeating: "·", count: min(numbers.count, width))
    }
    return stride(from: 0, to: numbers.count, by: size).map { start in
      let number = numbers[start..<min(start + size, numbers.count)].max() ?? 0
      guard number > 0 else { return "·" }
      return levels[max(0, min(7, Int((number / largest * 8).rounded(.up)) - 1))]
    }.joined()
  }
}
