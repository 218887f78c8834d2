/// Amounts by bucket of time and event name.
struct RevenueChart: Sendable {
  private static let dayMilliseconds: Int64 = 86_400_000

  /// Starts of buckets: the day since 1970 and the millisecond of the day, UTC.
  private var buckets = PairTable(secondCount: Int(dayMilliseconds))
  /// Numbers of buckets and codes of names.
  private var places: PairTable
  /// By place.
  private var amounts: [Amount] = []
  /// The bucket of the amount before, which is that of the next one mostly.
  private var latest: (start: Int64, number: UInt32)?

  init(nameCount: Int) { places = PairTable(secondCount: nameCount) }

  /// Only places with an amount, in no order.
  var points: [(name: UInt32, bucketStart: Int64, amount: Amount)] {
    zip(places.pairs, amounts).map { pair, amount in
      let bucket = buckets.pairs[Int(pair.first)]
      let day = Int64(Int32(bitPattern: bucket.first))
      return (pair.second, day * Self.dayMilliseconds + Int64(bucket.second), amount)
    }
  }

  mutating func add(_ amount: Amount, name: UInt32, bucketStart: Int64) {
    let place = Int(places.number(number(of: bucketStart), name))
    extend(&amounts, to: place + 1, with: .zero)
    amounts[place] += amount
  }

  mutating func merge(_ other: RevenueChart) {
    for point in other.points { add(point.amount, name: point.name, bucketStart: point.bucketStart) }
  }

  private mutating func number(of bucketStart: Int64) -> UInt32 {
    if let latest, latest.start == bucketStart { return latest.number }
    let (day, rest) = bucketStart.floorDivided(by: Self.dayMilliseconds)
    let number = buckets.number(UInt32(bitPattern: Int32(truncatingIfNeeded: day)), UInt32(rest))
    latest = (bucketStart, number)
    return number
  }
}
