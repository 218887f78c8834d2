/// A row for each name, with a bar below the name that is as long as its number; negative numbers extend to the left of
/// zero. With several parts, the bars stand below the names and have a colour for each part.
struct BarChart: Chart {
  struct Bar: Sendable {
    let name: Label
    /// A number for each part.
    let values: [Double]
    /// The number at the end of the row, as people read it.
    let text: String
    /// Such as its change; empty if there is nothing.
    var note = ""
    /// The row of the figure's table.
    let row: Int
    var isRest = false
  }

  let bars: [Bar]
  /// The names of the parts, if there are several.
  var parts: [LegendEntry] = []
  /// The number of a bar that takes the whole width; nil for the largest of all.
  var whole: Double?

  private var isStacked: Bool { !parts.isEmpty }
  private var rowHeight: Double { isStacked ? 36 : 26 }
  /// The part of the width that is left to the numbers.
  private var numberRoom: Double {
    // Pixels, of the width that the drawing has on a telephone.
    let numbers = bars.map { textWidth($0.text) }.max() ?? 0
    return min(0.6, max(0.24, (numbers + 14 + (hasNotes ? Self.noteRoom : 0)) / 300))
  }
  private var hasNotes: Bool { bars.contains { !$0.note.isEmpty } }
  /// Pixels for notes.
  private static let noteRoom = 62.0

  var height: Double { Double(bars.count) * rowHeight }
  var legend: [LegendEntry] { parts }

  func marks(hasHints: Bool) -> [Markup] {
    let ends = bars.flatMap { bar in
      [
        bar.values.filter { $0 > 0 && $0.isFinite }.reduce(0, +),
        bar.values.filter { $0 < 0 && $0.isFinite }.reduce(0, +),
      ]
    }
    let (lowest, highest) = (ends.min() ?? 0, max(ends.max() ?? 0, whole ?? 0))
    let length = highest - lowest
    let zero = length > 0 ? -lowest / length : 0
    func share(_ value: Double) -> Double { length > 0 && value.isFinite ? value / length : 0 }
    var marks: [Markup] = []
    for (place, bar) in bars.enumerated() {
      let y = Double(place) * rowHeight
      let (barY, barHeight) = isStacked ? (y + 21, 9.0) : (y + 1, rowHeight - 3)
      if isStacked { marks.append(rectangle(0, barY, 1, barHeight, "track", row: bar.row)) }
      var (left, right) = (zero, zero)
      for (part, value) in bar.values.enumerated() where value != 0 {
        let length = share(value)
        let style = isStacked ? "bar \(parts[part].style.className)" : bar.isRest ? "tint s0" : "tint"
        let hint: Label = isStacked ? "\(bar.name), \(parts[part].name)" : "\(bar.name): \(bar.text)"
        marks.append(
          rectangle(
            value > 0 ? right : left, barY, length, barHeight, style, row: bar.row,
            hint: hasHints ? hint : nil))
        if value > 0 { right += length } else { left += length }
      }
      marks.append(
        clippedLabel(bar.name, 0, y + 17, width: 1 - numberRoom, indent: isStacked ? 0 : 8))
      let end = isStacked ? 0.0 : -6
      marks.append(
        label(bar.text, 1, dx: hasNotes ? end - Self.noteRoom : end, y + 17, "value", anchor: "end"))
      if !bar.note.isEmpty { marks.append(label(bar.note, 1, dx: end, y + 17, "label", anchor: "end")) }
    }
    if lowest < 0 {
      marks.append(
        .element(
          "line",
          ["x1": percent(zero), "x2": percent(zero), "y1": "0", "y2": pixels(height), "class": "axis"]))
    }
    return marks
  }
}
