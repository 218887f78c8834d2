import TestSupport
import Testing

@testable import Engine

/// Columns are made in a time that grows with the rows, whatever the rows have in common.
@Suite(.serialized, .disabled(if: Sanitizer.isOn)) struct BuildingGrowthTests {
  private func check(
    _ count: Int, batches: Int = 1, sourceLocation: SourceLocation = #_sourceLocation,
    _ add: (KeptRows, Int) -> Void
  ) {
    let growth = Growth.ofThreadTime(count) { count in
      let rows = KeptRows()
      for number in 0..<count { add(rows, number) }
      return rows
    } work: {
      _ = $0.build(batches: batches)
    }
    #expect(growth.isLinear, "\(growth)", sourceLocation: sourceLocation)
  }

  @Test func `websites`() {
    check(150) { $0.addEvent($1, website: "website \($1)") }
    check(150, batches: 50) { $0.addEvent($1, website: "website \($1)") }
  }

  @Test func `events whose ids have many bits in common`() {
    check(1000) { rows, number in
      let id = CollidingIDs.emptyLowerHalf.id(number)
      rows.addEvent(number, session: id, visit: id, id: id)
      rows.addProperty(id, of: id)
    }
  }

  @Test(arguments: CollidingIDs.allCases) func `tables of ids that have many bits in common`(
    ids: CollidingIDs
  ) {
    let growth = Growth.ofThreadTime(5000) { count in
      let memory = TextMemory()
      return (memory, (0..<count).map { memory.bytes(ids.id($0)) })
    } work: { memory, ids in
      var (table, texts) = (IdentifierTable(), TextInterner())
      for id in ids {
        _ = table.number(of: id)
        _ = texts.code(of: id)
      }
      withExtendedLifetime(memory) {}
      #expect(table.count == ids.count && texts.count == ids.count)
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test func `properties of one event`() {
    check(4000) { rows, number in
      if number == 0 { rows.addEvent(0) }
      rows.addProperty("key \(number)", of: "event 0")
    }
  }

  @Test func `properties of websites that have one each`() {
    check(150) { rows, number in
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
      let rows = KeptRows()
      for number in 0..<(count * events) {
        rows.addEvent(number, time: start + Int64(number / events) * 31 * day)
      }
      return rows.build()["w"] ?? WebsiteColumns(idWithoutEvents: "w")
    }
    #expect(
      months(Partition.maximumUncombinedMonths, events: 1).partitions.count
        == Partition.maximumUncombinedMonths)
    #expect(months(Partition.maximumUncombinedMonths + 1, events: 1).partitions.count == 1)
    #expect(months(4000, events: 1).partitions.count == 1)
    #expect(months(5000, events: 1).partitions.count == 2)
    // Two months together have too many.
    let full = months(Partition.maximumUncombinedMonths + 1, events: Partition.combinedRowLimit / 2 + 1)
    #expect(full.partitions.count == Partition.maximumUncombinedMonths + 1)
    #expect(zip(full.partitions, full.partitions.dropFirst()).allSatisfy { $0.precedes($1) })
  }
}
