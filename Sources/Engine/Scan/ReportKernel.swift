/// A report's kernel over the columns: `start` makes an accumulator, `accumulate` adds a block, `merge` combines
/// two accumulators. The report turns the last one into its result.
///
/// A kernel is prepared for one request and one website and is immutable; the accumulator (`Partial`) holds
/// what it counts. Blocks are taken in any order, into any of several accumulators, so results must depend on
/// neither.
protocol ReportKernel: Sendable {
  associatedtype Partial: Sendable

  /// Whether the kernel reads only few rows of a block, and tests one by one whether they are selected.
  /// Blocks are then passed without flags.
  var selectsFewRows: Bool { get }

  func start() -> Partial
  func accumulate(_ block: BlockRows, into partial: inout Partial)
  func merge(_ other: Partial, into partial: inout Partial)
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
  ) throws(ScopeError) -> Kernel.Partial {
    scan(try CompiledScope(scope, self, executor), executor, kernel)
  }

  /// Runs `kernel` over every block that can contain events of a compiled scope.
  func scan<Kernel: ReportKernel>(
    _ scope: CompiledScope, _ executor: ParallelExecutor, _ kernel: Kernel
  ) -> Kernel.Partial {
    let selectsFewRows = kernel.selectsFewRows && scope.testsSingleRows
    let range = scope.range
    let blocks = partitions.enumerated().flatMap { number, partition in
      partition.blocks.filter { !scope.excludes($0) }.map {
        (partition: partition, number: number, block: $0)
      }
    }
    let partials = executor.map(
      blocks.count, start: { (kernel.start(), SelectionVector(), scope.makeEvaluator()) }
    ) { index, state in
      let (partition, number, block) = blocks[index]
      func accumulate(_ block: Block) {
        if selectsFewRows {
          state.1.selectUnmaterialized(isWhole: scope.selectsAll(of: block))
        } else {
          scope.select(block, of: partition, number: number, &state.2, into: &state.1)
          if state.1.isEmpty { return }
        }
        kernel.accumulate(
          BlockRows(
            partition: partition, number: number, block: block, selection: state.1,
            rowPredicate: selectsFewRows ? scope.rowPredicate(of: partition) : nil),
          into: &state.0)
      }
      if selectsFewRows || range.contains(block.times) {
        accumulate(block)
      } else {
        partition.forEachPart(of: block, in: range, accumulate)
      }
    }
    var result = partials[0].0
    for partial in partials.dropFirst() where !executor.isCancelled { kernel.merge(partial.0, into: &result) }
    return result
  }
}
