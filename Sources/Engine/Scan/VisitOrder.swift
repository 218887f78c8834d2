/// The rows of a block's sessions, visit by visit.
struct VisitOrder: Sendable {
  /// By row: the ordinal of the visit in its session.
  private(set) var ordinals: [UInt32] = []

  mutating func load(_ block: BlockRows) { block.copyVisits(to: &ordinals) }

  /// Whether each visit's rows stand together, as they do unless visits of one visitor overlap.
  func isGrouped(_ rows: Range<Int>) -> Bool {
    let ordinals = ordinals.span
    for row in rows.dropFirst() where ordinals[row - 1] > ordinals[row] { return false }
    return true
  }

  /// The rows of a session whose visits overlap, by visit, each visit's in order of time.
  func sorted(_ rows: Range<Int>) -> [Int] {
    rows.sorted { (ordinals[$0], $0) < (ordinals[$1], $1) }
  }
}
