/// A report's kernel over the columns: `start` makes a state, `accumulate` adds a block to it, `merge` combines
/// two states. The report turns the last one into its result.
///
/// A kernel is prepared for one request and one website and is immutable; its state holds what it has counted. Blocks are
/// taken in any order, into any of several states, so results must depend on neither.
protocol ReportKernel: Sendable {
  associatedtype State: Sendable

  /// Whether the kernel reads only few rows of a block, and tests one by one whether they are selected.
  /// Blocks are then passed without flags.
  var selectsFewRows: Bool { get }

  func start() -> State
  func accumulate(_ block: BlockRows, into state: inout State)
  func merge(_ other: State, into state: inout State)
}

extension ReportKernel {
  var selectsFewRows: Bool { false }
}

extension WebsiteColumns {
  /// Runs `kernel` over every block that can contain selected events.
  ///
  /// If the executor is cancelled meanwhile, the result covers only some blocks and is meaningless.
  ///
  /// - Throws: if the scope cannot be compiled for this website, before any block is scanned.
  func scan<Kernel: ReportKernel>(
    _ scope: ReportScope, _ executor: ParallelExecutor, _ kernel: Kernel
  ) throws(ReportError) -> Kernel.State {
    scan(try CompiledScope(scope, self, executor), executor, kernel)
  }

  /// Runs `kernel` over every block that can contain events of a compiled scope.
  func scan<Kernel: ReportKernel>(
    _ scope: CompiledScope, _ executor: ParallelExecutor, _ kernel: Kernel
  ) -> Kernel.State {
    let selectsFewRows = kernel.selectsFewRows && scope.testsSingleRows
    let range = scope.range
    let blocks = partitions.enumerated().flatMap { number, partition in
      partition.blocks.filter { !scope.excludes($0) }.map {
        (partition: partition, number: number, block: $0)
      }
    }
    let states = executor.map(
      blocks.count,
      start: { (kernel: kernel.start(), selection: SelectionMask(), evaluator: scope.makeEvaluator()) }
    ) { index, state in
      let (partition, number, block) = blocks[index]
      func accumulate(_ block: Block) {
        if selectsFewRows {
          state.selection.selectUnmaterialized(isWhole: scope.selectsAll(of: block))
        } else {
          scope.select(block, of: partition, number: number, &state.evaluator, into: &state.selection)
          if state.selection.isEmpty { return }
        }
        kernel.accumulate(
          BlockRows(
            partition: partition, number: number, block: block, selection: state.selection,
            rowPredicate: selectsFewRows ? scope.rowPredicate(of: partition) : nil),
          into: &state.kernel)
      }
      if selectsFewRows || range.contains(block.times) {
        accumulate(block)
      } else {
        partition.forEachRunOfSessions(of: block, in: range, accumulate)
      }
    }
    var result = states[0].kernel
    for state in states.dropFirst() where !executor.isCancelled { kernel.merge(state.kernel, into: &result) }
    return result
  }
}
