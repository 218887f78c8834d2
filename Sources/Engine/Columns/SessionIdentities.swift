import System

/// The ids of a partition's sessions and visits, as hashes: filters compare them, and incremental updates find sessions
/// again by them.
struct SessionIdentities: Sendable {
  /// By session: ``identityHash(_:)`` of its id.
  let sessionHashes: Column<UInt64>
  /// One for every visit that has an id, by session, then ordinal: ``identityHash(_:)`` of the id.
  let visitHashes: Column<UInt64>
  /// The sessions of those visits, and their ordinals in them.
  let visitSessions: Column<UInt32>
  let visitOrdinals: CodeColumn

  static let sectionNames = ["session_keys", "visit_keys", "visit_sessions", "visit_ordinals"]

  var sections: [StoredSection] {
    [
      StoredSection("session_keys", sessionHashes), StoredSection("visit_keys", visitHashes),
      StoredSection("visit_sessions", visitSessions), StoredSection("visit_ordinals", visitOrdinals),
    ]
  }

  /// Creates the identities of sessions whose ids are unknown, and which have no visits.
  init(unknownSessions count: Int) {
    self.init(
      sessionHashes: Column(count: count) { $0.initialize(repeating: 0) }, visitHashes: Column([]),
      visitSessions: Column([]), visitOrdinals: .one(Column([])))
  }

  init(
    sessionHashes: Column<UInt64>, visitHashes: Column<UInt64>, visitSessions: Column<UInt32>,
    visitOrdinals: CodeColumn
  ) {
    self.sessionHashes = sessionHashes
    self.visitHashes = visitHashes
    self.visitSessions = visitSessions
    self.visitOrdinals = visitOrdinals
  }
}

extension SessionIdentities {
  /// Returns the indices of the visits of these sessions.
  func visits(of sessions: Range<Int>) -> Range<Int> {
    sessions.indexRange(of: visitSessions.count) { Int(visitSessions[$0]) }
  }

  /// Fails if the sections do not have this many sessions.
  init?(_ sections: StoredSections, sessionCount: Int) {
    guard let sessionHashes = sections.column("session_keys", of: UInt64.self, count: sessionCount),
      let visitHashes = sections.column("visit_keys", of: UInt64.self),
      let visitSessions = sections.column("visit_sessions", of: UInt32.self, count: visitHashes.count),
      let visitOrdinals = sections.codes("visit_ordinals", count: visitHashes.count)
    else { return nil }
    self.init(
      sessionHashes: sessionHashes, visitHashes: visitHashes, visitSessions: visitSessions,
      visitOrdinals: visitOrdinals)
  }

  /// Returns whether the sections are intact, and the sessions of the visits exist.
  static func areSound(_ sections: StoredSections, sessionCount: Int) -> Bool {
    ["session_keys", "visit_keys", "visit_ordinals"].allSatisfy { sections.check($0) { $0.isAsWritten() } }
      && sections.check("visit_sessions") { visits in
        visits.ascends(UInt32.self) { _, last in last.map { Int($0) < sessionCount } ?? true }
      }
  }
}

/// Returns a hash that represents the id of a session or a visit. It is the same for equal ids in every
/// process. Other ids may have the same hash, so a search by hash finds the id, and perhaps others.
public func identityHash(_ id: Bytes) -> UInt64 {
  if let uuid = IdentifierBits(canonical: id) { return identityHash(uuid) }
  return SipHash.hash(id, key: (0, 0))
}

/// The key differs from that of texts, some of which also have 16 bytes.
func identityHash(_ id: IdentifierBits) -> UInt64 { SipHash.hash(id.high, id.low, key: (1, 0)) }
