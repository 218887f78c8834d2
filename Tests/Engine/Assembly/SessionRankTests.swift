import Testing

@testable import Engine

@Suite struct SessionRankTests {
  private static let first = start - 40 * day
  private static let orders: [(String, earlier: ClosedRange<Int64>, later: ClosedRange<Int64>)] = [
    ("the month of the first event comes first", first...start + 400 * day, start...start),
    ("then that of the last", start + day...start + 2 * day, start...start + 31 * day),
    ("then the time of the first", start...start + 30 * day, start + 1...start + 1),
    ("months of the years 1 BC to 9999", -62_167_219_200_000...0, 253_402_300_799_999...253_402_300_799_999),
    (
      "a year's turn is one of months too", start - 59 * day - 1...start - 59 * day - 1,
      start - 59 * day...start
    ),
  ]

  @Test(arguments: orders)
  func `sessions stand in order`(_ what: String, earlier: ClosedRange<Int64>, later: ClosedRange<Int64>) {
    #expect(rank(earlier).key < rank(later).key, "\(what)")
  }

  private static let months: [(Int64, Int)] = [
    (0, 0), (-1, -1), (start, 662), (start - 1, 661), (start + 31 * day - 1, 662), (start + 31 * day, 663),
  ]

  @Test(arguments: months) func `the month is that of the first event`(time: Int64, month: Int) {
    #expect(SessionRank(first: time, last: time + 50 * day).month == month)
  }

  @Test func `the end of a month of 28, 30 or 31 days is where the last event's month changes`() {
    for days in [0, 31, 61, 92, 337, 365, 396] as [Int64] {
      let end = start + days * day
      let within = SessionRank(first: end - day, last: end - 1).key
      #expect(within == SessionRank(first: end - day, last: end - day).key)
      #expect(SessionRank(first: end - day, last: end).key > within)
    }
  }

  @Test func `blocks of those who did not come back lie wholly inside their month`() {
    let events = (0..<40_000).map { index in
      let time = Int64(index) * 30 * day / 40_000
      return TestEvent.page("/", index % 8 == 7 ? time + 40 * day : time, session: "\(index / 2)")
    }
    let blocks = website(events).partitions[0].blocks
    let inside = blocks.filter { $0.times.upperBound < start + 31 * day }
    #expect(inside.reduce(0) { $0 + $1.rows.count } > 40_000 / 4 * 3 - 2 * Block.targetRows)
  }

  private func rank(_ times: ClosedRange<Int64>) -> SessionRank {
    SessionRank(first: times.lowerBound, last: times.upperBound)
  }
}
