import Calendar
import Engine
import JSON

extension ReportDefinition {
  static let retention = ReportDefinition(
    name: "retention", title: "Retention",
    ownFlags: [
      .unit, .periods, .start, .returns, .cohort, .onOrAfter, .dense, .total, .currency, .breakdown, .at,
      .limit, .weekStart,
    ],
    combinationError: { arguments in
      arguments.isGiven(.currency) && !arguments.isGiven(.dense)
        ? FlagError(flag: "--currency", sentence: "needs --dense, because amounts need every period") : nil
    },
    example: "retention store.db --during 2026-03 --timezone Europe/Berlin",
    settings: retentionSettings, text: retentionText, figures: retentionFigures)
}

extension ReportFlag {
  private static let units = ["hour", "day", "week", "month", "year"]

  fileprivate static let unit = ReportFlag(
    "--unit", "UNIT", member: "unit", "hour, day, week, month or year.", words: units
  ) { text in [.string(text)] }
  fileprivate static let periods = ReportFlag("--periods", "NUMBER", member: "periods", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
  fileprivate static let start = ReportFlag("--start", "TYPE:VALUE", member: "start", matcherHelp) {
    text throws(FlagValueError) in [try matcherValue(text)]
  }
  fileprivate static let returns = ReportFlag("--return", "TYPE:VALUE", member: "return", matcherHelp) {
    text throws(FlagValueError) in [try matcherValue(text)]
  }
  fileprivate static let cohort = ReportFlag(
    "--cohort", "WHICH", member: "cohort", "", words: ["first", "every"]
  ) { text in [.string(text)] }
  fileprivate static let onOrAfter = on(
    "--on-or-after", member: "criterion", value: "onOrAfter", "This flag chooses onOrAfter.")
  fileprivate static let dense = on("--dense", member: "dense")
  fileprivate static let total = on("--total", member: "total")
  fileprivate static let currency = text("--currency", "CODE", member: "currency", "")
  fileprivate static let breakdown = ReportFlag(
    "--breakdown", "NAME", member: "breakdown",
    "A column, channel, entry or property:KEY; and all other values together."
  ) { text in [["name": .string(text), "rest": true]] }
  fileprivate static let at = ReportFlag(
    "--at", "WHERE", member: "breakdown/at",
    "Whose value --breakdown takes: that of the start event (first) or of its visit (visit). Default: first.",
    words: ["first", "visit"]
  ) { text in [.string(text)] }
  fileprivate static let limit = ReportFlag(
    "--limit", "NUMBER", member: "breakdown/limit",
    "How many values --breakdown shows, those with the most visitors. Default: 10."
  ) { text throws(FlagValueError) in [try numberValue(text)] }
}

@Sendable private func retentionSettings(_ context: ReportContext) -> [String] {
  var settings: [String] = []
  if context.params["unit"] != nil { settings.append("by \(context.cohortUnit)") }
  if let start = context.params["start"] { settings.append("from \(matcherName(start))") }
  if let returns = context.params["return"] { settings.append("returning with \(matcherName(returns))") }
  if context.params["cohort"] == "every" { settings.append("in every cohort") }
  return settings
}

extension ReportContext {
  var cohortUnit: String { param("unit").isEmpty ? "day" : param("unit") }

  var periods: Int { params["periods"]?.wholeNumber.map { Int(clamping: $0) } ?? 31 }

