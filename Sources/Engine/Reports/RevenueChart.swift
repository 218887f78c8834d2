import Calendar

/// Amounts by bucket of time and event name.
struct RevenueChart: Sendable {
  private var buckets: CalendarBuckets
  /// Numbers of buckets and codes of names.
  private var places: PairTable
  /// By place.
  private var amounts: [Amount] = []

  init(_ unit: CalendarUnit, in rules: TimeZoneRules, nameCount: Int) {
    buckets = CalendarBuckets(unit, in: rules)
    places = PairTable(secondCount: nameCount)
  }

  /// Only places with an amount, in no order.
  var points: [(name: UInt32, bucketStart: Int64, amount: Amount)] {
    zip(places.pairs, amounts).map { pair, amount in
      (pair.second, buckets.starts[Int(pair.first)], amount)
    }
  }

  mutating func add(_ amount: Amount, name: UInt32, at milliseconds: Int64) {
    add(amount, name, buckets.number(containing: milliseconds))
  }

  mutating func merge(_ other: RevenueChart) {
    for point in other.points {
      add(point.amount, point.name, buckets.number(startingAt: point.bucketStart))
    }
  }

  private mutating func add(_ amount: Amount, _ name: UInt32, _ bucket: Int) {
    let place = Int(places.number(UInt32(bucket), name))
    extend(&amounts, to: place + 1, with: .zero)
    amounts[place] += amount
  }
}
