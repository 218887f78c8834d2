import Calendar
import System

/// Counts, for every cohort and unit of time, the visitors with an event in that unit.
struct RetentionKernel: ReportKernel {
  private let units: RetentionUnits
  /// The number of units that are counted from the cohort's on, including it.
  let unitsKept: Int
  /// One more, for all later units.
  var unitsCounted: Int { unitsKept + 1 }
  /// See ``RetentionUnits/ends``.
  private let unitEnds: [Int64]

  init(_ units: RetentionUnits, unitsKept: Int) {
    (self.units, self.unitsKept) = (units, unitsKept)
    unitEnds = units.ends
  }

  struct State: Sendable {
    /// At cohort × `unitsCounted` + units after it.
    let counts: SparseCounts
    fileprivate var tables = UnitTables()
    fileprivate var marks = SessionMarks()
    fileprivate var chosen = SessionRows()
  }

  func start() -> State {
    State(counts: SparseCounts(count: units.count * unitsCounted))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let table = state.tables.table(of: block.partition, unitEnds)
    if !block.selection.isWhole {
      state.marks.load(block)
      state.chosen.load(block, where: block.selected, state.marks)
    }
    switch block.partition.times.offsets {
    case .four(let column): count(block, column, table, &state)
    case .eight(let column): count(block, column, table, &state)
    }
  }

  func merge(_ other: State, into state: inout State) {
    state.counts.add(other.counts)
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Column<Offset>, _ table: UnitTable, _ state: inout State
  ) {
    state.counts.withMutableSpan { counts in
      if block.selection.isWhole {
        countActivityRuns(block, offsets.span, table, &counts)
      } else {
        count(state.chosen, offsets.span.extracting(block.block.rows), table, &counts)
      }
    }
  }

  /// Counts the visitors of a block whose rows are all selected. If an activity run ends in the unit in which
  /// it begins, as nearly all do, its first and last events are enough; otherwise the loop goes from unit to
  /// unit.
  private func countActivityRuns<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ table: UnitTable,
    _ counts: inout MutableSpan<Int>
  ) {
    let (numbers, activityRuns) = (units.numbers.span, block.partition.activityRuns)
    let (starts, beginsSession) = (activityRuns.starts.span, activityRuns.beginsSession.span)
    var visitor = Visitor(unitsKept: unitsKept)
    for index in activityRuns.indexRange(of: block.block.rows) {
      var row = Int(starts[index])
      var unit = table.unit(of: UInt64(truncatingIfNeeded: offsets[row]))
      let (cell, isNew) = visitor.record(unit, isFirst: beginsSession[index], numbers)
      counts[cell] &+= isNew
      let last = table.instant(UInt64(truncatingIfNeeded: offsets[Int(starts[index + 1]) - 1]))
      while last >= table.end(of: unit) {
        repeat {
          row &+= 1
        } while table.instant(UInt64(truncatingIfNeeded: offsets[row])) < table.end(of: unit)
        unit = table.unit(of: UInt64(truncatingIfNeeded: offsets[row]))
        counts[visitor.record(unit, isFirst: false, numbers).cell] &+= 1
      }
    }
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ chosen: SessionRows, _ offsets: Span<Offset>, _ table: UnitTable,
    _ counts: inout MutableSpan<Int>
  ) {
    let numbers = units.numbers.span
    let (rows, sessions) = (chosen.rows.span, chosen.sessions.span)
    var visitor = Visitor(unitsKept: unitsKept)
    var session = UInt32.max
    for index in 0..<chosen.count {
      let unit = table.unit(of: UInt64(truncatingIfNeeded: offsets[Int(rows[index])]))
      let (cell, isNew) = visitor.record(unit, isFirst: sessions[index] != session, numbers)
      session = sessions[index]
      counts[cell] &+= isNew
    }
  }
}

/// The visitor whose units are being counted. The units of a visitor come in ascending order.
private struct Visitor {
  private let unitsKept: Int
  private var latestUnit = -1
  private var cohort = 0
  private var cohortNumber: Int32 = 0

  init(unitsKept: Int) { self.unitsKept = unitsKept }

  /// Returns the index of the count, and 1 or 0: whether the unit counts, or equals the previous one.
  ///
  /// - Parameter isFirst: Whether the unit is the first of another visitor.
  @inline(__always)
  mutating func record(_ unit: Int, isFirst: Bool, _ numbers: Span<Int32>) -> (cell: Int, isNew: Int) {
    let isNew = Int(one: isFirst) | Int(one: unit != latestUnit)
    cohort = cohort.replaced(by: unit, where: isFirst)
    cohortNumber = cohortNumber.replaced(by: numbers[unit], where: isFirst)
    latestUnit = unit
    return (cohort &* (unitsKept &+ 1) &+ min(Int(numbers[unit] &- cohortNumber), unitsKept), isNew)
  }
}
