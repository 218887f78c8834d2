/// The currencies that events name. Defined in `Sources/Engine/Reports/README.md`, section "currencies".
public struct CurrenciesRequest {
  /// The events that count.
  public var scope: ReportScope

  public init(scope: ReportScope) { self.scope = scope }
}

extension WebsiteColumns {
  /// Returns the distinct currencies, by name.
  public func currencies(_ request: CurrenciesRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError)
    -> [String]
  {
    let state = try scan(
      request.scope, executor, CurrenciesKernel(money: money(executor), executor: executor))
    var names = state.codes.map { propertyStrings[Int($0)] }
    executor.sort(&names, by: precedes)
    return names
  }
}

/// Collects the codes of the currencies.
private struct CurrenciesKernel: ReportKernel {
  let money: MoneyProperties
  let executor: ParallelExecutor

  var selectsFewRows: Bool { true }

  func start() -> CurrencyNumbers { CurrencyNumbers() }

  func accumulate(_ block: BlockRows, into seen: inout CurrencyNumbers) {
    let entries = money.entries(of: block, executor)
    for index in entries.indexRange(of: block.block.rows)
    where block.selects(rowOfPartition: Int(entries[index].row), at: entries[index].milliseconds) {
      _ = seen.number(of: entries[index].currency)
    }
  }

  func merge(_ other: CurrencyNumbers, into seen: inout CurrencyNumbers) {
    for code in other.codes { _ = seen.number(of: code) }
  }
}
