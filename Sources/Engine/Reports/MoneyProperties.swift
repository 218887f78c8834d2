/// Which properties are money, and which name its currency ("revenue" in the reports' contract).
struct MoneyProperties: Sendable {
  /// What a property's key says of it; a key may say both.
  private enum Kind {
    static let none: UInt8 = 0
    static let revenue: UInt8 = 1
    static let currency: UInt8 = 2
  }

  /// By code of the key: whether it contains `revenue`, or `currency`, in any case.
  private let kinds: [UInt8]
  private let strings: TextDictionary

  init(_ website: WebsiteColumns) {
    let revenue = website.propertyKeys.flags { containsIgnoringCase($0, "revenue") }
    let currency = website.propertyKeys.flags { containsIgnoringCase($0, "currency") }
    kinds = zip(revenue, currency).map { ($0 ? Kind.revenue : 0) | ($1 ? Kind.currency : 0) }
    strings = website.propertyStrings
  }

  /// Calls `body` for every selected event of `block` that has an amount in some currency, in order of
  /// rows. `memory` is used from block to block.
  func forEachEvent(in block: BlockRows, _ memory: inout MoneyMemory, _ body: (Int, EventMoney) -> Void) {
    let properties = block.partition.properties
    let range = loadKinds(block, into: &memory)
    let rows = properties.rows.span
    let firstRow = UInt32(block.block.rows.lowerBound)
    var index = range.lowerBound
    while index < range.upperBound {
      let row = rows[index]
      // Most properties are of events that have nothing to do with money.
      if memory.kinds[index - range.lowerBound] == Kind.none || !block.selected[Int(row - firstRow)] {
        index += 1
        continue
      }
      memory.event.removeAll()
      while index < range.upperBound, rows[index] == row {
        collect(properties, index, memory.kinds[index - range.lowerBound], into: &memory.event)
        index += 1
      }
      if memory.event.hasAmount, !memory.event.currencies.isEmpty { body(Int(row - firstRow), memory.event) }
    }
  }

  /// Calls `body` with the currency of every selected event of `block` that names one.
  func forEachCurrency(in block: BlockRows, _ memory: inout MoneyMemory, _ body: (UInt32) -> Void) {
    let properties = block.partition.properties
    let range = loadKinds(block, into: &memory)
    for index in range where memory.kinds[index - range.lowerBound] & Kind.currency != 0 {
      let row = Int(properties.rows[index]) - block.block.rows.lowerBound
      let string = properties.strings[index]
      if string != 0, block.selected[row] { body(string) }
    }
  }

  /// Writes the kinds of the properties of `block` to the memory; returns where these properties stand.
  private func loadKinds(_ block: BlockRows, into memory: inout MoneyMemory) -> Range<Int> {
    let properties = block.partition.properties
    let range = properties.range(of: block.block.rows)
    extend(&memory.kinds, to: range.count, with: Kind.none)
    properties.keys.look(up: kinds, range, into: &memory.kinds)
    return range
  }

  private func collect(
    _ properties: PropertyColumns, _ index: Int, _ kind: UInt8, into event: inout EventMoney
  ) {
    if kind == Kind.none { return }
    let string = properties.strings[index]
    if kind & Kind.currency != 0, string != 0 { event.add(currency: string) }
    if kind & Kind.revenue != 0, let amount = amount(properties.numbers[index], string) {
      event.add(amount: amount)
    }
  }

  /// `number_value`, else `string_value` read as a decimal, else none.
  private func amount(_ number: Int64, _ string: UInt32) -> Int64? {
    if number != PropertyColumns.missingNumber { return number }
    return strings.withBytes(of: Int(string), parseTenThousandths)
  }
}

/// What reading money needs from block to block.
struct MoneyMemory: Sendable {
  /// By property of the block in hand.
  fileprivate(set) var kinds: [UInt8] = []
  fileprivate var event = EventMoney()
}

/// The money of one event: the sum of its amounts, and the currencies that it names, each once.
struct EventMoney: Sendable {
  private(set) var amount = Amount.zero
  private(set) var hasAmount = false
  /// Codes of property texts.
  private(set) var currencies: [UInt32] = []

  mutating func removeAll() {
    amount = .zero
    hasAmount = false
    currencies.removeAll(keepingCapacity: true)
  }

  mutating func add(amount tenThousandths: Int64) {
    amount.tenThousandths += Int128(tenThousandths)
    hasAmount = true
  }

  mutating func add(currency: UInt32) {
    if !currencies.contains(currency) { currencies.append(currency) }
  }
}

/// Whether `text` contains the ASCII lower-case `needle` in any case.
private func containsIgnoringCase(_ text: Bytes, _ needle: String) -> Bool {
  let lower = text.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
  return lower.withUnsafeBufferPointer { endOfFirst(Array(needle.utf8), in: $0[...]) != nil }
}
