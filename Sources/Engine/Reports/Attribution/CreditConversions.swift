/// The conversions of a block that count, by session. One is reused from block to block by one thread.
struct CreditConversions: Sendable {
  /// Rows of the partition, ascending.
  private(set) var rows: [UInt32] = []
  /// By conversion: the sum of its amounts in ten-thousandths; 0 without a currency.
  private(set) var values: [Int128] = []
  /// The sessions that convert, ascending: the index in the partition, and its conversions.
  private(set) var sessions: [(session: Int, conversions: Range<Int>)] = []

  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    sessions.removeAll(keepingCapacity: true)
  }

  /// Adds those conversions of a session that count.
  ///
  /// - Parameters:
  ///   - found: All conversion events of the session.
  ///   - money: What they brought; nil without a currency.
  mutating func add(
    _ found: Span<UInt32>, of session: Int, which: AttributionCreditRequest.Conversions,
    money: inout ConversionMoney?
  ) {
    let start = rows.count
    for index in found.indices {
      guard let value = money == nil ? 0 : money?.value(ofRow: found[index]) else { continue }
      if which == .first, rows.count > start { continue }
      if which == .last, rows.count > start {
        rows.removeLast()
        values.removeLast()
      }
      rows.append(found[index])
      values.append(value)
    }
    if rows.count > start { sessions.append((session, start..<rows.count)) }
  }
}

/// Finds the amounts of events in one currency. Events are asked for in order.
struct ConversionMoney {
  private let entries: [MoneyEntry]
  private let currency: UInt32?
  private var next: Int

  /// - Parameter currency: The code of its text; nil if no event has it.
  init(_ entries: [MoneyEntry], currency: UInt32?, in rows: Range<Int>) {
    (self.entries, self.currency) = (entries, currency)
    next = entries.indexRange(of: rows).lowerBound
  }

  /// Returns the sum of an event's amounts in ten-thousandths; nil if it has none in the currency.
  mutating func value(ofRow row: UInt32) -> Int128? {
    while next < entries.count, entries[next].row < row { next += 1 }
    while next < entries.count, entries[next].row == row {
      if entries[next].currency == currency { return entries[next].tenThousandths }
      next += 1
    }
    return nil
  }
}