  /// The number of units after that of `instant` that begin in the range.
  fileprivate func unitsInRange(after instant: Int64) -> Int {
    let unit = CalendarUnit(rawValue: cohortUnit) ?? .day
    let weekStart = WeekStart(rawValue: param("weekStart")) ?? .monday
    let ends = [instant, range.end].compactMap {
      zone.dateNumber(of: unit, weekStart: weekStart, containing: $0)
    }
    guard ends.count == 2 else {
      return zone.clockUnits(unit, from: instant, to: range.end, limit: periods)
    }
    return Int(min(Int64(periods), ends[1] - ends[0]))
  }
}

/// A grid with a row for each cohort and a column for each later period, shaded by how many came back; a grid of the
/// money by then; and grids for the values of a breakdown.
@Sendable private func retentionText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas)
  -> String
{
  let cohorts = Cohort.all(of: result.array ?? result["rows"]?.array ?? [], context)
  guard !cohorts.isEmpty else { return "" }
  let columns = GridColumns(cohorts, context, canvas)
  let total = Cohort(total: result["total"]?.array ?? [])
  var parts = [columns.grid(cohorts + (total.map { [$0] } ?? []), canvas)]
  if let money = columns.moneyGrid(cohorts, context, canvas) { parts.append(money) }
  for group in result["breakdown"]?.array ?? [] {
    let own = Cohort.all(of: group["rows"]?.array ?? [], context)
    let name = group["rest"] == true ? "(others)" : displayable(group["value"]?.string ?? "")
    parts.append(
      canvas.styled(nameOfValue(name), .strong) + "\n"
        + GridColumns(own, context, canvas).grid(own, canvas))
  }
  return parts.joined(separator: "\n") + "\n" + legend(cohorts, context, canvas)
}

/// A space, a percentage, a shade.
private let cellWidth = 5

/// The visitors whose first visit was in the same unit.
struct Cohort {
  let name: String
  let visitors: Int64
  /// The number of later periods within the range.
  let periodsInRange: Int
  /// A missing period means nobody.
  var cells: [Int: Cell] = [:]

  struct Cell {
    /// Of the visitors.
    let percent: Double
    let isComplete: Bool
    /// The amount for each visitor up to the period; nil if no currency was asked for.
    let perVisitor: JSONValue?
  }

  init(name: String, visitors: Int64, periodsInRange: Int) {
    (self.name, self.visitors, self.periodsInRange) = (name, visitors, periodsInRange)
  }

  /// All cohorts together; nil if that was not asked for.
  init?(total: [JSONValue]) {
    guard let last = total.last, let period = Cohort.period(of: last) else { return nil }
    self.init(name: "all", visitors: total[0]["visitors"]?.wholeNumber ?? 0, periodsInRange: period)
    for row in total { add(row) }
  }

  static func all(of rows: [JSONValue], _ context: ReportContext) -> [Cohort] {
    var cohorts: [Cohort] = []
    var latest: String?
    for row in rows {
      guard let date = row["date"]?.string, let instant = parseInstant(date) else { continue }
      if latest != date {
        latest = date
        cohorts.append(
          Cohort(
            name: context.unitText(row["date"], context.cohortUnit),
            visitors: row["visitors"]?.wholeNumber ?? 0,
            periodsInRange: context.unitsInRange(after: instant)))
      }
      cohorts[cohorts.count - 1].add(row)
    }
    return cohorts
  }

  private static func period(of row: JSONValue) -> Int? {
    (row["day"] ?? row["period"])?.wholeNumber.map { Int($0) }
  }

  private mutating func add(_ row: JSONValue) {
    guard let period = Self.period(of: row) else { return }
    cells[period] = Cell(
      percent: row["percentage"]?.double ?? 0, isComplete: row["complete"] != false,
      perVisitor: row["perVisitor"])
  }
}

/// The columns of grids of one width.
private struct GridColumns {
  private let title: String
  private let nameWidth: Int
  private let visitorsWidth: Int
  private let periods: [Int]

  init(_ cohorts: [Cohort], _ context: ReportContext, _ canvas: Canvas) {
    title = context.cohortUnit == "day" ? "first day" : context.cohortUnit
    nameWidth = max(title.count, cohorts.map(\.name.count).max() ?? 0)
    visitorsWidth = max("visitors".count, cohorts.map { numberText($0.visitors).count }.max() ?? 0)
    let room = max(1, (canvas.width - nameWidth - 2 - visitorsWidth) / cellWidth)
    let last = max(1, min(cohorts.map(\.periodsInRange).max() ?? 0, context.periods))
    if last <= room {
      periods = Array(1...last)
    } else if context.cohortUnit == "day", last <= 31 {
      // A narrow canvas shows the days of the first week and every seventh day.
      periods = [1, 2, 3, 4, 5, 6, 7, 14, 21, 28].filter { $0 <= last }
    } else {
      periods = Array(1...room)
    }
  }

