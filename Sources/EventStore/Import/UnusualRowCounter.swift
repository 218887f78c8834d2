import Engine

/// Counts unusual values among the rows of an import, without their columns.
struct UnusualRowCounter {
  private var found = UnusualValues()
  /// Of events with an amount or a currency.
  private var events = IdentifierNumbers()
  /// By the number of an event: what its properties have.
  private var flags: [UInt8] = []

  private static let (amount, currency): (UInt8, UInt8) = (1, 2)

  var values: UnusualValues {
    var values = found
    values.amountsWithoutCurrency = flags.count { $0 == Self.amount }
    return values
  }

  mutating func add(_ event: EventRow) { found.add(type: event.eventType) }

  mutating func add(_ property: PropertyRow) {
    let (isAmount, isCurrency) = (isAmountKey(property.key), isCurrencyKey(property.key))
    guard isAmount || isCurrency else { return }
    if isCurrency, !property.string.isEmpty { add(Self.currency, property.eventID) }
    guard isAmount, property.numberTenThousandths != nil || !property.string.isEmpty else { return }
    if property.numberTenThousandths == nil, parseTenThousandths(property.string) == nil {
      found.add(unreadableAmount: String(decoding: property.string, as: UTF8.self))
    } else {
      add(Self.amount, property.eventID)
    }
  }

  private mutating func add(_ flag: UInt8, _ eventID: Bytes) {
    let number = Int(events.number(of: eventID).number)
    if number == flags.count { flags.append(0) }
    flags[number] |= flag
  }
}
