/// The ids of rows, sessions and visits that columns are made from, for stores whose columns are brought up
/// to date when rows change.
struct ArrivedOrigins {
  /// By number of arrival.
  private let rowIDs: [Int64]
  private let sessions: NumberedIDs
  private let visits: NumberedIDs
  private let order: SessionOrder

  /// Nil where rows have no ids, or larger ones than columns keep.
  init?(rowIDs: [Int64], sessions: NumberedIDs, visits: NumberedIDs, order: SessionOrder) {
    guard rowIDs.count == order.arrivals.count, rowIDs.allSatisfy({ UInt32(exactly: $0) != nil }) else {
      return nil
    }
    self.rowIDs = rowIDs
    self.sessions = sessions
    self.visits = visits
    self.order = order
  }

  func origins(of period: SessionOrder.Period, ordinals: VisitOrdinals) -> Origins {
    let rows = order.rows(of: period)
    let arrivals = order.arrivals[rows]
    var sessionKeys: [UInt64] = []
    var visitKeys: [UInt64] = []
    var visitSessions: [UInt32] = []
    for (number, session) in period.sessions.enumerated() {
      let rows = order.starts[session]..<order.starts[session + 1]
      sessionKeys.append(sessions.keys[Int(sessions.numbers[Int(order.arrivals[rows.lowerBound])])])
      var known = -1
      for row in rows where Int(ordinals.ordinals[row]) > known {
        known = Int(ordinals.ordinals[row])
        let visit = visits.numbers[Int(order.arrivals[row])]
        guard visit != 0 else { continue }
        visitKeys.append(visits.keys[Int(visit) - 1])
        visitSessions.append(UInt32(number))
      }
    }
    let rowsOfStore = arrivals.map { UInt32(rowIDs[Int($0)]) }
    return Origins(
      rowIDs: CodeColumn(narrowing: rowsOfStore), sessionKeys: Column(sessionKeys),
      visitKeys: Column(visitKeys),
      visitSessions: Column(visitSessions))
  }
}
