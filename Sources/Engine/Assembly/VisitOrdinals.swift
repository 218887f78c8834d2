import System

/// The visit of every row, as an ordinal within its session in order of first appearance.
///
/// Events without a visit id are assigned derived visits: the first such event of a session starts one, and
/// so does every such event that comes 30 minutes or more after the session's previous event.
struct VisitOrdinals {
  static let gapMilliseconds: Int64 = 30 * 60 * 1000
  private static let sessionsPerCancellationCheck = 1 << 14

  /// By row.
  private(set) var ordinals: [UInt32]
  private var sharedVisits: [(session: Int, ordinal: UInt32, number: UInt32)] = []

  /// In input order: the visit's number + 1, or 0 if the id is missing.
  private let visits: [UInt32]
  private let times: [Int64]
  /// Visit number → the last session (by position) that had it, and its ordinal there.
  private var seenBy: [(session: Int, ordinal: UInt32)]
  /// Visit number → whether several sessions share it.
  private var isShared: [Bool]

  /// `visits` (number + 1, or 0 if the id is missing), `sessions` and `times` are in input order. The result
  /// is incomplete once `isCancelled` returns true.
  init(
    _ visits: DenseIDs, sessions: DenseIDs, times: [Int64], order: SessionOrder, isCancelled: () -> Bool
  ) {
    self.visits = visits.numbers
    self.times = times
    ordinals = Array(repeating: 0, count: times.count)
    seenBy = Array(repeating: (-1, 0), count: visits.count)
    isShared = Self.findShared(visits, sessions)
    for session in 0..<sessions.count {
      if session.isMultiple(of: Self.sessionsPerCancellationCheck), isCancelled() { return }
      number(session, rows: order.starts[session]..<order.starts[session + 1], order: order)
    }
  }

  /// Returns the shared visits of the sessions at `sessions`; they are counted from the first of them.
  func shared(in sessions: Range<Int>) -> SharedVisits {
    // `sharedVisits` ascends by session.
    let visits = sessions.indexRange(of: sharedVisits.count) { sharedVisits[$0].session }
    return SharedVisits(
      sharedVisits[visits].map { ($0.session - sessions.lowerBound, $0.ordinal, $0.number) })
  }

  private mutating func number(_ session: Int, rows: Range<Int>, order: SessionOrder) {
    var next: UInt32 = 0
    var derived: UInt32?
    var previousTime = Int64.min
    for row in rows {
      let inputIndex = Int(order.inputIndices[row])
      let visit = visits[inputIndex]
      let time = times[inputIndex]
      if visit == 0 {
        if derived == nil || time - previousTime >= Self.gapMilliseconds {
          derived = next
          next += 1
        }
        ordinals[row] = derived ?? 0
      } else {
        ordinals[row] = ordinal(of: Int(visit) - 1, session: session, next: &next)
      }
      previousTime = time
    }
  }

  private mutating func ordinal(of visit: Int, session: Int, next: inout UInt32) -> UInt32 {
    if seenBy[visit].session != session {
      seenBy[visit] = (session, next)
      if isShared[visit] { sharedVisits.append((session, next, UInt32(visit))) }
      next += 1
    }
    return seenBy[visit].ordinal
  }

  private static func findShared(_ visits: DenseIDs, _ sessions: DenseIDs) -> [Bool] {
    var owner = Array(repeating: UInt32.max, count: visits.count)
    var isShared = Array(repeating: false, count: visits.count)
    for (number, session) in zip(visits.numbers, sessions.numbers) where number != 0 {
      let visit = Int(number) - 1
      if owner[visit] == .max { owner[visit] = session }
      if owner[visit] != session { isShared[visit] = true }
    }
    return isShared
  }
}
