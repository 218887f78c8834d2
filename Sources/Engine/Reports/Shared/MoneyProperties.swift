/// An event with money in one currency. An event has an entry for each currency that it names, and all of its
/// amounts are in each of them.
///
/// The entry also stores the event's fields that reports need: events with money are few, so each column
/// look-up would be a cache miss.
struct MoneyEntry: RowEntry {
  let row: UInt32
  /// The session, by its index in the partition.
  let session: UInt32
  /// The time of the event, since 1970.
  let milliseconds: Int64
  /// The code of the event's name.
  let name: UInt32
  /// The code of the event's country.
  let country: UInt32
  /// A code of property texts.
  let currency: UInt32
  /// The upper 32 of the 96 bits of the sum of the event's amounts; `withoutAmounts` if there are none.
  private let high: Int32
  private let low: UInt64

  /// No sum has these upper bits: it would take about 2³² amounts of 64 bits, more than a store has rows.
  private static let withoutAmounts = Int32.min

  /// The sum of the event's amounts in ten-thousandths; nil if it has none.
  var tenThousandths: Int128? {
    high == Self.withoutAmounts ? nil : Int128(high) << 64 | Int128(low)
  }

  init(
    row: UInt32, session: UInt32, milliseconds: Int64, name: UInt32, country: UInt32, currency: UInt32,
    tenThousandths: Int128?
  ) {
    self.row = row
    self.session = session
    self.milliseconds = milliseconds
    self.name = name
    self.country = country
    self.currency = currency
    high = tenThousandths.map { Int32(truncatingIfNeeded: $0 >> 64) } ?? Self.withoutAmounts
    low = tenThousandths.map { UInt64(truncatingIfNeeded: $0) } ?? 0
  }
}

/// The events of a partition with money.
struct PartitionMoney: Sendable {
  /// Ascending by row.
  fileprivate(set) var entries: [MoneyEntry] = []
  /// By row: the sum of the positive amounts in ten-thousandths, for events that have negative ones too.
  fileprivate var mixed: [UInt32: Int128] = [:]

  /// Returns the sum of an event's positive amounts in ten-thousandths.
  func gross(of entry: MoneyEntry) -> Int128 {
    if !mixed.isEmpty, let gross = mixed[entry.row] { return gross }
    return max(entry.tenThousandths ?? 0, 0)
  }
}

/// Determines which properties are money, and which name its currency. Defined in
/// `Sources/Engine/Reports/README.md`, section "revenue".
struct MoneyProperties: Sendable {
  /// The keys of the properties that hold amounts and currencies; nil for every key that contains `revenue` or `currency`.
  struct Keys: Sendable, Equatable {
    var amount: String?
    var currency: String?
  }

  /// The meanings of a property's key; a key may have both.
  private enum Kind {
    static let revenue: UInt8 = 1
    static let currency: UInt8 = 2
    /// A row of the table `revenue`, which has both.
    static let amount: UInt8 = 4
  }

  /// By key code: whether the key contains `revenue`, or `currency`, in any case.
  private let kinds: CodePredicate<UInt8>
  private let strings: TextDictionary
  /// By partition, if the request has keys of its own; partitions keep the money of the usual keys.
  private var ofOwnKeys: [PartitionMoney]?

  /// The result is meaningless once the executor is cancelled.
  init(_ website: WebsiteColumns, keys: Keys = Keys(), _ executor: ParallelExecutor) {
    let revenue = website.propertyKeys.flags(on: executor) { key in
      keys.amount.map { key.elementsEqual($0.utf8) } ?? isAmountKey(key)
    }
    let currency = website.propertyKeys.flags(on: executor) { key in
      keys.currency.map { key.elementsEqual($0.utf8) } ?? isCurrencyKey(key)
    }
    var table = zip(revenue, currency).map { ($0 ? Kind.revenue : 0) | ($1 ? Kind.currency : 0) }
    // A request with keys of its own asks for properties.
    table[Int(PropertyColumns.amountKey)] = keys == Keys() ? Kind.amount : 0
    kinds = CodePredicate(table: table)
    strings = website.propertyStrings
    if keys == Keys() { return }
    var found = Array(repeating: PartitionMoney(), count: website.partitions.count)
    let properties = self
    let states = executor.map(found.count, tasksPerThread: 1, start: { [(Int, PartitionMoney)]() }) {
      number, found in
      found.append((number, properties.money(ofPartition: website.partitions[number], executor)))
    }
    for (number, money) in states.joined() { found[number] = money }
    ofOwnKeys = found
  }

  /// Returns the money of the partition of a block. The result is meaningless once the executor is cancelled.
  func money(of block: BlockRows, _ executor: ParallelExecutor) -> PartitionMoney {
    if let ofOwnKeys { return ofOwnKeys[block.number] }
    return block.partition.derived.money.value(unlessCancelled: executor) {
      money(ofPartition: block.partition, executor)
    }
  }

  /// Returns the entries of the partition of a block, by row. The result is meaningless once the executor is cancelled.
  func entries(of block: BlockRows, _ executor: ParallelExecutor) -> [MoneyEntry] {
    money(of: block, executor).entries
  }

