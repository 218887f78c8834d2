/// Values of valid rows that probably have another effect than intended: amounts of money that reports leave out, and
/// unknown types.
public struct UnusualValues: Equatable, Sendable {
  /// Amounts (see ``isAmountKey(_:)``) that are no numbers.
  public var unreadableAmounts = 0
  /// The first of these.
  public var unreadableAmount: String?
  /// Events with an amount that name no currency.
  public var amountsWithoutCurrency = 0
  /// Events whose type is none of Umami's.
  public var unknownTypes = 0
  /// The type of the first of these.
  public var unknownType: UInt8?

  public init() {}

  public mutating func add(unreadableAmount text: @autoclosure () -> String) {
    unreadableAmounts += 1
    if unreadableAmount == nil { unreadableAmount = text() }
  }

  /// Counts the type of an event if it is unknown.
  @inline(__always)
  public mutating func add(type: UInt8) {
    if EventType.known ~= type { return }
    unknownTypes += 1
    if unknownType == nil { unknownType = type }
  }
}

extension ColumnSet {
  /// Counts unusual values in all rows. The result is meaningless once the executor is cancelled.
  public func unusualValues(_ executor: ParallelExecutor) -> UnusualValues {
    var found = UnusualValues()
    for website in websites {
      for partition in website.partitions { found.addTypes(of: partition, executor) }
      found.addAmounts(of: website, executor)
    }
    return found
  }
}

extension UnusualValues {
  fileprivate mutating func addTypes(of partition: Partition, _ executor: ParallelExecutor) {
    let types = partition.types
    executor.forEach(0..<types.count) { add(type: types[$0]) }
  }

  fileprivate mutating func addAmounts(of website: WebsiteColumns, _ executor: ParallelExecutor) {
    let isAmount = website.propertyKeys.flags(on: executor) { isAmountKey($0) }
    guard isAmount.contains(true) else { return }
    let isCurrency = website.propertyKeys.flags(on: executor) { isCurrencyKey($0) }
    let strings = website.propertyStrings
    for partition in website.partitions {
      let properties = partition.properties
      let (rows, numbers) = (properties.rows.span, properties.numbers.span)
      var event = (row: UInt32.max, hasAmount: false, hasCurrency: false)
      executor.forEach(0..<properties.count) { index in
        let key = Int(properties.keys[index])
        guard isAmount[key] || isCurrency[key] else { return }
        if rows[index] != event.row {
          if event.hasAmount, !event.hasCurrency { amountsWithoutCurrency += 1 }
          event = (rows[index], false, false)
        }
        let string = properties.strings[index]
        if isCurrency[key], string != 0 { event.hasCurrency = true }
        guard isAmount[key] else { return }
        if numbers[index] != PropertyColumns.missingNumber {
          event.hasAmount = true
        } else if string != 0 {
          if strings.withBytes(of: Int(string), parseTenThousandths) != nil {
            event.hasAmount = true
          } else {
            add(unreadableAmount: strings.withBytes(of: Int(string)) { String(decoding: $0, as: UTF8.self) })
          }
        }
      }
      if event.hasAmount, !event.hasCurrency { amountsWithoutCurrency += 1 }
    }
  }
}
