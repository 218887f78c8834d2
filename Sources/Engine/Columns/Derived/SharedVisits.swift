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

  /// So many numbers may be written down: they are read at once.
  static let mostNumbers = 1 << 28
  /// Numbers of visits that are written down are at most this.
  private static let largestNumber = Int64(Int32.max)
  /// Updates count on from numbers up to this; beyond it, visits are numbered from 0 again, from all rows.
  private static let largestNumberToCountOn = UInt32(1 << 30)

  /// Whether so many numbers were given, most of them to visits that have other ones now, that few are left.
  var hasFewNumbersLeft: Bool { numbersByVisit.values.contains { $0 > Self.largestNumberToCountOn } }

  /// Nil where the numbers are not those of visits of the sessions, ascending.
  init?(numbers: [Int64], sessionCount: Int) {
    guard numbers.count.isMultiple(of: 3) else { return nil }
    var visits: [(session: Int, ordinal: UInt32, number: UInt32)] = []
    var latest: UInt64?
    for start in stride(from: 0, to: numbers.count, by: 3) {
      guard 0..<Int64(sessionCount) ~= numbers[start], let ordinal = UInt32(exactly: numbers[start + 1]),
        0...Self.largestNumber ~= numbers[start + 2]
      else { return nil }
      let session = Int(numbers[start])
      let key = Self.key(session, ordinal)
      if let latest, key <= latest { return nil }
      latest = key
      visits.append((session: session, ordinal: ordinal, number: UInt32(numbers[start + 2])))
    }
    self.init(visits)
  }

  private static func key(_ session: Int, _ ordinal: UInt32) -> UInt64 {
    UInt64(session) << 32 | UInt64(ordinal)
  }
}
