public import Calendar
import Engine
public import JSON

// Notices about results that are empty, most often because something is misspelt.

extension ReportArguments {
  /// A sentence that says why a result, or a part of it, is empty; nil if nothing is.
  ///
  /// - Parameters:
  ///   - result: of the report's method.
  ///   - range: in which the report was computed.
  ///   - events: From the first event of the website to the last; nil if there are none.
  public func notice(
    of result: JSONValue, in range: Period, events: Period?, website: String, in zone: TimeZoneRules
  ) -> String? {
    let website = website == unnamedWebsiteID ? "the store" : displayable(website)
    guard let events else { return "\(website) has no events" }
    if !kind.hasRange {
      let last = formatInstant(events.end)
      return kind.emptyReason(result).map {
        "\($0)\(filterPhrase); the last event of \(website) is of \(last)"
      }
    }
    if events.end < range.start || range.end < events.start {
      let days = [events.start, events.end].map { zone.localTime(at: $0).date.text }.joined(separator: " to ")
      return "there are no events in this range; those of \(website) are of \(days)"
    }
    let result = hasComparisonBesideResult ? result["result"] ?? .null : result
    return kind.emptyReason(result).map { (skipPhrase ?? $0) + filterPhrase }
  }

  /// What an empty result says if its first rows were skipped; nil if none were.
  var skipPhrase: String? {
    guard let count = values["--offset"]?.first?.clampedWholeNumber, count > 0 else { return nil }
    return "there are no rows after the first \(numberText(count)), which --offset skips"
  }

  private var filterPhrase: String {
    let flags =
      filterTexts.map { "--filter \(displayable($0))" } + segmentNames.map { "--segment \(displayable($0))" }
    return flags.isEmpty ? "" : " with \(flags.joined(separator: " "))"
  }
}
