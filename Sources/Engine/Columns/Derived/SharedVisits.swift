/// The visits of a partition whose id occurs in more than one session of the website.
///
/// Usually there are none, because trackers derive visit ids from session ids; but a table from another
/// source may number the visits of every visitor 1, 2, 3. Reports count distinct visit ids in any case, so
/// they look up shared visits here and count each once.
struct SharedVisits: Sendable {
  /// By session of the partition and ordinal of the visit in it: a number that identifies the visit id within
  /// the website.
  private let numbersByVisit: [UInt64: UInt32]

  init(_ visits: [(session: Int, ordinal: UInt32, number: UInt32)]) {
    numbersByVisit = Dictionary(
      visits.map { (Self.key($0.session, $0.ordinal), $0.number) }, uniquingKeysWith: { first, _ in first })
  }

  var isEmpty: Bool { numbersByVisit.isEmpty }

  /// Returns the number of a visit that several sessions share, nil for a visit of only one session.
  func number(session: Int, ordinal: UInt32) -> UInt32? {
    isEmpty ? nil : numbersByVisit[Self.key(session, ordinal)]
  }

  /// Ascending by session and ordinal.
  var all: [(session: Int, ordinal: UInt32, number: UInt32)] {
    numbersByVisit.sorted { $0.key < $1.key }.map {
      (session: Int($0.key >> 32), ordinal: UInt32($0.key & 0xFFFF_FFFF), number: $0.value)
    }
  }

  /// The serialized form: session, ordinal and number of each visit.
  var numbers: [Int64] { all.flatMap { [Int64($0.session), Int64($0.ordinal), Int64($0.number)] } }

  /// The maximum length of the serialized form, which is read at once.
  static let maximumNumberCount = 1 << 28
  /// The largest number of a visit in the serialized form.
  private static let maximumNumber = Int64(Int32.max)
  /// Updates assign further numbers up to this; beyond it, the website is assembled again from all rows, and
  /// numbers restart from 0.
  private static let renumberingThreshold = UInt32(1 << 30)

  /// Whether updates have nearly used up the numbers, most of them for visits that have since been
  /// renumbered.
  var hasFewNumbersLeft: Bool { numbersByVisit.values.contains { $0 > Self.renumberingThreshold } }

  /// Fails unless the numbers describe visits of the sessions, ascending.
  init?(numbers: [Int64], sessionCount: Int) {
    guard numbers.count.isMultiple(of: 3) else { return nil }
    var visits: [(session: Int, ordinal: UInt32, number: UInt32)] = []
    var latest: UInt64?
    for start in stride(from: 0, to: numbers.count, by: 3) {
      guard 0..<Int64(sessionCount) ~= numbers[start], let ordinal = UInt32(exactly: numbers[start + 1]),
        0...Self.maximumNumber ~= numbers[start + 2]
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
