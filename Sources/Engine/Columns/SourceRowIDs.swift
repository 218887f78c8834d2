import System

/// Which rows of the store a partition was made from: what is needed to bring it up to date when some of them
/// have changed, and nothing that a report looks at.
struct SourceRowIDs: Sendable {
  /// By row of the partition: the row's id in the store.
  let rowIDs: CodeColumn
  /// By session: ``identityHash(_:)`` of its id.
  let sessionKeys: Column<UInt64>
  /// One for every visit that has an id, by session: the key of the id.
  let visitKeys: Column<UInt64>
  /// The sessions of those visits.
  let visitSessions: Column<UInt32>

  static let sectionNames = ["row_id", "session_keys", "visit_keys", "visit_sessions"]

  var sections: [StoredSection] {
    [
      StoredSection("row_id", rowIDs), StoredSection("session_keys", sessionKeys),
      StoredSection("visit_keys", visitKeys), StoredSection("visit_sessions", visitSessions),
    ]
  }
}

extension SourceRowIDs {
  /// The places of the visits of these sessions.
  func visits(of sessions: Range<Int>) -> Range<Int> {
    sessions.places(of: visitSessions.count) { Int(visitSessions[$0]) }
  }

  /// Nil where the sections are not those of so many rows and sessions.
  init?(_ sections: StoredSections, rowCount: Int, sessionCount: Int) {
    guard let rowIDs = sections.codes("row_id", count: rowCount),
      let sessionKeys = sections.column("session_keys", of: UInt64.self, count: sessionCount),
      let visitKeys = sections.column("visit_keys", of: UInt64.self),
      let visitSessions = sections.column("visit_sessions", of: UInt32.self, count: visitKeys.count)
    else { return nil }
    self.init(
      rowIDs: rowIDs, sessionKeys: sessionKeys, visitKeys: visitKeys, visitSessions: visitSessions)
  }

  /// Whether the sections are as they were written, and visits belong to sessions that there are.
  static func areSound(_ sections: StoredSections, sessionCount: Int) -> Bool {
    ["row_id", "session_keys", "visit_keys"].allSatisfy { sections.check($0) { $0.isAsWritten() } }
      && sections.check("visit_sessions") { visits in
        visits.ascends(UInt32.self) { _, last in last.map { Int($0) < sessionCount } ?? true }
      }
  }
}

/// Stands for the id of a session or a visit: the same for the same id, in every process. Others may have it too, so
/// whoever looks for an id by its key finds it, and perhaps more.
public func identityHash(_ id: Bytes) -> UInt64 {
  if let uuid = UUIDBits(canonical: id) { return identityHash(uuid) }
  return SipHash.hash(id, key: (0, 0))
}

/// With another key than texts of 16 bytes.
func identityHash(_ id: UUIDBits) -> UInt64 { SipHash.hash(id.high, id.low, key: (1, 0)) }
