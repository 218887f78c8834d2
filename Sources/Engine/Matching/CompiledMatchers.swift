/// Which of several matchers the events of a block meet, as bits of a number for each row. One is reused from block to
/// block by one thread.
struct CompiledMatchers<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
  /// By path code: the matchers of a path alone that the path meets.
  private let paths: CodePredicate<Bits>
  /// By name code: the matchers of an event name alone that the name meets.
  private let names: CodePredicate<Bits>
  /// The other matchers, which are evaluated block by block.
  private var conditions: [(bit: Bits, evaluator: ConditionEvaluator)] = []

  /// - Parameter matchers: No more than `Bits` has bits. The first has the lowest bit.
  init(
    _ matchers: [EventMatcher], in scope: ReportScope, _ website: WebsiteColumns, _ executor: ParallelExecutor
  )
    throws(ReportError)
  {
    precondition(matchers.count <= Bits.bitWidth)
    func bits(_ column: TextColumn, _ pattern: (EventMatcher) -> WildcardPattern?) -> CodePredicate<Bits> {
      CodePredicate(matchers.map(pattern), website.dictionary(column), executor)
    }
    paths = bits(.urlPath) { if case .path(let pattern) = $0 { pattern } else { nil } }
    names = bits(.eventName) { if case .event(let pattern) = $0 { pattern } else { nil } }
    for (index, matcher) in matchers.enumerated() {
      guard case .condition(let condition, _) = matcher else { continue }
      conditions.append(
        (1 << Bits(index), try ConditionEvaluator(condition, in: scope, website, executor)))
    }
  }

  /// Writes the bits of each row of `block` to the start of `matches`; rows that are not selected have none. After them,
  /// there is room for `allBits`.
  mutating func load(_ block: BlockRows, into matches: inout [Bits]) {
    let rows = block.block.rows
    reset(&matches, rows.count)
    extend(&matches, to: rows.count + tailPadding, with: 0)
    block.partition[.urlPath].combine(paths, rows, into: &matches)
    block.partition[.eventName].combine(names, rows, into: &matches)
    if !block.selection.isWhole { clear(&matches, rows.count, unless: block.selected) }
    for index in conditions.indices {
      let flags = conditions[index].evaluator.flags(block)
      let bit = conditions[index].bit
      for row in flags.indices where flags[row] { matches[row] |= bit }
    }
  }
}
