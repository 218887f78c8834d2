/// Gives the currencies of a report dense numbers, in order of first appearance.
struct CurrencyNumbers: Sendable {
  private var numbers = PairTable(secondCount: 1)

  /// Codes of property texts, by number.
  var codes: [UInt32] { numbers.pairs.map(\.first) }

  mutating func number(of code: UInt32) -> Int { Int(numbers.number(code, 0)) }
}
