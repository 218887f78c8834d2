/// Bars and shades of block characters.
enum Bar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// A bar as long as a share of so many columns, to an eighth of one; what is more than nothing is seen.
  static func text(_ share: Double, width: Int) -> String {
    guard share > 0, share.isFinite else { return "" }
    let length = max(1, Int((min(share, 1) * Double(width * 8)).rounded()))
    return String(repeating: "█", count: length / 8) + eighths[length % 8]
  }
}

/// How dark a share is shown.
enum Shade {
  /// From which share on, in percent, and the character of it.
  static let levels: [(from: Double, character: String)] = [(0, "░"), (10, "▒"), (25, "▓"), (50, "█")]

  /// From 1, for a share of more than nothing.
  static func level(percent: Double) -> Int {
    levels.lastIndex { $0.from <= percent }.map { $0 + 1 } ?? 1
  }
}
