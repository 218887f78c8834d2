/// A part of the page of a website: a report, and its flags.
public struct PageSection: Sendable {
  /// As `--sections` has it.
  public let name: String
  let title: String
  /// The report; nil for what is saved in the store.
  let kind: ReportDefinition?
  /// Its flags, for a range of so many days.
  var flags: @Sendable (_ days: Int64) -> [(name: String, text: String)] = { _ in [] }

  /// All sections, in the order of the page.
  public static let all: [PageSection] = [
    PageSection(name: "summary", title: "Summary", kind: .stats),
    PageSection(name: "traffic", title: "Visitors and pageviews", kind: .series) {
      [("--metric", "visitors,pageviews"), ("--unit", seriesUnit($0))]
    },
    top("pages", "Pages", "path"), top("entries", "Entry pages", "entry"), top("exits", "Exit pages", "exit"),
    top("sources", "Sources", "referrer"), top("channels", "Channels", "channel"),
    top("campaigns", "Campaigns", "utmCampaign"), top("countries", "Countries", "country"),
    top("devices", "Devices", "device"), top("browsers", "Browsers", "browser"),
    top("events", "Events", "event"),
    PageSection(name: "hours", title: "Visitors by weekday and hour", kind: .weekly),
    PageSection(name: "retention", title: "Retention", kind: .retention) { days in
      let unit = days <= 16 ? "day" : days <= 120 ? "week" : "month"
      return [("--unit", unit), ("--periods", "12"), ("--dense", "")]
    },
    PageSection(name: "journeys", title: "Journeys", kind: .journey) { _ in
      [("--graph", ""), ("--steps", "3"), ("--nodes", "6")]
    },
    PageSection(name: "revenue", title: "Revenue", kind: .revenue) { [("--unit", seriesUnit($0))] },
    PageSection(name: "performance", title: "Web vitals", kind: .performance) { days in
      [("--unit", seriesUnit(days)), ("--limit", "10")]
    },
    PageSection(name: "segments", title: "Segments", kind: nil),
    PageSection(name: "reports", title: "Saved reports", kind: nil),
  ]

  private static func top(_ name: String, _ title: String, _ type: String) -> PageSection {
    PageSection(name: name, title: title, kind: .top) { _ in [("--type", type), ("--limit", "10")] }
  }

  /// The unit of which the range has enough to see a course, and not too many to see each.
  private static func seriesUnit(_ days: Int64) -> String {
    days <= 3 ? "hour" : days <= 400 ? "day" : days <= 2500 ? "week" : "month"
  }

  /// Whether the page leaves it out if its report refuses the filters of the page: measurements have columns only.
  public var isLeftOutIfRefused: Bool { kind?.name == ReportDefinition.performance.name }

  /// Whether its report has a place for the numbers of another range.
  var isComparable: Bool { kind.map { $0.comparison != .besideResult } ?? false }
}

extension PageSection {
  /// The sections that a list of names selects.
  public static func named(_ list: String) throws(FlagError) -> [PageSection] {
    var sections: [PageSection] = []
    for word in list.split(separator: "," as Character, omittingEmptySubsequences: false) {
      let name = trimmed(word)
      guard let section = all.first(where: { $0.name == name }) else {
        throw FlagError(
          flag: "--sections",
          sentence: "must be names of \(all.map(\.name).joined(separator: ", ")), has \"\(name)\"")
      }
      if !sections.contains(where: { $0.name == name }) { sections.append(section) }
    }
    return sections
  }
}