  func grid(_ cohorts: [Cohort], _ canvas: Canvas) -> String {
    let titles = periods.map { padded(String($0), to: cellWidth - 1, .right) + " " }.joined()
    var text = canvas.styled(
      padded(title, to: nameWidth, .left) + "  " + padded("visitors", to: visitorsWidth, .right)
        + trimmed(titles), .faint)
    for cohort in cohorts {
      text += "\n" + start(of: cohort) + row(periods.map { cell(cohort, $0) }, canvas)
    }
    return text + "\n"
  }

  private func start(of cohort: Cohort) -> String {
    padded(cohort.name, to: nameWidth, .left) + "  "
      + padded(numberText(cohort.visitors), to: visitorsWidth, .right)
  }

  /// The money of each visitor up to each period; nil if no currency was asked for.
  func moneyGrid(_ cohorts: [Cohort], _ context: ReportContext, _ canvas: Canvas) -> String? {
    guard let currency = context.params["currency"]?.string else { return nil }
    func texts(_ period: Int) -> [String] {
      cohorts.map { cohort in
        let cell = cohort.cells[period]
        return cell?.perVisitor.map { (cell?.isComplete == false ? "~" : "") + hundredthsText($0) } ?? ""
      }
    }
    var lines = cohorts.map { start(of: $0) }
    var head = padded(title, to: nameWidth, .left) + "  " + padded("visitors", to: visitorsWidth, .right)
    for period in [0] + periods {
      let texts = texts(period)
      let width = 2 + max(texts.map(\.count).max() ?? 0, String(period).count)
      if head.count + width > canvas.width { break }
      head += padded(String(period), to: width, .right)
      for index in lines.indices { lines[index] += padded(texts[index], to: width, .right) }
    }
    return "\(displayable(currency)) of each visitor so far:\n" + canvas.styled(head, .faint) + "\n"
      + lines.map { trimmed($0) + "\n" }.joined()
  }
}

/// An amount with two decimal places.
func hundredthsText(_ amount: JSONValue) -> String {
  guard let double = amount.double, abs(double) < 1e15 else { return numberText(amount) }
  let hundredths = Int64((double * 100).rounded())
  return numberText(.decimal(JSONDecimal(significand: Int128(hundredths), scale: 2)), decimals: 2)
}

private func cell(_ cohort: Cohort, _ period: Int) -> (text: String, style: Style) {
  guard let cell = cohort.cells[period], cell.percent > 0 else {
    if cohort.cells[period]?.isComplete == false { return ("  ~· ", .faint) }
    return (period <= cohort.periodsInRange ? "   · " : "     ", .faint)
  }
  let level = Shade.level(percent: cell.percent)
  let number = cell.percent < 0.5 ? "<1" : String(Int(cell.percent.rounded()))
  let text = padded((cell.isComplete ? "" : "~") + number, to: cellWidth - 1, .right)
  return (text + Shade.levels[level - 1].character, .shade(level))
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

private func legend(_ cohorts: [Cohort], _ context: ReportContext, _ canvas: Canvas) -> String {
  let shades = Shade.levels.enumerated().map { index, level in
    let name = level.from == 0 ? "below \(Int(Shade.levels[1].from))" : "from \(Int(level.from))"
    return canvas.hasColors
      ? canvas.styled(" \(name) ", .shade(index + 1)) : "\(level.character) \(name)"
  }
  let unit = context.cohortUnit
  let later = context.params["criterion"] == "onOrAfter" ? " or after that" : ""
  let cohort = unit == "day" ? "a first day" : unit == "hour" ? "an hour" : "a \(unit)"
  let isPartial = cohorts.contains { $0.cells.values.contains { !$0.isComplete } }
  return "Percent of the visitors of \(cohort) who came again so many \(unit)s later\(later):\n"
    + shades.joined(separator: canvas.hasColors ? " " : "  ") + "  · nobody\n"
    + (isPartial ? "~ Only a part of the cohort's or the later \(unit) is in the range.\n" : "")
}

private func trimmed(_ text: String) -> String {
  text.lastIndex { $0 != " " }.map { String(text[...$0]) } ?? ""
}
