import Calendar
import JSON

/// Numbers over time, a line for each series. A single series has an area below it; the numbers of another range are a
/// faint line. Where a unit of time is not complete, the line is dashed.
struct LineChart: Chart {
  struct Series: Sendable {
    let name: String
    /// By unit; nil where there is no number.
    let values: [Double?]
    var style: LegendEntry.Style = .series(0)

    /// Whether it belongs to the range that is compared with.
    var isComparison: Bool { if case .before = style { true } else { false } }
  }

  /// The local time at which each unit begins.
  let starts: [LocalTime]
  let series: [Series]
  /// By unit: whether all of it lies in the range.
  let isComplete: [Bool]
  /// Whether the values are counts.
  var isWhole = true
  /// How a value on the axis is written.
  let text: @Sendable (JSONValue) -> String

  let height = 226.0

  private static let top = 18.0
  private static let bottom = 200.0

  /// More units than this are drawn by the lowest and the highest of several: a screen has few more columns.
  private static let maximumPoints = 800
  /// Lines of more points are finer, because their ups and downs would run together.
  private static let maximumThickPoints = 150

  var legend: [LegendEntry] {
    var entries = series.map { LegendEntry(name: $0.name, style: $0.style, isSeries: true) }
    if isComplete.contains(false) {
      entries.append(LegendEntry(name: "not complete", style: .partial))
    }
    return entries.count > 1 ? entries : []
  }

  func marks(hasHints: Bool) -> [Markup] {
    var values: [Double] = []
    for series in series { values += series.values.compactMap(\.self) }
    let scale = LinearScale(of: values, isWhole: isWhole, to: (Self.bottom, Self.top), tickCount: 4)
    var marks: [Markup] = []
    for tick in scale.ticks {
      marks.append(horizontalLine(scale.position(tick), tick == 0 ? "axis" : "grid"))
    }
    let axis = TimeAxis(starts, maximumTicks: 10)
    for (number, tick) in axis.ticks.enumerated() {
      let x = x(tick.index) / 1000
      let anchor: StaticString = x < 0.07 ? "start" : x > 0.93 ? "end" : "middle"
      marks.append(
        label(
          tick.text, x < 0.07 ? 0 : x > 0.93 ? 1 : x, 219, number % 2 == 0 ? "label" : "label spare",
          anchor: anchor))
    }
    // The range that is compared with lies below the others.
    let numbered = series.enumerated().sorted { $0.element.isComparison && !$1.element.isComparison }
    for (number, series) in numbered {
      marks.append(
        .element(
          "g", ["class": "series \(series.style.className)", "data-series": String(number)],
          lines(series, scale)))
    }
    for tick in scale.ticks where tick != 0 {
      marks.append(label(text(plainNumber(tick)), 0, scale.position(tick) - 4, "label tick"))
    }
    // The script of pages moves it to the unit of which it shows the numbers.
    marks.append(.element("line", ["class": "cursor", "y1": pixels(Self.top), "y2": pixels(Self.bottom)]))
    marks.append(
      .element(
        "rect",
        [
          "class": "hover", "x": "0", "y": "0", "width": "100%", "height": pixels(height),
          "data-count": String(starts.count),
        ]))
    return marks
  }

  /// The middle of a unit's strip, in thousandths of the width.
  private func x(_ index: Int) -> Double { 1000 * (Double(index) + 0.5) / Double(max(starts.count, 1)) }

  private func lines(_ series: Series, _ scale: LinearScale) -> [Markup] {
    var paths: [Markup] = []
    let points = points(series.values)
    let runs = runs(points)
    if self.series.count(where: { !$0.isComparison }) == 1, !series.isComparison {
      for run in runs where run.count > 1 {
        let base = pixels(scale.zero)
        paths.append(
          path(
            "M\(pixels(x(run[0].index))) \(base)" + commands(run, scale, first: "L")
              + "L\(pixels(x(run[run.count - 1].index))) \(base)Z", "area"))
      }
    }
    let line = points.count > Self.maximumThickPoints ? "line fine" : "line"
    for (isDashed, style) in [(false, line), (true, "\(line) partial")] {
      let text = segments(points, isDashed: isDashed).map { commands($0, scale, first: "M") }.joined()
      if !text.isEmpty { paths.append(path(text, style)) }
    }
    let dots = runs.filter { $0.count == 1 }.map { run in
      Markup.element(
        "circle",
        [
          "cx": percent(x(run[0].index) / 1000), "cy": pixels(scale.position(run[0].value)), "r": "4",
          "class": isCompleteUnit(run[0].index) ? "dot" : "dot hollow",
        ])
    }
    return [stretched(height: height, paths)] + dots
  }

  private typealias Point = (index: Int, value: Double)

  /// The points that are drawn, nil where there is a gap.
  private func points(_ values: [Double?]) -> [Point?] {
    let all = values.enumerated().map { index, value in value.map { Point(index, $0) } }
    if all.count <= Self.maximumPoints { return all }
    let size = (2 * all.count + Self.maximumPoints - 1) / Self.maximumPoints
    return stride(from: 0, to: all.count, by: size).flatMap { start -> [Point?] in
      let present = all[start..<min(start + size, all.count)].compactMap(\.self)
      guard let lowest = present.min(by: { $0.value < $1.value }),
        let highest = present.max(by: { $0.value < $1.value })
      else { return [nil] }
      if lowest.index == highest.index { return [lowest] }
      return lowest.index < highest.index ? [lowest, highest] : [highest, lowest]
    }
  }

  /// The points between gaps.
  private func runs(_ points: [Point?]) -> [[Point]] {
    var runs: [[Point]] = [[]]
    for point in points {
      if let point { runs[runs.count - 1].append(point) } else { runs.append([]) }
    }
    return runs.filter { !$0.isEmpty }
  }

  /// The runs of connections between neighbours that both are complete, or of the others.
  private func segments(_ points: [Point?], isDashed: Bool) -> [[Point]] {
    var runs: [[Point]] = []
    var latest: Point?
    var isOpen = false
    for point in points {
      defer { latest = point }
      guard let point, let latest,
        isDashed == (!isCompleteUnit(point.index) || !isCompleteUnit(latest.index))
      else {
        isOpen = false
        continue
      }
      if isOpen { runs[runs.count - 1].append(point) } else { runs.append([latest, point]) }
      isOpen = true
    }
    return runs
  }

  private func isCompleteUnit(_ index: Int) -> Bool { index < isComplete.count ? isComplete[index] : true }

  private func commands(_ run: [Point], _ scale: LinearScale, first: String) -> String {
    var commands = ""
    for (number, point) in run.enumerated() {
      commands += number == 0 ? first : "L"
      commands += pixels(x(point.index))
      commands += " "
      commands += pixels(scale.position(point.value))
    }
    return commands
  }
}
