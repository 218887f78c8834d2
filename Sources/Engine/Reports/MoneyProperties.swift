/// An amount of an event in a currency that the event names. An event has an entry for every pair of the two,
/// those of one currency together; one without amounts has an entry for each currency.
struct MoneyEntry: RowEntry {
  let row: UInt32
  /// The session of the partition.
  let session: UInt32
  /// The time of the event, since 1970.
  let milliseconds: Int64
  /// A code of property texts.
  let currency: UInt32
  /// Nil for an event without amounts.
  let tenThousandths: Int64?
}

/// Which properties are money, and which name its currency ("revenue" in the reports' contract).
struct MoneyProperties: Sendable {
  /// What a property's key says of it; a key may say both.
  private enum Kind {
    static let revenue: UInt8 = 1
    static let currency: UInt8 = 2
  }

  /// By code of the key: whether it contains `revenue`, or `currency`, in any case.
  private let kinds: CodeBits<UInt8>
  private let strings: TextDictionary

  init(_ website: WebsiteColumns) {
    let revenue = website.propertyKeys.flags { containsIgnoringCase($0, "revenue") }
    let currency = website.propertyKeys.flags { containsIgnoringCase($0, "currency") }
    kinds = CodeBits(table: zip(revenue, currency).map { ($0 ? Kind.revenue : 0) | ($1 ? Kind.currency : 0) })
    strings = website.propertyStrings
  }

  /// The money of a partition, by row.
  func entries(of partition: Partition) -> [MoneyEntry] {
    partition.derived.money.value { findEntries(of: partition) }
  }

  private func findEntries(of partition: Partition) -> [MoneyEntry] {
    let properties = partition.properties
    var kindOfProperty = Array(repeating: UInt8(0), count: properties.count)
    properties.keys.join(kinds, 0..<properties.count, into: &kindOfProperty)
    var entries: [MoneyEntry] = []
    var event = EventMoney()
    var session = 0
    for index in kindOfProperty.indices where kindOfProperty[index] != 0 {
      let row = properties.rows[index]
      if row != event.row {
        entries += event.entries()
        while partition.sessionStarts[session + 1] <= row { session += 1 }
        event = EventMoney(row: row, session: UInt32(session), milliseconds: partition.times[Int(row)])
      }
      collect(properties, index, kindOfProperty[index], into: &event)
    }
    return entries + event.entries()
  }

  private func collect(
    _ properties: PropertyColumns, _ index: Int, _ kind: UInt8, into event: inout EventMoney
  ) {
    let string = properties.strings[index]
    if kind & Kind.currency != 0, string != 0, !event.currencies.contains(string) {
      event.currencies.append(string)
    }
    if kind & Kind.revenue != 0, let amount = amount(properties.numbers[index], string) {
      event.amounts.append(amount)
    }
  }

  /// `number_value`, else `string_value` read as a decimal, else none.
  private func amount(_ number: Int64, _ string: UInt32) -> Int64? {
    if number != PropertyColumns.missingNumber { return number }
    return strings.withBytes(of: Int(string), parseTenThousandths)
  }
}

/// What an event's properties say of money.
private struct EventMoney {
  var row = UInt32.max
  var session: UInt32 = 0
  var milliseconds: Int64 = 0
  /// Codes of property texts, each once.
  var currencies: [UInt32] = []
  /// Ten-thousandths.
  var amounts: [Int64] = []

  func entries() -> [MoneyEntry] {
    currencies.flatMap { currency in
      amounts.isEmpty ? [entry(currency, nil)] : amounts.map { entry(currency, $0) }
    }
  }

  private func entry(_ currency: UInt32, _ amount: Int64?) -> MoneyEntry {
    MoneyEntry(
      row: row, session: session, milliseconds: milliseconds, currency: currency, tenThousandths: amount)
  }
}

/// Whether `text` contains the ASCII lower-case `needle` in any case.
private func containsIgnoringCase(_ text: Bytes, _ needle: String) -> Bool {
  let lower = text.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
  return lower.withUnsafeBufferPointer { endOfFirst(Array(needle.utf8), in: $0[...]) != nil }
}
