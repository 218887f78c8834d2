import Calendar
import Engine
import JSON

/// The ranges that `--compare` names without a date.
let comparedRanges = ["previous", "year", "month", "week", "day"]

/// Parses the value of `--compare`.
func comparisonValue(_ text: String) throws(FlagValueError) -> JSONValue {
  switch text {
  case "previous", "prev": return ["mode": "previous"]
  case "year", "yoy": return ["mode": "year"]
  case "month", "week", "day": return ["mode": "shift", "unit": .string(text)]
  default:
    guard (try? CalendarDate(text)) != nil else {
      throw FlagValueError(
        sentence: """
          must be previous, year, month, week, day, or a day (2026-02-01), a month (2026-02) or a year (2026), \
          is "\(text)"
          """)
    }
    return ["mode": "custom", "startDate": .string(text), "endDate": .string(text)]
  }
}

extension ReportArguments {
  /// Whether the result of the method is that of the range and that of another.
  var hasComparisonBesideResult: Bool { kind.comparison != .ownMember && isGiven(.compare) }
}

extension ReportContext {
  /// The result for the range of the comparison; nil if the user asked for none, or if it is part of the result.
  func comparedResult(of result: JSONValue) -> JSONValue? {
    arguments.hasComparisonBesideResult ? result["comparison"] ?? nil : nil
  }

  /// The range of the comparison, which the method computes in the same way.
  var comparedRange: Period? {
    guard let compare = params["compare"] else { return nil }
    let short = ["prev": "previous", "yoy": "year"][compare.string ?? ""]
    guard let mode = compare["mode"]?.string ?? short else { return nil }
    let range = range.start...max(range.start, range.end)
    let other: (start: Int64, end: Int64)
    switch mode {
    case "previous": other = zone.shifted(range, by: .previous)
    case "year": other = zone.shifted(range, by: .units(.year, count: 1))
    case "shift":
      guard let unit = compare["unit"]?.string.flatMap(CalendarUnit.init) else { return nil }
      other = zone.shifted(range, by: .units(unit, count: 1))
    default:
      guard let date = compare["startDate"]?.string.flatMap({ try? CalendarDate($0) }) else { return nil }
      other = (date.start(in: zone), date.end(in: zone))
    }
    return Period(from: other.start, through: other.end)
  }

  /// What the range is compared with, for the line below the title.
  var comparisonSettings: [String] {
    guard arguments.kind.comparison != .besideResult, arguments.statesRange, let other = comparedRange
    else { return [] }
    return ["compared with \(rangeText(other, zone))"]
  }
}
