/// The currencies that events name. Defined in `Sources/Engine/Reports/README.md`, section "currencies".
public struct CurrenciesRequest {
  public var scope: ReportScope

  public init(scope: ReportScope) { self.scope = scope }
}

extension WebsiteColumns {
  /// Returns the distinct currencies, by name.
  public func currencies(_ request: CurrenciesRequest, on scanner: Scanner = Scanner()) throws(ScopeError)
    -> [String]
  {
    let partial = try scan(request.scope, scanner, CurrenciesKernel(money: money(scanner), scanner: scanner))
    var names = partial.codes.map { propertyStrings[Int($0)] }
    scanner.sort(&names, by: precedes)
    return names
  }
}

/// Collects the codes of the currencies.
private struct CurrenciesKernel: ReportKernel {
  let money: MoneyProperties
  let scanner: Scanner

  var selectsFewRows: Bool { true }

  func start() -> CurrencyNumbers { CurrencyNumbers() }

  func take(_ block: BlockRows, into seen: inout CurrencyNumbers) {
    let entries = money.entries(of: block.partition, scanner)
    for place in entries.places(of: block.block.rows)
    where block.selects(rowOfPartition: Int(entries[place].row), at: entries[place].milliseconds) {
      _ = seen.number(of: entries[place].currency)
    }
  }

  func merge(_ other: CurrencyNumbers, into seen: inout CurrencyNumbers) {
    for code in other.codes { _ = seen.number(of: code) }
  }
}
