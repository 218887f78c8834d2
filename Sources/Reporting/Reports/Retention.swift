import Calendar
import Engine
import JSON

extension ReportKind {
  static let retention = ReportKind(
    name: "retention", title: "Retention", ownFlags: [],
    example: "retention store.db --during 2026-03 --timezone Europe/Berlin",
    text: { retentionText($0, $1, $2) })
}

/// A grid with a row for each day on which visitors first came and a column for each later day, shaded by how
/// many came back.
///
/// A narrow canvas shows the days of the first week and every seventh day.
private func retentionText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let cohorts = Cohort.all(of: result, context)
  guard !cohorts.isEmpty else { return "" }
  let visitorsWidth = max("visitors".count, cohorts.map { numberText($0.visitors).count }.max() ?? 0)
  let room = (canvas.width - dateWidth - 2 - visitorsWidth) / cellWidth
  let lastDay = cohorts.map(\.daysInRange).max() ?? 0
  let all = Array(1...max(1, min(lastDay, 31)))
  let days = all.count <= room ? all : [1, 2, 3, 4, 5, 6, 7, 14, 21, 28].filter { $0 <= lastDay }

  let titles = days.map { padded(String($0), to: cellWidth - 1, .right) + " " }.joined()
  var text = canvas.styled(
    padded("first day", to: dateWidth, .left) + "  " + padded("visitors", to: visitorsWidth, .right)
      + trimmed(titles), .faint)
  for cohort in cohorts {
    text += "\n" + cohort.date + "  " + padded(numberText(cohort.visitors), to: visitorsWidth, .right)
    text += row(days.map { cell(cohort, $0) }, canvas)
  }
  return text + "\n\n" + legend(canvas)
}

private let dateWidth = 10
/// A space, a percentage, a shade.
private let cellWidth = 5

/// The visitors whose first visit was on the same day.
private struct Cohort {
  let date: String
  let visitors: Int64
  /// The number of later days within the range.
  let daysInRange: Int
  /// Percent of the visitors, by day; a missing day means nobody.
  var percentages: [Int: Double] = [:]

  static func all(of result: JSONValue, _ context: ReportContext) -> [Cohort] {
    var cohorts: [Cohort] = []
    let lastDay = context.zone.date(at: context.range.end).dayNumber
    for cell in result.array ?? [] {
      guard let date = context.localTime(cell["date"])?.date, let day = cell["day"]?.wholeNumber else {
        continue
      }
      if cohorts.last?.date != date.text {
        cohorts.append(
          Cohort(
            date: date.text, visitors: cell["visitors"]?.wholeNumber ?? 0,
            daysInRange: Int(lastDay - date.dayNumber)))
      }
      cohorts[cohorts.count - 1].percentages[Int(day)] = cell["percentage"]?.double
    }
    return cohorts
  }
}

private func cell(_ cohort: Cohort, _ day: Int) -> (text: String, style: Style) {
  guard let percent = cohort.percentages[day] else {
    return (day <= cohort.daysInRange ? "   · " : "     ", .faint)
  }
  let level = Shade.level(percent: percent)
  let number = percent < 0.5 ? "<1" : String(Int(percent.rounded()))
  return (padded(number, to: cellWidth - 1, .right) + Shade.levels[level - 1].character, .shade(level))
}

private func row(_ cells: [(text: String, style: Style)], _ canvas: Canvas) -> String {
  let last = cells.lastIndex { !$0.text.allSatisfy { $0 == " " } } ?? -1
  return cells[...last].enumerated().map { index, cell in
    // Colors replace the shade characters.
    var text = cell.text
    if canvas.hasColors, case .shade = cell.style { text = text.dropLast() + " " }
    if index == last, cell.style == .faint { text = trimmed(text) }
    return canvas.styled(text, cell.style)
  }.joined()
}

private func legend(_ canvas: Canvas) -> String {
  let shades = Shade.levels.enumerated().map { index, level in
    let name = level.from == 0 ? "below \(Int(Shade.levels[1].from))" : "from \(Int(level.from))"
    return canvas.hasColors
      ? canvas.styled(" \(name) ", .shade(index + 1)) : "\(level.character) \(name)"
  }
  return "Percent of the visitors of a first day who came again so many days later:\n"
    + shades.joined(separator: canvas.hasColors ? " " : "  ") + "  · nobody\n"
}

private func trimmed(_ text: String) -> String {
  text.lastIndex { $0 != " " }.map { String(text[...$0]) } ?? ""
}
