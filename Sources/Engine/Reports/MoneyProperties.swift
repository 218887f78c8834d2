/// Which properties are money, and which name its currency ("revenue" in the reports' contract).
struct MoneyProperties {
  /// By code of the key: it contains `revenue`, in any case.
  private let isRevenue: [Bool]
  /// By code of the key: it contains `currency`, in any case.
  private let isCurrency: [Bool]
  private let strings: TextDictionary

  init(_ website: WebsiteColumns) {
    isRevenue = website.propertyKeys.flags { containsIgnoringCase($0, "revenue") }
    isCurrency = website.propertyKeys.flags { containsIgnoringCase($0, "currency") }
    strings = website.propertyStrings
  }

  /// Calls `body` for every selected event of `block` that has an amount in some currency, in order of
  /// rows. `event` is the memory in which events are put together.
  func forEachEvent(in block: BlockRows, _ event: inout EventMoney, _ body: (Int, EventMoney) -> Void) {
    let properties = block.partition.properties
    let range = properties.range(of: block.block.rows)
    var index = range.lowerBound
    while index < range.upperBound {
      let rowOfPartition = properties.rows[index]
      event.removeAll()
      while index < range.upperBound, properties.rows[index] == rowOfPartition {
        collect(properties, index, into: &event)
        index += 1
      }
      let row = Int(rowOfPartition) - block.block.rows.lowerBound
      if event.hasAmount, !event.currencies.isEmpty, block.selected[row] { body(row, event) }
    }
  }

  /// Calls `body` with the currency of every selected event of `block` that names one.
  func forEachCurrency(in block: BlockRows, _ body: (UInt32) -> Void) {
    let properties = block.partition.properties
    for index in properties.range(of: block.block.rows) {
      let row = Int(properties.rows[index]) - block.block.rows.lowerBound
      let string = properties.strings[index]
      if isCurrency[Int(properties.keys[index])], string != 0, block.selected[row] { body(string) }
    }
  }

  private func collect(_ properties: PropertyColumns, _ index: Int, into event: inout EventMoney) {
    let key = Int(properties.keys[index])
    let string = properties.strings[index]
    if isCurrency[key], string != 0 { event.add(currency: string) }
    if isRevenue[key], let amount = amount(properties.numbers[index], string) { event.add(amount: amount) }
  }

  /// `number_value`, else `string_value` read as a decimal, else none.
  private func amount(_ number: Int64, _ string: UInt32) -> Int64? {
    if number != PropertyColumns.missingNumber { return number }
    return strings.withBytes(of: Int(string), parseTenThousandths)
  }
}

/// The money of one event: the sum of its amounts, and the currencies that it names, each once.
struct EventMoney {
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