  private func money(ofPartition partition: Partition, _ executor: ParallelExecutor) -> PartitionMoney {
    let properties = partition.properties
    var kindOfProperty = Array(repeating: UInt8(0), count: properties.count)
    properties.keys.combine(kinds, 0..<properties.count, into: &kindOfProperty)
    let (rows, numbers, types) = (properties.rows.span, properties.numbers.span, properties.types.span)
    var events = MoneyEntryBuilder(partition)
    executor.forEach(kindOfProperty.indices) { index in
      if kindOfProperty[index] == 0 { return }
      events.beginEvent(at: rows[index])
      let (kind, string) = (kindOfProperty[index], properties.strings[index])
      if kind == Kind.amount { return events.set(amount: numbers[index], currency: string) }
      if kind & Kind.currency != 0, string != 0, !PackedPropertyType(rawValue: types[index]).isTextOfDate {
        events.add(currency: string)
      }
      if kind & Kind.revenue != 0, let amount = amount(numbers[index], string) { events.add(amount: amount) }
    }
    return events.all()
  }

  /// Returns `number_value`, else `string_value` parsed as a decimal, else nil.
  private func amount(_ number: Int64, _ string: UInt32) -> Int64? {
    if number != PropertyColumns.missingNumber { return number }
    return strings.withBytes(of: Int(string), parseTenThousandths)
  }
}

/// Builds the entries of a partition, event by event, ascending by row.
private struct MoneyEntryBuilder {
  private var money = PartitionMoney()
  private let times: TimeColumn
  private let names: CodeColumn
  private let countries: CodeColumn
  private let sessionStarts: Column<UInt32>

  /// The row of the current event; `UInt32.max` before the first.
  private var row = UInt32.max
  private var session = 0
  /// Codes of property texts.
  private var currencies: [UInt32] = []
  /// The sum of the amounts in ten-thousandths; nil if there are none.
  private var sum: Int128?
  /// The sum of the positive amounts.
  private var gross: Int128 = 0
  /// What the table `revenue` has for the event: it counts if no property is an amount.
  private var tabled: (amount: Int64, currency: UInt32)?

  init(_ partition: Partition) {
    times = partition.times
    names = partition[.eventName]
    countries = partition[.country]
    sessionStarts = partition.sessionStarts
  }

  /// Begins an event, unless it is the current one: what is added next belongs to it.
  mutating func beginEvent(at row: UInt32) {
    if row == self.row { return }
    endEvent()
    self.row = row
    while sessionStarts[session + 1] <= row { session += 1 }
  }

  mutating func add(currency: UInt32) {
    currencies.append(currency)
  }

  mutating func add(amount: Int64) {
    sum = (sum ?? 0) + Int128(amount)
    gross += Int128(max(amount, 0))
  }

  /// Sets the amount that the table `revenue` has for the event, and its currency, 0 if it names none.
  mutating func set(amount: Int64, currency: UInt32) { tabled = (amount, currency) }

  consuming func all() -> PartitionMoney {
    endEvent()
    return money
  }

  private mutating func endEvent() {
    if let tabled, sum == nil {
      add(amount: tabled.amount)
      // A row without a currency has that of the event's properties.
      if tabled.currency != 0 { currencies = [tabled.currency] }
    }
    tabled = nil
    if currencies.count > 1 { currencies.sort() }
    for (index, currency) in currencies.enumerated() where index == 0 || currencies[index - 1] != currency {
      money.entries.append(entry(currency))
    }
    if !currencies.isEmpty, let sum, gross != max(sum, 0) { money.mixed[row] = gross }
    currencies.removeAll(keepingCapacity: true)
    (sum, gross) = (nil, 0)
  }

  private func entry(_ currency: UInt32) -> MoneyEntry {
    MoneyEntry(
      row: row, session: UInt32(session), milliseconds: times[Int(row)], name: names[Int(row)],
      country: countries[Int(row)], currency: currency, tenThousandths: sum)
  }
}

/// Whether the properties with this key are amounts of money: it contains `revenue`, in any case.
public func isAmountKey(_ key: Bytes) -> Bool { containsIgnoringCase(key, "revenue") }

/// Whether the properties with this key name the currency of an event's amounts: it contains `currency`, in any case.
public func isCurrencyKey(_ key: Bytes) -> Bool { containsIgnoringCase(key, "currency") }

/// Returns whether `text` contains `letters`, which are lower-case ASCII letters, in any case.
private func containsIgnoringCase(_ text: Bytes, _ letters: StaticString) -> Bool {
  let letters = UnsafeBufferPointer(start: letters.utf8Start, count: letters.utf8CodeUnitCount)
  guard text.count >= letters.count else { return false }
  return (0...(text.count - letters.count)).contains { start in
    letters.indices.allSatisfy { text[start + $0] | 0x20 == letters[$0] }
  }
}

/// Assigns dense numbers to the currencies of a report, in order of first appearance.
struct CurrencyNumbers: Sendable {
  private var numbers = GroupKeyTable(secondCount: 1)

  /// Codes of property texts, by number.
  var codes: [UInt32] { numbers.pairs.map(\.first) }

  mutating func number(of code: UInt32) -> Int { Int(numbers.number(code, 0)) }
}
