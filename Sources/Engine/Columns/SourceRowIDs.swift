import System

/// The rows of the store from which a partition was built. Incremental updates need them; reports do not use
/// them.
struct SourceRowIDs: Sendable {
  /// By row of the partition: the row's id in the store.
  let rowIDs: CodeColumn
  /// By session: ``identityHash(_:)`` of its id.
  let sessionHashes: Column<UInt64>
  /// By session, one for every visit that has an id: ``identityHash(_:)`` of the id.
  let visitHashes: Column<UInt64>
  /// The sessions of those visits.
  let visitSessions: Column<UInt32>

  static let sectionNames = ["row_id", "session_keys", "visit_keys", "visit_sessions"]

  var sections: [StoredSection] {
    [
      StoredSection("row_id", rowIDs), StoredSection("session_keys", sessionHashes),
      StoredSection("visit_keys", visitHashes), StoredSection("visit_sessions", visitSessions),
    ]
  }
}

extension SourceRowIDs {
  /// Returns the indices of the visits of these sessions.
  func visits(of sessions: Range<Int>) -> Range<Int> {
    sessions.indexRange(of: visitSessions.count) { Int(visitSessions[$0]) }
  }

  /// Fails if the sections do not have this many rows and sessions.
  init?(_ sections: StoredSections, rowCount: Int, sessionCount: Int) {
    guard let rowIDs = sections.codes("row_id", count: rowCount),
      let sessionHashes = sections.column("session_keys", of: UInt64.self, count: sessionCount),
      let visitHashes = sections.column("visit_keys", of: UInt64.self),
      let visitSessions = sections.column("visit_sessions", of: UInt32.self, count: visitHashes.count)
    else { return nil }
    self.init(
      rowIDs: rowIDs, sessionHashes: sessionHashes, visitHashes: visitHashes, visitSessions: visitSessions)
  }

  /// Returns whether the sections are intact, and the sessions of the visits exist.
  static func areSound(_ sections: StoredSections, sessionCount: Int) -> Bool {
    ["row_id", "session_keys", "visit_keys"].allSatisfy { sections.check($0) { $0.isAsWritten() } }
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
