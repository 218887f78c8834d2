/// The visits of a partition whose id stands in more than one session of the website.
///
/// Trackers make visit ids from session ids, so there are none of them as a rule; but a table of some
/// other origin may number the visits of every visitor 1, 2, 3. "Visits" are distinct visit ids all the
/// same, so where a report counts them it asks here and counts shared ones once.
struct SharedVisits: Sendable {
  /// A number per website, the same for the same visit id, keyed by session of the partition and
  /// ordinal of the visit in the session.
  private let numbersByVisit: [UInt64: UInt32]

  init(_ visits: [(session: Int, ordinal: UInt32, number: UInt32)]) {
    numbersByVisit = Dictionary(
      visits.map { (Self.key($0.session, $0.ordinal), $0.number) }, uniquingKeysWith: { first, _ in first })
  }

  var isEmpty: Bool { numbersByVisit.isEmpty }

  /// The number of a visit that other sessions share, nil for one that belongs to its session alone.
  func number(session: Int, ordinal: UInt32) -> UInt32? {
    isEmpty ? nil : numbersByVisit[Self.key(session, ordinal)]
  }

  /// Ascending by session and ordinal.
  var all: [(session: Int, ordinal: UInt32, number: UInt32)] {
    numbersByVisit.sorted { $0.key < $1.key }.map {
      (session: Int($0.key >> 32), ordinal: UInt32($0.key & 0xFFFF_FFFF), number: $0.value)
    }
  }

  /// As it is written down: session, ordinal and number of each visit.
  var numbers: [Int64] { all.flatMap { [Int64($0.session), Int64($0.ordinal), Int64($0.number)] } }

  /// Nil where the numbers are not those of visits.
  init?(numbers: [Int64]) {
    guard numbers.count.isMultiple(of: 3), numbers.allSatisfy({ UInt32(exactly: $0) != nil }) else {
      return nil
    }
    self.init(
      stride(from: 0, to: numbers.count, by: 3).map { start in
        (
          session: Int(numbers[start]), ordinal: UInt32(numbers[start + 1]),
          number: UInt32(numbers[start + 2])
        )
      })
  }

  private static func key(_ session: Int, _ ordinal: UInt32) -> UInt64 {
    UInt64(session) << 32 | UInt64(ordinal)
  }
}
