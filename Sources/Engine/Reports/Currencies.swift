/// The currencies that events name ("revenue" in the reports' contract).
public struct CurrenciesRequest {
  public var scope: ReportScope

  public init(scope: ReportScope) { self.scope = scope }
}

extension WebsiteColumns {
  /// Distinct, by name.
  public func currencies(_ request: CurrenciesRequest, on scanner: Scanner = Scanner()) -> [String] {
    let seen = scan(request.scope, scanner, CurrenciesKernel(money: MoneyProperties(self)))
    return seen.map { propertyStrings[Int($0)] }.sorted(by: precedes)
  }
}

/// Collects the codes of the currencies.
private struct CurrenciesKernel: ReportKernel {
  let money: MoneyProperties

  func start() -> Set<UInt32> { [] }

  func take(_ block: BlockRows, into seen: inout Set<UInt32>) {
    money.forEachCurrency(in: block) { seen.insert($0) }
  }

  func merge(_ other: Set<UInt32>, into seen: inout Set<UInt32>) { seen.formUnion(other) }
}
