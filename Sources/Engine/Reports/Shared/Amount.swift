/// An exact amount of money in whole ten-thousandths, as the store keeps it. Sums of any number of amounts
/// are exact.
public struct Amount: Sendable, Hashable, Comparable {
  /// 12,500 is 1.25.
  public var tenThousandths: Int128

  public init(tenThousandths: Int128) {
    self.tenThousandths = tenThousandths
  }

  /// No money.
  public static let zero = Amount(tenThousandths: 0)

  /// Returns the amount divided by a number of events or visitors, to the nearest ten-thousandth, halves away from
  /// zero; nil if there are none.
  public func average(of count: Int) -> Amount? {
    count == 0 ? nil : Amount(tenThousandths: roundedQuotient(tenThousandths, Int128(count)))
  }

  /// The nearest double.
  var double: Double { Double(tenThousandths) / 10_000 }

  public static func + (a: Amount, b: Amount) -> Amount {
    Amount(tenThousandths: a.tenThousandths + b.tenThousandths)
  }

  public static func += (a: inout Amount, b: Amount) { a.tenThousandths += b.tenThousandths }

  public static func < (a: Amount, b: Amount) -> Bool { a.tenThousandths < b.tenThousandths }
}
