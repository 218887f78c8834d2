/// A report's work on the columns: *start*, take a block, *merge*, and what the report makes of the end.
///
/// A kernel is prepared for one request and one website, and never changes; what it counts is in the
/// partial. Blocks come in any order, to any of several partials, so nothing may depend on either.
protocol ReportKernel {
  associatedtype Partial

  func start() -> Partial
  func take(_ block: BlockRows, into partial: inout Partial)
  func merge(_ other: Partial, into partial: inout Partial)
}

extension WebsiteColumns {
  /// Runs `kernel` over every block that can hold selected events.
  func scan<Kernel: ReportKernel>(_ scope: ReportScope, _ kernel: Kernel) -> Kernel.Partial {
    let selector = EventSelector(scope, self)
    var partial = kernel.start()
    for partition in partitions {
      var rows = BlockRows(partition)
      for block in partition.blocks where !selector.excludes(block) {
        rows.load(block, selector)
        kernel.take(rows, into: &partial)
      }
    }
    return partial
  }
}
