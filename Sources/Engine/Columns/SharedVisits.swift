/// The visits of a partition whose id stands in more than one session of the website.
///
/// Trackers make visit ids from session ids, so there are none of them as a rule; but a table of some
/// other origin may number the visits of every visitor 1, 2, 3. "Visits" are distinct visit ids all the
/// same, so where a report counts them it asks here and counts shared ones once.
struct SharedVisits: Sendable {
  /// A number per website, the same for the same visit id, keyed by session of the partition and
  /// ordinal of the visit in the session.
  private let numbers: [UInt64: UInt32]

  init(_ visits: [(session: Int, ordinal: UInt32, number: UInt32)]) {
    numbers = Dictionary(
      visits.map { (Self.key($0.session, $0.ordinal), $0.number) }, uniquingKeysWith: { first, _ in first })
  }

  var isEmpty: Bool { numbers.isEmpty }

  /// The number of a visit that other sessions share, nil for one that belongs to its session alone.
  func number(session: Int, ordinal: UInt32) -> UInt32? {
    isEmpty ? nil : numbers[Self.key(session, ordinal)]
  }

  private static func key(_ session: Int, _ ordinal: UInt32) -> UInt64 {
    UInt64(session) << 32 | UInt64(ordinal)
  }
}
