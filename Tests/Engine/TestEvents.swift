import Calendar
import System

@testable import Engine

/// 2025-03-01T00:00:00Z, the start of time in these tests, in milliseconds.
let start: Int64 = 1_740_787_200_000
let second: Int64 = 1000
let minute: Int64 = 60 * second
let hour: Int64 = 60 * minute
let day: Int64 = 24 * hour

/// The rules of a zone of the system. Tests that ask for one fail if the system has none.
func zone(_ name: String) throws -> TimeZoneRules {
  try TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system).rules(named: name)
}

/// An event as a test writes it: what is not said is empty.
struct TestEvent {
  var session: String
  var visit: String
  /// Milliseconds after `start`.
  var time: Int64
  var type: UInt8
  var texts: [TextColumn: String]
  var paidAd: AdNetwork
  var properties: [TestProperty]
  /// Empty: an id of its own.
  var id: String
  var website: String
  /// What a measurement has measured, in ten-thousandths.
  var vitals: [WebVital: Int64] = [:]

  /// A pageview of `path`.
  static func page(
    _ path: String, _ time: Int64, session: String = "s", visit: String? = nil,
    _ texts: [TextColumn: String] = [:], paidAd: AdNetwork = .none, id: String = "", website: String = "w"
  ) -> TestEvent {
    TestEvent(
      session: session, visit: visit ?? session, time: time, type: 1,
      texts: texts.merging([.urlPath: path]) { $1 }, paidAd: paidAd, properties: [], id: id,
      website: website)
  }

  /// A custom event called `name` on the page `path`.
  static func custom(
    _ name: String, _ time: Int64, session: String = "s", visit: String? = nil, on path: String = "/",
    _ texts: [TextColumn: String] = [:], _ properties: [TestProperty] = []
  ) -> TestEvent {
    TestEvent(
      session: session, visit: visit ?? session, time: time, type: 2,
      texts: texts.merging([.urlPath: path, .eventName: name]) { $1 }, paidAd: .none,
      properties: properties, id: "", website: "w")
  }
}

struct TestProperty {
  var key: String
  var string = ""
  /// Ten-thousandths.
  var number: Int64?

  static func number(_ key: String, _ number: Int64) -> TestProperty {
    TestProperty(key: key, number: number)
  }
  static func text(_ key: String, _ text: String) -> TestProperty { TestProperty(key: key, string: text) }
}

/// The columns of the website `w` of these events, which arrive in the order in which they are written.
func website(_ events: [TestEvent]) -> WebsiteColumns {
  columnSet(events)["w"] ?? WebsiteColumns(idWithoutEvents: "w")
}

func columnSet(_ events: [TestEvent]) -> ColumnSet {
  var builder = ColumnsBuilder()
  let memory = TextMemory()
  for (index, event) in events.enumerated() {
    let id = memory.bytes(event.id.isEmpty ? "event \(index)" : event.id)
    var row = EventRow()
    row.websiteID = memory.bytes(event.website)
    row.sessionID = memory.bytes(event.session)
    row.visitID = memory.bytes(event.visit)
    row.eventID = id
    row.createdAtMilliseconds = start + event.time
    row.eventType = event.type
    row.clickIDs = ClickIDs(event.paidAd)
    for (column, text) in event.texts { row[column] = memory.bytes(text) }
    for (vital, value) in event.vitals { row.vitals[vital] = value }
    builder.append(row)
    for property in event.properties {
      var row = PropertyRow()
      row.eventID = id
      row.key = memory.bytes(property.key)
      row.string = memory.bytes(property.string)
      row.numberTenThousandths = property.number
      builder.append(row)
    }
  }
  return builder.finish()
}

/// Keeps texts in memory as long as it lives.
final class TextMemory {
  private var allocations: [UnsafeMutableBufferPointer<UInt8>] = []

  func bytes(_ text: String) -> Bytes {
    let allocation = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = allocation.initialize(from: text.utf8)
    allocations.append(allocation)
    return Bytes(allocation)
  }

  deinit { for allocation in allocations { allocation.deallocate() } }
}

/// All events between two times after `start`, both included; all of time where nothing is said.
func scope(_ from: Int64 = -10_000 * day, _ through: Int64 = 10_000 * day, _ filters: [Filter] = [])
  -> ReportScope
{
  guard let range = InstantRange(start: start + from, end: start + through) else {
    fatalError("a test's range ends before it starts")
  }
  return ReportScope(range: range, filters: filters)
}

extension EventMatcher {
  /// What a random step is about.
  enum Subject { case path, event }

  init(_ subject: Subject, _ pattern: WildcardPattern) {
    self = subject == .path ? .path(pattern) : .event(pattern)
  }

  /// The pattern of a path or a name.
  var pattern: WildcardPattern {
    switch self {
    case .path(let pattern), .event(let pattern): pattern
    case .condition: fatalError("the step of a test has no pattern")
    }
  }
}
