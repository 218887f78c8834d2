import Engine

/// A `number_value` as it stands in a store, so that its four decimals come back exactly.
///
/// A whole number is an INTEGER. Any other is a REAL as long as it has at most 15 digits, which a double
/// gives back; a longer one is decimal text. The column is declared without a type because NUMERIC
/// affinity would turn that text into a REAL and lose its last digits.
enum StoredNumber: Equatable {
  case integer(Int64)
  case real(Double)
  case text(String)

  init(tenThousandths: Int64) {
    let (whole, fraction) = tenThousandths.quotientAndRemainder(dividingBy: 10_000)
    if fraction == 0 {
      self = .integer(whole)
    } else if tenThousandths.magnitude < 1_000_000_000_000_000 {
      self = .real(Double(tenThousandths) / 10_000)
    } else {
      let sign = tenThousandths < 0 ? "-" : ""
      let decimals = String(10_000 + fraction.magnitude).dropFirst()
      self = .text("\(sign)\(whole.magnitude).\(decimals)")
    }
  }
}

/// `number` in ten-thousandths: those of the shortest decimal that stands for the same double. Nil where they
/// do not fit.
func realInTenThousandths(_ number: Double) -> Int64? {
  // Up to 15 digits every decimal has a double of its own, so the quotient tells whether it is this one.
  let scaled = (number * 10_000).rounded()
  if scaled.magnitude < 1e15, scaled / 10_000 == number { return Int64(scaled) }
  var text = number.description
  return text.withUTF8(parseTenThousandths)
}

/// `number` in ten-thousandths; nil where they do not fit.
func wholeInTenThousandths(_ number: Int64) -> Int64? {
  let (product, overflow) = number.multipliedReportingOverflow(by: 10_000)
  return overflow ? nil : product
}

extension Statement {
  func bind(_ number: StoredNumber, at index: Int32) throws(StoreError) {
    switch number {
    case .integer(let value): try bind(value, at: index)
    case .real(let value): try bind(value, at: index)
    case .text(let value): try bind(value, at: index)
    }
  }

  /// A number in ten-thousandths, whatever its type; nil where the column is neither null nor a number that
  /// fits.
  func tenThousandths(_ column: Int32) -> Int64? {
    switch type(column) {
    case .integer: wholeInTenThousandths(integer(column))
    case .real: realInTenThousandths(real(column))
    case .text, .blob: parseTenThousandths(bytes(column))
    case .null: nil
    }
  }
}
