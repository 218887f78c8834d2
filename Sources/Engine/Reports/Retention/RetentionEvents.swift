/// What an event can do for its visitor.
enum RetentionRole {
  /// It makes the visitor a member of a cohort.
  static let start: UInt8 = 1
  /// With it, the visitor has returned.
  static let returns: UInt8 = 2
}

/// The events of a block that can change what is known of their visitors: in each unit of time of a visitor, the first
/// event with each role. One is reused from block to block.
///
/// Every array is in the order of the rows, and may be longer than `count`.
struct RetentionEvents: Sendable {
  private(set) var count = 0
  /// Counted from the block's first row.
  private(set) var rows: [UInt32] = []
  /// Identifies the session.
  private(set) var sessions: [UInt32] = []
  private(set) var units: [UInt32] = []
  /// The roles of which the event is the first in its unit: ``RetentionRole`` bits.
  private(set) var roles: [UInt8] = []

  /// Loads the events of a block whose rows are all selected and have all roles.
  mutating func load(_ block: BlockRows, _ table: UnitTable) {
    reserve(block.count)
    switch block.partition.times.offsets {
    case .four(let column): load(block, column.span, table)
    case .eight(let column): load(block, column.span, table)
    }
    fill(&roles, count, with: RetentionRole.start | RetentionRole.returns)
  }

  /// Loads the events among chosen rows.
  ///
  /// - Parameter rolesOfRows: Nil if each has all roles.
  mutating func load(
    _ chosen: SessionRows, _ rolesOfRows: [UInt8]?, _ block: BlockRows, _ table: UnitTable
  ) {
    reserve(chosen.count)
    switch block.partition.times.offsets {
    case .four(let column):
      load(chosen, rolesOfRows, column.span.extracting(block.block.rows), table)
    case .eight(let column):
      load(chosen, rolesOfRows, column.span.extracting(block.block.rows), table)
    }
  }

  private mutating func reserve(_ count: Int) {
    extend(&rows, to: count, with: 0)
    extend(&sessions, to: count, with: 0)
    extend(&units, to: count, with: 0)
    extend(&roles, to: count, with: 0)
  }

  /// Goes from activity run to activity run: nearly all end in the unit in which they begin.
  private mutating func load<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ table: UnitTable
  ) {
    count = listUnits(of: block, offsets, table, &rows, &sessions, &units)
  }

  private mutating func load<Offset: FixedWidthInteger & UnsignedInteger>(
    _ chosen: SessionRows, _ rolesOfRows: [UInt8]?, _ offsets: Span<Offset>, _ table: UnitTable
  ) {
    var (session, unit, seen) = (UInt32.max, UInt32(0), UInt8(0))
    count = 0
    let all = RetentionRole.start | RetentionRole.returns
    for index in 0..<chosen.count {
      let row = chosen.rows[index]
      let unitOfRow = UInt32(
        truncatingIfNeeded: table.unit(of: UInt64(truncatingIfNeeded: offsets[Int(row)])))
      let isSame = (chosen.sessions[index] == session).and(unitOfRow == unit)
      let roles = (rolesOfRows?[Int(row)] ?? all) & ~seen.replaced(by: 0, where: !isSame)
      seen = seen.replaced(by: 0, where: !isSame) | roles
      (session, unit) = (chosen.sessions[index], unitOfRow)
      self.rows[count] = row
      self.sessions[count] = session
      self.units[count] = unit
      self.roles[count] = roles
      count += Int(one: roles != 0)
    }
  }
}

private func listUnits<Offset: FixedWidthInteger & UnsignedInteger>(
  of block: BlockRows, _ offsets: Span<Offset>, _ table: UnitTable, _ rows: inout [UInt32],
  _ sessions: inout [UInt32], _ units: inout [UInt32]
) -> Int {
  let activityRuns = block.partition.activityRuns
  let (starts, beginsSession) = (activityRuns.starts.span, activityRuns.beginsSession.span)
  let first = block.block.rows.lowerBound
  var rows = rows.mutableSpan
  var sessions = sessions.mutableSpan
  var units = units.mutableSpan
  var (count, session, latest) = (0, UInt32(0), -1)
  for index in activityRuns.indexRange(of: block.block.rows) {
    var row = Int(starts[index])
    var unit = table.unit(of: UInt64(truncatingIfNeeded: offsets[row]))
    session = session.replaced(by: UInt32(truncatingIfNeeded: row - first), where: beginsSession[index])
    rows[count] = UInt32(truncatingIfNeeded: row - first)
    sessions[count] = session
    units[count] = UInt32(truncatingIfNeeded: unit)
    count += Int(one: beginsSession[index].or(unit != latest))
    let last = table.instant(UInt64(truncatingIfNeeded: offsets[Int(starts[index + 1]) - 1]))
    while last >= table.end(of: unit) {
      repeat {
        row &+= 1
      } while table.instant(UInt64(truncatingIfNeeded: offsets[row])) < table.end(of: unit)
      unit = table.unit(of: UInt64(truncatingIfNeeded: offsets[row]))
      rows[count] = UInt32(truncatingIfNeeded: row - first)
      sessions[count] = session
      units[count] = UInt32(truncatingIfNeeded: unit)
      count += 1
    }
    latest = unit
  }
  return count
}

private func fill(_ bytes: inout [UInt8], _ count: Int, with byte: UInt8) {
  for index in 0..<count { bytes[index] = byte }
}
