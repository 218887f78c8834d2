/// Draws how far an import has come, for a terminal.
public struct ProgressBar: Sendable {
  /// How many characters the bar itself takes.
  public let width: Int

  public init(width: Int = 24) { self.width = max(width, 1) }

  /// One line, without its end: `[######------]  50 %  145 of 290 MB  390,000 rows  4 s left`.
  public func line(_ progress: ImportProgress, seconds: Double) -> String {
    let total = max(progress.bytesTotal, 1)
    let done = min(max(progress.bytesDone, 0), total)
    let filled = Int(Double(width) * Double(done) / Double(total))
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let percent = String(Int(100 * Double(done) / Double(total)))
    let padding = String(repeating: " ", count: 3 - percent.count)
    let rest = seconds > 0 && done > 0 ? seconds * Double(total - done) / Double(done) : nil
    return "[\(bar)] \(padding)\(percent) %  \(done / 1_000_000) of \(total / 1_000_000) MB  "
      + "\(grouped(progress.rows)) rows" + (rest.map { "  \(duration($0)) left" } ?? "")
  }

  private func grouped(_ number: Int) -> String {
    var text = ""
    for (position, digit) in String(number).reversed().enumerated() {
      if position > 0, position.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  private func duration(_ seconds: Double) -> String {
    // No import is so long that more would be of use.
    let whole = Int(min(seconds.rounded(.up), 359_999))
    return whole < 60 ? "\(whole) s" : whole < 3_600 ? "\(whole / 60) min" : "\(whole / 3_600) h"
  }
}
