/// An amount of an event in a currency that the event names. An event has an entry for every pair of the two,
/// those of one currency together; one without amounts has an entry for each currency.
///
/// What reports want to know of the event stands here too: events with money are few, and each look at a column
/// would wait for memory.
struct MoneyEntry: RowEntry {
  let row: UInt32
  /// The session of the partition.
  let session: UInt32
  /// The time of the event, since 1970.
  let milliseconds: Int64
  /// The code of the event's name.
  let name: UInt32
  /// The code of the event's country.
  let country: UInt32
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
    let (rows, numbers) = (properties.rows.span, properties.numbers.span)
    var events = MoneyEvents(partition)
    for index in kindOfProperty.indices where kindOfProperty[index] != 0 {
      events.beginEvent(at: rows[index])
      let (kind, string) = (kindOfProperty[index], properties.strings[index])
      if kind & Kind.currency != 0, string != 0 { events.add(currency: string) }
      if kind & Kind.revenue != 0, let amount = amount(numbers[index], string) { events.add(amount: amount) }
    }
    return events.allEntries()
  }

  /// `number_value`, else `string_value` read as a decimal, else none.
  private func amount(_ number: Int64, _ string: UInt32) -> Int64? {
    if number != PropertyColumns.missingNumber { return number }
    return strings.withBytes(of: Int(string), parseTenThousandths)
  }
}

/// Makes the entries of a partition, event by event, ascending by row.
private struct MoneyEvents {
  private var entries: [MoneyEntry] = []
  private let times: TimeColumn
  private let names: CodeColumn
  private let countries: CodeColumn
  private let sessionStarts: Column<UInt32>

  /// The event in hand; none at first.
  private var row = UInt32.max
  private var session = 0
  /// Codes of property texts, each once.
  private var currencies: [UInt32] = []
  /// Ten-thousandths.
  private var amounts: [Int64] = []

  init(_ partition: Partition) {
    times = partition.times
    names = partition[.eventName]
    countries = partition[.country]
    sessionStarts = partition.sessionStarts
  }

  /// What is added next is said by a property of this event.
  mutating func beginEvent(at row: UInt32) {
    if row == self.row { return }
    endEvent()
    self.row = row
    while sessionStarts[session + 1] <= row { session += 1 }
  }

  mutating func add(currency: UInt32) {
    if !currencies.contains(currency) { currencies.append(currency) }
  }

  mutating func add(amount: Int64) { amounts.append(amount) }

  consuming func allEntries() -> [MoneyEntry] {
    endEvent()
    return entries
  }

  private mutating func endEvent() {
    for currency in currencies {
      if amounts.isEmpty { entries.append(entry(currency, nil)) }
      for amount in amounts { entries.append(entry(currency, amount)) }
    }
    currencies.removeAll(keepingCapacity: true)
    amounts.removeAll(keepingCapacity: true)
  }

  private func entry(_ currency: UInt32, _ amount: Int64?) -> MoneyEntry {
    MoneyEntry(
      row: row, session: UInt32(session), milliseconds: times[Int(row)], name: names[Int(row)],
      country: countries[Int(row)], currency: currency, tenThousandths: amount)
  }
}

/// Whether `text` contains the ASCII lower-case `needle` in any case.
private func containsIgnoringCase(_ text: Bytes, _ needle: String) -> Bool {
  let lower = text.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
  return lower.withUnsafeBufferPointer { endOfFirst(Array(needle.utf8)[...], in: $0[...]) != nil }
}
