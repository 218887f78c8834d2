/// Which codes of a dimension have a row of their own, and which are cut off.
struct RowAssignment: Sendable {
  /// By code: the number of its row, `rest` if it is cut off, or `none`.
  fileprivate private(set) var rows: [UInt32]
  fileprivate let rest: UInt32
  fileprivate static let none = UInt32.max

  /// - Parameters:
  ///   - shown: The codes with a row, in order.
  ///   - cut: The codes that are cut off.
  init(_ codeCount: Int, shown: [UInt32], cut: [UInt32]) {
    rest = UInt32(shown.count)
    rows = Array(repeating: Self.none, count: codeCount)
    for (row, code) in shown.enumerated() { rows[Int(code)] = UInt32(row) }
    for code in cut { rows[Int(code)] = rest }
  }

  func isCut(_ code: UInt32) -> Bool { rows[Int(code)] == rest }
}

/// Counts the visitors of a range that have a visit with each name.
struct NameVisitorsKernel: ReportKernel {
  private let dimensions: [CompiledDimension]
  /// By dimension.
  private let assignments: [RowAssignment]

  init(_ dimensions: [CompiledDimension], _ assignments: [RowAssignment]) {
    (self.dimensions, self.assignments) = (dimensions, assignments)
  }

  struct State: Sendable {
    /// By dimension: the visitors of each row, and behind them those of all names that are cut off.
    fileprivate(set) var visitors: [[Int]]
    /// By dimension and row: the session that was counted last, counted from the thread's first.
    fileprivate var latest: [[Int]]
    fileprivate var firstSession = 0
    fileprivate var codes = DimensionCodes()
    fileprivate var codesOfRows: [UInt32] = []
  }

  func start() -> State {
    State(
      visitors: assignments.map { Array(repeating: 0, count: Int($0.rest) + 1) },
      latest: assignments.map { Array(repeating: -1, count: Int($0.rest) + 1) })
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    for index in dimensions.indices {
      dimensions[index].copy(block, &state.codes, to: &state.codesOfRows)
      count(
        block, state.codesOfRows, assignments[index].rows, from: state.firstSession,
        &state.visitors[index], &state.latest[index])
    }
    state.firstSession += block.block.sessions.count
  }

  func merge(_ other: State, into state: inout State) {
    for index in dimensions.indices {
      for row in state.visitors[index].indices { state.visitors[index][row] += other.visitors[index][row] }
    }
  }

  /// - Parameter firstSession: The number of the block's first session.
  private func count(
    _ block: BlockRows, _ codes: [UInt32], _ rowsOfCodes: [UInt32], from firstSession: Int,
    _ visitors: inout [Int], _ latest: inout [Int]
  ) {
    let (isWhole, flags) = (block.selection.isWhole, block.selected)
    let (codes, rowsOfCodes, selected) = (codes.span, rowsOfCodes.span, flags.span)
    var visitors = visitors.mutableSpan
    var latest = latest.mutableSpan
    for session in 0..<block.block.sessions.count {
      for row in block.rows(ofSession: session) where isWhole || selected[row] {
        let number = rowsOfCodes[Int(codes[row])]
        if number == RowAssignment.none || latest[Int(number)] == firstSession + session { continue }
        latest[Int(number)] = firstSession + session
        visitors[Int(number)] += 1
      }
    }
  }
}
