/// A report's work on the columns: *start*, take a block, *merge*, and what the report makes of the end.
///
/// A kernel is prepared for one request and one website, and never changes; what it counts is in the
/// partial. Blocks come in any order, to any of several partials, so nothing may depend on either.
protocol ReportKernel: Sendable {
  associatedtype Partial: Sendable

  /// Whether the kernel looks at few of a block's rows only, and asks whether they are selected one by one.
  /// Blocks then come without flags.
  var looksAtFewRows: Bool { get }

  func start() -> Partial
  func take(_ block: BlockRows, into partial: inout Partial)
  func merge(_ other: Partial, into partial: inout Partial)
}

extension ReportKernel {
  var looksAtFewRows: Bool { false }
}

extension WebsiteColumns {
  /// Runs `kernel` over every block that can hold selected events.
  ///
  /// If the scanner is cancelled meanwhile, the result is that of some of the blocks and means nothing.
  ///
  /// - Throws: if the scope cannot be compiled for this website, before any block is looked at.
  func scan<Kernel: ReportKernel>(
    _ scope: ReportScope, _ scanner: Scanner, _ kernel: Kernel
  ) throws(ScopeError) -> Kernel.Partial {
    scan(try CompiledScope(scope, self, scanner), scanner, kernel)
  }

  /// Runs `kernel` over every block that can hold events of a compiled scope.
  func scan<Kernel: ReportKernel>(
    _ scope: CompiledScope, _ scanner: Scanner, _ kernel: Kernel
  ) -> Kernel.Partial {
    let looksAtFewRows = kernel.looksAtFewRows
    let range = scope.range
    let blocks = partitions.flatMap { partition in
      partition.blocks.filter { !scope.excludes($0) }.map { (partition: partition, block: $0) }
    }
    let partials = scanner.map(blocks.count, start: { (kernel.start(), SelectionVector()) }) { index, state in
      let (partition, block) = blocks[index]
      func take(_ block: Block) {
        if looksAtFewRows {
          state.1.selectWithoutFlags(isWhole: scope.selectsAll(of: block))
        } else {
          scope.select(block, of: partition, into: &state.1)
          if state.1.isEmpty { return }
        }
        kernel.take(
          BlockRows(
            partition: partition, block: block, selection: state.1,
            rowTest: looksAtFewRows ? scope.rowTest(of: partition) : nil),
          into: &state.0)
      }
      if looksAtFewRows || range.contains(block.times) {
        take(block)
      } else {
        partition.forEachPart(of: block, in: range, take)
      }
    }
    var result = partials[0].0
    for partial in partials.dropFirst() where !scanner.isCancelled { kernel.merge(partial.0, into: &result) }
    return result
  }
}
