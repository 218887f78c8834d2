import Calendar
import Engine
import JSON
import System
import Testing

@testable import Reporting

/// Compares the text of a result, to the character. Flags are pairs of a name and a value, which is empty for a flag
/// without one.
func checkText(
  _ name: String, _ flags: [String], _ result: String, width: Int = 60, hasColors: Bool = false,
  is text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let flags = flags.contains("--during") ? flags : flags + ["--during", "2026-03"]
  var arguments = ReportArguments(try #require(ReportDefinition.all.first { $0.name == name }))
  for index in stride(from: 0, to: flags.count, by: 2) {
    _ = try arguments.take(flags[index], flags[index + 1])
  }
  let zones = TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system)
  let zone = try zones.rules(named: arguments.timeZoneName)
  let range = try arguments.range(in: zone, events: nil, now: 0)
  let context = ReportContext(
    arguments, params: arguments.params(websiteID: "w", range: range), website: "example.com", range: range,
    zone: zone)
  let value = try JSONValue(parsing: Array(result.utf8), maximumDepth: 16)
  let made = reportText(value, context, on: Canvas(width: width, hasColors: hasColors))
  #expect(made == text, "\n\(made)", sourceLocation: sourceLocation)
}
