/// A report's work on the columns: *start*, take a block, *merge*, and what the report makes of the end.
///
/// A kernel is prepared for one request and one website, and never changes; what it counts is in the
/// partial. Blocks come in any order, to any of several partials, so nothing may depend on either.
protocol ReportKernel: Sendable {
  associatedtype Partial: Sendable

  func start() -> Partial
  func take(_ block: BlockRows, into partial: inout Partial)
  func merge(_ other: Partial, into partial: inout Partial)
}

extension WebsiteColumns {
  /// Runs `kernel` over every block that can hold selected events.
  func scan<Kernel: ReportKernel>(
    _ scope: ReportScope, _ scanner: Scanner, _ kernel: Kernel
  ) -> Kernel.Partial {
    let selector = EventSelector(scope, self)
    let blocks = partitions.flatMap { partition in
      partition.blocks.filter { !selector.excludes($0) }.map { (partition: partition, block: $0) }
    }
    let partials = scanner.map(blocks.count, start: { (kernel.start(), Selection()) }) { index, state in
      let (partition, block) = blocks[index]
      selector.select(block, of: partition, into: &state.1)
      kernel.take(BlockRows(partition: partition, block: block, selection: state.1), into: &state.0)
    }
    var result = partials[0].0
    for partial in partials.dropFirst() { kernel.merge(partial.0, into: &result) }
    return result
  }
}
