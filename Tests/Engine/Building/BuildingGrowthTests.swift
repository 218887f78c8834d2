import TestSupport
import Testing

@testable import Engine

/// Columns are made in a time that grows with the rows, whatever the rows have in common.
@Suite(.serialized, .disabled(if: Sanitizer.isOn)) struct BuildingGrowthTests {
  /// Rows that are kept in memory, so that only what the builder does is measured.
  private final class Rows {
    private let memory = TextMemory()
    private var events: [EventRow] = []
    private var properties: [PropertyRow] = []

    func addEvent(
      _ number: Int, website: String = "w", session: String? = nil, visit: String? = nil, id: String? = nil,
      time: Int64? = nil, hostname: String = ""
    ) {
      var row = EventRow()
      row.websiteID = memory.bytes(website)
      row.sessionID = memory.bytes(session ?? "session \(number)")
      row.visitID = memory.bytes(visit ?? "visit \(number)")
      row.eventID = memory.bytes(id ?? "event \(number)")
      row.createdAtMilliseconds = time ?? start + Int64(number) * second
      row.rowID = Int64(number + 1)
      row[.hostname] = memory.bytes(hostname)
      events.append(row)
    }

    func addProperty(_ key: String, of event: String) {
      var row = PropertyRow()
      row.eventID = memory.bytes(event)
      row.key = memory.bytes(key)
      row.string = memory.bytes("text \(key)")
      properties.append(row)
    }

    func build(parts: Int = 1) -> ColumnSet {
      var builder = ColumnsBuilder()
      let rowsPerPart = max(events.count / parts, 1)
      for (number, event) in events.enumerated() {
        if number.isMultiple(of: rowsPerPart), number > 0 { builder.begin(part: number / rowsPerPart) }
        builder.append(event)
      }
      for property in properties { builder.append(property) }
      return builder.finish()
    }
  }

  private func check(
    _ count: Int, parts: Int = 1, sourceLocation: SourceLocation = #_sourceLocation,
    _ add: (Rows, Int) -> Void
  ) {
    let growth = Growth.ofThreadTime(count) { count in
      let rows = Rows()
      for number in 0..<count { add(rows, number) }
      return rows
    } work: {
      _ = $0.build(parts: parts)
    }
    #expect(growth.isLinear, "\(growth)", sourceLocation: sourceLocation)
  }

  @Test func `websites`() {
    check(500) { $0.addEvent($1, website: "website \($1)") }
    check(500, parts: 100) { $0.addEvent($1, website: "website \($1)") }
  }

  @Test(arguments: CollidingIDs.allCases) func `ids whose bits collide`(ids: CollidingIDs) {
    check(2000) { rows, number in
      let id = ids.id(number)
      rows.addEvent(number, session: id, visit: id, id: id)
      rows.addProperty(id, of: id)
    }
  }

  @Test func `properties of one event`() {
    check(4000) { rows, number in
      if number == 0 { rows.addEvent(0) }
      rows.addProperty("key \(number)", of: "event 0")
    }
  }

  @Test func `properties of websites that have one each`() {
    check(500) { rows, number in
      rows.addEvent(number, website: "website \(number)")
      rows.addProperty("key \(number)", of: "event \(number)")
    }
  }

  @Test func `properties of no event, and properties that repeat one`() {
    check(4000) { rows, number in rows.addProperty("key \(number % 3)", of: "event \(number % 100)") }
  }

  @Test func `sessions in one visit, and in several months`() {
    check(2000) { $0.addEvent($1, visit: "visit") }
    check(2000) { $0.addEvent($1, visit: "visit", time: start + Int64($1) * 31 * day) }
  }

  @Test func `visits and events of one session`() {
    check(4000) { $0.addEvent($1, session: "session") }
    check(4000) { $0.addEvent($1, session: "session", visit: "", time: start - Int64($1) * hour) }
    check(4000) { $0.addEvent($1, session: "session", visit: "visit", time: start) }
  }

  @Test func `months, each with a hostname of its own`() {
    check(2000) { $0.addEvent($1, time: start - Int64($1) * 31 * day, hostname: "host \($1)") }
  }

  /// A partition takes some kilobytes and a file.
  @Test func `many months with few events share partitions`() {
    func months(_ count: Int, events: Int) -> WebsiteColumns {
      let rows = Rows()
      for number in 0..<(count * events) {
        rows.addEvent(number, time: start + Int64(number / events) * 31 * day)
      }
      return rows.build()["w"] ?? WebsiteColumns(idWithoutEvents: "w")
    }
    #expect(months(Partition.mostSparseMonths, events: 1).partitions.count == Partition.mostSparseMonths)
    #expect(months(Partition.mostSparseMonths + 1, events: 1).partitions.count == 1)
    #expect(months(4000, events: 1).partitions.count == 1)
    #expect(months(5000, events: 1).partitions.count == 2)
    // Two months together have too many.
    let full = months(Partition.mostSparseMonths + 1, events: Partition.fewRows / 2 + 1)
    #expect(full.partitions.count == Partition.mostSparseMonths + 1)
    #expect(zip(full.partitions, full.partitions.dropFirst()).allSatisfy { $0.precedes($1) })
  }
}
