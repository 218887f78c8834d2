extension WebsiteColumns {
  /// Returns the times of the first and last selected event, in milliseconds since 1970; nil if there is none.
  public func eventExtent(_ scope: ReportScope, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError) -> ClosedRange<Int64>?
  {
    try scan(scope, executor, EventExtent())
  }
}

/// Finds the first and the last time.
private struct EventExtent: ReportKernel {
  func start() -> ClosedRange<Int64>? { nil }

  func accumulate(_ block: BlockRows, into extent: inout ClosedRange<Int64>?) {
    if block.selection.isWhole { return add(block.block.times, to: &extent) }
    let selected = block.selected
    for row in 0..<block.count where selected[row] {
      let time = block.time(row)
      add(time...time, to: &extent)
    }
  }

  func merge(_ other: ClosedRange<Int64>?, into extent: inout ClosedRange<Int64>?) {
    if let other { add(other, to: &extent) }
  }

  private func add(_ times: ClosedRange<Int64>, to extent: inout ClosedRange<Int64>?) {
    guard let known = extent else {
      extent = times
      return
    }
    extent = min(known.lowerBound, times.lowerBound)...max(known.upperBound, times.upperBound)
  }
}
