import System

/// The numbers of one thread, by slot and cell of a ``RetentionLayout``.
struct RetentionCells: Sendable {
  /// Nil if there are too many cells to list them.
  fileprivate let listed: SparseCounts?
  fileprivate var others: [Int: Int] = [:]
  /// In ten-thousandths.
  fileprivate var sums: [Int: Int128] = [:]
  private let maximumOthers: Int

  /// - Parameter maximumRows: With more rows than this, a table is refused.
  init(_ layout: RetentionLayout, maximumRows: Int) {
    listed = layout.isListed ? SparseCounts(count: layout.slots * layout.cellsOfSlot) : nil
    let (maximum, overflows) = maximumRows.multipliedReportingOverflow(by: max(layout.slots, 1))
    maximumOthers = overflows ? .max : maximum
  }

  /// Whether so many cells have a visitor that the table of all slots has too many rows, whatever else is counted.
  var areTooMany: Bool { others.count > maximumOthers }

  /// Counts each of some cells once more.
  mutating func count(_ cells: [Int]) {
    guard let listed else {
      for cell in cells { others[cell, default: 0] += 1 }
      return
    }
    for cell in cells { listed.increment(cell) }
  }

  mutating func add(_ amount: Int128, to cell: Int) { sums[cell, default: 0] += amount }

  /// Adds what another thread has counted, until the executor is cancelled.
  mutating func add(_ other: RetentionCells, _ executor: ParallelExecutor) {
    if let listed, let others = other.listed { listed.add(others) }
    for (number, (cell, count)) in other.others.enumerated() {
      if number & 0xFFFF == 0xFFFF, areTooMany || executor.isCancelled { return }
      others[cell, default: 0] += count
    }
    for (number, (cell, sum)) in other.sums.enumerated() {
      if number & 0xFFFF == 0xFFFF, executor.isCancelled { return }
      sums[cell, default: 0] += sum
    }
  }
}

/// What was counted in all blocks, from which tables are made: cells that have a number, slot by slot.
struct RetentionCounts {
  private let request: RetentionRequest
  private let units: RetentionUnits
  private let layout: RetentionLayout
  private let executor: ParallelExecutor
  /// Ascending by cell.
  private var counts: [RetentionTable.CellCount] = []
  /// Ascending by cell.
  private var sums: [RetentionTable.CellSum] = []

  /// The result is meaningless once the executor is cancelled.
  init(
    _ request: RetentionRequest, _ units: RetentionUnits, _ layout: RetentionLayout, _ cells: RetentionCells,
    _ executor: ParallelExecutor
  ) {
    (self.request, self.units, self.layout, self.executor) = (request, units, layout, executor)
    if let listed = cells.listed {
      executor.forEach(listed.indices) { if listed[$0] > 0 { counts.append(($0, listed[$0])) } }
    } else {
      counts = cells.others.map { ($0.key, $0.value) }
      executor.sort(&counts) { $0.cell < $1.cell }
    }
    sums = cells.sums.map { ($0.key, $0.value) }
    executor.sort(&sums) { $0.cell < $1.cell }
  }

  /// Returns the table of several slots together.
  func table(of slots: some Collection<Int>) -> RetentionTable {
    RetentionTable(
      request, units, layout, numbers(counts, of: slots), sums: numbers(sums, of: slots), executor)
  }

  /// Returns the numbers of several slots together, ascending by cell.
  private func numbers<Number: AdditiveArithmetic>(
    _ all: [(cell: Int, number: Number)], of slots: some Collection<Int>
  ) -> [(cell: Int, number: Number)] {
    let size = layout.cellsOfSlot
    var chosen: [(cell: Int, number: Number)] = []
    for slot in slots where !executor.isCancelled {
      let first = all.indices.partitionPoint { all[$0].cell >= slot * size }
      let end = all.indices.partitionPoint { all[$0].cell >= (slot + 1) * size }
      chosen += all[first..<end].lazy.map { (cell: $0.cell - slot * size, number: $0.number) }
    }
    if slots.count <= 1 { return chosen }
    executor.sort(&chosen) { $0.cell < $1.cell }
    var sums: [(cell: Int, number: Number)] = []
    executor.forEach(chosen.indices) { index in
      let (cell, number) = chosen[index]
      if let last = sums.last, last.cell == cell {
        sums[sums.count - 1].number += number
      } else {
        sums.append((cell, number))
      }
    }
    return sums
  }
}
