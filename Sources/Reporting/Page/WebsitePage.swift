public import Calendar
import Engine
public import JSON

/// The page of a website, to which the results of its sections are added one by one.
public struct WebsitePage: Sendable {
  /// The flags of the user, which all sections have: the range, its zone, filters, segments, and another range.
  private let common: ReportArguments
  private let website: String
  private let range: Period
  private let zone: TimeZoneRules
  private var chapters: [Page.Chapter] = [Page.Chapter(), Page.Chapter(title: "Saved reports and segments")]
  /// The visitors of each segment.
  private var segments = FigureTable(
    columns: [.name("segment")] + segmentMetrics.map { .number($0.title) })
  /// Whether the range before has visits.
  private var hasBefore = false

  private static let segmentMetrics = ["visitors", "visits", "pageviews", "bounceRate", "averageTime"]
    .compactMap(MetricFormat.init)

  /// - Parameters:
  ///   - common: The flags that all sections have.
  ///   - website: The name that users know.
  public init(_ common: ReportArguments, website: String, range: Period, zone: TimeZoneRules) {
    (self.common, self.website, self.range, self.zone) = (common, website, range, zone)
  }

  /// Arguments without any flag, for those that all sections have.
  public static var commonArguments: ReportArguments { ReportArguments(.stats) }

  /// The flags that ``arguments(of:currency:)`` takes over.
  public static let flags = ReportFlag.common.map(\.name)

  /// The arguments of a section's report; nil if the section has none.
  ///
  /// - Parameter currency: For a section that needs one.
  public func arguments(
    of section: PageSection, currency: String? = nil
  ) throws(FlagError) -> ReportArguments? {
    guard let kind = section.kind else { return nil }
    var arguments = ReportArguments(kind)
    for (name, text) in section.flags(days) { _ = try arguments.take(name, text) }
    if let currency { _ = try arguments.take("--currency", currency) }
    arguments.takeCommon(of: common, comparing: section.isComparable)
    // The numbers before, if there are some, for the main chart.
    if section.name == "traffic", hasBefore, !arguments.isGiven(.compare) {
      _ = try arguments.take(ReportFlag.compare.name, "previous")
    }
    return arguments
  }

  private var days: Int64 {
    zone.localTime(at: range.end).date.dayNumber - zone.localTime(at: range.start).date.dayNumber + 1
  }

  /// Whether a section needs a currency.
  public static func needsCurrency(_ section: PageSection) -> Bool { section.kind?.needsCurrency ?? false }

  /// Adds the result of a section's report.
  public mutating func add(
    _ result: JSONValue, of section: PageSection, _ arguments: ReportArguments, params: JSONObject
  ) {
    let context = ReportContext(arguments, params: params, website: website, range: range, zone: zone)
    if section.name == "summary" { hasBefore = result["comparison"]?["visits"]?.isBlank == false }
    var figures = reportFigures(result, context).filter { !$0.isEmpty }
    if figures.count == 1 { figures[0].title = section.title }
    // The table of all currencies is the same for each of them.
    let has = Set(chapters[0].figures.map(\.title))
    chapters[0].figures += figures.filter { section.name != "revenue" || !has.contains($0.title) }
  }

  /// Adds the figures of a saved report.
  public mutating func add(_ figures: [Figure], ofReport name: String) {
    for var figure in figures {
      figure.title = figures.count == 1 ? name : "\(name): \(figure.title)"
      chapters[1].figures.append(figure)
    }
  }

  /// Says why a saved report has no figures.
  public mutating func add(failure: String, ofReport name: String) {
    chapters[1].figures.append(
      Figure(title: name, summary: failure, chart: nil, table: FigureTable(columns: [])))
  }

  /// Adds the totals of a saved segment, a result of `websites.stats`.
  public mutating func add(_ stats: JSONValue, ofSegment name: String) {
    segments.rows.append([.text(name)] + Self.segmentMetrics.map { .metric($0, stats[$0.name]) })
  }

