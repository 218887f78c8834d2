/// The currencies that events name ("revenue" in the reports' contract).
public struct CurrenciesRequest {
  public var scope: ReportScope

  public init(scope: ReportScope) { self.scope = scope }
}

extension WebsiteColumns {
  /// Distinct, by name.
  public func currencies(_ request: CurrenciesRequest, on scanner: Scanner = Scanner()) -> [String] {
    let seen = scan(request.scope, scanner, CurrenciesKernel(money: MoneyProperties(self))).seen
    return seen.map { propertyStrings[Int($0)] }.sorted(by: precedes)
  }
}

/// Collects the codes of the currencies.
private struct CurrenciesKernel: ReportKernel {
  let money: MoneyProperties

  struct Partial: Sendable {
    var seen: Set<UInt32> = []
    fileprivate var memory = MoneyMemory()
  }

  func start() -> Partial { Partial() }

  func take(_ block: BlockRows, into partial: inout Partial) {
    money.forEachCurrency(in: block, &partial.memory) { partial.seen.insert($0) }
  }

  func merge(_ other: Partial, into partial: inout Partial) { partial.seen.formUnion(other.seen) }
}
