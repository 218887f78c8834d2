import Engine
import TestSupport
import Testing
import Worker

/// The tables of limits in the documentation match the code.
@Suite struct LimitsPageTests {
  private static let data = DataLimits.standard

  private static let ofRequests: [(String, [String])] = [
    ("a message", [bytes(Limits.messageBytes)]), ("a header", [bytes(Limits.headerBytes)]),
    ("nested arrays and objects", [grouped(Limits.nesting)]),
    ("elements and members of a message", [grouped(Limits.values)]),
    ("a reply", [bytes(Limits.replyBytes)]), ("requests in a batch", [grouped(Limits.batch)]),
    ("funnel steps, filters", [grouped(Limits.funnelSteps), grouped(Limits.filters)]),
    ("references of a request to segments", [grouped(Limits.segmentReferences)]),
    ("exclusions of a funnel", [grouped(Limits.funnelExclusions)]),
    (
      "journey steps, excluded matchers, groups",
      [grouped(Limits.journeySteps), grouped(Limits.journeyExclusions), grouped(Limits.journeyGroups)]
    ),
    ("insights fields, goals", [grouped(Limits.insightsFields), grouped(Limits.insightsGoals)]),
    ("insights rows", [grouped(Limits.insightsRows)]),
    ("units of time of a series", [grouped(WebsiteColumns.maximumUnits)]),
    ("points of all series", [grouped(Limits.seriesPoints)]),
    ("rows of all tables of a retention", [grouped(Limits.retentionRows)]),
    ("goals", [grouped(Limits.goals)]),
    ("events of one append", [grouped(Limits.appendedEvents)]),
    (
      "property keys of appended events",
      [
        "\(grouped(data.propertyKeyBytes)) bytes a key", "\(bytes(data.eventKeyBytes)) an event",
        "\(bytes(data.appendedKeyBytes)) a request",
      ]
    ),
    ("characters of a regular expression", [grouped(Limits.regularExpression)]),
    ("wrong arguments", [grouped(Limits.reportedArguments)]),
  ]

  private static let ofData: [(String, [String])] = [
    ("events and properties of a store", ["\(data.rows / 1_000_000_000) billion"]),
    ("rows of the tables", [grouped(data.namedWebsites), grouped(data.savedReports)]),
    ("columns of a CSV file", [grouped(data.csvColumns)]),
    ("header of a CSV file", [bytes(data.csvHeaderBytes)]),
    ("row of a CSV file", [bytes(data.csvRowBytes)]), ("field of a CSV file", [bytes(data.csvFieldBytes)]),
  ]

  @Test(arguments: [("schemas/README.md", ofRequests), ("Sources/EventStore/README.md", ofData)])
  func `the page has the limits of the code`(
    path: String, limits: [(name: String, values: [String])]
  ) throws {
    let lines = try DocumentationPage(path: path).lines
    for limit in limits {
      let row = lines.first { $0.hasPrefix("| \(limit.name)") } ?? ""
      let cells = row.split(separator: "|")
      for value in limit.values { #expect(cells.count > 1 && cells[1].contains(value), "\(limit.name)") }
    }
  }

  private static func bytes(_ count: Int) -> String {
    count % (1 << 20) == 0 ? "\(count >> 20) MiB" : "\(count >> 10) KiB"
  }

  /// With commas between thousands.
  private static func grouped(_ count: Int) -> String {
    if count < 1000 { return "\(count)" }
    return "\(grouped(count / 1000)),\("\(count % 1000 + 1000)".dropFirst())"
  }
}