  /// The page.
  ///
  /// - Parameter title: Nil for the name of the website.
  public func page(title: String?, _ origin: DocumentOrigin) -> Page {
    var chapters = chapters
    if !segments.rows.isEmpty {
      let bars = segments.rows.enumerated().map { index, cells in
        BarChart.Bar(
          name: Label(cells[0].text), values: [cells[1].number ?? 0], text: cells[1].text, row: index)
      }
      chapters[1].figures.insert(
        Figure(
          title: "Segments", summary: "Visitors of each segment",
          chart: BarChart(bars: Array(bars.prefix(25))), table: segments), at: 0)
    }
    let name = website == unnamedWebsiteID ? "Website" : displayable(website)
    return Page(
      title: title ?? name, subtitle: subtitle, chapters: chapters,
      origin: origin.facts, source: origin.source)
  }

  private var subtitle: String {
    var arguments = ReportArguments(.stats)
    arguments.takeCommon(of: common, comparing: true)
    let params = arguments.params(websiteID: "", range: range)
    let context = ReportContext(arguments, params: params, website: website, range: range, zone: zone)
    let settings = hasBefore ? context.rangeSettings : Array(context.rangeSettings.prefix(1))
    return (settings + context.filterSettings).joined(separator: " · ")
  }
}

extension ReportArguments {
  /// Takes over the flags that all reports have.
  ///
  /// - Parameter comparing: Whether the range of a comparison too.
  fileprivate mutating func takeCommon(of other: ReportArguments, comparing: Bool) {
    for flag in ReportFlag.common where comparing || flag.name != ReportFlag.compare.name {
      if let given = other.values[flag.name] { values[flag.name] = given }
    }
    filterTexts = other.filterTexts
    segmentNames = other.segmentNames
  }

  /// The flags of the user as conditions of a request, for example to add them to those of a saved report.
  public var conditions: [JSONValue] {
    (values[ReportFlag.filter.name] ?? []) + (values[ReportFlag.segment.name] ?? [])
  }

  /// Words that select a range on a command line, whatever the day: its first and its last day, or its instants.
  public static func rangeWords(_ range: Period, in zone: TimeZoneRules) -> [String] {
    let (first, last) = (zone.date(at: range.start), zone.date(at: range.end))
    if Period(days: first.dayNumber..<last.dayNumber + 1, in: zone) == range {
      return ["--from", first.text, "--to", last.text]
    }
    return ["--from", formatInstant(range.start), "--to", formatInstant(range.end)]
  }
}

/// A page that links to the pages of websites.
///
/// - Parameters:
///   - websites: The name of each, the file of its page next to this one, and its result of `websites.stats`.
///   - ranges: The range of the pages, as people read it.
public func indexPage(
  _ websites: [(name: String, file: String, stats: JSONValue)], title: String?, _ origin: DocumentOrigin
) -> Page {
  let metrics = ["visitors", "visits", "pageviews", "events"].compactMap(MetricFormat.init)
  var table = FigureTable(
    columns: [.name("website"), .number("visitors"), .number("before"), .number("change")]
      + metrics.dropFirst().map { .number($0.title) })
  for website in websites {
    let (now, before) = (website.stats["visitors"], website.stats["comparison"]?["visitors"])
    let name = website.name == unnamedWebsiteID ? "Website" : displayable(website.name)
    table.rows.append(
      [
        FigureTable.Cell(text: name, link: website.file), .metric(metrics[0], now),
        .metric(metrics[0], before),
        .change(now, from: before),
      ] + metrics.dropFirst().map { .metric($0, website.stats[$0.name]) })
  }
  return Page(
    title: title ?? "Websites", subtitle: countText(Int64(websites.count), "website"),
    chapters: [
      .init(figures: [
        Figure(title: "Websites", summary: "Visitors of each website", chart: nil, table: table, isWide: true)
      ])
    ], origin: origin.facts, source: origin.source)
}

/// The name of a website as a part of a file name: letters, digits, dots and hyphens.
public func fileNamePart(_ website: String) -> String {
  var name = ""
  for byte in website.utf8.prefix(80) {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      name.unicodeScalars.append(Unicode.Scalar(byte))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
    case UInt8(ascii: ".") where !name.isEmpty && !name.hasSuffix("."): name += "."
    default: if !name.isEmpty, !name.hasSuffix("-") { name += "-" }
    }
  }
  while let last = name.last, last == "-" || last == "." { name.removeLast() }
  return name.isEmpty ? "website" : name
}
