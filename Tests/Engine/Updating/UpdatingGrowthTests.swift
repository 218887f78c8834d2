import TestSupport
import Testing

@testable import Engine

/// Columns are brought up to date in a time that grows with the rows that are read again, and with the old ones.
@Suite(.serialized, .disabled(if: Sanitizer.isOn)) struct UpdatingGrowthTests {
  /// Every session shares a visit with the one before, which is only found when the later one is.
  private func chain(_ count: Int) -> WebsiteColumns {
    let rows = KeptRows()
    for number in 0..<count {
      for visit in 0..<2 {
        rows.addEvent(
          number * 2 + visit, session: "session \(number)", visit: "visit \(number + visit)",
          time: start + Int64(number) * hour)
      }
    }
    return rows.build()["w"] ?? WebsiteColumns(idWithoutEvents: "w")
  }

  @Test func `sessions that share visits with one another`() throws {
    let growth = try Growth.ofThreadTime(1000, make: chain) { columns in
      var update = try #require(WebsiteDelta(columns))
      touch(&update, session: columns.eventCount / 2 - 1)
      update.findAffectedSessions()
      #expect(update.rowIDs.count == columns.eventCount)
      #expect(update.finish(nil) == nil)
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test func `every second of many sessions`() throws {
    let growth = try Growth.ofThreadTime(1000) { count in
      let rows = KeptRows()
      for number in 0..<count { rows.addEvent(number, visit: "visit \(number / 2)") }
      return try #require(rows.build()["w"])
    } work: { columns in
      var update = try #require(WebsiteDelta(columns))
      for session in stride(from: 0, to: columns.eventCount, by: 4) { touch(&update, session: session) }
      update.findAffectedSessions()
      #expect(update.finish(nil)?.eventCount == columns.eventCount / 2)
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test func `a chain is followed from any of its sessions`() throws {
    let columns = chain(20)
    for session in [0, 7, 19] {
      var update = try #require(WebsiteDelta(columns))
      touch(&update, session: session)
      update.findAffectedSessions()
      #expect(update.rowIDs.sorted() == (1...40).map { Int64($0) })
      for number in 0..<20 {
        let (session, visit) = (key("session \(number)"), key("visit \(number)"))
        #expect(update.isInvalidated(session: session, visit: visit, type: EventType.pageview))
      }
    }
  }

  private func touch(_ update: inout WebsiteDelta, session: Int) {
    update.invalidate(session: key("session \(session)"))
  }

  private func key(_ id: String) -> UInt64 {
    var id = id
    return id.withUTF8(identityHash)
  }
}
