/// The steps of a funnel, one below the other: a bar as long as the share of the first step's visitors who came so far, and
/// hatched what the step lost.
struct FunnelChart: Chart {
  struct Step: Sendable {
    let name: String
    let visitors: Double
    /// The number and the share, as people read them.
    let text: String
    /// What was lost on the way to the step, as people read it; empty if nothing.
    let lost: String
  }

  let steps: [Step]

  private static let rowHeight = 56.0

  var height: Double { Double(steps.count) * Self.rowHeight }

  func marks(hasHints: Bool) -> [Markup] {
    let largest = steps.map(\.visitors).max() ?? 0
    func share(_ visitors: Double) -> Double { largest > 0 ? visitors / largest : 0 }
    var marks: [Markup] = []
    var before = 0.0
    for (index, step) in steps.enumerated() {
      let y = Double(index) * Self.rowHeight
      let (length, lost) = (share(step.visitors), max(0, before - share(step.visitors)))
      marks.append(clippedLabel("\(index + 1). \(step.name)", 0, y + 16, width: 0.62))
      marks.append(label(step.text, 1, y + 16, "value", anchor: "end"))
      marks.append(rectangle(0, y + 23, 1, 14, "track", row: index))
      if lost > 0 { marks.append(rectangle(length, y + 23, lost, 14, "hatched", row: index)) }
      marks.append(
        rectangle(
          0, y + 23, length, 14, "bar s1", row: index, hint: hasHints ? "\(step.name): \(step.text)" : nil))
      if !step.lost.isEmpty { marks.append(label(step.lost, 1, y + 48, "label", anchor: "end")) }
      before = length
    }
    return marks
  }
}
